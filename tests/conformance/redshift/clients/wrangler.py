"""What a user of awswrangler sees. `python wrangler.py '{"sql": ..., "parameters": ...}'`

Prints the frame that it reads as JSON, or the error that it raises.
"""

import json
import sys
from typing import Any

import awswrangler as wr  # type: ignore[import-not-found] # installed for its process only


def main(sql: str, parameters: Any = None) -> None:
    con = wr.data_api.redshift.connect(workgroup_name="analytics", database="dev")
    try:
        frame = wr.data_api.redshift.read_sql_query(sql, con=con, parameters=parameters)
    except Exception as error:
        seen: Any = {"error": f"{type(error).__name__}: {error}"}
    else:
        seen = {"columns": list(frame.columns), "rows": frame.astype(object).to_numpy().tolist()}
    print(json.dumps(seen, default=str))


main(**json.loads(sys.argv[1]))
