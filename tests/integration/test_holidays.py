"""The holidays of the world as callers see them: on which days, in which words."""

from typing import Any

import pytest

from tests.integration.api import Answer
from tests.integration.conftest import Person

LIST = """query ($country: String!, $year: Int!, $subdivision: String, $language: String) {
  listHolidays(country: $country, year: $year, subdivision: $subdivision, language: $language) {
    date name
  }
}"""


def asked(person: Person, country: str, year: int, **more: str) -> Answer:
    return person.api.ask(LIST, country=country, year=year, **more)


def listed(person: Person, country: str, year: int, **more: str) -> Any:
    answer = asked(person, country, year, **more)
    assert answer.errors == []
    return answer.data["listHolidays"]


def test_a_subdivision_has_its_holidays_on_their_days(ana: Person) -> None:
    found = listed(ana, "DE", 2027, subdivision="BY")
    assert found[:2] == [
        {"date": "2027-01-01", "name": "Neujahr"},
        {"date": "2027-01-06", "name": "Heilige Drei Könige"},
    ]
    assert len(found) == 12


def test_names_come_in_the_language_asked_for(ana: Person) -> None:
    found = listed(ana, "JP", 2026, language="en-US")
    assert found[0] == {"date": "2026-01-01", "name": "New Year's Day"}


@pytest.mark.parametrize(
    ("country", "year", "more", "named"),
    [
        ("Germany", 2026, {}, "Country 'Germany' is not known; did you mean DE"),
        ("DE", 2026, {"subdivision": "XX"}, "There are BB, BE, BW"),
        ("DE", 2026, {"language": "tlh"}, "there are de, en_US, th, uk."),
        ("DE", 1871, {}, "the years 1991 to 2100, not for 1871."),
    ],
)
def test_what_is_not_known_is_named(
    ana: Person, country: str, year: int, more: dict[str, str], named: str
) -> None:
    error = asked(ana, country, year, **more).error
    assert error["errorType"] == "HolidaysNotFound"
    assert named in error["message"]
