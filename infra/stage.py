"""Settings of a stage: what differs between dev, staging and production, and nothing else.

`stages.toml` holds them; each default is the safe choice, so a new stage starts closed and kept.
"""

import re
import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

STAGES_FILE = Path(__file__).parent / "stages.toml"

# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
LOG_RETENTION_DAYS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545),
    *(731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
MAX_QUERY_DEPTH = 75  # https://docs.aws.amazon.com/general/latest/gr/appsync.html
MAX_RESOLVERS = 10_000
MAX_RUNNING = 500  # https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
MAX_DOWNLOAD_MINUTES = 15  # credentials that sign an address are renewed so long before their end
MAX_EXPORT_DAYS = 30  # then the record goes
MAX_WAITING = 1_000  # all places of an owner are one item, which every submission writes


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
ACCOUNT = Form(r"\d{12}", "the 12 digits of an AWS account")
REGION = Form(r"[a-z]{2}(-[a-z]+)+-\d", "a Region such as eu-central-1")
APP_URL = Form(
    r"(https://[a-z0-9.-]+|http://localhost)(:\d{1,5})?(/[\w.~-]+)*",
    "an https address without a / at its end, or http://localhost",
)


@dataclass(frozen=True)
class Warehouse:
    """The Redshift that runs the statements: a Serverless workgroup or a provisioned cluster."""

    database: str
    workgroup: str | None = None
    workgroup_id: str | None = None  # None: any workgroup of the account and Region
    cluster: str | None = None
    database_user: str | None = None  # of a cluster, signed in by temporary credentials
    secret_arn: str | None = None  # of a cluster, signed in by a stored password
    copy_role: str | None = None  # by which Redshift reads S3; None: its own default role

    def __post_init__(self) -> None:
        _check_form("database", self.database, DATABASE)
        _check_form("workgroup", self.workgroup, WORKGROUP)
        _check_form("workgroup_id", self.workgroup_id, WORKGROUP_ID)
        _check_form("cluster", self.cluster, CLUSTER)
        _check_form("database_user", self.database_user, DATABASE)
        _check_form("secret_arn", self.secret_arn, SECRET_ARN)
        _check_form("copy_role", self.copy_role, ROLE_ARN)
        credentials = [self.database_user, self.secret_arn].count(None)
        if (self.workgroup is None) == (self.cluster is None):
            raise StageError("needs `workgroup` or `cluster`; give one of the two.")
        if self.cluster is not None and credentials != 1:
            raise StageError("with `cluster` needs `database_user` or `secret_arn`; give one.")
        if self.cluster is not None and self.workgroup_id is not None:
            raise StageError("with `cluster` takes no `workgroup_id`; leave it out.")
        if self.workgroup is not None and credentials != 2:
            raise StageError("with `workgroup` signs in by IAM; leave out user and secret.")

    def environment(self) -> dict[str, str]:
        """The variables by which a Lambda knows its warehouse."""
        variables = {
            "WAREHOUSE_DATABASE": self.database,
            "WAREHOUSE_WORKGROUP": self.workgroup,
            "WAREHOUSE_CLUSTER": self.cluster,
            "WAREHOUSE_DB_USER": self.database_user,
            "WAREHOUSE_SECRET_ARN": self.secret_arn,
        }
        return {name: value for name, value in variables.items() if value is not None}


@dataclass(frozen=True)
class Stage:
    """One deployment of Querycast."""

    name: str
    warehouse: Warehouse
    api_key: bool = False  # whoever holds the key may ask; for trying out
    introspection: bool = False
    self_sign_up: bool = False  # people make accounts by themselves; else an administrator invites
    protected: bool = True  # refuse deletion; keep the data when the stack goes
    query_depth_limit: int = 10  # the deepest useful document has 5 levels
    resolver_count_limit: int = 25  # resolvers that one document may run
    log_retention_days: int = 90
    running_limit: int = 5  # queries of one owner that Redshift is given at once
    waiting_limit: int = 100  # further ones that wait for their turn; beyond, they are refused
    sample_data: bool = False  # make tables for the taxi trips, which the reports here are about
    export_days: int = 7  # that S3 keeps the files of an export
    download_minutes: int = 15  # that an address of such a file is valid
    mail_from: str | None = None  # whom mails come from; None: none are sent
    app_url: str | None = None  # where the application is, to which notices link
    account: str | None = None  # where it belongs: infra/doctor.py accepts no other
    region: str | None = None  # as above
    web_hosting: bool = False  # serve the web application by CloudFront; one machine does itself

    def __post_init__(self) -> None:
        _check_form("name", self.name, STAGE_NAME)
        _check_form("mail_from", self.mail_from, MAIL_ADDRESS)
        _check_form("app_url", self.app_url, APP_URL)
        _check_form("account", self.account, ACCOUNT)
        _check_form("region", self.region, REGION)
        _check_range("query_depth_limit", self.query_depth_limit, MAX_QUERY_DEPTH, "AppSync")
        _check_range("resolver_count_limit", self.resolver_count_limit, MAX_RESOLVERS, "AppSync")
        _check_range("running_limit", self.running_limit, MAX_RUNNING, "Redshift's Data API")
        _check_range("waiting_limit", self.waiting_limit, MAX_WAITING, "an owner's queue")
        _check_range("export_days", self.export_days, MAX_EXPORT_DAYS, "a record")
        _check_range("download_minutes", self.download_minutes, MAX_DOWNLOAD_MINUTES, "a signer")
        if self.log_retention_days not in LOG_RETENTION_DAYS:
            raise StageError(
                f"`log_retention_days` is {self.log_retention_days}; CloudWatch Logs takes "
                f"{', '.join(map(str, LOG_RETENTION_DAYS))}."
            )

    @property
    def stack_name(self) -> str:
        return f"Querycast-{self.name}"


def read_stage(name: str, path: Path = STAGES_FILE) -> Stage:
    """The stage of that name.

    Raises:
        StageError: no such stage, or a setting that is unknown, missing, mistyped or out of range.
    """
    stages = _read_toml(path)
    if name not in stages:
        raise StageError(
            f"Stage {name!r} is not in {path.name}, which has {', '.join(stages) or 'none'}. "
            f"Choose one of them, or add a table [{name}]."
        )
    try:
        return _stage(name, stages[name])
    except StageError as error:
        raise StageError(f"{path.name} [{name}]: {error}") from None


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise StageError(f"{path.name} is not valid TOML: {error}.") from None


def _stage(name: str, table: Any) -> Stage:
    settings = {"name": name, **_table(table)}
    warehouse = _table(settings.get("warehouse", {}))
    try:
        settings["warehouse"] = Warehouse(**_checked(Warehouse, warehouse))
    except StageError as error:
        raise StageError(f"warehouse {error}") from None
    return Stage(**_checked(Stage, settings))


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise StageError(f"is {value!r}; write a table of settings.")
    return value


def _checked(settings: type[Stage] | type[Warehouse], values: dict[str, Any]) -> dict[str, Any]:
    """The values, each known to the class and of the type that it declares."""
    known = {field.name: field for field in fields(settings)}
    for name, value in values.items():
        if name not in known:
            raise StageError(f"has an unknown setting `{name}`; there are {', '.join(known)}.")
        declared: Any = known[name].type
        if not isinstance(value, declared) or (declared is int and isinstance(value, bool)):
            wanted = getattr(declared, "__name__", "str").replace("UnionType", "str")
            raise StageError(f"`{name}` is {value!r}; it must be of type {wanted}.")
    for name, field in known.items():
        if field.default is MISSING and name not in values:
            raise StageError(f"lacks `{name}`; add it.")
    return values


def _check_form(name: str, value: str | None, form: Form) -> None:
    if value is not None and not re.fullmatch(form.pattern, value):
        raise StageError(f"`{name}` is {value!r}; it must be {form.words}.")


def _check_range(name: str, value: int, maximum: int, whose: str) -> None:
    if not 1 <= value <= maximum:
        raise StageError(f"`{name}` is {value:,}; {whose} takes 1 to {maximum:,}.")
