"""The ends of a pipeline's runs: whom the topic tells what of them."""

from dataclasses import replace
from datetime import datetime

import pytest

from core.access import Caller
from core.catalogue import Catalogue
from core.errors import NoticeRefused
from core.notices.notify import Outcome
from core.notices.run_notice import run_message
from core.pipelines.pipeline import CompiledPipeline, NoticesOf
from core.pipelines.run import RunPipelineInput, run_pipeline, run_scheduled
from core.query import QueryExecution, QueryRecord
from core.report import ID
from core.statement import StatementStatus
from tests.core.notices.noticing import APP, Noticing
from tests.core.pipelines.conftest import SLOT
from tests.fakes import LOAD

ADA = Caller(ID("ada"), frozenset({"administrators"}))


@pytest.fixture
def noticing() -> Noticing:
    noticing = Noticing()
    publish(noticing, LOAD)
    return noticing


def publish(noticing: Noticing, pipeline: CompiledPipeline) -> None:
    noticing.fakes.catalogue = Catalogue({}, {"load": pipeline})


def run(
    noticing: Noticing, status: StatementStatus, error: str | None = None, slot: datetime = SLOT
) -> QueryExecution:
    """A scheduled run that has ended so."""
    record = run_scheduled(noticing.fakes.context, "load", slot)
    assert record is not None
    noticing.fakes.warehouse.now = noticing.fakes.clock()
    ended = noticing.end(record.query, status, error).query
    noticing.fakes.places.free(ended.owner, ended.id)
    return ended


def test_a_success_says_so_in_its_subject_its_text_and_its_attributes(noticing: Noticing) -> None:
    query = run(noticing, StatementStatus.FINISHED)
    assert noticing.notify(query) is Outcome.SENT
    assert noticing.message.subject == "Pipeline load has finished"
    assert noticing.message.attributes == {
        **{"pipeline": "load", "outcome": "success"},
        **{"status": "FINISHED", "queryId": query.id},
    }
    assert noticing.message.text.startswith(f"{LOAD.pipeline.title} has finished\n\n")
    assert "Started by  its schedule, for 2026-11-20 11:00:00 UTC\n" in noticing.message.text
    assert noticing.message.text.endswith(f"Open it: {APP}/queries/{query.id}\n")
    assert noticing.mails == []


def test_a_failure_says_what_failed_and_when_it_last_went_well(noticing: Noticing) -> None:
    run(noticing, StatementStatus.FINISHED)
    noticing.fakes.clock.pass_by(hours=1)
    slot = noticing.fakes.clock()
    query = run(noticing, StatementStatus.FAILED, "ERROR: no file", slot)
    noticing.notify(query)
    message = noticing.message
    assert message.subject == "Pipeline load failed"
    assert (message.attributes["outcome"], message.attributes["status"]) == ("failure", "FAILED")
    for part in ("StatementFailed", "Last good run  2026-11-20 12:00:00 UTC", "\nERROR: no file\n"):
        assert part in message.text


def test_a_pipeline_that_never_went_well_has_no_good_run(noticing: Noticing) -> None:
    noticing.notify(run(noticing, StatementStatus.FAILED, "ERROR"))
    assert "Last good run  none of it is recorded\n" in noticing.message.text


def test_a_run_by_hand_names_who_asked_and_one_that_was_left_out_says_why(
    noticing: Noticing,
) -> None:
    by_hand = run_pipeline(noticing.fakes.context, ADA, RunPipelineInput(ID("load")))
    left_out = run_scheduled(noticing.fakes.context, "load", SLOT)
    assert left_out is not None
    noticing.notify(left_out.query)
    assert noticing.message.subject == "Pipeline load was left out"
    assert noticing.message.attributes["outcome"] == "failure"
    assert "the run before had not ended" in noticing.message.text
    noticing.end(by_hand, StatementStatus.FINISHED)
    noticing.notify(by_hand)
    assert "Started by  user ada\n" in noticing.messages[1].text


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (NoticesOf.ALL, ["success", "failure"]),
        (NoticesOf.FAILURES, ["failure"]),
        (NoticesOf.NONE, []),
    ],
)
def test_the_pipelines_file_says_what_is_told(
    noticing: Noticing, wanted: NoticesOf, told: list[str]
) -> None:
    publish(noticing, replace(LOAD, notices=wanted))
    good = run(noticing, StatementStatus.FINISHED)
    noticing.fakes.clock.pass_by(minutes=1)
    bad = run(noticing, StatementStatus.FAILED, "ERROR", noticing.fakes.clock())
    for query in (good, bad):
        noticing.notify(query)
    assert [message.attributes["outcome"] for message in noticing.messages] == told


def test_of_a_pipeline_that_is_gone_all_is_told(noticing: Noticing) -> None:
    query = run(noticing, StatementStatus.FINISHED)
    noticing.fakes.catalogue = Catalogue({}, {})
    noticing.notify(query)
    assert noticing.message.text.startswith("load has finished\n")


def test_a_run_is_told_once_and_again_only_when_that_was_refused(noticing: Noticing) -> None:
    query = run(noticing, StatementStatus.FINISHED)

    def refuse() -> None:
        raise NoticeRefused("Rate exceeded")

    noticing.before = refuse
    with pytest.raises(NoticeRefused):
        noticing.notify(query)
    noticing.before = lambda: None
    assert [noticing.notify(query) for _ in range(2)] == [Outcome.SENT, Outcome.SENT_BEFORE]
    assert noticing.message


def test_a_subject_is_what_sns_takes(noticing: Noticing) -> None:
    query = run(noticing, StatementStatus.FINISHED)
    record: QueryRecord = noticing.fakes.queries.records[query.id]
    name = ID("\u00e9\n" * 100)
    message = run_message(record, name, Catalogue({}, {}), last_good_run=None, app_url=None)
    assert message.subject.isascii()
    assert message.subject.isprintable()
    assert len(message.subject) == 100
