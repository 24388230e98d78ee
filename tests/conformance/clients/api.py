"""The API that the clients talk to: notes, in files so that they can change behind its back."""

import io
import json
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tests.local.conftest import Emulator

SDL = """
type Note { id: ID!  text: String }
type Query { getNote(id: ID!): Note  secret: String @aws_iam }
type Mutation { putNote(id: ID!, text: String!): Note }
type Subscription {
  onNote(id: ID!): Note @aws_subscribe(mutations: ["putNote"])
  onSecret(id: ID!): Note @aws_subscribe(mutations: ["putNote"]) @aws_iam
}
"""
FUNCTION = """
import json, os, pathlib

def handler(event, context):
    note = event["arguments"]
    file = pathlib.Path(os.environ["NOTES"], note["id"])
    if event["info"]["fieldName"] == "putNote":
        file.write_text(json.dumps(note))
    return json.loads(file.read_text()) if file.exists() else None
"""
READ = "query ($id: ID!) { getNote(id: $id) { id text } }"
PUT = "mutation ($id: ID!, $text: String!) { putNote(id: $id, text: $text) { id text } }"
ON_NOTE = "subscription ($id: ID!) { onNote(id: $id) { id text } }"
SECRET = "query { secret }"
ON_SECRET = "subscription ($id: ID!) { onSecret(id: $id) { id text } }"

ROLE = "arn:aws:iam::000000000000:role/notes"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function:notes"


@dataclass(frozen=True)
class NotesApi:
    api_id: str
    key: str
    notes: Path

    def change(self, id: str, text: str) -> None:
        """Without a mutation: nobody is told."""
        (self.notes / id).write_text(json.dumps({"id": id, "text": text}))


def deployed(emulator: Emulator, notes: Path) -> NotesApi:
    _create_function(emulator, notes)
    appsync = emulator.client("appsync")
    created = appsync.create_graphql_api(
        name="notes",
        authenticationType="API_KEY",
        additionalAuthenticationProviders=[{"authenticationType": "AWS_IAM"}],
    )
    api_id = created["graphqlApi"]["apiId"]
    appsync.start_schema_creation(apiId=api_id, definition=SDL.encode())
    appsync.create_data_source(
        apiId=api_id,
        name="notes",
        type="AWS_LAMBDA",
        lambdaConfig={"lambdaFunctionArn": FUNCTION_ARN},
        serviceRoleArn=ROLE,
    )
    for type_name, field in (("Query", "getNote"), ("Mutation", "putNote")):
        appsync.create_resolver(
            apiId=api_id, typeName=type_name, fieldName=field, dataSourceName="notes"
        )
    key = appsync.create_api_key(apiId=api_id, expires=int(time.time()) + 86_400)["apiKey"]["id"]
    return NotesApi(api_id, key, notes)


def _create_function(emulator: Emulator, notes: Path) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("notes.py", FUNCTION)
    emulator.client("lambda").create_function(
        FunctionName="notes",
        Runtime="python3.12",
        Role=ROLE,
        Handler="notes.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"NOTES": str(notes)}},
    )
