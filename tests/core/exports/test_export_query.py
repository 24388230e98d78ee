"""Exporting is submitting: one lifecycle, with an end of its own."""

from dataclasses import replace

import pytest

from core.access import Caller
from core.cancel import cancel_query
from core.ended import after_change
from core.errors import (
    IdAlreadyUsed,
    InvalidExport,
    QueryNotFinished,
    StatementFailed,
    WarehouseBusy,
)
from core.exports.export import Compression, ExportFormat, ExportPhase
from core.exports.export_query import ExportQueryInput, export_query
from core.parameters import Parameter, ParameterInput
from core.query import QueryKind, QueryStatus
from core.read import get_query_result
from core.report import ID
from core.start import start
from core.statement import StatementStatus
from core.submit import SubmitQueryInput, submit_query
from core.sweep import sweep
from tests.core.conftest import QUERY_ID
from tests.core.exports.exporting import Exporting, exporting
from tests.fakes import BY_DAY, FakeServices


@pytest.fixture
def csv() -> ExportQueryInput:
    month = ParameterInput("month", "2015-06")
    return ExportQueryInput(ID("taxi_by_day"), ExportFormat.CSV, QUERY_ID, [month])


@pytest.fixture
def export(services: FakeServices, ana: Caller, csv: ExportQueryInput) -> Exporting:
    return exporting(services, ana, csv)


def test_an_export_is_a_query_of_its_kind(export: Exporting) -> None:
    query = export.query
    assert (query.kind, query.status) == (QueryKind.EXPORT, QueryStatus.SUBMITTED)
    assert query.export is not None
    assert query.export.formula_safe
    assert not query.export.single_file


def test_its_statements_are_one_batch_with_bound_values(
    services: FakeServices, export: Exporting
) -> None:
    [batch] = services.warehouse.batches
    assert batch[0].endswith("as select :month::date, NULL::varchar")
    assert f"to 's3://exports/{export.prefix}part-'" in batch[1]
    assert services.warehouse.started[0][2] == [Parameter("month", "2015-06-01")]


def test_its_key_tells_neither_its_owner_nor_itself(services: FakeServices, ana: Caller) -> None:
    input = ExportQueryInput(
        ID("taxi_by_day"), ExportFormat.CSV, None, [ParameterInput("month", "2015-06")]
    )
    first, second = (exporting(services, ana, input).prefix.split("/") for _ in range(2))
    assert first[:2] == second[:2]
    assert "ana" not in first[1]
    assert first[3] != second[3]
    assert len(first[3]) == 32


def test_the_same_export_asked_for_twice_is_one(
    services: FakeServices, ana: Caller, csv: ExportQueryInput, export: Exporting
) -> None:
    export.unload(b"1\n")
    assert export_query(services.context, ana, csv).id == export.query.id
    assert len(services.warehouse.batches) == 1


@pytest.mark.parametrize(
    "other",
    [{"format": ExportFormat.JSON}, {"compression": Compression.GZIP}, {"single_file": True}],
)
def test_one_id_for_two_exports_is_refused(
    services: FakeServices, ana: Caller, csv: ExportQueryInput, export: Exporting, other: object
) -> None:
    assert isinstance(other, dict)
    with pytest.raises(IdAlreadyUsed):
        export_query(services.context, ana, replace(csv, **other))


def test_one_id_for_a_report_and_its_export_is_refused(
    services: FakeServices, ana: Caller, june: SubmitQueryInput, export: Exporting
) -> None:
    with pytest.raises(IdAlreadyUsed):
        submit_query(services.context, ana, june)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"format": ExportFormat.PARQUET, "compression": Compression.GZIP}, "Compression GZIP"),
        ({"format": ExportFormat.JSON, "formula_safe": True}, "formulaSafe is for CSV"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_anything_is_done(
    services: FakeServices, ana: Caller, csv: ExportQueryInput, options: object, words: str
) -> None:
    assert isinstance(options, dict)
    with pytest.raises(InvalidExport, match=words):
        export_query(services.context, ana, replace(csv, **options))
    assert services.queries.records == {}
    assert services.places.of("ana").running == {}


def test_rows_in_s3_are_not_yet_the_end(export: Exporting) -> None:
    export.unload(b"1\n")
    query = export.record.query
    assert query.status is QueryStatus.STARTED
    assert query.export is not None
    assert [step.phase for step in query.export.steps] == [
        ExportPhase.STARTED,
        ExportPhase.UNLOADED,
    ]
    assert query.export.files == []


def test_rows_in_s3_have_files_made_of_them_once(export: Exporting) -> None:
    export.unload(b"1\n")
    after_change(export.services.context, export.record)
    assert export.services.export_queue.asked == [export.query.id]
    assert export.query.id in export.services.places.of("ana").running


def test_news_of_the_statement_changes_nothing_any_more(export: Exporting) -> None:
    export.unload(b"1\n")
    before = export.record
    export.end(StatementStatus.FINISHED)
    export.end(StatementStatus.FAILED, "ERROR: late")
    assert export.record.query.export == before.query.export


def test_a_failed_unload_is_told_in_redshifts_words(export: Exporting) -> None:
    export.end(StatementStatus.FAILED, "ERROR: S3ServiceException:Access Denied")
    query = export.record.query
    assert query.status is QueryStatus.FAILED
    assert query.error is not None
    assert query.error.message == "ERROR: S3ServiceException:Access Denied"


def test_a_report_that_fails_before_the_export_starts_is_told_likewise(
    services: FakeServices, ana: Caller, csv: ExportQueryInput
) -> None:
    services.warehouse.trouble = StatementFailed('ERROR: relation "t" does not exist')
    query = export_query(services.context, ana, csv)
    assert query.status is QueryStatus.FAILED
    assert query.error is not None
    assert (query.error.type, query.error.message[:5]) == ("StatementFailed", "ERROR")


def test_an_export_that_finds_no_room_waits_and_binds_the_same_when_it_starts(
    services: FakeServices, ana: Caller, csv: ExportQueryInput
) -> None:
    services.warehouse.trouble = WarehouseBusy("full")
    export = exporting(services, ana, csv)
    assert export.query.status is QueryStatus.QUEUED
    services.warehouse.trouble = None
    started = start(services.context, export.record, BY_DAY)
    assert started.query.status is QueryStatus.SUBMITTED
    assert export.prefix in services.warehouse.batches[0][1]


def test_a_cancelled_export_is_never_made_into_files(ana: Caller, export: Exporting) -> None:
    services = export.services
    cancel_query(services.context, ana, export.query.id)
    assert services.warehouse.statements[export.statement_id].status is StatementStatus.ABORTED
    export.unload(b"1\n")  # it was faster
    query = export.record.query
    assert query.status is QueryStatus.ABORTED
    assert query.error is not None
    assert query.error.type == "QueryCancelled"


def test_an_export_is_cancelled_at_once_while_its_files_are_made(
    ana: Caller, export: Exporting
) -> None:
    export.unload(b"1\n")
    query = cancel_query(export.services.context, ana, export.query.id)
    assert query.status is QueryStatus.ABORTED
    assert not export.record.needs_sweeping


def test_an_export_has_no_result_but_files(ana: Caller, export: Exporting) -> None:
    export.unload(b"1\n")
    with pytest.raises(QueryNotFinished, match="getDownloads"):
        get_query_result(export.services.context, ana, export.query.id)


def test_the_sweeper_learns_that_rows_are_in_s3(export: Exporting) -> None:
    services = export.services
    services.files.unload(export.prefix, b"1\n")
    services.warehouse.set(export.statement_id, StatementStatus.FINISHED)
    assert sweep(services.context, export.record).is_unloaded


def test_the_sweeper_asks_again_for_files_that_nobody_made(export: Exporting) -> None:
    export.unload(b"1\n")
    services = export.services
    sweep(services.context, export.record)
    assert services.export_queue.asked == []  # they may be in the making
    services.clock.pass_by(minutes=8)
    sweep(services.context, export.record)
    assert services.export_queue.asked == [export.query.id]


def test_files_that_cannot_be_made_end_the_export(export: Exporting) -> None:
    export.unload(b"1\n")
    export.services.clock.pass_by(minutes=31)
    record = sweep(export.services.context, export.record)
    assert record.query.status is QueryStatus.FAILED
    assert record.query.error is not None
    assert record.query.error.type == "FilesLost"


def test_exports_are_timed_apart_from_their_report(
    services: FakeServices, ana: Caller, csv: ExportQueryInput
) -> None:
    services.durations.add("taxi_by_day", "1", 10)
    services.durations.add("taxi_by_day/export", "2", 5_000)
    assert export_query(services.context, ana, csv).estimated_duration_ms == 5_000


class Killed(BaseException):
    """The Lambda's environment is gone."""


def killed(*_: object) -> None:
    raise Killed


def test_an_export_whose_starter_was_killed_before_redshift_heard_of_it_starts_once(
    services: FakeServices, ana: Caller, csv: ExportQueryInput
) -> None:
    services.warehouse.trouble = Killed()
    with pytest.raises(Killed):
        export_query(services.context, ana, csv)
    services.warehouse.trouble = None
    record = sweep(services.context, services.queries.records[QUERY_ID])
    assert record.query.status is QueryStatus.SUBMITTED
    assert len(services.warehouse.statements) == 1


def test_an_export_whose_starter_was_killed_after_redshift_had_it_is_not_unloaded_twice(
    services: FakeServices, ana: Caller, csv: ExportQueryInput
) -> None:
    services.warehouse.after_execute = killed
    with pytest.raises(Killed):
        export_query(services.context, ana, csv)
    services.warehouse.after_execute = lambda: None
    record = sweep(services.context, services.queries.records[QUERY_ID])
    assert record.query.status is QueryStatus.SUBMITTED
    assert len(services.warehouse.started) == 1
    first, again = services.warehouse.batches
    assert first == again


def test_two_exports_of_the_same_share_nothing(
    services: FakeServices, ana: Caller, csv: ExportQueryInput, export: Exporting
) -> None:
    second = exporting(services, ana, replace(csv, id=None))
    assert second.query.status is QueryStatus.SUBMITTED
    assert len(services.warehouse.batches) == 2
    assert second.prefix != export.prefix
