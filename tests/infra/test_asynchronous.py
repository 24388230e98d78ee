"""Whatever a function is called for that nobody waits for: tried again, bounded, kept, and told of.

Each test takes all resources of a kind, so one that is added later must hold, too.
"""

from collections.abc import Iterator
from typing import Any

from tests.infra.template import Template, text

DAY = 24 * 3600


def kept_in(template: Template) -> Iterator[tuple[str, str]]:
    """Each asynchronous path, and the queue where what it could not deliver ends."""
    for mapping in template.properties("Lambda::EventSourceMapping"):
        function, source = text(mapping["FunctionName"]), text(mapping["EventSourceArn"])
        if is_stream(mapping):
            kept = mapping["DestinationConfig"]["OnFailure"]["Destination"]
        else:
            queue = template.resources[source.removesuffix(".Arn")]["Properties"]
            kept = queue["RedrivePolicy"]["deadLetterTargetArn"]
        yield f"{source} to {function}", text(kept)
    for config in template.properties("Lambda::EventInvokeConfig"):
        kept = config["DestinationConfig"]["OnFailure"]["Destination"]
        yield f"calls of {text(config['FunctionName'])}", text(kept)
    for target in targets(template):
        yield f"events to {text(target['Arn'])}", text(target["DeadLetterConfig"]["Arn"])


def is_stream(mapping: Any) -> bool:
    return text(mapping["EventSourceArn"]).endswith(".StreamArn")


def called_unwaited(template: Template) -> set[str]:
    """The functions that a rule or Scheduler calls."""
    return {text(target["Arn"]).removesuffix(".Arn") for target in targets(template)}


def targets(template: Template) -> list[Any]:
    """Of rules and of schedules."""
    return [
        *(target for rule in template.properties("Events::Rule") for target in rule["Targets"]),
        *(schedule["Target"] for schedule in template.properties("Scheduler::Schedule")),
    ]


def test_what_cannot_be_delivered_is_kept_for_two_weeks(template: Template) -> None:
    for path, kept in kept_in(template):
        queue = template.resources[kept.removesuffix(".Arn")]["Properties"]
        assert queue["MessageRetentionPeriod"] == 14 * DAY, path


def test_where_it_is_kept_has_an_alarm(template: Template) -> None:
    watched = {
        text(dimension["Value"]).removesuffix(".QueueName")
        for alarm in template.properties("CloudWatch::Alarm")
        for dimension in alarm.get("Dimensions", ())
    }
    assert {kept.removesuffix(".Arn") for _, kept in kept_in(template)} <= watched


def test_a_function_that_is_called_unwaited_keeps_its_failures(template: Template) -> None:
    configured = {
        text(config["FunctionName"]) for config in template.properties("Lambda::EventInvokeConfig")
    }
    assert called_unwaited(template) <= configured


def test_calls_are_tried_again_a_bounded_time(template: Template) -> None:
    for config in template.properties("Lambda::EventInvokeConfig"):
        assert config["MaximumEventAgeInSeconds"] <= 3600
        assert config["MaximumRetryAttempts"] <= 2


def test_a_bad_record_is_told_apart_and_stops_no_stream(template: Template) -> None:
    for mapping in template.properties("Lambda::EventSourceMapping"):
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        if is_stream(mapping):
            assert mapping["BisectBatchOnFunctionError"]
            assert 0 < mapping["MaximumRetryAttempts"] <= 10
            assert mapping["MaximumRecordAgeInSeconds"] <= 3600


def test_no_source_takes_all_of_the_accounts_concurrency(template: Template) -> None:
    """Bounded where it is read: reserving for each function would need an account of over 100."""
    for mapping in template.properties("Lambda::EventSourceMapping"):
        if is_stream(mapping):
            assert mapping["ParallelizationFactor"] <= 10
        else:
            assert mapping["ScalingConfig"]["MaximumConcurrency"] <= 10


def test_what_is_handed_over_too_late_is_not_handed_over(template: Template) -> None:
    for target in targets(template):
        assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 3600
