"""Whoever is woken by an alarm is told what it means: each has its section in docs/runbooks.md."""

import re

from infra.alarms import RUNBOOKS
from infra.sources import ROOT
from tests.infra.conftest import EVERYTHING
from tests.infra.template import Template, text

SECTIONS = {
    heading.lower() for heading in re.findall(r"^### (\w+)$", (ROOT / RUNBOOKS).read_text(), re.M)
}
REFERENCE = re.compile(rf"See {re.escape(RUNBOOKS)}#(\w+)$")


def named(template: Template) -> set[str]:
    """The sections that the alarms of a template name."""
    found = set()
    for alarm in template.properties("CloudWatch::Alarm"):
        match = REFERENCE.search(alarm["AlarmDescription"])
        assert match, f"{alarm['AlarmDescription']!r} names no section of {RUNBOOKS}"
        found.add(match[1])
    return found


def test_every_alarm_has_its_runbook_and_every_runbook_its_alarm(template: Template) -> None:
    assert named(template) == SECTIONS


def test_alarms_and_their_ends_are_mailed_to_whom_a_stage_says(
    templates: dict[str, Template],
) -> None:
    template = templates[EVERYTHING.name]
    for alarm in template.properties("CloudWatch::Alarm"):
        for actions in (alarm["AlarmActions"], alarm["OKActions"]):
            assert [text(each) for each in actions] == ["AlarmTopic"]
    [subscription] = template.properties("SNS::Subscription")
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", EVERYTHING.alarms_to)


def test_cloudwatch_may_use_the_key_of_the_topic(templates: dict[str, Template]) -> None:
    [key] = templates[EVERYTHING.name].properties("KMS::Key")
    assert key["EnableKeyRotation"]
    granted = [
        statement
        for statement in key["KeyPolicy"]["Statement"]
        if statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    ]
    assert [each["Action"] for each in granted] == [["kms:Decrypt", "kms:GenerateDataKey*"]]
    assert all("aws:SourceAccount" in each["Condition"]["StringEquals"] for each in granted)


def test_nobody_is_mailed_where_a_stage_names_nobody(production: Template) -> None:
    assert not any("AlarmActions" in each for each in production.properties("CloudWatch::Alarm"))


def test_one_querys_story_is_told_by_all_functions(production: Template) -> None:
    [query] = production.properties("Logs::QueryDefinition")
    logs = {text(name) for name in query["LogGroupNames"]}
    written = {
        text(function["LoggingConfig"]["LogGroup"])
        for function in production.properties("Lambda::Function")
    }
    assert logs == written
    assert 'correlation_id = "ID-OF-THE-QUERY"' in query["QueryString"]


def test_the_dashboard_shows_every_function_and_alarm(production: Template) -> None:
    [dashboard] = production.properties("CloudWatch::Dashboard")
    body = text(dashboard["DashboardBody"])
    assert {key for key in production.of("Lambda::Function") if key not in body} == set()
    assert {key for key in production.of("CloudWatch::Alarm") if f"{key}.Arn" not in body} == set()


def test_one_machine_has_no_console_to_show_them(dev: Template) -> None:
    assert not dev.of("CloudWatch::Dashboard")
    assert not dev.of("Logs::QueryDefinition")
