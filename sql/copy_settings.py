"""What a COPY statement names: the data bucket, and the role by which Redshift reads it.

COPY takes no bound values, so these are spliced into SQL; each must therefore look exactly as what
it is. The role is the stage's `copy_role`; without one, the cluster's or namespace's default one.
https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-authorization.html
"""

import os
import re

from sql.errors import NoStack
from sql.stack import Stack

ROLE_VARIABLE = "QUERYCAST_COPY_ROLE"
ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,576}", re.ASCII)
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


def copy_settings(stack: Stack) -> dict[str, str]:
    """SQL for the data bucket (inside a quoted S3 URL) and for the role (after IAM_ROLE).

    Raises:
        NoStack: one of them is not what it is called.
    """
    bucket = stack.data_bucket
    role = os.environ.get(ROLE_VARIABLE) or stack.copy_role or "default"
    if not BUCKET.fullmatch(bucket):
        raise NoStack(f"dataBucket {bucket!r} is no S3 bucket name; deploy the stack again")
    if role == "default":
        return {"data_bucket": bucket, "copy_role": "default"}
    if not ROLE_ARN.fullmatch(role):
        raise NoStack(f"{ROLE_VARIABLE} is {role!r}, no role's ARN; set it to one or unset it")
    return {"data_bucket": bucket, "copy_role": f"'{role}'"}
