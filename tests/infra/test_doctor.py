"""What the doctor finds in an account, whose answers have the form that botocore knows."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from infra import doctor
from infra.doctor import CHECKS, Check, result
from infra.readiness import account as account_room
from infra.readiness import mail, warehouse
from infra.readiness.account import (
    account_is_bootstrapped,
    account_is_meant,
    lambdas_have_room,
    region_is_meant,
    stack_can_be_deployed,
)
from infra.readiness.mail import mails_can_be_sent
from infra.readiness.warehouse import warehouse_answers, warehouse_is_there
from infra.stage import Stage
from infra.warehouse import Warehouse

PARAMETERS = ["stage", "clients"]
ACCOUNT = "123456789012"
CALLER = {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/ana", "UserId": "A"}
COPY_ROLE = f"arn:aws:iam::{ACCOUNT}:role/copy"
SERVERLESS = Warehouse(database="dev", workgroup="reports", copy_role=COPY_ROLE)
CLUSTER = Warehouse(database="dev", cluster="reports", database_user="querycast")
FINISHED = {"Id": "s", "Status": "FINISHED"}
WORKGROUP = {"status": "AVAILABLE", "workgroupId": "a-1", "namespaceName": "reports"}

Answers = Mapping[str, list[tuple[str, Any]]]  # of a service, in order; a text is an error's code
Account = Callable[[Answers], Any]


@pytest.fixture
def account() -> Iterator[Account]:
    """Clients of an account that gives these answers, all of which must be asked for."""
    with ExitStack() as stubbers:

        def clients(answers: Answers) -> Any:
            made = {}
            for service, given in answers.items():
                client: Any = boto3.client(  # type: ignore[call-overload]  # any of them
                    service, aws_access_key_id="A", aws_secret_access_key="s"
                )
                stubber = stubbers.enter_context(Stubber(client))
                for operation, answer in given:
                    if isinstance(answer, str):
                        stubber.add_client_error(operation, answer, answer)
                    else:
                        stubber.add_response(operation, answer)
                stubbers.callback(stubber.assert_no_pending_responses)
                made[service] = client
            return lambda service, **_: made[service]

        yield clients


def stage(**settings: Any) -> Stage:
    given: dict[str, Any] = {"name": "test", "warehouse": SERVERLESS} | settings
    return Stage(**given)


def test_every_check_is_run() -> None:
    rooms = (account_room, mail, warehouse)
    written = {
        check
        for room in rooms
        for check in vars(room).values()
        if inspect.isfunction(check) and list(inspect.signature(check).parameters) == PARAMETERS
    }
    assert set(CHECKS) == written


def test_the_account_is_told(account: Account) -> None:
    clients = account({"sts": [("get_caller_identity", CALLER)]})
    told = result(account_is_meant, stage(account=ACCOUNT), clients)
    assert told == f"ok  account {ACCOUNT}, as arn:aws:iam::{ACCOUNT}:user/ana"


def test_another_account_is_in_the_way(account: Account) -> None:
    clients = account({"sts": [("get_caller_identity", CALLER)]})
    told = result(account_is_meant, stage(account="9" * 12), clients)
    assert told.startswith(f"NO  You are in account {ACCOUNT}, and stage test belongs to 9999")


def test_another_region_is_in_the_way(account: Account) -> None:
    clients = account({"sts": []})
    told = result(region_is_meant, stage(region="eu-central-1"), clients)
    assert told == (
        "NO  The Region is us-east-1, and stage test belongs to eu-central-1: "
        "set AWS_DEFAULT_REGION=eu-central-1."
    )


def test_a_region_that_only_the_cdk_reads_is_in_the_way(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    told = result(region_is_meant, stage(), account({"sts": []}))
    assert told.startswith("NO  The Region is us-east-1, but the CDK would deploy to eu-west-1")


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"Parameter": {"Value": "28"}}, "ok  bootstrapped, version 28"),
        ({"Parameter": {"Value": "5"}}, "NO  The CDK's bootstrap stack has version 5, and 8"),
        ("ParameterNotFound", "NO  The account is not bootstrapped here: make bootstrap."),
        ("AccessDeniedException", "?   account_is_bootstrapped: you may not look"),
    ],
)
def test_the_bootstrap_must_be_recent(account: Account, answer: Any, told: str) -> None:
    clients = account({"ssm": [("get_parameter", answer)]})
    assert result(account_is_bootstrapped, stage(), clients).startswith(told)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("UPDATE_COMPLETE", "ok  Querycast-test will be updated"),
        ("ROLLBACK_COMPLETE", "NO  Querycast-test is ROLLBACK_COMPLETE, out of which only"),
        ("UPDATE_IN_PROGRESS", "NO  Querycast-test is UPDATE_IN_PROGRESS: wait"),
        ("UPDATE_ROLLBACK_FAILED", "NO  Querycast-test is UPDATE_ROLLBACK_FAILED: look at"),
    ],
)
def test_a_stack_in_a_dead_end_is_in_the_way(account: Account, status: str, told: str) -> None:
    described = {"StackName": "Querycast-test", "StackStatus": status, "CreationTime": 0}
    clients = account({"cloudformation": [("describe_stacks", {"Stacks": [described]})]})
    assert result(stack_can_be_deployed, stage(), clients).startswith(told)


@pytest.mark.parametrize(
    ("count", "begins"), [(1000, "ok  1,000"), (10, "NO  The account runs 10")]
)
def test_lambdas_need_room(account: Account, count: int, begins: str) -> None:
    limits = {"AccountLimit": {"UnreservedConcurrentExecutions": count}}
    clients = account({"lambda": [("get_account_settings", limits)]})
    assert result(lambdas_have_room, stage(), clients).startswith(begins)


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        ([f"IamRole(applyStatus=in-sync, iamRoleArn={COPY_ROLE})"], "ok  workgroup reports is AV"),
        ([], f"NO  The warehouse does not have the role {COPY_ROLE} of `copy_role`"),
    ],
)
def test_a_workgroup_must_have_the_role_of_copy(
    account: Account, roles: list[str], told: str
) -> None:
    namespace = {"namespace": {"iamRoles": roles}}
    answers = [("get_workgroup", {"workgroup": WORKGROUP}), ("get_namespace", namespace)]
    clients = account({"redshift-serverless": answers})
    assert result(warehouse_is_there, stage(), clients).startswith(told)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("ResourceNotFoundException", "NO  There is no workgroup reports"),
        ({"workgroup": WORKGROUP | {"status": "CREATING"}}, "NO  Workgroup reports is CREATING"),
    ],
)
def test_a_workgroup_must_be_there(account: Account, answer: Any, told: str) -> None:
    clients = account({"redshift-serverless": [("get_workgroup", answer)]})
    assert result(warehouse_is_there, stage(), clients).startswith(told)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"Clusters": [{"ClusterStatus": "available"}]}, "ok  cluster reports is available"),
        ({"Clusters": [{"ClusterStatus": "paused"}]}, "NO  Cluster reports is paused: resume it"),
        ("ClusterNotFound", "NO  There is no cluster reports"),
    ],
)
def test_a_cluster_must_be_there(account: Account, answer: Any, told: str) -> None:
    clients = account({"redshift": [("describe_clusters", answer)]})
    assert result(warehouse_is_there, stage(warehouse=CLUSTER), clients).startswith(told)


@pytest.mark.parametrize("check", [warehouse_is_there, warehouse_answers])
def test_a_warehouse_that_is_to_be_made_need_not_be_there(account: Account, check: Check) -> None:
    own = Warehouse(database="dev", workgroup="reports", create=True)
    assert result(check, stage(warehouse=own), account({})).startswith("ok")


@pytest.mark.parametrize(
    ("ended", "told"),
    [
        ({"Status": "FINISHED"}, "ok  database dev answers"),
        ({"Status": "FAILED", "Error": "no such user"}, "NO  Database dev did not answer"),
    ],
)
def test_the_warehouse_must_answer(account: Account, ended: Any, told: str) -> None:
    answers = [("execute_statement", {"Id": "s"}), ("describe_statement", {"Id": "s", **ended})]
    clients = account({"redshift-data": answers})
    assert result(warehouse_answers, stage(), clients).startswith(told)


ELSEWHERE = Warehouse(database="dev", workgroup="reports", account="2" * 12)
CREDENTIALS = {
    "AccessKeyId": "A" * 16,
    "SecretAccessKey": "s",
    "SessionToken": "t",
    "Expiration": datetime(2030, 1, 1, tzinfo=UTC),
}


def test_a_warehouse_of_another_account_is_asked_by_the_role_there(account: Account) -> None:
    elsewhere = stage(warehouse=ELSEWHERE, account=ACCOUNT)
    answers = [("execute_statement", {"Id": "s"}), ("describe_statement", FINISHED)]
    assumed = [("assume_role", {"Credentials": CREDENTIALS})]
    clients = account({"redshift-data": answers, "sts": assumed})
    assert result(warehouse_answers, elsewhere, clients) == "ok  database dev answers"
    told = result(warehouse_is_there, elsewhere, account({}))
    assert told == f"ok  reports is in account {'2' * 12}, which looks after it"


def test_a_role_that_lets_nobody_in_is_not_seen(account: Account) -> None:
    clients = account({"sts": [("assume_role", "AccessDenied")]})
    told = result(warehouse_answers, stage(warehouse=ELSEWHERE, account=ACCOUNT), clients)
    role = f"arn:aws:iam::{'2' * 12}:role/querycast-test-queries"
    assert told.startswith(f"?   {role} does not let you in. Has account {'2' * 12} deployed")


SENDING = {"SendingEnabled": True, "ProductionAccessEnabled": False}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (
            ["NotFoundException", {"VerifiedForSendingStatus": True}, SENDING],
            "ok  mails from q@example.com, verified as example.com; SANDBOX: to verified addresses",
        ),
        (["NotFoundException", "NotFoundException"], "NO  SES knows neither q@example.com nor"),
    ],
)
def test_whom_mails_come_from_must_be_verified(
    account: Account, answers: list[Any], told: str
) -> None:
    operations = ("get_email_identity", "get_email_identity", "get_account")
    asked = list(zip(operations, answers, strict=False))
    clients = account({"sesv2": asked})
    assert result(mails_can_be_sent, stage(mail_from="q@example.com"), clients).startswith(told)


def test_a_stage_that_sends_no_mails_asks_nothing_of_ses(account: Account) -> None:
    assert result(mails_can_be_sent, stage(), account({})).startswith("ok  no mails")


def test_an_unknown_stage_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor.main(["--stage", "moon"]) == 1
    assert "error: Stage 'moon' is not in stages.toml" in capsys.readouterr().err
