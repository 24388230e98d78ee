"""A stage with a key of its own: all that keeps something names it, and whoever uses that may."""

from typing import Any

import pytest

from tests.infra.conftest import ENCRYPTED
from tests.infra.template import Template, listed, text

KEY = "CustomerKey.Arn"
THROUGH = {"dynamodb": "DynamoDB::Table", "s3": "S3::Bucket", "sns": "SNS::Topic"} | {
    "sqs": "SQS::Queue"
}
REGIONAL = "AWS::Region.amazonaws.com"


@pytest.fixture
def encrypted(templates: dict[str, Template]) -> Template:
    return templates["encrypted"]


def of_bucket(bucket: Any) -> Any:
    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["BucketKeyEnabled"]
    return rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]


KEYS = {  # where a resource of the kind says its key
    "DynamoDB::Table": lambda table: table["SSESpecification"]["KMSMasterKeyId"],
    "SQS::Queue": lambda queue: queue["KmsMasterKeyId"],
    "SNS::Topic": lambda topic: topic["KmsMasterKeyId"],
    "Logs::LogGroup": lambda log: log["KmsKeyId"],
    "S3::Bucket": of_bucket,
}


@pytest.mark.parametrize("kind", KEYS)
def test_all_that_keeps_something_names_the_key(encrypted: Template, kind: str) -> None:
    assert {text(KEYS[kind](each)) for each in encrypted.properties(kind)} == {KEY}


def test_there_is_one_key_and_it_is_rotated_and_kept(encrypted: Template) -> None:
    [key] = encrypted.of("KMS::Key").values()
    assert key["Properties"]["EnableKeyRotation"]
    assert key["DeletionPolicy"] == "Retain"
    assert text(encrypted.outputs["CustomerKeyArn"]["Value"]) == KEY


def test_a_stage_that_does_not_ask_has_none(production: Template) -> None:
    assert not production.of("KMS::Key")
    assert not [each for each in production.outputs if each == "CustomerKeyArn"]


def used(template: Template, role: str) -> set[str]:
    """The services through which a role uses something of the stack that is encrypted."""
    return {
        service
        for action, resource in template.permissions(role)
        for service, kind in THROUGH.items()
        if action.startswith(f"{service}:") and is_of(template, kind, resource)
    }


def is_of(template: Template, kind: str, resource: str) -> bool:
    return resource.partition("/")[0].partition(".")[0] in template.of(kind)


def let_in(template: Template, role: str) -> set[str]:
    """The services through which a role may use the key."""
    return {
        text(statement["Condition"]["StringEquals"]["kms:ViaService"]).partition(".")[0]
        for statement in template.statements(role)
        if "kms:Decrypt" in statement["Action"] and text(statement["Resource"]) == KEY
    }


def test_whoever_uses_what_is_encrypted_may_use_the_key_through_that_alone(
    encrypted: Template,
) -> None:
    roles = encrypted.of("IAM::Role")
    assert {role: let_in(encrypted, role) for role in roles} == {
        role: used(encrypted, role) for role in roles
    }
    assert let_in(encrypted, "FunctionsResolversRole") == {"dynamodb", "s3", "sqs"}
    assert let_in(encrypted, "FunctionsNotifyRole") == {"dynamodb", "s3", "sns", "sqs"}
    assert let_in(encrypted, "ExportsDownloadRole") == {"s3"}
    assert let_in(encrypted, "SchedulesRole") == {"sqs"}


def test_no_role_may_do_more_with_the_key_than_its_services_need(encrypted: Template) -> None:
    asked = {
        action
        for role in encrypted.of("IAM::Role")
        for action, resource in encrypted.permissions(role)
        if resource == KEY
    }
    assert asked == {
        f"kms:{operation}"
        for operation in (
            *("Decrypt", "GenerateDataKey", "Encrypt"),
            *("ReEncryptFrom", "ReEncryptTo", "DescribeKey"),
        )
    }


def test_the_key_admits_services_for_what_is_of_this_account(encrypted: Template) -> None:
    [key] = encrypted.properties("KMS::Key")
    by_service = {
        text(statement["Principal"]["Service"]): statement
        for statement in key["KeyPolicy"]["Statement"]
        if "Service" in statement["Principal"]
    }
    assert by_service.keys() == {
        *("events.amazonaws.com", "cloudfront.amazonaws.com", "cloudwatch.amazonaws.com"),
        f"logs.{REGIONAL}",
    }
    for statement in by_service.values():
        assert "AWS::AccountId" in str(statement["Condition"])


def test_exports_are_encrypted_by_the_key_and_redshift_elsewhere_may_use_it(
    encrypted: Template,
) -> None:
    for starter in ("Resolvers", "Sweep", "Ended", "Revisit", "Pipeline", "Refresh"):
        function = encrypted.resources[f"Functions{starter}"]["Properties"]
        assert text(function["Environment"]["Variables"]["UNLOAD_KEY_ARN"]) == KEY
    [key] = encrypted.properties("KMS::Key")
    [statement] = [
        each for each in key["KeyPolicy"]["Statement"] if "ArnEquals" in each.get("Condition", {})
    ]
    assert text(statement["Condition"]["ArnEquals"]["aws:PrincipalArn"]).endswith("encrypted-files")
    assert text(statement["Condition"]["StringEquals"]["kms:ViaService"]) == f"s3.{REGIONAL}"


def test_the_role_there_may_use_keys_of_the_stages_account_through_s3() -> None:
    from aws_cdk import App, assertions
    from cdk_nag import AwsSolutionsChecks

    from infra.warehouse_account import WarehouseAccountStack

    stack = WarehouseAccountStack(App(analytics_reporting=False), ENCRYPTED)
    theirs = Template(assertions.Template.from_stack(stack).to_json())
    keys = f"arn:AWS::Partition:kms:AWS::Region:{ENCRYPTED.account}:key/*"
    assert ("kms:GenerateDataKey", keys) in theirs.permissions("Files")
    [statement] = [each for each in theirs.statements("Files") if "kms:Decrypt" in each["Action"]]
    assert text(listed(statement["Resource"])[0]) == keys
    assert not AwsSolutionsChecks(stack).validate_scope(stack).violations
