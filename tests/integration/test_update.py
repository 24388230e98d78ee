"""An update of the last release's stack with data in it, and one that fails and is rolled back.

The stack, its code and its catalogue are those that the release kept (released.py); it has queries
and events by its own API before it becomes what is built now.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from infra.app import synthesise
from infra.node import choose_node
from infra.sources import BUILT, Built
from infra.stage import Stage
from tests.integration.api import FINAL, RESULT, Api
from tests.integration.conftest import aws_client
from tests.integration.released import CATALOGUE, DATABASE, STAGE, unpack
from tests.integration.second_stack import delete, deploy, is_alone
from tests.integration.stack import ROOT, LocalStack
from tests.integration.wait import until

TRIP = """insert into nyc_yellow_taxi values
    ('1', 1, 1, 1, 2.5, 10, 12, '2015-06-03', '2015-06-03 08:00:00', '2015-06-03 09:00:00')"""
REPORT, MONTH = "taxi_by_day", {"month": "2015-06"}
CREATE = "mutation ($input: CreateEventInput!) { createEvent(input: $input) { id title version } }"
EVENT = "query ($id: ID!) { getEvent(id: $id) { id title version firstDay } }"
BAD = "insert into nowhere values (1);"
OTHER_LIMIT = 7  # of running queries, which a failing update brings and a rollback takes back


@dataclass
class Updated:
    """The stack as it is now, and what was put into it as the last release."""

    local: LocalStack
    folder: Path
    assembly: Path
    outputs: dict[str, Any]
    query: Any
    rows: Any
    event: Any

    @property
    def api(self) -> Api:
        return api_of(self.local, self.outputs)

    def update(self, stage: Stage, built: Built, name: str) -> Any:
        """What came of an update to what is built."""
        self.assembly = self.folder / name
        synthesise(stage, built, self.assembly)
        done = deploy(self.local, self.assembly)
        if done.returncode == 0:
            self.outputs = json.loads(done.stdout)
        return done


def api_of(local_stack: LocalStack, outputs: dict[str, Any]) -> Api:
    """The second stack's, by whoever has its key."""
    url = local_stack.outputs()["graphqlUrl"].replace("/graphql", f"/{outputs['apiId']}/graphql")
    return Api(url, {"x-api-key": outputs["apiKey"]})


@pytest.fixture(scope="module")
def updated(
    local_stack: LocalStack,
    aws: Callable[[str], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Updated]:
    """The last release's stack, filled, then updated to what is built now."""
    choose_node()
    folder = tmp_path_factory.mktemp("update")
    assembly = unpack(folder)
    deployed = deploy(local_stack, assembly)
    assert deployed.returncode == 0, deployed.stderr
    outputs = json.loads(deployed.stdout)
    catalogue = (folder / CATALOGUE).read_bytes()
    aws("s3").put_object(Bucket=outputs["catalogueBucket"], Key=CATALOGUE, Body=catalogue)
    add_a_trip(local_stack)
    api = api_of(local_stack, outputs)
    until(lambda: api.ask("{ __typename }").status == 200)
    query = finished(api, api.submitted(REPORT, **MONTH))
    rows = api.ask(RESULT, id=query["id"]).data
    created = api.ask(CREATE, input={"title": "Kept", "firstDay": "2026-01-02"})
    event = api.ask(EVENT, id=created.data["createEvent"]["id"]).data
    stack = Updated(local_stack, folder, assembly, outputs, query, rows, event)
    done = stack.update(STAGE, BUILT, "now")
    assert done.returncode == 0, done.stderr
    yield stack
    deleted = delete(local_stack, stack.assembly)
    assert deleted.returncode == 0, deleted.stderr
    until(lambda: is_alone(local_stack))


def add_a_trip(local_stack: LocalStack) -> None:
    outputs = local_stack.outputs()
    client = aws_client(outputs, "redshift-data", outputs["redshiftDataUrl"])
    target = {"WorkgroupName": "querycast", "Database": DATABASE}
    started = client.execute_statement(Sql=TRIP, WaitTimeSeconds=30, **target)
    ended = client.describe_statement(Id=started["Id"])
    assert ended["Status"] == "FINISHED", ended.get("Error")


def finished(api: Api, id: str) -> Any:
    until(lambda: api.get(id)["status"] in FINAL)
    query = api.get(id)
    assert query["status"] == "FINISHED", query["error"]
    return query


def has_what_it_had(stack: Updated) -> None:
    assert stack.api.get(stack.query["id"]) == stack.query
    assert stack.api.ask(RESULT, id=stack.query["id"]).data == stack.rows
    assert stack.api.ask(EVENT, id=stack.event["getEvent"]["id"]).data == stack.event


def test_an_update_keeps_queries_results_and_events(updated: Updated) -> None:
    assert updated.query["resultRows"] == 1
    has_what_it_had(updated)


def test_an_updated_stack_answers_new_queries_by_the_old_catalogue(updated: Updated) -> None:
    query = finished(updated.api, updated.api.submitted(REPORT, **MONTH))
    assert query["result"] == updated.query["result"]


def test_an_updated_stack_takes_todays_catalogue(updated: Updated) -> None:
    file = updated.folder / "outputs.json"
    file.write_text(json.dumps({**updated.local.outputs(), **updated.outputs}))
    published = updated.local.run("sql.publish", QUERYCAST_OUTPUTS=str(file))
    assert published.returncode == 0, published.stdout + published.stderr
    query = finished(updated.api, updated.api.submitted(REPORT, **MONTH))
    assert query["result"]["rows"] == updated.query["result"]["rows"]


def test_a_failing_update_is_rolled_back_and_loses_nothing(
    updated: Updated, aws: Callable[[str], Any]
) -> None:
    limit = running_limit(updated, aws)
    built = replace(BUILT, migrations=with_a_bad_migration(updated))
    done = updated.update(replace(STAGE, running_limit=OTHER_LIMIT), built, "failing")
    assert "9999_bad.sql failed, and nothing of it has happened" in done.stderr
    [stack] = aws("cloudformation").describe_stacks(StackName=STAGE.stack_name)["Stacks"]
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert running_limit(updated, aws) == limit != str(OTHER_LIMIT)
    has_what_it_had(updated)
    finished(updated.api, updated.api.submitted(REPORT, **MONTH))


def with_a_bad_migration(stack: Updated) -> Path:
    source, compiled = stack.folder / "migrations", stack.folder / "migrations.json"
    shutil.copytree(ROOT / "sql" / "migrations", source)
    (source / "9999_bad.sql").write_text(BAD)
    paths = ("--migrations", str(source), "--output", str(compiled))
    done = stack.local.run("sql.compile_migrations", *paths)
    assert done.returncode == 0, done.stderr
    return compiled


def running_limit(stack: Updated, aws: Callable[[str], Any]) -> str:
    """That the resolvers have."""
    name = stack.outputs["resolversFunction"]
    found = aws("lambda").get_function_configuration(FunctionName=name)
    return str(found["Environment"]["Variables"]["RUNNING_LIMIT"])
