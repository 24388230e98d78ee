"""What of a template decides who may do what, as lines that a reviewer reads beside a change.

    python -m tests.infra.security

writes tests/infra/security.txt anew from the production stage, and security_elsewhere.txt from what
the account of a warehouse makes for a stage in another. Assets' hashes, code and the rest of the
templates are not in them, so they change when security does, and then a person must look.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.infra.template import Template, listed, text

FILE = Path(__file__).parent / "security.txt"
OF_WAREHOUSE_ACCOUNT = FILE.with_name("security_elsewhere.txt")
STAGE = "production"
KINDS = (  # told whole
    *("AppSync::GraphQLApi", "AppSync::ApiKey", "Cognito::UserPool", "Cognito::UserPoolClient"),
    *(
        "DynamoDB::Table",
        "KMS::Key",
        "Lambda::Permission",
        "Lambda::Url",
        "Logs::LogGroup",
        "S3::Bucket",
    ),
    *("SQS::Queue", "SNS::Topic", "CloudFront::Distribution", "CloudFront::ResponseHeadersPolicy"),
    *("WAFv2::WebACL", "WAFv2::WebACLAssociation"),
)
LEFT_OUT = {  # of these: how things are found and named
    *("Tags", "UserPoolTags", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes"),
    *("EmailVerificationMessage", "EmailVerificationSubject", "SmsVerificationMessage"),
    "VerificationMessageTemplate",
}
RESOURCE_POLICIES = ("S3::BucketPolicy", "SNS::TopicPolicy", "SQS::QueuePolicy")


def security(template: Template) -> str:
    lines = [*roles(template), *resource_policies(template), *resources(template)]
    return "\n".join(lines) + "\n"


def roles(template: Template) -> Iterator[str]:
    for role, resource in sorted(template.of("IAM::Role").items()):
        yield f"\n{role}"
        trust = resource["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        yield from sorted(f"  is assumed by {who(each)}{condition(each)}" for each in trust)
        yield from sorted(
            f"  may {action} on {text(on)}{condition(statement)}"
            for statement in template.statements(role)
            for action in listed(statement["Action"])
            for on in listed(statement["Resource"])
        )


def resource_policies(template: Template) -> Iterator[str]:
    for kind in RESOURCE_POLICIES:
        for key, resource in sorted(template.of(kind).items()):
            yield f"\n{key}"
            statements = resource["Properties"]["PolicyDocument"]["Statement"]
            yield from sorted(
                f"  {each['Effect'].lower()} {who(each)} {action}{condition(each)}"
                for each in statements
                for action in listed(each["Action"])
            )


def resources(template: Template) -> Iterator[str]:
    for kind in KINDS:
        for key, resource in sorted(template.of(kind).items()):
            yield f"\n{kind} {key}, on deletion: {resource.get('DeletionPolicy', 'Delete')}"
            told = {
                name: value
                for name, value in resource["Properties"].items()
                if name not in LEFT_OUT
            }
            yield from sorted(f"  {line}" for line in flat(told))


def who(statement: Any) -> str:
    principal = statement["Principal"]
    if isinstance(principal, str):
        return principal
    return ", ".join(text(each) for value in principal.values() for each in listed(value))


def condition(statement: Any) -> str:
    found = statement.get("Condition")
    return f" if {'; '.join(sorted(flat(found)))}" if found else ""


def flat(value: Any, path: str = "") -> Iterator[str]:
    """Each text, number or reference in it, with where it is."""
    if isinstance(value, dict) and not any(key == "Ref" or key[:4] == "Fn::" for key in value):
        for key, inner in value.items():
            yield from flat(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from flat(inner, f"{path}[{number}]")
    else:
        yield f"{path} = {text(value)}"


def main() -> None:
    from infra.app import synthesise, synthesise_warehouse_account
    from infra.node import choose_node
    from infra.stage import read_stage
    from tests.infra.built import built
    from tests.infra.conftest import ELSEWHERE

    choose_node()
    with TemporaryDirectory() as folder:
        assembly = Path(folder) / "cdk.out"
        made = synthesise(read_stage(STAGE), built(Path(folder)), assembly)
        FILE.write_text(security(Template(json.loads(made.read_text()))))
        made = synthesise_warehouse_account(ELSEWHERE, assembly)
        OF_WAREHOUSE_ACCOUNT.write_text(security(Template(json.loads(made.read_text()))))


if __name__ == "__main__":
    main()
