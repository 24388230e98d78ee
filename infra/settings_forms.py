"""How the settings of a stage must look; what does not is refused with its value and the rule."""

import re
from typing import NamedTuple


class StageError(ValueError):
    """A stage, or a setting of it, cannot be used; the message names the value and the rule."""


class Form(NamedTuple):
    """How a text must look: for the machine, and for the reader of the error."""

    pattern: str
    words: str


STAGE_NAME = Form(r"[a-z][a-z0-9-]{0,19}", "at most 20 of a-z, 0-9 and -, a letter first")
WORKGROUP = Form(r"[a-z0-9-]{3,64}", "3 to 64 of a-z, 0-9 and -")
WORKGROUP_ID = Form(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "the UUID that ends its ARN")
CLUSTER = Form(r"[a-z][a-z0-9-]{0,62}", "at most 63 of a-z, 0-9 and -, a letter first")
DATABASE = Form(r"[A-Za-z_][\w.$-]{0,126}", "an identifier of at most 127 characters")
ROLE_ARN = Form(
    r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,576}", "the whole ARN of an IAM role"
)
SECRET_ARN = Form(
    r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+",
    "the whole ARN of a Secrets Manager secret",
)

MAIL_ADDRESS = Form(
    r"[A-Za-z0-9._+-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*",
    "an e-mail address alone, its domain in small letters",
)
MFA = Form("off|optional|required", "off, optional or required")
ACCOUNT = Form(r"\d{12}", "the 12 digits of an AWS account")
REGION = Form(r"[a-z]{2}(-[a-z]+)+-\d", "a Region such as eu-central-1")
DOMAIN_NAME = Form(
    r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", "a DNS name in small letters"
)
CERTIFICATE_ARN = Form(
    r"arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate/[0-9a-f-]{36}",
    "the ARN of an ACM certificate in us-east-1, whichever Region the stage is in",
)
APP_URL = Form(
    r"(https://[a-z0-9.-]+|http://localhost)(:\d{1,5})?(/[\w.~-]+)*",
    "an https address without a / at its end, or http://localhost",
)


def check_form(name: str, value: str | None, form: Form) -> None:
    if value is not None and not re.fullmatch(form.pattern, value):
        raise StageError(f"`{name}` is {value!r}; it must be {form.words}.")


def check_range(name: str, value: int, maximum: int, whose: str) -> None:
    if not 1 <= value <= maximum:
        raise StageError(f"`{name}` is {value:,}; {whose} takes 1 to {maximum:,}.")
