"""Each case of cases/*.yaml is a test; where AWS is silent, AWS itself may differ."""

import httpx
import pytest

from tests.conformance.appsync.cases import SOURCES, Case, all_cases
from tests.conformance.appsync.runner import Run
from tests.conformance.appsync.target import Target

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_case(
    case: Case, target: Target, http: httpx.Client, request: pytest.FixtureRequest
) -> None:
    missing = case.needs.difference(target.offers)
    if missing:
        pytest.skip(f"the target does not offer {', '.join(sorted(missing))}")
    if target.is_aws and case.source == "S":
        request.applymarker(pytest.mark.xfail(reason=SOURCES["S"], strict=False))
    Run(target, case, http).perform()


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


def test_the_suite_covers_the_specifications_list() -> None:
    """81 to 85 are real clients and TLS, which no transcript tells: see the folder `clients`."""
    assert {case.number for case in CASES} >= set(range(1, 81))
