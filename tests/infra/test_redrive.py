"""Redriving, where no local stack can lead: streams that forget, and messages of others between."""

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra import redrive
from infra.deployed import Deployed

BATCH = {
    "streamArn": "stream",
    "shardId": "shard",
    "startSequenceNumber": "11",
    "endSequenceNumber": "13",
    "batchSize": 2,
}


def change(number: int, query_id: str, event: str = "MODIFY") -> dict[str, Any]:
    place = {"SequenceNumber": str(number), "Keys": {"id": {"S": query_id}}}
    return {"eventName": event, "dynamodb": place}


@dataclass
class Streams:
    """A shard with a record a page; `code`: what it refuses with instead."""

    records: list[dict[str, Any]]
    code: str | None = None

    def get_shard_iterator(self, **_: str) -> dict[str, str]:
        if self.code:
            raise ClientError({"Error": {"Code": self.code}}, "GetShardIterator")
        return {"ShardIterator": "0"}

    def get_records(self, ShardIterator: str) -> dict[str, Any]:
        at = int(ShardIterator)
        return {"Records": self.records[at : at + 1], "NextShardIterator": str(at + 1)}


@dataclass(frozen=True)
class Aws(Deployed):
    """The stack, its table with every query but `gone`, and the pushes that were asked for."""

    streams: Streams = field(default_factory=lambda: Streams([]))
    pushed: list[list[str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    revisited: list[Any] = field(default_factory=list)
    told: list[Any] = field(default_factory=list)

    def client(self, service: str) -> Any:
        return self.streams if service == "dynamodbstreams" else self

    def get_item(self, Key: dict[str, Any], **_: Any) -> dict[str, Any]:
        query_id = Key["id"]["S"]
        status = {"S": "FAILED" if query_id.startswith("ended") else "STARTED"}
        item = {**Key, "isSettled": {"BOOL": True}}
        if not query_id.startswith("owner#"):
            item["status"] = status
        if query_id.startswith("unloaded"):
            item["awaitsFiles"] = {"S": "yes"}
        return {} if query_id == "gone" else {"Item": item}

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        if FunctionName == "s":
            self.revisited.append(json.loads(Payload))
            return {"Payload": io.BytesIO(b"null")}
        records = json.loads(Payload)["Records"]
        if FunctionName in ("r", "x", "n"):
            self.revisited.extend(json.loads(record["body"]) for record in records)
        elif FunctionName == "a":
            self.told.extend(records)
        else:
            images = [record["dynamodb"]["NewImage"] for record in records]
            assert not any("isSettled" in image for image in images)
            self.pushed.append([image["id"]["S"] for image in images])
        failed = [{"itemIdentifier": each} for each in self.failures]
        return {"Payload": io.BytesIO(json.dumps({"batchItemFailures": failed}).encode())}


def aws(*records: dict[str, Any], code: str | None = None) -> Aws:
    functions = {"publishFunction": "p", "endedFunction": "e", "revisitFunction": "r"}
    more = {"exportFunction": "x", "notifyFunction": "n", "scheduledReportFunction": "s"}
    outputs = {**functions, **more, "queryTable": "t", "agendaChangedFunction": "a"}
    return Aws(outputs, Streams(list(records), code))


def test_each_query_of_the_places_is_pushed_once_and_none_beyond() -> None:
    stack = aws(change(11, "a"), change(12, "b"), change(13, "a"), change(14, "c"))
    assert redrive.publish_again(stack, {"DDBStreamBatchInfo": BATCH}) == "pushed a, b again"
    assert stack.pushed == [["a", "b"]]


def test_what_is_removed_or_has_expired_is_not_pushed() -> None:
    stack = aws(change(11, "gone"), change(12, "x", "REMOVE"), change(13, "a"))
    redrive.publish_again(stack, {"DDBStreamBatchInfo": BATCH})
    assert stack.pushed == [["a"]]


def test_what_is_no_query_is_not_pushed() -> None:
    stack = aws(change(11, "owner#ana"), change(13, "a"))
    redrive.publish_again(stack, {"DDBStreamBatchInfo": BATCH})
    assert stack.pushed == [["a"]]


def test_the_places_of_what_has_ended_are_passed_on() -> None:
    stack = aws(change(11, "ended-1"), change(12, "a"), change(13, "ended-2"))
    told = redrive.pass_on_again(stack, {"DDBStreamBatchInfo": BATCH})
    assert told == "passed on the places of ended-1, ended-2 again"
    assert stack.pushed == [["ended-1", "ended-2"]]


def test_an_export_whose_files_nobody_was_asked_for_is_passed_on() -> None:
    stack = aws(change(11, "a"), change(13, "unloaded"))
    redrive.pass_on_again(stack, {"DDBStreamBatchInfo": BATCH})
    assert stack.pushed == [["unloaded"]]


def test_a_query_is_looked_at_again() -> None:
    stack = aws()
    assert redrive.revisit_again(stack, {"queryId": "a", "attempt": 3}) == "looked at a again"
    assert stack.revisited == [{"queryId": "a", "attempt": 3}]
    stack.failures.append("a")
    with pytest.raises(redrive.NotMadeGood, match="r fails again for a"):
        redrive.revisit_again(stack, {"queryId": "a", "attempt": 3})


def test_the_files_of_an_export_are_made_again() -> None:
    stack = aws()
    assert redrive.export_again(stack, {"queryId": "a"}) == "made the files of a"
    assert stack.revisited == [{"queryId": "a"}]
    stack.failures.append("a")
    with pytest.raises(redrive.NotMadeGood, match="x fails again for a"):
        redrive.export_again(stack, {"queryId": "a"})


def test_a_notice_is_seen_to_again() -> None:
    stack = aws()
    assert redrive.notify_again(stack, {"queryId": "a"}) == "saw to the notice of a"
    stack.failures.append("a")
    with pytest.raises(redrive.NotMadeGood, match="n fails again for a"):
        redrive.notify_again(stack, {"queryId": "a"})


@pytest.mark.parametrize("is_of_lambda", [True, False])
def test_a_scheduled_report_is_called_for_again(is_of_lambda: bool) -> None:
    stack = aws()
    event = {"schedule": "a", "version": 2, "scheduledAt": "2026-11-20T12:00:00Z"}
    body = {"requestPayload": event} if is_of_lambda else event
    told = redrive.run_again(stack, body)
    assert told == "called schedule a for 2026-11-20T12:00:00Z again"
    assert stack.revisited == [event]


def test_many_queries_are_pushed_some_at_a_time() -> None:
    stack = aws(*(change(11, f"{n:02}") for n in range(23)), change(13, "99"))
    redrive.publish_again(stack, {"DDBStreamBatchInfo": BATCH})
    assert [len(ids) for ids in stack.pushed] == [10, 10, 4]


def test_a_push_that_fails_again_is_told() -> None:
    stack = aws(change(13, "a"))
    stack.failures.append("a")
    with pytest.raises(redrive.NotMadeGood, match="fails again for a"):
        redrive.publish_again(stack, {"DDBStreamBatchInfo": BATCH})


def agenda_change(number: int, event: str, **images: Any) -> dict[str, Any]:
    """As boto3 has it, with what is no JSON."""
    told = change(number, "event#a", event)
    told["dynamodb"] |= {"ApproximateCreationDateTime": datetime.now(UTC), **images}
    return told


def test_changes_of_the_agenda_are_told_as_they_were_and_removals_too() -> None:
    first, second = {"id": {"S": "1"}, "b": {"B": b"\xff"}}, {"id": {"S": "2"}}
    stack = aws(
        agenda_change(11, "INSERT", NewImage=first),
        agenda_change(12, "MODIFY", OldImage=first, NewImage=second),
        agenda_change(13, "REMOVE", OldImage=second),
        agenda_change(14, "INSERT", NewImage=first),
    )
    told = redrive.tell_again(stack, {"DDBStreamBatchInfo": BATCH})
    assert told == "told of 3 changes of the agenda again"
    as_json = {"id": {"S": "1"}, "b": {"B": "/w=="}}
    assert [
        (each["eventName"], each["dynamodb"].get("OldImage"), each["dynamodb"].get("NewImage"))
        for each in stack.told
    ] == [
        ("INSERT", None, as_json),
        ("MODIFY", as_json, second),
        ("REMOVE", second, None),
    ]
    assert all("ApproximateCreationDateTime" not in each["dynamodb"] for each in stack.told)


def test_changes_of_the_agenda_that_fail_again_or_are_forgotten_are_told() -> None:
    stack = aws(agenda_change(13, "INSERT"))
    stack.failures.append("13")
    with pytest.raises(redrive.NotMadeGood, match="a fails again for 13"):
        redrive.tell_again(stack, {"DDBStreamBatchInfo": BATCH})
    for code in redrive.FORGOTTEN:
        told = redrive.tell_again(aws(code=code), {"DDBStreamBatchInfo": BATCH})
        assert "the changes are older than the stream" in told


@pytest.mark.parametrize("code", redrive.FORGOTTEN)
def test_what_the_stream_has_forgotten_is_past(code: str) -> None:
    told = redrive.publish_again(aws(code=code), {"DDBStreamBatchInfo": BATCH})
    assert "the changes are older than the stream" in told


def test_a_place_that_the_stream_does_not_have_is_told() -> None:
    with pytest.raises(redrive.NotMadeGood, match="does not come to 13"):
        redrive.publish_again(aws(change(11, "a")), {"DDBStreamBatchInfo": BATCH})


def test_without_a_stack_there_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QUERYCAST_OUTPUTS", str(tmp_path / "none.json"))
    assert redrive.main([]) == 1
    assert "start it: make up" in capsys.readouterr().err
