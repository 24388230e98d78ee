"""The event that tells the end of a statement.

https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-monitoring-events.html
"""

import uuid
from datetime import UTC, datetime
from typing import Any

from local.redshift.running.statement import RETENTION_S, Statement

SOURCE = "aws.redshift-data"
DETAIL_TYPE = "Redshift Data Statement Status Change"


def statement_status_change(statement: Statement) -> dict[str, Any]:
    """The event of a statement that has ended, as EventBridge delivers it."""
    caller = statement.caller
    time = datetime.fromtimestamp(statement.updated_at, UTC)
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": DETAIL_TYPE,
        "source": SOURCE,
        "account": caller.account,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": caller.region,
        "resources": [_arn(statement)],
        "detail": {
            "principal": caller.principal,
            "statementName": statement.name or "",
            "statementId": statement.id,
            "redshiftQueryId": statement.query_id,
            "state": statement.status.value,
            "rows": statement.rows,
            "expireAt": int(statement.updated_at) + RETENTION_S,
        },
    }


def _arn(statement: Statement) -> str:
    account, region = statement.caller.account, statement.caller.region
    if statement.cluster is not None:
        return f"arn:aws:redshift:{region}:{account}:cluster:{statement.cluster}"
    workgroup = statement.workgroup or ""
    if workgroup.startswith("arn:"):
        return workgroup
    return f"arn:aws:redshift-serverless:{region}:{account}:workgroup/{workgroup}"
