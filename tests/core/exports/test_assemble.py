"""Files of an export: made once, seen whole or not at all, wherever who makes them is killed."""

import gzip
import hashlib
from collections.abc import Callable

import pytest

import core.exports.assemble
from core.access import Caller
from core.cancel import cancel_query
from core.errors import QueryNotFinished
from core.exports.assemble import FilesNotRead, assemble
from core.exports.downloads import get_downloads
from core.exports.export import Compression, ExportFile, ExportFormat, ExportPhase
from core.exports.export_query import ExportQueryInput
from core.parameters import ParameterInput
from core.query import QueryExecution, QueryStatus
from core.report import ID
from core.result import Count
from tests.core.exports.exporting import ROWS, Exporting, exporting
from tests.fakes import FakeServices

Begin = Callable[..., Exporting]


class Killed(BaseException):
    """The Lambda's environment is gone, and with it whatever it was about to do."""


@pytest.fixture
def begin(services: FakeServices, ana: Caller) -> Begin:
    """Begins an export: `begin(ExportFormat.CSV, single_file=True)`."""

    def asked(format: ExportFormat, **options: object) -> Exporting:
        month = [ParameterInput("month", "2015-06")]
        input = ExportQueryInput(ID("taxi_by_day"), format, parameters=month, **options)  # type: ignore[arg-type]  # they are of it
        return exporting(services, ana, input)

    return asked


def made(export: Exporting) -> QueryExecution:
    """The export after its files were made."""
    record = assemble(export.services.context, export.query.id)
    assert record is not None
    return record.query


def contents(export: Exporting) -> list[bytes]:
    """What may be downloaded."""
    return [export.services.files.objects[key] for key in export.record.file_keys]


def csv_file(name: str, content: bytes) -> ExportFile:
    return ExportFile(name, Count(len(content)), hashlib.sha256(content).hexdigest())


def phases(query: QueryExecution) -> list[str]:
    assert query.export is not None
    return [step.phase.value for step in query.export.steps]


def test_the_parts_are_the_files(begin: Begin) -> None:
    export = begin(ExportFormat.CSV)
    export.unload(b"n\n1\n", b"n\n2\n3\n")
    query = made(export)
    assert query.status is QueryStatus.FINISHED
    assert phases(query) == ["STARTED", "UNLOADED", "READY"]
    assert query.export is not None
    assert query.export.files == [
        csv_file("taxi_by_day-001.csv", b"n\n1\n"),
        csv_file("taxi_by_day-002.csv", b"n\n2\n3\n"),
    ]
    assert (query.result_rows, query.result_bytes) == (ROWS, 10)
    assert contents(export) == [b"n\n1\n", b"n\n2\n3\n"]


def test_one_file_has_one_header_and_what_it_was_made_of_is_removed(begin: Begin) -> None:
    export = begin(ExportFormat.CSV, single_file=True)
    export.unload(b"1\n", b"", b"2\n3\n")
    query = made(export)
    assert phases(query) == ["STARTED", "UNLOADED", "JOINED", "READY"]
    assert contents(export) == [b"n\n1\n2\n3\n"]
    assert list(export.services.files.objects) == [f"{export.prefix}joined"]
    assert query.export is not None
    assert [file.name for file in query.export.files] == ["taxi_by_day.csv"]


def test_one_compressed_file_is_read_as_one(begin: Begin) -> None:
    export = begin(ExportFormat.CSV, single_file=True, compression=Compression.GZIP)
    export.unload(gzip.compress(b"1\n"), gzip.compress(b"2\n"))
    query = made(export)
    assert gzip.decompress(contents(export)[0]) == b"n\n1\n2\n"
    assert query.export is not None
    assert query.export.files[0].name == "taxi_by_day.csv.gz"


def test_lines_of_json_have_no_header(begin: Begin) -> None:
    export = begin(ExportFormat.JSON, single_file=True)
    export.unload(b'{"n":1}\n', b'{"n":2}\n')
    made(export)
    assert contents(export) == [b'{"n":1}\n{"n":2}\n']


def test_no_rows_are_a_file_with_a_header(begin: Begin) -> None:
    export = begin(ExportFormat.CSV, single_file=True)
    export.unload()
    made(export)
    assert contents(export) == [b"n\n"]


def test_one_parquet_file_is_redshifts_own(begin: Begin) -> None:
    export = begin(ExportFormat.PARQUET, single_file=True)
    export.unload(b"PAR1")
    assert phases(made(export)) == ["STARTED", "UNLOADED", "READY"]
    assert export.record.file_keys == (f"{export.prefix}part-000",)


def test_parquet_that_is_too_large_for_one_file_says_what_to_do(begin: Begin) -> None:
    export = begin(ExportFormat.PARQUET, single_file=True)
    export.unload(b"PAR1", b"PAR1")
    query = made(export)
    assert query.status is QueryStatus.FAILED
    assert query.error is not None
    assert query.error.type == "ExportTooLarge"
    assert "without singleFile" in query.error.message


@pytest.mark.parametrize(("limit", "words"), [("MAX_BYTES", "most 1"), ("MAX_FILES", "than 1")])
def test_an_export_has_its_limits(
    begin: Begin, monkeypatch: pytest.MonkeyPatch, limit: str, words: str
) -> None:
    monkeypatch.setattr(core.exports.assemble, limit, 1)
    export = begin(ExportFormat.JSON)
    export.unload(b"1", b"2")
    query = made(export)
    assert query.error is not None
    assert query.error.type == "ExportTooLarge"
    assert words in query.error.message
    assert export.services.files.objects == {}


def test_files_expire_before_s3_removes_them(begin: Begin) -> None:
    export = begin(ExportFormat.JSON)
    started_at = export.record.executed_at
    export.services.clock.pass_by(hours=1)
    export.unload(b"{}\n")
    query = made(export)
    assert started_at is not None
    assert query.result_expires_at == started_at + export.services.context.exports.kept


def test_a_message_that_comes_again_changes_nothing(begin: Begin) -> None:
    export = begin(ExportFormat.CSV, single_file=True)
    export.unload(b"1\n")
    first = made(export)
    assert made(export) == first
    assert export.services.files.calls.count("join") == 1


def test_what_has_not_come_to_s3_is_left_alone(begin: Begin) -> None:
    export = begin(ExportFormat.CSV)
    assert made(export).status is QueryStatus.SUBMITTED
    assert assemble(export.services.context, "0f1c2a4e-8b1d-4c57-9a53-0d5f3e2b7a10") is None


def test_a_file_of_another_size_than_redshift_wrote_is_given_to_nobody(begin: Begin) -> None:
    export = begin(ExportFormat.JSON)
    export.unload(b"{}\n")
    files = export.services.files
    files.read = lambda key: iter([b"{"])  # type: ignore[method-assign]  # it was cut
    with pytest.raises(FilesNotRead):
        assemble(export.services.context, export.query.id)
    assert export.record.query.status is QueryStatus.STARTED


def test_an_export_that_is_cancelled_while_its_files_are_joined_gives_none(
    begin: Begin, ana: Caller
) -> None:
    export = begin(ExportFormat.CSV, single_file=True)
    export.unload(b"1\n")
    services = export.services
    services.files.after = lambda _: cancel_query(services.context, ana, export.query.id)
    assert made(export).status is QueryStatus.ABORTED
    assert "read" not in services.files.calls
    assert export.record.file_keys == ()


SIDE_EFFECTS = 7  # join, its record, a read, the end's record, and three deletions


@pytest.mark.parametrize("survived", range(SIDE_EFFECTS))
def test_wherever_who_makes_the_files_is_killed_they_are_whole_and_the_export_ends_once(
    begin: Begin, ana: Caller, survived: int
) -> None:
    export = begin(ExportFormat.CSV, single_file=True)
    export.unload(b"1\n", b"2\n3\n")
    left = kill_after(export.services, survived)
    with pytest.raises(Killed):
        assemble(export.services.context, export.query.id)
    if not export.record.query.status.is_final:
        with pytest.raises(QueryNotFinished):
            get_downloads(export.services.context, ana, export.query.id)
    left.clear()
    assert made(export).status is QueryStatus.FINISHED
    assert contents(export) == [b"n\n1\n2\n3\n"]
    ends = [record for record in export.services.queries.history if record.query.status.is_final]
    assert len(ends) == 1
    assert len(export.services.warehouse.batches) == 1


def test_there_is_no_further_side_effect(begin: Begin) -> None:
    """Or the test above would not kill at each."""
    export = begin(ExportFormat.CSV, single_file=True)
    export.unload(b"1\n", b"2\n3\n")
    kill_after(export.services, SIDE_EFFECTS)
    made(export)


def kill_after(services: FakeServices, survived: int) -> list[int]:
    """Kill right after so many side effects and one more; clear the list to stop that."""
    left = [survived]

    def happened(_: object = None) -> None:
        if left:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

    replace = services.queries.replace

    def replaced(record: object, expected_version: int) -> bool:
        is_replaced = replace(record, expected_version)  # type: ignore[arg-type]  # it is one
        happened()
        return is_replaced

    services.files.after = happened
    services.queries.replace = replaced  # type: ignore[method-assign]  # the same, but killed
    return left


def test_two_at_once_end_it_once(begin: Begin) -> None:
    export = begin(ExportFormat.CSV, single_file=True)
    export.unload(b"1\n")
    services = export.services
    states: list[ExportPhase] = []

    def meanwhile(call: str) -> None:
        if call == "join" and not states:
            states.append(ExportPhase.JOINED)
            assemble(services.context, export.query.id)  # a message that came twice

    services.files.after = meanwhile
    assert made(export).status is QueryStatus.FINISHED
    ends = [record for record in services.queries.history if record.query.status.is_final]
    assert len(ends) == 1
