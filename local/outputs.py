"""What clients, tools and tests read of a local stack: `outputs.json`, for its owner only."""

import re
from pathlib import Path
from typing import Any

import boto3

from local.files import read_json, write_json
from local.settings import Settings
from local.users import DemoUser

FUNCTION_URL = re.compile(r"https://([a-z0-9]+)\.lambda-url\.[a-z0-9-]+\.on\.aws/?")


def stack_outputs(stack: str) -> dict[str, str]:
    """Of the deployed stack, by their camelCased names."""
    [description] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {
        output["OutputKey"][0].lower() + output["OutputKey"][1:]: output["OutputValue"]
        for output in description.get("Outputs", [])
    }


def write_outputs(settings: Settings, outputs: dict[str, str], users: list[DemoUser]) -> bool:
    """Whether they differ from what was there."""
    here = f"localhost:{settings.port}"
    over_tls = f"localhost:{settings.tls_port}"
    return write_json(
        settings.outputs,
        {name: reached_here(value, settings) for name, value in outputs.items()}
        | {
            "graphqlUrl": f"http://{here}/graphql",
            "realtimeUrl": f"ws://{here}/graphql/realtime",
            "graphqlTlsUrl": f"https://{over_tls}/graphql",
            "realtimeTlsUrl": f"wss://{over_tls}/graphql/realtime",
            "caCertificateFile": str(settings.ca_certificate),
            "demoUsers": [
                {"email": user.email, "password": user.password, "groups": list(user.groups)}
                for user in users
            ],
            "awsEndpointUrl": settings.aws_url,
            "redshiftDataUrl": settings.redshift_url,
            "mailDir": str(settings.mail),
            "credentialsFile": str(settings.credentials),
        },
    )


def reached_here(value: str, settings: Settings) -> str:
    """The output; of a function URL, that by which it is reached on this machine."""
    url = FUNCTION_URL.fullmatch(value)
    return value if url is None else f"http://localhost:{settings.function_urls_port}/{url[1]}/"


def demo_passwords(file: Path) -> dict[str, str]:
    """By e-mail, as an earlier `up` wrote them."""
    outputs: Any = read_json(file) or {}
    return {user["email"]: user["password"] for user in outputs.get("demoUsers", [])}
