"""The function behind the custom resource: it always answers, and never is replaced."""

import io
import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import MigrationFailed
from core.migrate import Progress
from core.migration import Migration, migrations_to_json
from streams import migrate

FILES = migrations_to_json(
    [
        Migration("0001_a", "1", ["select '${data_bucket}'"]),
        Migration("sample_data/0001_b", "2", []),
    ]
)


class Deployment:
    """CloudFormation and the warehouse, as the function sees them."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, str | None]] = []
        self.calls: list[tuple[list[Migration], str, bool]] = []
        self.outcome: Progress | Exception = Progress([], [])

    def answer(self, request: Mapping[str, Any], physical_id: str, failure: str | None) -> None:
        self.answers.append((physical_id, failure))

    def migrate(
        self, _: Any, migrations: list[Migration], attempt: str, has_time: Callable[[], bool]
    ) -> Progress:
        self.calls.append((migrations, attempt, has_time()))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def deployment(monkeypatch: pytest.MonkeyPatch) -> Deployment:
    deployment = Deployment()
    monkeypatch.setattr(migrate, "answer", deployment.answer)
    monkeypatch.setattr(migrate, "migrate", deployment.migrate)
    monkeypatch.setattr(migrate, "migration_warehouse", lambda: None)
    settings = {"data_bucket": "data", "copy_role": "default"}
    monkeypatch.setattr(migrate, "migration_settings", lambda: settings)
    monkeypatch.setattr(migrate, "migration_files", lambda bucket, key: FILES)
    return deployment


@pytest.fixture
def invocation(invocation: SimpleNamespace) -> SimpleNamespace:
    invocation.log_group_name = "/migrate"
    return invocation


def request(kind: str, sample_data: str = "false") -> dict[str, Any]:
    properties = {"Bucket": "assets", "Key": "a.json", "SampleData": sample_data}
    return {
        **{"RequestType": kind, "RequestId": "r", "ResponseURL": "https://answer"},
        "ResourceProperties": properties,
    }


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_deployment_applies_its_files_and_says_so(
    deployment: Deployment, invocation: Any, kind: str
) -> None:
    migrate.handler(request(kind), invocation)
    assert deployment.answers == [(migrate.PHYSICAL_ID, None)]
    [(migrations, attempt, has_time)] = deployment.calls
    assert migrations == [Migration("0001_a", "1", ["select 'data'"])]
    assert (attempt, has_time) == ("r", True)


def test_a_stage_with_sample_data_has_its_tables(deployment: Deployment, invocation: Any) -> None:
    migrate.handler(request("Update", sample_data="true"), invocation)
    [(migrations, _, _)] = deployment.calls
    assert [each.name for each in migrations] == ["0001_a", "sample_data/0001_b"]


def test_a_deletion_touches_nothing(deployment: Deployment, invocation: Any) -> None:
    migrate.handler(request("Delete"), invocation)
    assert deployment.answers == [(migrate.PHYSICAL_ID, None)]
    assert deployment.calls == []


def test_a_failed_migration_fails_the_deployment_in_its_words(
    deployment: Deployment, invocation: Any
) -> None:
    deployment.outcome = MigrationFailed("0001_a.sql failed: no such table")
    migrate.handler(request("Update"), invocation)
    assert deployment.answers == [(migrate.PHYSICAL_ID, "0001_a.sql failed: no such table")]


def test_whatever_goes_wrong_is_answered(deployment: Deployment, invocation: Any) -> None:
    deployment.outcome = ValueError("odd")
    migrate.handler(request("Create"), invocation)
    assert deployment.answers == [(migrate.PHYSICAL_ID, "ValueError: odd. See the log /migrate.")]


def test_a_request_that_lacks_its_properties_is_answered(
    deployment: Deployment, invocation: Any
) -> None:
    migrate.handler({**request("Create"), "ResourceProperties": {}}, invocation)
    [(_, failure)] = deployment.answers
    assert failure is not None


def test_what_takes_too_long_stops_the_deployment_and_says_what_to_do(
    deployment: Deployment, invocation: Any
) -> None:
    deployment.outcome = Progress([], [], "0001_a")
    invocation.get_remaining_time_in_millis = lambda: migrate.TIME_TO_ANSWER_MS
    migrate.handler(request("Update"), invocation)
    [(_, failure)] = deployment.answers
    assert failure is not None
    assert "0001_a still runs" in failure
    assert "`make migrate` waits for" in failure
    assert not deployment.calls[0][2]


def test_the_signed_address_is_in_no_log(
    deployment: Deployment, invocation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(migrate.logger.registered_handler, "stream", log)
    deployment.outcome = ValueError("odd")
    migrate.handler(request("Create"), invocation)
    assert "odd" in log.getvalue()
    assert "https://answer" not in log.getvalue()


def test_an_operator_is_told_how_far_it_is(deployment: Deployment, invocation: Any) -> None:
    deployment.outcome = Progress(["0001_a"], ["0002_b"], "0003_c")
    answer = migrate.handler({"attempt": "x", "seconds": 20, **FILES}, invocation)
    assert json.loads(json.dumps(answer)) == {
        **{"before": ["0001_a"], "applied": ["0002_b"], "waitsFor": "0003_c"},
    }
    assert deployment.answers == []


def test_an_operator_is_told_why_it_failed(deployment: Deployment, invocation: Any) -> None:
    deployment.outcome = MigrationFailed("no such table")
    answer = migrate.handler({"attempt": "x", "seconds": 20, **FILES}, invocation)
    assert answer == {"error": {"type": "MigrationFailed", "message": "no such table"}}
