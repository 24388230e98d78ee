"""What a user of Airflow's RedshiftDataHook sees. `python airflow_hook.py '{"sql": ..., ...}'`

Prints, as JSON, the session and the records of the last statement, or the error that it raises.
"""

import json
import logging
import sys
from typing import Any

# Installed for its process only.
from airflow.providers.amazon.aws.hooks import redshift_data


def main(**arguments: Any) -> None:
    logging.disable()  # it logs to standard output
    hook = redshift_data.RedshiftDataHook(aws_conn_id=None, region_name="eu-central-1")
    try:
        execution = hook.execute_query(poll_interval=1, **arguments)
        pages = hook.conn.get_paginator("get_statement_result").paginate(Id=execution.statement_id)
        records = [row for page in pages for row in page["Records"]]
        seen: Any = {"session": execution.session_id, "records": records}
    except Exception as error:
        seen = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(seen))


main(**json.loads(sys.argv[1]))
