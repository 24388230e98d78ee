"""Small cloud assemblies, written as `cdk synth` writes them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from local.assembly import StackAssembly, read_assembly

BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
FUNCTION = "def handler(event, context):\n    print('log line')\n    return {'version': %d}\n"


def write_assembly(
    directory: Path, name: str, resources: dict[str, Any], *, version: int = 1
) -> StackAssembly:
    """An assembly of these resources; `Code` in one stands for the only asset, a function."""
    source = directory / f"asset.{version}"
    source.mkdir(parents=True, exist_ok=True)
    (source / "main.py").write_text(FUNCTION % version)
    key = f"{version}.zip"
    template = json.dumps({"Resources": resources}).replace(
        '"ASSET"', json.dumps({"S3Bucket": {"Fn::Sub": BUCKET}, "S3Key": key})
    )
    (directory / f"{name}.template.json").write_text(template)
    files = {
        "code": file(f"asset.{version}", "zip", key),
        "template": file(f"{name}.template.json", "file", digest(template) + ".json"),
    }
    (directory / f"{name}.assets.json").write_text(json.dumps({"files": files}))
    stack = {"templateFile": f"{name}.template.json"}
    artifacts = {
        f"{name}.assets": asset_manifest(name),
        name: {"type": "aws:cloudformation:stack", "properties": stack},
    }
    (directory / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return read_assembly(directory)


def file(path: str, packaging: str, key: str) -> dict[str, Any]:
    destination = {"bucketName": BUCKET, "objectKey": key}
    return {
        "source": {"path": path, "packaging": packaging},
        "destinations": {"current": destination},
    }


def asset_manifest(name: str) -> dict[str, Any]:
    return {"type": "cdk:asset-manifest", "properties": {"file": f"{name}.assets.json"}}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def table(**properties: Any) -> dict[str, Any]:
    key = {"AttributeName": "id", "KeyType": "HASH"}
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "KeySchema": [key],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            **properties,
        },
    }


def function(**properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": "ASSET",
            "Handler": "main.handler",
            "Runtime": "python3.13",
            "Role": "arn:aws:iam::000000000000:role/any",
            **properties,
        },
    }
