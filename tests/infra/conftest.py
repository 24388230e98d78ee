"""The synthesised stages, each made once: starting the CDK's engine costs seconds."""

from dataclasses import replace
from typing import Any

import pytest

from infra.domain import Domain
from infra.node import choose_node
from infra.stage import Stage, read_stage
from infra.warehouse import Warehouse
from tests.infra.built import built
from tests.infra.template import Template

choose_node()  # before anything imports aws_cdk

SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:reporting-a1B2c3"
WORKGROUP_ID = "7f4c1d2e-5a6b-4c8d-9e0f-1a2b3c4d5e6f"
WAREHOUSES = {
    "workgroup": Warehouse(database="dev", workgroup="reports", workgroup_id=WORKGROUP_ID),
    "user": Warehouse(database="dev", cluster="reports", database_user="querycast"),
    "secret": Warehouse(database="dev", cluster="reports", secret_arn=SECRET_ARN),
}
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/7f4c1d2e-5a6b-4c8d-9e0f-1a2b3c4d5e6f"
ELSEWHERE = Stage(
    name="elsewhere",
    account="111111111111",
    warehouse=replace(WAREHOUSES["workgroup"], account="222222222222"),
)
EVERYTHING = Stage(  # that a stage may ask for besides
    name="everything",
    mfa="off",
    warehouse=Warehouse(database="dev", workgroup="everything", create=True),
    administrator="ada@example.com",
    alarms_to="on-call@example.com",
    rate_limit=500,
    api_domain=Domain("api.example.com", CERTIFICATE),
    web_domain=Domain("reports.example.com", CERTIFICATE),
    web_hosting=True,
)
ENCRYPTED = replace(
    EVERYTHING,
    name="encrypted",
    account=ELSEWHERE.account,
    warehouse=ELSEWHERE.warehouse,
    customer_key=True,
)
STAGES = [
    *(read_stage(name) for name in ("dev", "staging", "production")),
    EVERYTHING,
    ELSEWHERE,
    ENCRYPTED,
    *(Stage(name=name, warehouse=warehouse) for name, warehouse in WAREHOUSES.items()),
]


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The stack of each stage, by the stage's name."""
    from aws_cdk import App

    from infra.stack import QuerycastStack

    app = App(analytics_reporting=False)
    made = built(tmp_path_factory.mktemp("built"))
    return {stage.name: QuerycastStack(app, stage, made) for stage in STAGES}


@pytest.fixture(scope="session")
def templates(stacks: dict[str, Any]) -> dict[str, Template]:
    """The template of each stage, by the stage's name."""
    from aws_cdk import assertions

    return {
        name: Template(assertions.Template.from_stack(stack).to_json())
        for name, stack in stacks.items()
    }


@pytest.fixture(params=[stage.name for stage in STAGES])
def template(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    """Each template in turn: what must hold on every stage."""
    return templates[request.param]


@pytest.fixture(params=[stage.name for stage in STAGES if not stage.warehouse.account])
def of_one_account(request: pytest.FixtureRequest, templates: dict[str, Template]) -> Template:
    """Each template in turn whose stage has its warehouse in its own account."""
    return templates[request.param]


@pytest.fixture(scope="session")
def warehouse_account() -> Any:
    """The stack that the warehouse's account has for the stage `elsewhere`."""
    from aws_cdk import App

    from infra.warehouse_account import WarehouseAccountStack

    return WarehouseAccountStack(App(analytics_reporting=False), ELSEWHERE)


@pytest.fixture
def dev(templates: dict[str, Template]) -> Template:
    return templates["dev"]


@pytest.fixture
def production(templates: dict[str, Template]) -> Template:
    return templates["production"]
