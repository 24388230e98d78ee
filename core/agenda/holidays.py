"""Public holidays of a country and its subdivisions, as the package `holidays` knows them.

A holiday is a date and never a moment: the same in every time zone. The package takes a third of a
second to import and is in few Lambdas, so the first question imports it; nothing else may.
https://holidays.readthedocs.io/en/latest/
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from core.access import Caller
from core.context import Context
from core.errors import HolidaysNotFound

if TYPE_CHECKING:
    from holidays.holiday_base import HolidayBase

CACHED_YEARS = 256  # of regions and languages; one has some twenty holidays
MOST_NAMED = 60  # subdivisions in a message; the United States have 57


@dataclass(frozen=True)
class Holiday:
    """A public holiday of a country or of one of its subdivisions.

    date: its day there, or the day on which it is observed.
    """

    date: datetime.date
    name: str


def list_holidays(
    context: Context,
    caller: Caller,
    country: str,
    year: int,
    subdivision: str | None = None,
    language: str | None = None,
) -> list[Holiday]:
    """The public holidays of a country, and of its subdivision if one is given, in order of days.

    language: of the names; the country's own when left out.

    Raises:
        HolidaysNotFound: no such country, subdivision or language, or nothing is known of the year.
    """
    return list(_of_year(country, subdivision, language, year))


def name_of(country: str, subdivision: str | None, day: datetime.date) -> str | None:
    """The holiday of that day, in the country's own language; None where it is none.

    Several holidays of one day are named in one text.

    Raises:
        HolidaysNotFound: there is no such region, or nothing is known of that year.
    """
    of_year = _of_year(country, subdivision, None, day.year)
    return "; ".join(holiday.name for holiday in of_year if holiday.date == day) or None


@lru_cache(maxsize=CACHED_YEARS)
def _of_year(
    country: str, subdivision: str | None, language: str | None, year: int
) -> tuple[Holiday, ...]:
    known = _country(country)
    code = known.country
    if not known.start_year <= year <= known.end_year:
        raise HolidaysNotFound(
            f"Holidays of {code} are known for the years {known.start_year} to {known.end_year}, "
            f"not for {year}."
        )
    found = known(
        years=year,
        subdiv=None if subdivision is None else _subdivision(known, subdivision),
        language=_language(known, language),
    )
    return tuple(Holiday(day, name) for day in sorted(found) for name in found.get_list(day))


def _country(text: str) -> "type[HolidayBase]":
    import holidays
    from holidays.registry import COUNTRIES, EntityLoader

    code = text.upper()
    if code in EntityLoader.get_country_codes():
        country: type[HolidayBase] = getattr(holidays, code).get_entity()
        return country
    code_by_name = {name.replace("_", " "): codes[1] for name, codes in COUNTRIES.items()}
    close = get_close_matches(text.casefold(), code_by_name)
    meant = _alternatives(code_by_name[name] for name in close)
    raise HolidaysNotFound(
        f"Country {text[:80]!a} is not known; "
        + (f"did you mean {meant}?" if meant else "give a code of ISO 3166-1, such as DE or US.")
    )


def _subdivision(country: "type[HolidayBase]", text: str) -> str:
    """In the package's spelling: a code of ISO 3166-2 without the country's, or a name."""
    names = {name.casefold(): name for name in country.subdivisions_aliases}
    names |= {code.casefold(): code for code in country.subdivisions}
    if text.casefold() in names:
        return names[text.casefold()]
    start = f"Subdivision {text[:80]!a} of {country.country} is not known"
    if not names:
        raise HolidaysNotFound(f"{start}, nor is any other; leave the subdivision out.")
    meant = _alternatives(names[name] for name in get_close_matches(text.casefold(), names))
    there_are = ", ".join(country.subdivisions[:MOST_NAMED])
    guess = f" Did you mean {meant}?" if meant else ""
    more = ", ..." if len(country.subdivisions) > MOST_NAMED else ""
    raise HolidaysNotFound(f"{start}.{guess} There are {there_are}{more}.")


def _language(country: "type[HolidayBase]", text: str | None) -> str | None:
    """In the package's spelling; `en` is any English, and `pt-BR` is `pt_BR`.

    It is never left to the package to choose: that would ask the machine's locale.
    """
    if text is None:
        return country.default_language
    wanted = text.replace("-", "_").casefold()
    for language in country.supported_languages:
        if wanted in (language.casefold(), language.partition("_")[0].casefold()):
            return language
    start = f"Language {text[:80]!a} is not known for the holidays of {country.country}"
    if not country.supported_languages:
        raise HolidaysNotFound(f"{start}, which have one name each; leave the language out.")
    raise HolidaysNotFound(f"{start}; there are {', '.join(country.supported_languages)}.")


def _alternatives(choices: Iterable[str]) -> str:
    return " or ".join(choices)
