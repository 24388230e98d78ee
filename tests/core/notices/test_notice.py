"""What notices say, and that nothing in them is more than text."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from core.catalogue import Catalogue
from core.exports.export import Export, ExportFile, ExportFormat
from core.notices.notice import one_line, took
from core.query import QueryError, QueryKind, QueryRecord, QueryStatus
from core.report import ID
from core.result import Count
from core.statement import StatementStatus
from tests.core.notices.noticing import APP, Noticing
from tests.fakes import BY_DAY

HOSTILE = (
    '<img src=x onerror="alert(1)">\r\nBcc: eve@example.com\r\n\r\n\x00\x1b[31m\u202e&amp;"\'</pre>'
)
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]")


class Page(HTMLParser):
    """The tags of a page, and what a reader sees of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture
def noticing() -> Noticing:
    return Noticing()


def test_a_finished_query_is_told_with_its_parameters_times_and_rows(noticing: Noticing) -> None:
    query = noticing.finished()
    noticing.notify(query)
    assert noticing.mail.subject == "Taxi trips by day is ready"
    assert noticing.mail.text == (
        "Taxi trips by day is ready\n"
        "\n"
        "month       2015-06\n"
        "Submitted   2026-11-20 12:00:00 UTC\n"
        "Ended       2026-11-20 12:00:00 UTC\n"
        "Took        1.5 s\n"
        "Rows        1\n"
        "Kept until  2026-11-21 12:00:00 UTC\n"
        f"Query       {query.id}\n"
        "\n"
        f"Open it: {APP}/queries/{query.id}\n"
    )


def test_a_page_says_what_the_text_says_and_loads_nothing(noticing: Noticing) -> None:
    noticing.notify(noticing.failed())
    page = Page(noticing.mail.html)
    words = {line for line in re.split(r"\s{2,}|\n", noticing.mail.text) if line}
    assert {each for each in words if each not in page.words} == set()
    assert not page.tags & {"img", "script", "link", "iframe", "form", "object"}


def test_no_row_is_told(noticing: Noticing) -> None:
    noticing.notify(noticing.finished())
    assert "7000001" not in noticing.mail.text + noticing.mail.html


def test_a_failure_is_told_in_redshifts_words_with_the_last_good_run(noticing: Noticing) -> None:
    noticing.finished()
    noticing.fakes.clock.pass_by(hours=1)
    noticing.notify(noticing.failed("ERROR: division by zero\n  Detail: a line"))
    assert noticing.mail.subject == "Taxi trips by day failed"
    for part in (
        "Error          StatementFailed\n",
        "Last good run  2026-11-20 12:00:00 UTC\n",
        "\n\nERROR: division by zero\n  Detail: a line\n\n",
    ):
        assert part in noticing.mail.text


def test_a_first_failure_has_no_good_run_and_a_later_one_does_not_count(
    noticing: Noticing,
) -> None:
    query = noticing.submit()
    noticing.fakes.clock.pass_by(hours=1)
    noticing.finished()
    noticing.end(query, StatementStatus.FAILED, "ERROR")
    noticing.notify(query)
    assert "Last good run  none of yours is recorded" in noticing.mail.text


def test_what_took_too_long_was_stopped(noticing: Noticing) -> None:
    record = noticing.finish(noticing.submit())
    error = QueryError("QueryTimedOut", "Stopped: it took longer than the 5 minutes.")
    store(noticing, record, status=QueryStatus.ABORTED, error=error)
    noticing.notify(record.query)
    assert noticing.mail.subject == "Taxi trips by day was stopped"


def test_an_export_is_told_with_its_files_and_until_when_they_are_kept(noticing: Noticing) -> None:
    record = noticing.finish(noticing.submit())
    files = [ExportFile(f"taxi-{n:03}.csv", Count(1_234), "0" * 64) for n in range(12)]
    export = Export(ExportFormat.CSV, single_file=False, formula_safe=True, files=files)
    store(noticing, record, kind=QueryKind.EXPORT, export=export)
    noticing.app_url = None
    noticing.notify(record.query)
    assert "taxi-000.csv (1,234 bytes), taxi-001.csv" in noticing.mail.text
    assert "taxi-009.csv (1,234 bytes), and 2 more\n" in noticing.mail.text
    assert "To be fetched until  2026-11-21 12:00:00 UTC\n" in noticing.mail.text
    assert f'Client.from_outputs().download("{record.query.id}", Path("."))' in noticing.mail.text


def test_without_an_address_of_the_application_the_command_is_told(noticing: Noticing) -> None:
    noticing.app_url = None
    query = noticing.finished()
    noticing.notify(query)
    assert noticing.mail.text.endswith(f"Look at it: querycast show {query.id}\n")
    assert "href" not in noticing.mail.html


def test_a_result_of_before_is_told_as_that(noticing: Noticing) -> None:
    record = noticing.finish(noticing.submit())
    before = record.query.submitted_at - timedelta(minutes=5)
    store(noticing, record, finished_at=before)
    noticing.notify(record.query)
    assert "Result of   2026-11-20 11:55:00 UTC" in noticing.mail.text


def test_a_report_that_is_gone_is_named(noticing: Noticing) -> None:
    query = noticing.finished()
    noticing.fakes.catalogue = Catalogue({})
    noticing.notify(query)
    assert noticing.mail.subject == "taxi_by_day is ready"


def test_no_title_error_or_parameter_is_more_than_text(noticing: Noticing) -> None:
    title = replace(BY_DAY, report=replace(BY_DAY.report, title=HOSTILE))
    noticing.fakes.catalogue = Catalogue({"taxi_by_day": title})
    query = noticing.submit(month="2015-06", vendor=HOSTILE.replace("\x00", ""))
    noticing.end(query, StatementStatus.FAILED, HOSTILE)
    noticing.notify(query)
    mail = noticing.mail
    assert ACTS.search(mail.subject + mail.text + mail.html) is None
    assert "\n" not in mail.subject
    page = Page(mail.html)
    assert page.tags == {
        *("html", "head", "meta", "title", "body", "h1"),
        *("table", "tr", "th", "td", "pre", "p", "a"),
    }
    assert page.words.count('<img src=x onerror="alert(1)">') == 4  # title, heading, value, words
    assert mail.text.count("\nBcc:") == 1  # a line of Redshift's words, far below every header


def test_a_subject_has_an_end(noticing: Noticing) -> None:
    title = replace(BY_DAY, report=replace(BY_DAY.report, title="x" * 500))
    noticing.fakes.catalogue = Catalogue({"taxi_by_day": title})
    noticing.notify(noticing.finished())
    assert len(noticing.mail.subject) == 120


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\r\nb\tc", "a b c"),
        (" a \u2028 b ", "a b"),
        ("caf\u00e9 \u65e5\u672c \U0001f600", "caf\u00e9 \u65e5\u672c \U0001f600"),
        ("\ud800", ""),
        ("abcdefghij", "abcdef..."),
    ],
)
def test_one_line_is_one_line(text: str, line: str) -> None:
    assert one_line(text, 9) == line


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(0, "0.0 s"), (59_900, "59.9 s"), (125_400, "2 min 5 s"), (3_603_000, "1 h 0 min 3 s")],
)
def test_lengths_of_time_are_spoken(milliseconds: int, words: str) -> None:
    assert took(milliseconds) == words


def store(noticing: Noticing, record: QueryRecord, **changes: object) -> None:
    """The record with another end than services have made."""
    query = replace(record.query, **changes)  # type: ignore[arg-type]  # of any field
    noticing.fakes.queries.records[ID(query.id)] = replace(record, query=query)
