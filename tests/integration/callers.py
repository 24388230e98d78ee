"""Every kind of caller that knocks at the API, over HTTP and over a WebSocket."""

import asyncio
import base64
import json
import re
import uuid
from collections.abc import Callable, Sequence
from configparser import ConfigParser
from dataclasses import dataclass, field
from typing import Any

from botocore.config import Config
from botocore.credentials import Credentials
from gql.transport.appsync_auth import (
    AppSyncApiKeyAuthentication,
    AppSyncAuthentication,
    AppSyncIAMAuthentication,
    AppSyncJWTAuthentication,
)
from gql.transport.exceptions import TransportError

from tests.integration.api import Api
from tests.integration.conftest import PASSWORD, Person, aws_session
from tests.integration.subscriber import host, subscribed

JSON = {"content-type": "application/json"}


class NoAuthentication(AppSyncAuthentication):
    """Nothing but where the request goes."""

    def __init__(self, host: str) -> None:
        self._host = host

    def get_headers(self, data: Any = None, headers: Any = None) -> dict[str, Any]:
        return {"host": self._host}


@dataclass(frozen=True)
class SignedApi(Api):
    """The API as a caller who signs each request."""

    auth: AppSyncAuthentication = field(kw_only=True)

    def signed(self, body: bytes) -> dict[str, str]:
        return {**self.auth.get_headers(body.decode(), JSON), **JSON}


@dataclass(frozen=True)
class Caller:
    """One kind of caller."""

    outputs: Any
    auth: AppSyncAuthentication

    @property
    def api(self) -> Api:
        return SignedApi(self.outputs["graphqlUrl"], {}, auth=self.auth)

    def outcome(self, document: str, **variables: Any) -> str:
        """What becomes of an operation of one field: `data`, `null`, or an errorType."""
        if document.startswith("subscription"):
            return asyncio.run(self._subscribe(document, variables))
        answer = self.api.ask(document, **variables)
        if answer.errors:
            return str(answer.errors[0]["errorType"])
        return "null" if None in answer.data.values() else "data"

    async def _subscribe(self, document: str, variables: Any) -> str:
        try:
            async with subscribed(self.outputs, self.auth, document, **variables):
                return "data"
        except TransportError as error:
            found = re.search(r"'errorType': '(\w+)'", str(error))
            return found[1] if found else str(error)


def by_token(outputs: Any, token: str) -> Caller:
    return Caller(outputs, AppSyncJWTAuthentication(host(outputs), token))


def by_key(outputs: Any, key: str) -> Caller:
    return Caller(outputs, AppSyncApiKeyAuthentication(host(outputs), key))


def nobody(outputs: Any) -> Caller:
    return Caller(outputs, NoAuthentication(host(outputs)))


def by_iam(outputs: Any, aws: Callable[[str], Any], policies: Sequence[Any]) -> Caller:
    """A new IAM user who may do what the policies say."""
    iam, name = aws("iam"), f"querycast-test-{uuid.uuid4()}"
    iam.create_user(UserName=name)
    for policy in policies:
        iam.put_user_policy(
            UserName=name, PolicyName=str(uuid.uuid4()), PolicyDocument=json.dumps(policy)
        )
    key = iam.create_access_key(UserName=name)["AccessKey"]
    credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    tell_local_appsync(outputs, name, credentials)
    auth = AppSyncIAMAuthentication(host(outputs), outputs["region"], credentials=credentials)
    return Caller(outputs, auth)


def role_policies(aws: Callable[[str], Any], function: str) -> list[Any]:
    """The inline policies of a function's role."""
    configuration = aws("lambda").get_function_configuration(FunctionName=function)
    role = configuration["Role"].rpartition("/")[2]
    iam = aws("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]


def tell_local_appsync(outputs: Any, name: str, credentials: Credentials) -> None:
    """The local AppSync knows the secrets of a file; AWS knows those of IAM."""
    if "credentialsFile" not in outputs:
        return
    profiles = ConfigParser(interpolation=None)
    profiles[name] = {
        "aws_access_key_id": credentials.access_key,
        "aws_secret_access_key": credentials.secret_key,
    }
    with open(outputs["credentialsFile"], "a") as file:
        profiles.write(file)


def unsigned(token: str) -> str:
    """The token as one that says of itself that it needs no signature."""
    head, claims, _ = token.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "==")) | {"alg": "none"}
    return f"{base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip('=')}.{claims}."


def expired_token(outputs: Any, person: Person) -> str:
    """A token of the pool that was never young; Cognito itself makes none, the emulator does."""
    cognito = aws_session(outputs).client(
        "cognito-idp",
        endpoint_url=outputs.get("awsEndpointUrl"),
        config=Config(parameter_validation=False),
    )
    client = cognito.create_user_pool_client(
        UserPoolId=outputs["userPoolId"],
        ClientName="expired",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        IdTokenValidity=-1,
    )
    return id_token(cognito, client, person.email)


def token_of_another_pool(aws: Callable[[str], Any], email: str) -> str:
    """Of somebody with the same e-mail, in the same group of that pool."""
    cognito = aws("cognito-idp")
    pool = cognito.create_user_pool(PoolName="another", UsernameAttributes=["email"])["UserPool"]
    user = {"UserPoolId": pool["Id"], "Username": email}
    client = cognito.create_user_pool_client(
        UserPoolId=pool["Id"],
        ClientName="another",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )
    cognito.create_group(UserPoolId=pool["Id"], GroupName="administrators")
    cognito.admin_create_user(**user, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
    cognito.admin_add_user_to_group(**user, GroupName="administrators")
    return id_token(cognito, client, email)


def id_token(cognito: Any, client: Any, email: str) -> str:
    answer = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client["UserPoolClient"]["ClientId"],
        AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
    )
    return str(answer["AuthenticationResult"]["IdToken"])
