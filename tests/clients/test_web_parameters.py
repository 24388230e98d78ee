"""The web application checks parameters as the server does: the same cases for both."""

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import InvalidParameter
from core.parameters import check_value
from core.report import ParameterType, ReportParameter

ROOT = Path(__file__).parent.parent.parent
CASES = json.loads(
    (ROOT / "clients" / "web" / "src" / "features" / "reports" / "parameter-cases.json").read_text()
)["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['type']}-{case['value']!a}")
def test_the_server_decides_as_the_web_application(case: dict[str, Any]) -> None:
    assert is_taken(declared(case), case["value"]) == case["valid"]


def declared(case: dict[str, Any]) -> ReportParameter:
    return ReportParameter(
        name="p",
        type=ParameterType(case["type"]),
        required=True,
        min=case.get("min"),
        max=case.get("max"),
        max_length=case.get("maxLength"),
        scale=case.get("scale"),
        options=case.get("options"),
    )


def is_taken(parameter: ReportParameter, value: str) -> bool:
    try:
        check_value(parameter, value)
    except InvalidParameter:
        return False
    return True
