"""The custom resource: other files update it, and nothing ever replaces or deletes what it did."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.app import synthesise
from infra.settings_forms import StageError
from infra.stage import Stage
from infra.warehouse import Warehouse
from streams.migrate import TIME_TO_ANSWER_MS
from tests.infra.built import built
from tests.infra.template import Template, text

RETRIES = 2  # of an asynchronous call that was killed; AWS's own default
COPY_ROLE = "arn:aws:iam::123456789012:role/redshift-reads"


def applied(template: Template) -> Any:
    [resource] = [
        each for each in template.resources.values() if each["Type"].startswith("Custom::")
    ]
    return resource


def test_it_is_asked_of_the_migrate_function(template: Template) -> None:
    token = applied(template)["Properties"]["ServiceToken"]
    assert text(token) == "MigrationsMigrate.Arn"
    function = template.resources["MigrationsMigrate"]["Properties"]
    assert function["Handler"] == "streams.migrate.handler"


def test_a_deployment_waits_for_every_retry_and_no_longer_than_it_may(template: Template) -> None:
    timeout = template.resources["MigrationsMigrate"]["Properties"]["Timeout"]
    patience = int(applied(template)["Properties"]["ServiceTimeout"])
    assert timeout == 900  # the longest that a function runs
    assert (1 + RETRIES) * timeout < patience <= 3600
    assert timeout * 1000 > 2 * TIME_TO_ANSWER_MS


def test_only_a_stage_that_wants_it_has_sample_data(templates: dict[str, Template]) -> None:
    wanted = {
        name: applied(template)["Properties"]["SampleData"] for name, template in templates.items()
    }
    assert {name for name, has in wanted.items() if has} == {"dev"}
    for name, template in templates.items():
        assert template.outputs["SampleData"]["Value"] == str(wanted[name]).lower()


def test_other_files_are_an_update_and_the_same_ones_are_none(tmp_path: Path) -> None:
    stage = Stage(name="dev", warehouse=Warehouse(database="dev", workgroup="querycast"))
    templates = []
    for number, migrations in enumerate(([], [1], [])):
        made = built(tmp_path, migrations=migrations)
        path = synthesise(stage, made, tmp_path / str(number))
        templates.append(json.loads(path.read_text())["Resources"])
    first, other, again = templates
    changed = [each["Type"] for key, each in first.items() if each != other[key]]
    assert changed == ["Custom::WarehouseMigrations"]
    assert first == again


def test_the_role_that_reads_s3_is_told_to_function_and_tools(tmp_path: Path) -> None:
    warehouse = Warehouse(database="dev", workgroup="querycast", copy_role=COPY_ROLE)
    stage = Stage(name="dev", warehouse=warehouse)
    path = synthesise(stage, built(tmp_path), tmp_path / "out")
    template = Template(json.loads(path.read_text()))
    function = template.resources["MigrationsMigrate"]["Properties"]
    assert function["Environment"]["Variables"]["WAREHOUSE_COPY_ROLE"] == COPY_ROLE
    assert template.outputs["WarehouseCopyRole"]["Value"] == COPY_ROLE


def test_what_is_no_role_is_refused() -> None:
    with pytest.raises(StageError, match="`copy_role` is 'admin'; it must be the whole ARN"):
        Warehouse(database="dev", workgroup="querycast", copy_role="admin")
