"""Creates the APIs under test through the ordinary AWS APIs, writes a target file, deletes them.

    python -m tests.conformance.appsync.deploy target.json
    python -m tests.conformance.appsync.deploy target.json --delete

Which AWS that is, boto3's own settings say: a profile of an account, or a local endpoint.
"""

import argparse
import json
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

from tests.conformance.appsync.description import ApiDescription, ResolverDescription, descriptions
from tests.conformance.appsync.lambda_functions import (
    LambdaFunctions,
    allow_appsync,
    create_functions,
    delete_functions,
)
from tests.conformance.appsync.target import Target, TargetApi, load
from tests.conformance.appsync.users import Users, create_users

RUNTIME = {"name": "APPSYNC_JS", "runtimeVersion": "1.0.0"}
SCHEMA_SECONDS = 60.0
SETTLE_SECONDS = 2.0  # measured by others: AWS may need that long after a start_ack

Client = Callable[[str], Any]
Headers = dict[str, dict[str, str]]


class Deployment:
    """What is needed to create an API, and what was created."""

    def __init__(self, session: boto3.Session, issuer: str | None, oidc: Headers) -> None:
        self.region = session.region_name or "us-east-1"
        self._clients: dict[str, Any] = {}
        self._session = session
        self.issuer = issuer
        self.oidc = oidc
        self.created: dict[str, Any] = {
            kind: [] for kind in ("apis", "functions", "roles", "pools", "users")
        }
        prefix = f"conformance-{secrets.token_hex(4)}"
        self.apis = [api for api in descriptions() if issuer or not _uses(api, "OPENID_CONNECT")]
        named = set().union(*(api.lambda_names() for api in self.apis), _authorizers(self.apis))
        self.functions = create_functions(self.client, prefix, named, self.created)
        self.users: Users = create_users(self.client, prefix, self.created)
        for name in _authorizers(self.apis):
            allow_appsync(self.client, self.functions.arns[name])
        self.prefix = prefix

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(
                service,  # type: ignore[call-overload]  # the service is only known at run time
                region_name=self.region,
            )
        return self._clients[service]


def deploy(
    session: boto3.Session, issuer: str | None = None, oidc: Headers | None = None
) -> Target:
    """Every API that can be created there; those of OpenID Connect only with an issuer."""
    deployment = Deployment(session, issuer, oidc or {})
    apis = {api.name: _create_api(deployment, api) for api in deployment.apis}
    limited = _limited_user(deployment, apis["main"].id)
    own = session.get_credentials()
    keys = {"iamLimited": limited}
    if own is not None:
        keys["iam"] = {"id": own.access_key, "secret": own.secret_key, "token": own.token or ""}
    keys["iamUnknown"] = {"id": "AKIAUNKNOWNUNKNOWN00", "secret": "nobody's"}
    keys["iamWrong"] = limited | {"secret": "another"}
    keys["iamElsewhere"] = limited | {"region": "eu-central-1"}
    is_aws = ".amazonaws.com" in deployment.client("appsync").meta.endpoint_url
    return Target(
        region=deployment.region,
        apis=apis,
        offers=_offers(is_aws, issuer),
        is_aws=is_aws,
        access_keys=keys,
        created=deployment.created,
        settle_seconds=SETTLE_SECONDS if is_aws else 0.0,
    )


def _offers(is_aws: bool, issuer: str | None) -> list[str]:
    """What cases may need; an emulator's Lambda does not tell the name of an exception."""
    offers = ["iam", "cognito", "lambda"]
    return offers + ["error-names"] * is_aws + ["oidc"] * (issuer is not None)


def delete(session: boto3.Session, target: Target) -> None:
    """Everything that `deploy` created."""
    clients: dict[str, Any] = {}

    def client(service: str) -> Any:
        return clients.setdefault(
            service,
            session.client(service, region_name=target.region),  # type: ignore[call-overload]  # the service is only known at run time
        )

    for api_id in target.created["apis"]:
        client("appsync").delete_graphql_api(apiId=api_id)
    delete_functions(client, target.created)
    for pool_id in target.created["pools"]:
        client("cognito-idp").delete_user_pool(UserPoolId=pool_id)
    for name in target.created["users"]:
        for key in client("iam").list_access_keys(UserName=name)["AccessKeyMetadata"]:
            client("iam").delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
        client("iam").delete_user_policy(UserName=name, PolicyName="graphql")
        client("iam").delete_user(UserName=name)


def _create_api(deployment: Deployment, api: ApiDescription) -> TargetApi:
    appsync = deployment.client("appsync")
    primary, *additional = [_provider(deployment, given) for given in api.auth]
    if "userPoolConfig" in primary:  # only there it is known, and needed
        primary["userPoolConfig"]["defaultAction"] = api.auth[0].get("defaultAction", "ALLOW")
    more = {"additionalAuthenticationProviders": additional} if additional else {}
    made = appsync.create_graphql_api(
        name=f"{deployment.prefix}-{api.name}", **primary, **more, **api.settings
    )["graphqlApi"]
    api_id = made["apiId"]
    deployment.created["apis"].append(api_id)
    if api.schema is not None:
        _create_schema(appsync, api_id, api.schema)
    if api.environment:
        appsync.put_graphql_api_environment_variables(
            apiId=api_id, environmentVariables=api.environment
        )
    _create_sources(appsync, api_id, api, deployment.functions)
    for resolver in api.resolvers:
        _create_resolver(appsync, api_id, resolver)
    url = made["uris"]["GRAPHQL"]
    return TargetApi(
        id=api_id,
        url=url,
        realtime_url=made["uris"]["REALTIME"],
        host=url.split("/")[2],
        credentials=_credentials(deployment, api, api_id),
    )


def _provider(deployment: Deployment, given: dict[str, Any]) -> dict[str, Any]:
    """One way of authorization, as CreateGraphqlApi takes it."""
    provider: dict[str, Any] = {"authenticationType": given["type"]}
    if given["type"] == "AMAZON_COGNITO_USER_POOLS":
        provider["userPoolConfig"] = {
            "userPoolId": deployment.users.pool_id,
            "awsRegion": deployment.region,
            "appIdClientRegex": deployment.users.client_id,
        }
    if given["type"] == "OPENID_CONNECT":
        optional = {k: given[k] for k in ("clientId", "iatTTL", "authTTL") if k in given}
        provider["openIDConnectConfig"] = {"issuer": deployment.issuer} | optional
    if given["type"] == "AWS_LAMBDA":
        provider["lambdaAuthorizerConfig"] = {
            "authorizerUri": deployment.functions.arns[given["lambda"]],
            "authorizerResultTtlInSeconds": given["ttl"],
            "identityValidationExpression": given["expression"],
        }
    return provider


def _create_schema(appsync: Any, api_id: str, sdl: str) -> None:
    appsync.start_schema_creation(apiId=api_id, definition=sdl.encode())
    end = time.monotonic() + SCHEMA_SECONDS
    while (state := appsync.get_schema_creation_status(apiId=api_id))["status"] == "PROCESSING":
        if time.monotonic() > end:
            raise SystemExit(f"The schema of {api_id} is not created after {SCHEMA_SECONDS} s.")
        time.sleep(0.5)
    if state["status"] == "FAILED":
        raise SystemExit(f"AppSync refuses the schema of {api_id}: {state['details']}")


def _create_sources(
    appsync: Any, api_id: str, api: ApiDescription, functions: LambdaFunctions
) -> None:
    appsync.create_data_source(apiId=api_id, name="none", type="NONE")
    for name in sorted(api.lambda_names()):
        appsync.create_data_source(
            apiId=api_id,
            name=name,
            type="AWS_LAMBDA",
            serviceRoleArn=functions.caller_role,
            lambdaConfig={"lambdaFunctionArn": functions.arns[name]},
        )


def _create_resolver(appsync: Any, api_id: str, resolver: ResolverDescription) -> None:
    code = {} if resolver.code is None else {"runtime": RUNTIME, "code": resolver.code}
    batch = {"maxBatchSize": resolver.max_batch_size} if resolver.max_batch_size else {}
    if resolver.pipeline:
        functions = [
            appsync.create_function(
                apiId=api_id,
                name=function.name,
                dataSourceName=function.lambda_name or "none",
                runtime=RUNTIME,
                code=function.code,
            )["functionConfiguration"]["functionId"]
            for function in resolver.pipeline
        ]
        kind: dict[str, Any] = {"kind": "PIPELINE", "pipelineConfig": {"functions": functions}}
    else:
        kind = {"kind": "UNIT", "dataSourceName": resolver.lambda_name or "none"}
    appsync.create_resolver(
        apiId=api_id,
        typeName=resolver.type_name,
        fieldName=resolver.field_name,
        **kind,
        **code,
        **batch,
    )


def _credentials(deployment: Deployment, api: ApiDescription, api_id: str) -> Headers:
    """Headers of callers by a name; the first is who asks when a case names nobody."""
    found: Headers = {}
    for given in api.auth:
        if given["type"] == "API_KEY":
            key = deployment.client("appsync").create_api_key(apiId=api_id)["apiKey"]["id"]
            found["key"] = {"x-api-key": key}
        if given["type"] == "AMAZON_COGNITO_USER_POOLS":
            found |= deployment.users.credentials
        if given["type"] == "OPENID_CONNECT":
            found |= deployment.oidc
        if given["type"] == "AWS_LAMBDA":
            found["token"] = {"authorization": "good-allow-token"}
    return found


def _limited_user(deployment: Deployment, api_id: str) -> dict[str, str]:
    """An IAM user that may read `Query.me` and `Query.secret` of one API, and nothing else."""
    iam, name = deployment.client("iam"), f"{deployment.prefix}-limited"
    account = deployment.client("sts").get_caller_identity()["Account"]
    fields = [
        f"arn:aws:appsync:{deployment.region}:{account}:apis/{api_id}/types/Query/fields/{field}"
        for field in ("me", "secret")
    ]
    statement = {"Effect": "Allow", "Action": "appsync:GraphQL", "Resource": fields}
    iam.create_user(UserName=name)
    deployment.created["users"].append(name)
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="graphql", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return {"id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


def _uses(api: ApiDescription, mode: str) -> bool:
    return any(given["type"] == mode for given in api.auth)


def _authorizers(apis: list[ApiDescription]) -> set[str]:
    return {given["lambda"] for api in apis for given in api.auth if "lambda" in given}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.appsync.deploy")
    parser.add_argument("target", type=Path, help="the file to write, or to delete by")
    parser.add_argument("--delete", action="store_true", help="delete what the file names")
    options = parser.parse_args(arguments)
    session = boto3.Session()
    if options.delete:
        delete(session, load(options.target))
        options.target.unlink()
    else:
        deploy(session).save(options.target)
        print(f"QUERYCAST_CONFORMANCE_TARGET={options.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
