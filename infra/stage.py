"""Settings of a stage: what differs between dev, staging and production, and nothing else.

`stages.toml` holds them; each default is the safe choice, so a new stage starts closed and kept.
"""

import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from infra.domain import Domain
from infra.settings_forms import (
    ACCOUNT,
    APP_URL,
    MAIL_ADDRESS,
    MFA,
    REGION,
    STAGE_NAME,
    StageError,
    check_form,
    check_range,
)
from infra.warehouse import Warehouse

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
FEWEST_REQUESTS = (
    10  # https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
)
MAX_WAITING = 1_000  # all places of an owner are one item, which every submission writes


@dataclass(frozen=True)
class Stage:
    """One deployment of Querycast."""

    name: str
    warehouse: Warehouse
    api_key: bool = False  # whoever holds the key may ask; for trying out
    introspection: bool = False
    self_sign_up: bool = False  # people make accounts by themselves; else an administrator invites
    mfa: str = "required"  # an authenticator app's code besides the password; or optional, off
    customer_key: bool = (
        False  # a KMS key of the account's own; else AWS's keys, which cost nothing
    )
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
    administrator: str | None = None  # whom a deployment invites and makes one; None: nobody
    alarms_to: str | None = None  # whom alarms are mailed to; None: nobody, they only show
    dashboard: bool = True  # and the saved query of one query's story; one machine has neither
    rate_limit: int | None = None  # requests of one address in five minutes; None: no firewall
    api_domain: Domain | None = None  # a name of one's own for the API
    web_domain: Domain | None = None  # and for the web application, where CloudFront serves it
    web_hosting: bool = False  # serve the web application by CloudFront; one machine does itself

    def __post_init__(self) -> None:
        check_form("name", self.name, STAGE_NAME)
        check_form("mfa", self.mfa, MFA)
        check_form("mail_from", self.mail_from, MAIL_ADDRESS)
        check_form("app_url", self.app_url, APP_URL)
        check_form("alarms_to", self.alarms_to, MAIL_ADDRESS)
        check_form("administrator", self.administrator, MAIL_ADDRESS)
        check_form("account", self.account, ACCOUNT)
        check_form("region", self.region, REGION)
        check_range("query_depth_limit", self.query_depth_limit, MAX_QUERY_DEPTH, "AppSync")
        check_range("resolver_count_limit", self.resolver_count_limit, MAX_RESOLVERS, "AppSync")
        check_range("running_limit", self.running_limit, MAX_RUNNING, "Redshift's Data API")
        check_range("waiting_limit", self.waiting_limit, MAX_WAITING, "an owner's queue")
        check_range("export_days", self.export_days, MAX_EXPORT_DAYS, "a record")
        check_range("download_minutes", self.download_minutes, MAX_DOWNLOAD_MINUTES, "a signer")
        if self.rate_limit is not None and self.rate_limit < FEWEST_REQUESTS:
            raise StageError(f"`rate_limit` is {self.rate_limit}; WAF takes {FEWEST_REQUESTS} up.")
        if self.web_domain is not None and not self.web_hosting:
            raise StageError("with `web_domain` needs `web_hosting = true`; set it.")
        if self.warehouse.account is not None:
            self._check_accounts(self.warehouse.account)
        if self.log_retention_days not in LOG_RETENTION_DAYS:
            raise StageError(
                f"`log_retention_days` is {self.log_retention_days}; CloudWatch Logs takes "
                f"{', '.join(map(str, LOG_RETENTION_DAYS))}."
            )

    def _check_accounts(self, of_warehouse: str) -> None:
        if self.account is None:
            raise StageError("with a warehouse's `account` needs its own `account`; add it.")
        if self.account == of_warehouse:
            raise StageError(
                f"`account` is {self.account}, and the warehouse's is the same; leave that out."
            )

    @property
    def stack_name(self) -> str:
        return f"Querycast-{self.name}"


Settings = type[Stage] | type[Warehouse] | type[Domain]
TABLES: dict[str, Settings] = {  # settings that are tables themselves
    "warehouse": Warehouse,
    "api_domain": Domain,
    "web_domain": Domain,
}


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
    settings = {"name": name, "warehouse": {}, **_table(table)}
    for inner, kind in TABLES.items():
        if inner in settings:
            settings[inner] = _inner(inner, kind, _table(settings[inner]))
    return Stage(**_checked(Stage, settings))


def _inner(name: str, kind: Settings, table: dict[str, Any]) -> Any:
    try:
        return kind(**_checked(kind, table))
    except StageError as error:
        raise StageError(f"{name} {error}") from None


def _table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise StageError(f"is {value!r}; write a table of settings.")
    return value


def _checked(settings: Settings, values: dict[str, Any]) -> dict[str, Any]:
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
