"""What a notice says: of a query's end, what its owner would see of it, without rows.

A title in one line, facts by name, and what failed in the words of whoever failed it. None of it is
trusted: what could begin a header, turn a line around or draw on a terminal is taken out here, and
what a format needs escaped is escaped where that is written (core/notices/text.py).
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from core.catalogue import Catalogue
from core.push import REVOKED
from core.query import QueryExecution, QueryKind, QueryRecord, QueryStatus

MAX_TITLE = 120  # characters, of a subject
MAX_VALUE = 1_000  # characters, of a parameter
MAX_FILES = 10  # named, of an export that has more
STOPPED = {"QueryCancelled": "was cancelled", "RunSkipped": "was left out"}
UNSAFE = {"Cc", "Cs", "Zl", "Zp"}  # categories: controls, halves of characters, breaks of lines
DIRECTIONS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Notice:
    """What is told of an end.

    words: of Redshift, or ours, about what went wrong; None where nothing did.
    advice: what to do next. link: where; None where nobody said where the application is.
    """

    title: str
    facts: list[tuple[str, str]]
    words: str | None
    advice: str
    link: str | None


def notice_of(
    record: QueryRecord,
    catalogue: Catalogue,
    *,
    last_good_run: datetime | None,
    app_url: str | None,
) -> Notice:
    """The notice for the owner of a query that has ended.

    last_good_run: before this one, which failed; None where there was none, or it went well.
    """
    query = record.query
    title = f"{_report_title(query, catalogue)} {outcome(query)}"
    facts = [*_asked(query), *times(query), *_found(query)]
    if query.error is not None:
        facts += failure_facts(query, last_good_run, "of yours")
    facts.append(("Query", query.id))
    words = None if query.error is None else lines(query.error.message)
    link = link_to(query, app_url)
    return Notice(one_line(title, MAX_TITLE), facts, words, _advice(query, link), link)


def withheld_notice(record: QueryRecord, *, app_url: str | None) -> Notice:
    """Of a query that its owner may no longer read: that there was an end, so that nobody waits."""
    facts = [("Query", str(record.query.id))]
    link = link_to(record.query, app_url)
    return Notice("Your query has ended", facts, None, REVOKED.message, link)


def link_to(query: QueryExecution, app_url: str | None) -> str | None:
    return None if app_url is None else f"{app_url}/queries/{query.id}"


def outcome(query: QueryExecution) -> str:
    """How it ended, as a title says it."""
    if query.status is QueryStatus.FINISHED:
        return "is ready"
    if query.status is QueryStatus.FAILED:
        return "failed"
    return STOPPED.get(query.error.type if query.error else "", "was stopped")


def failure_facts(
    query: QueryExecution, last_good_run: datetime | None, whose: str
) -> list[tuple[str, str]]:
    """What failed, and when it last did not."""
    kind = "unknown" if query.error is None else query.error.type
    good = f"none {whose} is recorded" if last_good_run is None else when(last_good_run)
    return [("Error", one_line(kind)), ("Last good run", good)]


def times(query: QueryExecution) -> list[tuple[str, str]]:
    """When it ended, which a result that was taken from another query had done before, and after
    how long."""
    facts = []
    if query.finished_at is not None:
        is_reused = query.finished_at < query.submitted_at
        facts.append(("Result of" if is_reused else "Ended", when(query.finished_at)))
    if query.duration_ms is not None:
        facts.append(("Took", took(query.duration_ms)))
    return facts


def when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def took(milliseconds: int) -> str:
    """A length of time: 1.5 s, 2 min 5 s, 1 h 0 min 3 s."""
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min {seconds} s" if hours else f"{minutes} min {seconds} s"


def one_line(text: str, most: int = MAX_VALUE) -> str:
    """The text as one line without anything that acts, cut where it is too long."""
    line = " ".join("".join(map(_harmless, text)).split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def lines(text: str) -> str:
    """The text without anything that acts, its lines as they are."""
    kept = (each if each in "\n\t" else _harmless(each) for each in text.replace("\r\n", "\n"))
    return "".join(kept)


def _harmless(character: str) -> str:
    is_unsafe = unicodedata.category(character) in UNSAFE or character in DIRECTIONS
    return " " if is_unsafe else character


def _report_title(query: QueryExecution, catalogue: Catalogue) -> str:
    report = catalogue.reports.get(query.report or "")
    return str(query.report) if report is None else report.report.title


def _asked(query: QueryExecution) -> list[tuple[str, str]]:
    given = [(each.name, one_line(each.value)) for each in query.parameters]
    slot = query.scheduled_for
    scheduled = [] if slot is None else [("Scheduled for", when(slot))]
    return [*given, *scheduled, ("Submitted", when(query.submitted_at))]


def _found(query: QueryExecution) -> list[tuple[str, str]]:
    """What there is now, where it went well."""
    found: list[tuple[str, str]] = []
    if query.status is not QueryStatus.FINISHED:
        return found
    if query.result_rows is not None:
        found.append(("Rows", f"{query.result_rows:,}"))
    found += _files(query)
    if query.result_expires_at is not None:
        kept = "To be fetched until" if query.export else "Kept until"
        found.append((kept, when(query.result_expires_at)))
    return found


def _files(query: QueryExecution) -> list[tuple[str, str]]:
    files = [] if query.export is None else query.export.files
    shown = [f"{file.name} ({file.bytes:,} bytes)" for file in files[:MAX_FILES]]
    if len(files) > MAX_FILES:
        shown.append(f"and {len(files) - MAX_FILES:,} more")
    return [("Files", ", ".join(shown))] if shown else []


def _advice(query: QueryExecution, link: str | None) -> str:
    if link is not None:
        return "Open it:"
    if query.kind is QueryKind.EXPORT and query.status is QueryStatus.FINISHED:
        return f'Fetch its files in Python: Client.from_outputs().download("{query.id}", Path("."))'
    return f"Look at it: querycast show {query.id}"
