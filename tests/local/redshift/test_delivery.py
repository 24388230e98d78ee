"""Completion events: to whom, in which shape, and until they have arrived."""

import signal
import uuid

from tests.local.redshift.fake_aws import FUNCTION_ARN, FakeAws
from tests.local.redshift.server_process import ACCOUNT, REGION, WORKGROUP, ServerProcess

OURS = {"source": ["aws.redshift-data"], "detail-type": ["Redshift Data Statement Status Change"]}


def test_the_end_of_a_statement_is_told_as_eventbridge_tells_it(
    own_server: ServerProcess, aws: FakeAws
) -> None:
    aws.add_rule("ends", OURS)
    own_server.start()
    statement_id = own_server.run("select 1", WithEvent=True, StatementName="mine")["Id"]
    (event,) = aws.wait_for_invocations(1)
    detail = event["detail"]
    assert event["account"] == ACCOUNT
    assert event["region"] == REGION
    assert event["resources"] == [
        f"arn:aws:redshift-serverless:{REGION}:{ACCOUNT}:workgroup/{WORKGROUP}"
    ]
    assert (detail["statementId"], detail["statementName"]) == (statement_id, "mine")
    assert (detail["state"], detail["rows"]) == ("FINISHED", 1)
    assert uuid.UUID(event["id"])


def test_failed_and_aborted_statements_are_told(own_server: ServerProcess, aws: FakeAws) -> None:
    aws.add_rule("ends", OURS)
    own_server.start("--slots", "1")
    own_server.run("select * from nowhere", WithEvent=True)
    assert aws.wait_for_invocations(1)[0]["detail"]["state"] == "FAILED"


def test_only_what_asks_for_an_event_is_told(own_server: ServerProcess, aws: FakeAws) -> None:
    aws.add_rule("ends", OURS)
    own_server.start()
    own_server.run("select 1")
    own_server.run("select 1", WithEvent=True, StatementName="second")
    (event,) = aws.wait_for_invocations(1)
    assert event["detail"]["statementName"] == "second"


def test_a_batch_is_told_once(own_server: ServerProcess, aws: FakeAws) -> None:
    aws.add_rule("ends", OURS)
    own_server.start()
    batch = own_server.client().batch_execute_statement(
        Sqls=["select 1", "select 2"], WorkgroupName=WORKGROUP, Database="dev", WithEvent=True
    )
    own_server.ended(batch["Id"])
    single = own_server.run("select 1", WithEvent=True)
    told = [event["detail"]["statementId"] for event in aws.wait_for_invocations(2)]
    assert sorted(told) == sorted([batch["Id"], single["Id"]])


def test_rules_that_do_not_match_are_not_told(own_server: ServerProcess, aws: FakeAws) -> None:
    other = "arn:aws:lambda:eu-central-1:123456789012:function:other"
    aws.add_rule("others", {"source": ["aws.s3"]}, {"Id": "1", "Arn": other})
    aws.add_rule("scheduled", None, {"Id": "1", "Arn": other})
    aws.add_rule("ends", OURS)
    own_server.start()
    own_server.run("select 1", WithEvent=True)
    aws.wait_for_invocations(1)
    assert [function for function, _ in aws.invocations] == [FUNCTION_ARN]


def test_a_constant_input_replaces_the_event(own_server: ServerProcess, aws: FakeAws) -> None:
    aws.add_rule("ends", OURS, {"Id": "1", "Arn": FUNCTION_ARN, "Input": '{"constant":true}'})
    own_server.start()
    own_server.run("select 1", WithEvent=True)
    assert aws.wait_for_invocations(1) == [{"constant": True}]


def test_an_event_is_delivered_again_until_it_arrives(
    own_server: ServerProcess, aws: FakeAws
) -> None:
    aws.add_rule("ends", OURS)
    aws.fails = {FUNCTION_ARN: 3}
    own_server.start()
    own_server.run("select 1", WithEvent=True)
    assert len(aws.wait_for_invocations(1)) == 1


def test_a_target_that_has_the_event_does_not_get_it_again(
    own_server: ServerProcess, aws: FakeAws
) -> None:
    second = "arn:aws:lambda:eu-central-1:123456789012:function:second"
    first_target, second_target = {"Id": "1", "Arn": FUNCTION_ARN}, {"Id": "2", "Arn": second}
    aws.add_rule("ends", OURS, first_target, second_target)
    aws.fails = {second: 2}
    own_server.start()
    own_server.run("select 1", WithEvent=True)
    aws.wait_for_invocations(2)
    assert [function for function, _ in aws.invocations] == [FUNCTION_ARN, second]


def test_an_undelivered_event_survives_kill_9(own_server: ServerProcess, aws: FakeAws) -> None:
    aws.add_rule("ends", OURS)
    aws.fails = {FUNCTION_ARN: 1_000_000}
    own_server.start()
    statement_id = own_server.run("select 1", WithEvent=True)["Id"]
    own_server.kill(signal.SIGKILL)
    aws.fails = {}
    own_server.start()
    (event,) = aws.wait_for_invocations(1)
    assert event["detail"]["statementId"] == statement_id
