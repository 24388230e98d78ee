"""Peers in a process of their own: a question a line, and a line of what it took.

    .venv-redshift-clients/bin/python bench/client/peer.py

Their environment says where the Data API is, and who asks. Nothing of ours is imported.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import awswrangler as wr  # type: ignore[import-not-found] # installed for this process only
import boto3
import pandas

PAUSE_SECONDS = 0.5  # of the loop, as in many a script
FIELDS = ("longValue", "doubleValue", "stringValue", "booleanValue")

Frame = Any  # a DataFrame


def wrangler(session: boto3.Session, target: dict[str, str], sql: str, parameters: Any) -> Frame:
    """As its documentation says."""
    names = {"workgroup_name": target["WorkgroupName"], "database": target["Database"]}
    con = wr.data_api.redshift.connect(**names, boto3_session=session)
    return wr.data_api.redshift.read_sql_query(sql, con=con, parameters=parameters)


def loop(session: boto3.Session, target: dict[str, str], sql: str, parameters: Any) -> Frame:
    """Ask, look every half second whether it has ended, page through the result."""
    client: Any = session.client("redshift-data")
    given = {"Parameters": parameters} if parameters else {}
    statement = client.execute_statement(Sql=sql, **target, **given)["Id"]
    while (state := client.describe_statement(Id=statement))["Status"] != "FINISHED":
        if state["Status"] in ("FAILED", "ABORTED"):
            raise RuntimeError(state["Error"])
        time.sleep(PAUSE_SECONDS)
    pages = list(client.get_paginator("get_statement_result").paginate(Id=statement))
    columns = [column["name"] for column in pages[0]["ColumnMetadata"]]
    rows = [[value(field) for field in record] for page in pages for record in page["Records"]]
    return pandas.DataFrame(rows, columns=columns)


def value(field: dict[str, Any]) -> Any:
    return next((field[kind] for kind in FIELDS if kind in field), None)


PEERS: dict[str, Callable[..., Frame]] = {"awswrangler": wrangler, "boto3 loop": loop}


def main() -> None:
    requests = 0

    def count(**_: Any) -> None:
        nonlocal requests
        requests += 1

    session = boto3.Session()
    session.events.register("before-send.redshift-data", count)
    for line in sys.stdin:
        asked = json.loads(line)
        requests, began = 0, time.perf_counter()
        ask = PEERS[asked["peer"]]
        frame = ask(session, asked["target"], asked["sql"], asked["parameters"])
        seconds = time.perf_counter() - began
        print(json.dumps({"seconds": seconds, "requests": requests, "rows": len(frame)}))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
