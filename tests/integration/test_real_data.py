"""Real trips, loaded by the command a person would use, answered as the file itself answers."""

import csv
import json
from collections import defaultdict
from decimal import Decimal

import pytest

from tests.integration.conftest import Person, Reports
from tests.integration.stack import ROOT, LocalStack
from tests.integration.test_lifecycle import ended
from tests.integration.wait import until

TAXIS = ROOT.parent / "shared" / "data" / "taxis.csv"
BOROUGHS = """/*
title: Trips, miles and fares by borough of pickup
*/
select
    pickup_borough,
    count(*) as trips,
    sum(distance)::decimal(12, 2) as miles,
    sum(fare)::decimal(12, 2) as fares
from trips
where pickup_borough is not null
group by pickup_borough
order by pickup_borough
"""


def expected() -> list[list[object]]:
    trips: dict[str, int] = defaultdict(int)
    miles: dict[str, Decimal] = defaultdict(Decimal)
    fares: dict[str, Decimal] = defaultdict(Decimal)
    with TAXIS.open(newline="") as file:
        for row in csv.DictReader(file):
            if borough := row["pickup_borough"]:
                trips[borough] += 1
                miles[borough] += Decimal(row["distance"])
                fares[borough] += Decimal(row["fare"])
    return [
        [borough, trips[borough], f"{miles[borough]:.2f}", f"{fares[borough]:.2f}"]
        for borough in sorted(trips)
    ]


@pytest.mark.skipif(not TAXIS.exists(), reason="the file of real trips is not on this machine")
def test_a_report_over_a_loaded_file_says_what_the_file_says(
    local_stack: LocalStack, reports: Reports, ana: Person
) -> None:
    loaded = local_stack.run("sql.load", str(TAXIS), "trips")
    assert loaded.returncode == 0, loaded.stderr
    reports.publish(trips_by_borough=BOROUGHS)
    document = '{ getReport(name: "trips_by_borough") { name } }'
    until(lambda: ana.api.ask(document).data["getReport"])
    query = ended(ana, ana.api.submitted("trips_by_borough"))
    assert query["status"] == "FINISHED", query["error"]
    assert json.loads(query["result"]["rows"]) == expected()
