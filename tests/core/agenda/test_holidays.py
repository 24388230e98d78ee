import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date

import pytest

from core.access import Caller
from core.agenda import holidays
from core.agenda.holidays import Holiday, list_holidays, name_of
from core.agenda.schedule_services import Holidays
from core.errors import HolidaysNotFound
from tests.fakes import FakeServices

EPIPHANY = Holiday(date(2026, 1, 6), "Heilige Drei Könige")


def listed(services: FakeServices, *region: str | int, **more: str) -> list[Holiday]:
    return list_holidays(services.context, Caller("ana"), *region, **more)  # type: ignore[arg-type]  # as GraphQL has checked


def refusal(services: FakeServices, *region: str | int, **more: str) -> str:
    with pytest.raises(HolidaysNotFound) as refused:
        listed(services, *region, **more)
    return str(refused.value)


@pytest.fixture(params=["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "UTC"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The machine's own zone: 14 hours east of Greenwich, 11 west, and between."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    holidays._of_year.cache_clear()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def test_the_holidays_of_a_country_are_in_order_and_in_its_language(services: FakeServices) -> None:
    found = listed(services, "DE", 2026)
    assert found[0] == Holiday(date(2026, 1, 1), "Neujahr")
    assert found[-1] == Holiday(date(2026, 12, 26), "Zweiter Weihnachtstag")
    assert [each.date for each in found] == sorted(each.date for each in found)


def test_a_subdivision_has_its_own_besides(services: FakeServices) -> None:
    assert EPIPHANY in listed(services, "DE", 2026, subdivision="BY")
    assert EPIPHANY not in listed(services, "DE", 2026, subdivision="HH")
    assert EPIPHANY not in listed(services, "DE", 2026)


@pytest.mark.parametrize("spelling", ["by", "Bayern", "bayern"])
def test_a_subdivision_may_be_named(services: FakeServices, spelling: str) -> None:
    assert EPIPHANY in listed(services, "DE", 2026, subdivision=spelling)


@pytest.mark.parametrize("code", ["de", "DEU"])
def test_a_country_has_codes_of_two_and_three_letters(services: FakeServices, code: str) -> None:
    assert listed(services, code, 2026) == listed(services, "DE", 2026)


@pytest.mark.parametrize("language", ["en_US", "en-US", "en"])
def test_names_come_in_another_language(services: FakeServices, language: str) -> None:
    assert listed(services, "DE", 2026, language=language)[0].name == "New Year's Day"


def test_two_holidays_of_one_day_are_two(services: FakeServices) -> None:
    monday = date(2011, 4, 25)
    names = [each.name for each in listed(services, "IT", 2011) if each.date == monday]
    assert len(names) == 2
    assert name_of("IT", None, monday) == "; ".join(names)


def test_a_holiday_is_observed_on_the_next_working_day(services: FakeServices) -> None:
    found = listed(services, "US", 2026)
    assert Holiday(date(2026, 7, 3), "Independence Day (observed)") in found


@pytest.mark.parametrize("day", [date(2026, 12, 24), date(2026, 12, 27), date(2027, 12, 31)])
def test_a_day_between_is_none(day: date) -> None:
    assert name_of("DE", None, day) is None


def test_a_day_is_the_same_in_every_time_zone(services: FakeServices, zone: str) -> None:
    assert listed(services, "DE", 2027)[0].date == date(2027, 1, 1)
    assert name_of("DE", "BY", date(2027, 1, 6)) == EPIPHANY.name
    assert name_of("DE", "BY", date(2027, 1, 5)) is None
    assert name_of("DE", "BY", date(2027, 1, 7)) is None


def test_names_do_not_depend_on_the_machines_language() -> None:
    program = """
from datetime import date
from core.agenda.holidays import name_of
print(name_of("DE", None, date(2026, 1, 1)))"""
    environment = os.environ | {"LANGUAGE": "en_US", "PYTHONIOENCODING": "utf-8"}
    told = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout == "Neujahr\n"


def test_the_package_is_imported_by_the_first_question_only() -> None:
    program = "import sys, core.agenda.holidays; print('holidays' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout == "False\n"


def test_a_year_is_computed_once(services: FakeServices) -> None:
    holidays._of_year.cache_clear()
    for _ in range(3):
        listed(services, "FR", 2026)
    assert holidays._of_year.cache_info().misses == 1


def test_the_module_is_what_schedules_ask() -> None:
    known: Holidays = holidays
    assert known.name_of("DE", None, date(2026, 10, 3)) == "Tag der Deutschen Einheit"


@pytest.mark.parametrize(
    ("country", "meant"),
    [
        ("Germany", "did you mean DE"),
        ("united states", "did you mean US"),
        ("GERMNY", "did you mean DE"),
    ],
)
def test_an_unknown_country_is_told_what_is_near(
    services: FakeServices, country: str, meant: str
) -> None:
    told = refusal(services, country, 2026)
    assert told.startswith(f"Country {country!a} is not known; ")
    assert meant in told


@pytest.mark.parametrize("country", ["", "XX", "__class__", "HolidayBase", "D" * 1000])
def test_what_is_like_no_country_is_told_what_to_give(services: FakeServices, country: str) -> None:
    assert "give a code of ISO 3166-1, such as DE or US." in refusal(services, country, 2026)


def test_an_unknown_subdivision_is_told_what_there_is(services: FakeServices) -> None:
    told = refusal(services, "DE", 2026, subdivision="Bajern")
    assert told.startswith("Subdivision 'Bajern' of DE is not known. Did you mean Bayern")
    assert "There are BB, BE, BW, BY," in told


def test_a_country_without_subdivisions_says_so(services: FakeServices) -> None:
    told = refusal(services, "VA", 2026, subdivision="Rome")
    assert told == (
        "Subdivision 'Rome' of VA is not known, nor is any other; leave the subdivision out."
    )


def test_an_unknown_language_is_told_what_there_is(services: FakeServices) -> None:
    told = refusal(services, "DE", 2026, language="tlh")
    assert told == (
        "Language 'tlh' is not known for the holidays of DE; there are de, en_US, th, uk."
    )


def test_a_country_of_one_language_says_so(services: FakeServices) -> None:
    told = refusal(services, "ZA", 2026, language="de")
    assert told.endswith("have one name each; leave the language out.")


@pytest.mark.parametrize("year", [-1, 0, 1990, 2101, 2**31 - 1])
def test_a_year_beyond_those_known_is_told_the_bounds(services: FakeServices, year: int) -> None:
    told = refusal(services, "DE", year)
    assert told == f"Holidays of DE are known for the years 1991 to 2100, not for {year}."
