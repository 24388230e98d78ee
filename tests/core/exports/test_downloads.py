"""Addresses of files: for who may read them now, for minutes, and in no record."""

from datetime import timedelta

import pytest

from core.access import Caller
from core.aws.query_table import item_from_record, record_from_item
from core.errors import InvalidId, NotAnExport, QueryNotFinished, QueryNotFound, ResultExpired
from core.exports.assemble import assemble
from core.exports.downloads import get_downloads
from core.exports.export import ExportFormat
from core.exports.export_query import ExportQueryInput
from core.parameters import ParameterInput
from core.push import pushed
from core.query import QueryExecution
from core.report import ID
from core.statement import StatementStatus
from tests.core.exports.exporting import Exporting, exporting
from tests.fakes import FakeServices


@pytest.fixture
def running(services: FakeServices, ana: Caller) -> Exporting:
    month = [ParameterInput("month", "2015-06")]
    input = ExportQueryInput(ID("taxi_by_day"), ExportFormat.JSON, parameters=month)
    return exporting(services, ana, input)


@pytest.fixture
def export(running: Exporting) -> Exporting:
    """One that has ended well, with two files."""
    running.unload(b'{"n":1}\n', b'{"n":2}\n')
    assemble(running.services.context, running.query.id)
    return running


def test_each_file_has_an_address_for_a_quarter_of_an_hour(ana: Caller, export: Exporting) -> None:
    services = export.services
    first, second = get_downloads(services.context, ana, export.query.id)
    assert first.url == f"https://s3/{export.prefix}part-000?as={first.name}&seconds=900"
    assert first.valid_until == services.clock() + timedelta(minutes=15)
    assert (second.name, second.bytes) == ("taxi_by_day-002.jsonl", 8)


def test_another_users_export_is_unknown(ben: Caller, export: Exporting) -> None:
    with pytest.raises(QueryNotFound):
        get_downloads(export.services.context, ben, export.query.id)
    with pytest.raises(InvalidId):
        get_downloads(export.services.context, ben, ID("mine"))


def test_who_has_lost_the_reports_group_gets_no_address(services: FakeServices) -> None:
    ada = Caller(ID("ada"), frozenset({"administrators"}))
    export = exporting(services, ada, ExportQueryInput(ID("audit"), ExportFormat.JSON))
    export.unload(b"{}\n")
    assemble(services.context, export.query.id)
    assert len(get_downloads(services.context, ada, export.query.id)) == 1
    with pytest.raises(QueryNotFound):
        get_downloads(services.context, Caller(ID("ada")), export.query.id)


def test_a_report_has_no_files(services: FakeServices, ana: Caller, query: QueryExecution) -> None:
    with pytest.raises(NotAnExport, match="getQueryResult"):
        get_downloads(services.context, ana, query.id)


def test_before_the_end_there_is_no_address(ana: Caller, running: Exporting) -> None:
    with pytest.raises(QueryNotFinished, match="is SUBMITTED"):
        get_downloads(running.services.context, ana, running.query.id)
    running.end(StatementStatus.FAILED, "ERROR: no")
    with pytest.raises(QueryNotFinished, match="ended FAILED"):
        get_downloads(running.services.context, ana, running.query.id)


def test_files_that_are_gone_have_no_address(ana: Caller, export: Exporting) -> None:
    export.services.clock.pass_by(days=7)
    with pytest.raises(ResultExpired, match="2026-11-27"):
        get_downloads(export.services.context, ana, export.query.id)


def test_a_push_tells_of_files_but_not_where_they_are(export: Exporting) -> None:
    query = pushed(export.services.context, export.record)
    assert query is not None
    assert query.export is not None
    assert len(query.export.files) == 2
    assert export.prefix.split("/")[3] not in repr(query)


def test_an_export_is_stored_as_it_is(export: Exporting, running: Exporting) -> None:
    assert record_from_item(item_from_record(export.record)) == export.record
    for record in export.services.queries.history:
        assert record_from_item(item_from_record(record)) == record


def test_only_what_waits_for_its_files_says_so(export: Exporting) -> None:
    awaiting = [
        "awaitsFiles" in item_from_record(record) for record in export.services.queries.history
    ]
    assert awaiting == [False, False, True, False]
