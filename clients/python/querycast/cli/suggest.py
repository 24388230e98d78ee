"""What was meant: the closest of the names that there are, told behind a refusal."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches

from querycast.client import Client
from querycast.errors import QuerycastError, Refused


@contextmanager
def suggesting(client: Client, report: str, parameters: Collection[str] = ()) -> Iterator[None]:
    """What is refused inside for a name that is none says which one is close to it."""
    try:
        yield
    except Refused as error:
        meant = _meant(client, error, report, parameters)
        if meant is None:
            raise
        raise Refused(error.type, f"{error} Did you mean {meant}?") from None


def _meant(client: Client, error: Refused, report: str, parameters: Iterable[str]) -> str | None:
    try:
        if error.type == "ReportNotFound":
            return _closest(report, [each.name for each in client.reports()])
        if error.type == "InvalidParameter":
            names = [each.name for each in client.report(report).parameters]
            unknown = next((name for name in parameters if name not in names), None)
            return _closest(unknown, names) if unknown else None
    except QuerycastError:  # the refusal is what counts
        return None
    return None


def _closest(name: str, names: list[str]) -> str | None:
    return next(iter(get_close_matches(name, names, 1)), None)
