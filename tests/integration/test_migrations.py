"""Migrations at a deployment: applied, refused and failed, on a stack of their own.

It is a second stack on the local AWS, with a database of its own, deployed as `make up` does.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from infra.app import synthesise
from infra.node import choose_node
from infra.sources import BUILT
from infra.stage import Stage
from infra.warehouse import Warehouse
from tests.integration.conftest import aws_client
from tests.integration.second_stack import delete, deploy, is_alone
from tests.integration.stack import ROOT, LocalStack
from tests.integration.wait import until

DATABASE = "migrations"
STAGE = Stage(
    name="migrations",
    warehouse=Warehouse(database=DATABASE, workgroup="querycast"),
    protected=False,
    dashboard=False,  # which the local AWS does not have
)
FIRST = {
    "0001_zones": "create table zones (id int); insert into zones values (1);",
    "0002_more": "insert into zones values (2);",
}


@dataclass
class Release:
    """The second stack, and the files of migrations that its next deployment carries."""

    local: LocalStack
    folder: Path
    outputs: dict[str, Any] = field(default_factory=dict)
    deployments: int = 0

    def deploy(self, **migrations: str) -> "subprocess.CompletedProcess[str]":
        """Deploy it with exactly these files; what came of it."""
        done = deploy(self.local, self._synthesised(migrations))
        if done.returncode == 0:
            self.outputs = {**self.local.outputs(), **json.loads(done.stdout)}
            (self.folder / "outputs.json").write_text(json.dumps(self.outputs))
        return done

    def delete(self) -> None:
        deleted = delete(self.local, self.assembly)
        assert deleted.returncode == 0, deleted.stderr

    def migrate(self) -> "subprocess.CompletedProcess[str]":
        """`make migrate`, with the files as they are in the folder."""
        command = [sys.executable, "-m", "sql.migrate", "--migrations", str(self.folder / "sql")]
        outputs = {"QUERYCAST_OUTPUTS": str(self.folder / "outputs.json")}
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.local.environment | outputs,
            capture_output=True,
            text=True,
            timeout=180,
        )

    def write(self, migrations: dict[str, str]) -> None:
        files = self.folder / "sql"
        files.mkdir(exist_ok=True)
        for file in files.glob("*.sql"):
            file.unlink()
        for name, sql in migrations.items():
            (files / f"{name}.sql").write_text(sql)

    def _synthesised(self, migrations: dict[str, str]) -> Path:
        self.write(migrations)
        compiled = self.folder / "migrations.json"
        source, target = str(self.folder / "sql"), str(compiled)
        done = self.local.run("sql.compile_migrations", "--migrations", source, "--output", target)
        assert done.returncode == 0, done.stderr
        self.deployments += 1  # the CDK remembers what it made of a file for the same folder
        synthesise(STAGE, replace(BUILT, migrations=compiled), self.assembly)
        return self.assembly

    @property
    def assembly(self) -> Path:
        return self.folder / f"cdk.out-{self.deployments}"


@pytest.fixture(scope="module")
def release(local_stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """Deployed with the first two migrations."""
    choose_node()
    release = Release(local_stack, tmp_path_factory.mktemp("release"))
    deployed = release.deploy(**FIRST)
    assert deployed.returncode == 0, deployed.stderr
    yield release
    release.delete()
    until(lambda: is_alone(local_stack))


@pytest.fixture
def ask(local_stack: LocalStack) -> Callable[[str], Any]:
    """The first value of each row of a statement's result."""
    outputs = local_stack.outputs()
    client = aws_client(outputs, "redshift-data", outputs["redshiftDataUrl"])
    target = {"WorkgroupName": "querycast", "Database": DATABASE}

    def values(sql: str) -> Any:
        started = client.execute_statement(Sql=sql, WaitTimeSeconds=30, **target)
        ended = client.describe_statement(Id=started["Id"])
        assert ended["Status"] == "FINISHED", ended.get("Error")
        records = client.get_statement_result(Id=started["Id"])["Records"]
        return [next(iter(record[0].values())) for record in records]

    return values


@pytest.fixture
def applied(ask: Callable[[str], Any]) -> Callable[[], Any]:
    return lambda: ask("select name from querycast_migrations order by applied_at, name")


@pytest.fixture
def as_deployed(release: Release, applied: Callable[[], Any]) -> Any:
    """What is applied before the test; every test leaves the release able to go on."""
    return applied()


def test_a_deployment_applies_what_it_carries_and_no_sample_data(
    release: Release, ask: Callable[[str], Any], applied: Callable[[], Any]
) -> None:
    assert applied() == ["0001_zones", "0002_more"]
    assert ask("select id from zones order by id") == [1, 2]
    assert release.outputs["sampleData"] == "false"


def test_a_new_file_is_all_that_a_second_deployment_applies(
    release: Release, ask: Callable[[str], Any], applied: Callable[[], Any]
) -> None:
    files = {**FIRST, "0003_new": "insert into zones values (3);"}
    assert release.deploy(**files).returncode == 0
    assert applied() == ["0001_zones", "0002_more", "0003_new"]
    assert ask("select id from zones order by id") == [1, 2, 3]


def test_a_changed_old_file_stops_the_deployment_and_it_is_rolled_back(
    release: Release, aws: Callable[[str], Any], as_deployed: Any, applied: Callable[[], Any]
) -> None:
    changed = {**FIRST, "0001_zones": "create table zones (id bigint);"}
    failed = release.deploy(**changed, **{"0004_never": "insert into zones values (4);"})
    assert "sql/migrations/0001_zones.sql was changed after it was applied" in failed.stderr
    assert status(aws) == "UPDATE_ROLLBACK_COMPLETE"
    assert applied() == as_deployed


def test_a_failing_one_stops_the_deployment_in_redshifts_words_and_leaves_nothing_of_it(
    release: Release, aws: Callable[[str], Any], as_deployed: Any, ask: Callable[[str], Any]
) -> None:
    failing = {
        "0005_good": "create table good (id int);",
        "0006_bad": "create table half (id int); select nothing from nowhere;",
    }
    failed = release.deploy(**FIRST, **failing)
    assert "sql/migrations/0006_bad.sql failed, and nothing of it has happened" in failed.stderr
    assert 'relation "nowhere" does not exist' in failed.stderr
    assert "select nothing from nowhere" in failed.stderr
    assert status(aws) == "UPDATE_ROLLBACK_COMPLETE"  # to a release that does not know 0005
    tables = "select table_name from information_schema.tables where table_name in ('good', 'half')"
    assert ask(tables) == ["good"]

    mended = {**failing, "0006_bad": "create table half (id int);"}
    assert release.deploy(**FIRST, **mended).returncode == 0
    assert ask(f"{tables} order by 1") == ["good", "half"]
    both = ask("select name from querycast_migrations where name > '0004' order by name")
    assert both == ["0005_good", "0006_bad"]


def test_make_migrate_applies_without_a_deployment(
    release: Release, as_deployed: Any, applied: Callable[[], Any]
) -> None:
    release.write({"0007_now": "create table now_there (id int);"})
    done = release.migrate()
    assert done.stdout == "applied  0007_now\n1 migrations: 1 applied now, 0 before.\n"
    assert release.migrate().stdout == "1 migrations: 0 applied now, 1 before.\n"
    assert applied() == [*as_deployed, "0007_now"]


def test_make_migrate_says_what_failed(release: Release) -> None:
    release.write({"0008_bad": "insert into nowhere values (1);"})
    done = release.migrate()
    assert done.returncode == 1
    assert done.stderr.startswith("sql/migrations/0008_bad.sql failed, and nothing of it has")
    assert 'relation "nowhere" does not exist' in done.stderr


def test_records_outlive_an_update_and_one_that_is_rolled_back(
    release: Release, aws: Callable[[str], Any]
) -> None:
    table, key = release.outputs["queryTable"], {"id": {"S": "kept"}}
    aws("dynamodb").put_item(TableName=table, Item=key)
    assert release.deploy(**FIRST, **{"0010_next": "create table next (id int);"}).returncode == 0
    assert release.outputs["queryTable"] == table
    failed = release.deploy(**FIRST, **{"0011_bad": "insert into nowhere values (1);"})
    assert "0011_bad.sql failed" in failed.stderr
    assert status(aws) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Item" in aws("dynamodb").get_item(TableName=table, Key=key, ConsistentRead=True)


def test_data_outlives_the_stack_and_a_new_one_goes_on(
    release: Release,
    aws: Callable[[str], Any],
    as_deployed: Any,
    ask: Callable[[str], Any],
    applied: Callable[[], Any],
) -> None:
    release.delete()
    with pytest.raises(Exception, match="does not exist"):
        status(aws)
    assert ask("select count(*) from zones where id in (1, 2)") == [2]
    assert applied() == as_deployed
    failed = release.deploy(**FIRST, **{"0012_bad": "insert into nowhere values (1);"})
    assert "0012_bad.sql failed" in failed.stderr
    assert status(aws) == "ROLLBACK_COMPLETE"
    assert release.deploy(**FIRST).returncode == 0
    assert applied() == as_deployed


def status(aws: Callable[[str], Any]) -> str:
    [stack] = aws("cloudformation").describe_stacks(StackName="Querycast-migrations")["Stacks"]
    return str(stack["StackStatus"])
