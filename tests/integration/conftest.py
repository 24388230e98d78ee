"""A deployed stack, people who use it, and reports made for testing."""

import json
import os
import shutil
import uuid
from collections.abc import Callable, Generator, Iterator
from configparser import ConfigParser
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from _pytest.fixtures import SubRequest

from tests.conftest import group
from tests.integration.api import Api
from tests.integration.command import Command
from tests.integration.stack import ROOT, LocalStack

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

STACKS = ("local_stack", "spare_stack")
FOLDERS = ("reports", "pipelines")  # of the product in sql/, and for testing beside this file
PASSWORD = "Correct-horse-7-battery"
making_clients = Lock()  # which threads must not do at once with one session

# The stacks that run in this process, as pytest knows them.
running: dict[pytest.FixtureDef[Any], SubRequest] = {}


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: SubRequest
) -> Generator[None, object, object]:
    if fixturedef.argname in STACKS:
        running[fixturedef] = request
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """On several cores a stack ends with its group: idle until the end, it would slow the others.

    Where another group of this process needs one again, it is made again.
    """
    result = yield
    ends = nextitem is not None and group(item.nodeid) != group(nextitem.nodeid)
    if ends and "PYTEST_XDIST_WORKER" in os.environ:
        for fixture, request in running.items():
            fixture.finish(request)  # what was made of it goes first
        running.clear()
    return result


@dataclass(frozen=True)
class Person:
    """Someone who signed in: `id` is the owner of their queries."""

    id: str
    email: str
    token: str
    api: Api


@dataclass(frozen=True)
class Reports:
    """The product's reports and pipelines and those made for testing, in a folder to publish."""

    stack: LocalStack
    folder: Path

    def publish(self, **more: str) -> None:
        """Make them live, and `more` of them: SQL by name."""
        for kind in FOLDERS:
            for room in (ROOT / "sql", Path(__file__).parent):
                shutil.copytree(room / kind, self.folder / kind, dirs_exist_ok=True)
        for name, sql in more.items():
            (self.folder / "reports" / f"{name}.sql").write_text(sql)
        folders = [text for kind in FOLDERS for text in (f"--{kind}", str(self.folder / kind))]
        published = self.stack.run("sql.publish", *folders)
        assert published.returncode == 0, published.stdout + published.stderr


@pytest.fixture(scope="session")
def local_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A stack of our own, for tests that must know where it runs."""
    yield from own_stack(tmp_path_factory.mktemp("stack"))


@pytest.fixture(scope="session")
def spare_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    """A second stack of our own, to break, restart and refill."""
    yield from own_stack(tmp_path_factory.mktemp("spare"))


def own_stack(folder: Path) -> Iterator[LocalStack]:
    """A stack that runs while it is needed; none where another is to be tested."""
    if "QUERYCAST_OUTPUTS" in os.environ:
        pytest.skip("QUERYCAST_OUTPUTS names a stack that is not ours to break")
    stack = LocalStack(folder / "state")
    with stack.ends_with_us():
        stack.up()
        yield stack


@pytest.fixture(scope="session")
def reports(local_stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    return Reports(local_stack, tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="session")
def outputs(request: pytest.FixtureRequest) -> Any:
    """The outputs of the stack under test, with the reports for testing published to it."""
    if path := os.environ.get("QUERYCAST_OUTPUTS"):
        return json.loads(Path(path).read_text())
    reports: Reports = request.getfixturevalue("reports")
    reports.publish()
    return reports.stack.outputs()


@pytest.fixture(scope="session")
def aws(outputs: Any) -> Callable[[str], Any]:
    """Clients of the AWS that the stack runs on: `aws("lambda")`."""
    return clients(outputs)


@pytest.fixture(scope="session")
def person(outputs: Any) -> Callable[..., Person]:
    """Makes people who signed in: `person("analysts")` is a new member of that group."""
    return lambda *groups: new_person(outputs, *groups)


@pytest.fixture(scope="session")
def ana(person: Callable[..., Person]) -> Person:
    return person("analysts")


@pytest.fixture(scope="session")
def ben(person: Callable[..., Person]) -> Person:
    return person("analysts")


@pytest.fixture(scope="session")
def ada(person: Callable[..., Person]) -> Person:
    return person("administrators")


@pytest.fixture
def querycast(local_stack: LocalStack, outputs: object, tmp_path: Path) -> Command:
    """The command line, where nobody has signed in: the first demo user asks."""
    return Command(local_stack.environment | {"HOME": str(tmp_path)})


def new_person(outputs: Any, *groups: str) -> Person:
    """Someone new in the pool, a member of the groups, signed in."""
    cognito: CognitoIdentityProviderClient = clients(outputs)("cognito-idp")
    email = f"{uuid.uuid4().hex}@example.com"
    pool = {"UserPoolId": outputs["userPoolId"], "Username": email}
    cognito.admin_create_user(
        **pool,
        MessageAction="SUPPRESS",
        UserAttributes=[
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
        ],
    )
    cognito.admin_set_user_password(**pool, Password=PASSWORD, Permanent=True)
    for name in groups:
        cognito.admin_add_user_to_group(**pool, GroupName=name)
    return sign_in(cognito, outputs, email, PASSWORD)


def clients(outputs: Any) -> Callable[[str], Any]:
    """Clients of the AWS that a stack runs on, as whoever deployed it."""
    return lambda service: aws_client(outputs, service, outputs.get("awsEndpointUrl"))


def aws_client(outputs: Any, service: str, endpoint_url: str | None) -> Any:
    """The one for all who ask: to make the first of a session takes a tenth of a second."""
    with making_clients:
        return _client(aws_session(outputs), service, endpoint_url)


@cache
def _client(session: Any, service: str, endpoint_url: str | None) -> Any:
    return session.client(service, endpoint_url=endpoint_url)


def aws_session(outputs: Any) -> boto3.Session:
    """With the credentials that the local stack wrote, or those of this machine."""
    if "credentialsFile" not in outputs:
        return _session(outputs["region"])
    credentials = ConfigParser()
    credentials.read(outputs["credentialsFile"])
    written = credentials["default"]
    key = (written["aws_access_key_id"], written["aws_secret_access_key"])
    return _session(outputs["region"], *key)


@cache
def _session(region: str, key_id: str | None = None, secret: str | None = None) -> boto3.Session:
    return boto3.Session(key_id, secret, region_name=region)


def sign_in(
    cognito: "CognitoIdentityProviderClient", outputs: Any, email: str, password: str
) -> Person:
    answer = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=outputs["userPoolClientId"],
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    tokens = answer["AuthenticationResult"]
    user = cognito.get_user(AccessToken=tokens["AccessToken"])
    (sub,) = (a["Value"] for a in user["UserAttributes"] if a["Name"] == "sub")
    token = tokens["IdToken"]
    return Person(sub, email, token, Api(outputs["graphqlUrl"], {"authorization": token}))
