"""The stack that is measured: the one `make up` started, as its outputs tell."""

import json
import os
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from aiohttp import ClientSession

SUBMIT = """mutation ($input: SubmitQueryInput!) { submitQuery(input: $input) { id } }"""


@dataclass(frozen=True)
class Stack:
    """Addresses, and someone who is signed in."""

    graphql_url: str
    realtime_url: str
    redshift_data_url: str
    target: dict[str, str]
    credentials: dict[str, Any]
    token: str

    async def ask(self, http: ClientSession, document: str, **variables: Any) -> Any:
        """The data that a GraphQL document asks for."""
        headers = {"authorization": self.token}
        body = {"query": document, "variables": variables}
        async with http.post(self.graphql_url, json=body, headers=headers) as response:
            answer = await response.json(content_type=None)
        if answer.get("errors"):
            raise RuntimeError(answer["errors"])
        return answer["data"]

    async def submit(self, http: ClientSession, report: str, **parameters: str) -> str:
        """The id of a new query, with a statement of its own."""
        values = [{"name": name, "value": value} for name, value in parameters.items()]
        input = {"report": report, "parameters": values, "maxAge": 0}
        data = await self.ask(http, SUBMIT, input=input)
        return str(data["submitQuery"]["id"])

    def redshift_data(self) -> Any:
        """A client of the warehouse itself, for the peer that polls it."""
        session: Any = boto3.Session(region_name="us-east-1", **self.credentials)
        return session.client("redshift-data", endpoint_url=self.redshift_data_url)


def running_stack() -> Stack:
    """The stack of this checkout, with its first demo user signed in."""
    return signed_in_stack(Path(os.environ.get("QUERYCAST_OUTPUTS", ".querycast/outputs.json")))


def signed_in_stack(path: Path) -> Stack:
    """The stack whose outputs are in that file."""
    outputs = json.loads(path.read_text())
    file = ConfigParser()
    file.read(outputs["credentialsFile"])
    credentials: dict[str, Any] = {
        name: file["default"][name] for name in ("aws_access_key_id", "aws_secret_access_key")
    }
    session: Any = boto3.Session(region_name=outputs["region"], **credentials)
    cognito = session.client("cognito-idp", endpoint_url=outputs["awsEndpointUrl"])
    user = outputs["demoUsers"][0]
    signed_in = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=outputs["userPoolClientId"],
        AuthParameters={"USERNAME": user["email"], "PASSWORD": user["password"]},
    )
    return Stack(
        graphql_url=outputs["graphqlUrl"],
        realtime_url=outputs["realtimeUrl"],
        redshift_data_url=outputs["redshiftDataUrl"],
        target={
            "WorkgroupName": outputs["warehouseWorkgroup"],
            "Database": outputs["warehouseDatabase"],
        },
        credentials=credentials,
        token=signed_in["AuthenticationResult"]["IdToken"],
    )
