"""Reports with relative parameters, and schedules of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from core.access import Caller
from core.agenda.schedule import Schedule, ScheduleReportInput
from core.agenda.schedule_report import schedule_report
from core.catalogue import Catalogue
from core.parameters import ParameterInput
from core.report import ID, CompiledReport, ParameterType, Report, ReportParameter
from tests.fakes import AUDIT, BY_DAY, LOAD, FakeServices

SCHEDULE_ID = ID("0b7e1c52-93a4-4c0e-8a57-1f2d3e4c5b6a")
DAILY = "cron(0 7 * * ? *)"
DAY = ReportParameter("day", ParameterType.DATE, required=True, min="2026-01-01", max="2027-12-31")
VENDOR = ReportParameter("vendor", ParameterType.TEXT, required=False, default="any")
SALES = CompiledReport(
    Report(ID("sales"), "Sales of a day", [DAY, VENDOR], groups=["analysts"]),
    "select :day::date, :vendor::varchar",
    nulls={},
    version="1",
    max_age=timedelta(minutes=15),
)
YESTERDAY = [ParameterInput("day", "yesterday")]
ASKED = ScheduleReportInput(
    ID("sales"), DAILY, SCHEDULE_ID, YESTERDAY, timezone="Europe/Berlin", notify=True
)
CATALOGUE = Catalogue({"audit": AUDIT, "sales": SALES, "taxi_by_day": BY_DAY}, {"load": LOAD})


@pytest.fixture
def services() -> FakeServices:
    """At noon of the 20th of November 2026, a Friday, by UTC."""
    return FakeServices(catalogue=CATALOGUE)


@pytest.fixture
def schedule(services: FakeServices, ana: Caller) -> Callable[..., Schedule]:
    """Schedules the report for ana: `schedule(expression=...)`."""
    return lambda **instead: schedule_report(services.context, ana, replace(ASKED, **instead))
