import tomllib
from pathlib import Path

import pytest

from infra.settings_forms import StageError
from infra.stage import STAGES_FILE, read_stage

NAMES = sorted(tomllib.loads(STAGES_FILE.read_text()))
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/7f4c1d2e-5a6b-4c8d-9e0f-1a2b3c4d5e6f"
WAREHOUSE = '[test.warehouse]\nworkgroup = "reports"\ndatabase = "dev"\n'


@pytest.fixture
def stages_file(tmp_path: Path) -> Path:
    return tmp_path / "stages.toml"


@pytest.mark.parametrize("name", NAMES)
def test_each_stage_can_be_read(name: str) -> None:
    assert read_stage(name).name == name


def test_only_dev_takes_an_api_key_or_loses_its_data() -> None:
    stages = [read_stage(name) for name in NAMES]
    assert [stage.name for stage in stages if stage.api_key] == ["dev"]
    assert [stage.name for stage in stages if not stage.protected] == ["dev"]


def test_production_hides_its_schema() -> None:
    assert not read_stage("production").introspection


def test_a_stage_without_settings_is_closed_and_kept(stages_file: Path) -> None:
    stages_file.write_text(WAREHOUSE)
    stage = read_stage("test", stages_file)
    assert (stage.api_key, stage.introspection, stage.protected) == (False, False, True)
    assert stage.mfa == "required"


def test_the_environment_has_only_what_the_warehouse_needs(stages_file: Path) -> None:
    stages_file.write_text(WAREHOUSE)
    assert read_stage("test", stages_file).warehouse.environment() == {
        "WAREHOUSE_WORKGROUP": "reports",
        "WAREHOUSE_DATABASE": "dev",
    }


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("", "Stage 'test' is not in stages.toml, which has none. Choose one of them, or add"),
        ("[test", "stages.toml is not valid TOML: "),
        ("test = 3", r"stages.toml \[test\]: is 3; write a table of settings."),
        ("[test]", r"\[test\]: warehouse lacks `database`; add it."),
        ("[test]\ncolour = 'x'\n" + WAREHOUSE, "has an unknown setting `colour`; there are name,"),
        ("[test]\napi_key = 1\n" + WAREHOUSE, "`api_key` is 1; it must be of type bool."),
        (
            "[test]\nlog_retention_days = true\n" + WAREHOUSE,
            "`log_retention_days` is True; it must be of type int.",
        ),
        (
            "[test]\nlog_retention_days = 8\n" + WAREHOUSE,
            "`log_retention_days` is 8; CloudWatch Logs takes 1, 3, 5, 7,",
        ),
        (
            "[test]\nquery_depth_limit = 76\n" + WAREHOUSE,
            "`query_depth_limit` is 76; AppSync takes 1 to 75.",
        ),
        (
            "[test]\nresolver_count_limit = 0\n" + WAREHOUSE,
            "`resolver_count_limit` is 0; AppSync takes 1 to 10,000.",
        ),
        (
            "[test]\nrunning_limit = 501\n" + WAREHOUSE,
            "`running_limit` is 501; Redshift's Data API takes 1 to 500.",
        ),
        (
            "[test]\nwaiting_limit = 1001\n" + WAREHOUSE,
            "`waiting_limit` is 1,001; an owner's queue takes 1 to 1,000.",
        ),
        (
            "[test]\nexport_days = 31\n" + WAREHOUSE,
            "`export_days` is 31; a record takes 1 to 30.",
        ),
        (
            "[test]\ndownload_minutes = 16\n" + WAREHOUSE,
            "`download_minutes` is 16; a signer takes 1 to 15.",
        ),
        (
            "[test]\nmail_from = 'Me <me@example.com>'\n" + WAREHOUSE,
            "`mail_from` is 'Me <me@example.com>'; it must be an e-mail address alone,",
        ),
        (
            "[test]\napp_url = 'https://example.com/'\n" + WAREHOUSE,
            "`app_url` is 'https://example.com/'; it must be an https address without a /",
        ),
        ("[test]\nrate_limit = 9\n" + WAREHOUSE, "`rate_limit` is 9; WAF takes 10 up."),
        (
            "[test]\nmfa = 'sms'\n" + WAREHOUSE,
            "`mfa` is 'sms'; it must be off, optional or required.",
        ),
        ("[test]\nadministrator = 'Ada'\n" + WAREHOUSE, "`administrator` is 'Ada'; it must be an"),
        (
            "[test]\napi_domain = 'api.example.com'\n" + WAREHOUSE,
            "is 'api.example.com'; write a table of settings.",
        ),
        (
            WAREHOUSE + "[test.web_domain]\nname = 'Reports'\ncertificate_arn = 'mine'",
            "web_domain `name` is 'Reports'; it must be a DNS name in small letters.",
        ),
        (
            WAREHOUSE + f"[test.web_domain]\nname = 'a.example'\ncertificate_arn = '{CERTIFICATE}'",
            "with `web_domain` needs `web_hosting = true`; set it.",
        ),
        (
            WAREHOUSE + "[test.api_domain]\nname = 'a.example'\ncertificate_arn = 'mine'",
            "api_domain `certificate_arn` is 'mine'; it must be the ARN of an ACM certificate",
        ),
        ("[test]\naccount = '12'\n" + WAREHOUSE, "`account` is '12'; it must be the 12 digits of"),
        (
            f"[test]\naccount = '222222222222'\n{WAREHOUSE}account = '222222222222'",
            "`account` is 222222222222, and the warehouse's is the same; leave that out.",
        ),
        ("[test]\nregion = 'Paris'\n" + WAREHOUSE, "`region` is 'Paris'; it must be a Region"),
        (
            "[test]\napp_url = 'http://example.com'\n" + WAREHOUSE,
            "`app_url` is 'http://example.com'; it must be an https address",
        ),
    ],
)
def test_a_bad_setting_is_refused(stages_file: Path, settings: str, message: str) -> None:
    stages_file.write_text(settings)
    with pytest.raises(StageError, match=message):
        read_stage("test", stages_file)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("", "needs `workgroup` or `cluster`; give one of the two."),
        ("workgroup = 'wg1'\ncluster = 'c1'", "needs `workgroup` or `cluster`; give one"),
        ("workgroup = 'My Group'", "`workgroup` is 'My Group'; it must be 3 to 64 of a-z"),
        ("workgroup = 7", "`workgroup` is 7; it must be of type str."),
        ("workgroup = 'wg1'\nworkgroup_id = 'wg1'", "`workgroup_id` is 'wg1'; it must be the UUID"),
        ("workgroup = 'wg1'\ndatabase_user = 'me'", "signs in by IAM; leave out user and secret."),
        ("cluster = 'c1'", "with `cluster` needs `database_user` or `secret_arn`; give one."),
        ("cluster = 'c1'\nsecret_arn = 'mine'", "`secret_arn` is 'mine'; it must be the whole ARN"),
        ("cluster = 'c1'\ndatabase_user = 'me'\ncreate = true", "needs `workgroup`, and takes no"),
        (
            "workgroup = 'wg1'\ncreate = true\naccount = '222222222222'",
            "warehouse with `account` takes no `create = true`; it is there already.",
        ),
        (
            "workgroup = 'wg1'\ncopy_role = 'arn:aws:iam::222222222222:role/r'\n"
            "account = '222222222222'",
            "warehouse with `account` takes no `copy_role`; the account's own stack makes a role",
        ),
        (
            "cluster = 'c1'\nsecret_arn = 'arn:aws:secretsmanager:eu-west-1:111111111111:secret:s'"
            "\naccount = '222222222222'",
            "`secret_arn` is 'arn:aws:.*'; it must be of 222222222222.",
        ),
        (
            "workgroup = 'wg1'\naccount = '2'",
            "warehouse `account` is '2'; it must be the 12 digits",
        ),
        (
            "workgroup = 'wg1'\naccount = '222222222222'",
            r"\[test\]: with a warehouse's `account` needs its own `account`; add it.",
        ),
        ("cluster = 'c1'\nport = 5439", "warehouse has an unknown setting `port`; there are"),
    ],
)
def test_a_bad_warehouse_is_refused(stages_file: Path, settings: str, message: str) -> None:
    stages_file.write_text(f"[test.warehouse]\ndatabase = 'dev'\n{settings}")
    with pytest.raises(StageError, match=message):
        read_stage("test", stages_file)
