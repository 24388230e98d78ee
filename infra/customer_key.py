"""One KMS key of the account's own for all that the stage keeps, instead of AWS's keys.

What it encrypts, and who may use it, is read off the finished stack: every table, queue, topic, log
group and bucket, and every role that a policy lets use one of them, through that service alone.
So nothing can be forgotten, and a stage without a key knows nothing of it.
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
"""

import json
from collections.abc import Iterator
from typing import Any

from aws_cdk import Aws, CfnElement, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct

from infra.account_roles import files_role
from infra.stage import Stage

USING = ("Decrypt", "GenerateDataKey")
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
OF_TABLES = (*USING, "Encrypt", "ReEncryptFrom", "ReEncryptTo", "DescribeKey")
OF_LOGS = (*USING, "Encrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKeyWithoutPlaintext")
SERVICES = {"dynamodb": OF_TABLES, "s3": USING, "sns": USING, "sqs": USING}


class CustomerKey(Construct):
    """`key`: rotated every year; it stays with the data of a protected stage."""

    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "CustomerKey")
        self._stage = stage
        self.key = kms.Key(
            self,
            "Key",
            description=f"Encrypts what {stage.stack_name} keeps.",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY,
        )

    def encrypt(self, stack: Stack) -> None:
        """Everything in the stack; to be called once that is whole."""
        found = stack.node.find_all()
        encrypted = {_id(each) for each in found if self._encrypts(each)}
        for role in (each for each in found if isinstance(each, iam.Role)):
            for service in sorted(set(_services(stack, role, encrypted))):
                self._admit(role, service)
        self._admit_services()
        if self._stage.warehouse.account is not None:
            self._admit_redshift()

    def _encrypts(self, resource: IConstruct) -> bool:
        match resource:
            case dynamodb.CfnTable():
                resource.sse_specification = dynamodb.CfnTable.SSESpecificationProperty(
                    sse_enabled=True, sse_type="KMS", kms_master_key_id=self.key.key_arn
                )
            case sqs.CfnQueue():
                resource.sqs_managed_sse_enabled = None
                resource.kms_master_key_id = self.key.key_arn
            case sns.CfnTopic():
                resource.kms_master_key_id = self.key.key_arn
            case logs.CfnLogGroup():
                resource.kms_key_id = self.key.key_arn
            case s3.CfnBucket():
                resource.bucket_encryption = self._of_bucket()
            case _:
                return False
        return True

    def _of_bucket(self) -> s3.CfnBucket.BucketEncryptionProperty:
        """With a key of the bucket's own below ours, or each object would cost a call of KMS."""
        default = s3.CfnBucket.ServerSideEncryptionByDefaultProperty(
            sse_algorithm="aws:kms", kms_master_key_id=self.key.key_arn
        )
        rule = s3.CfnBucket.ServerSideEncryptionRuleProperty(
            bucket_key_enabled=True, server_side_encryption_by_default=default
        )
        return s3.CfnBucket.BucketEncryptionProperty(server_side_encryption_configuration=[rule])

    def _admit(self, role: iam.Role, service: str) -> None:
        role.add_to_policy(
            iam.PolicyStatement(
                actions=[f"kms:{operation}" for operation in SERVICES[service]],
                resources=[self.key.key_arn],
                conditions=_via(service),
            )
        )

    def _admit_services(self) -> None:
        """What no role does: write logs, keep what a rule could not hand over, serve files."""
        account, partition, region = Aws.ACCOUNT_ID, Aws.PARTITION, Aws.REGION
        groups = f"arn:{partition}:logs:{region}:{account}:log-group:*"
        distributions = f"arn:{partition}:cloudfront::{account}:distribution/*"
        for principal, operations, conditions in (
            (
                f"logs.{region}.amazonaws.com",
                OF_LOGS,
                {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": groups}},
            ),
            ("events.amazonaws.com", USING, {"StringEquals": {"aws:SourceAccount": account}}),
            *(
                [("cloudfront.amazonaws.com", USING, {"ArnLike": {"aws:SourceArn": distributions}})]
                if self._stage.web_hosting
                else []
            ),
        ):
            self._allow(iam.ServicePrincipal(principal), operations, conditions)

    def _admit_redshift(self) -> None:
        """Of another account; its role there says the same."""
        self._allow(files_role(self, self._stage), USING, _via("s3"))

    def _allow(
        self, principal: iam.IPrincipal, operations: tuple[str, ...], conditions: Any
    ) -> None:
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[principal],
                actions=[f"kms:{operation}" for operation in operations],
                resources=["*"],  # in its own policy: this key
                conditions=conditions,
            )
        )


def _via(service: str) -> Any:
    return {"StringEquals": {"kms:ViaService": f"{service}.{Aws.REGION}.amazonaws.com"}}


def _id(resource: IConstruct) -> str:
    assert isinstance(resource, CfnElement)
    return str(Stack.of(resource).resolve(resource.logical_id))


def _services(stack: Stack, role: iam.Role, encrypted: set[str]) -> Iterator[str]:
    """Those by which the role's policy lets it use something encrypted."""
    policy = role.node.try_find_child("DefaultPolicy")
    if not isinstance(policy, iam.Policy):
        return
    for statement in (stack.resolve(policy.document) or {}).get("Statement", []):
        named = json.dumps(statement["Resource"])
        actions = statement["Action"]
        first = actions if isinstance(actions, str) else actions[0]
        service = first.partition(":")[0]
        if service in SERVICES and any(f'"{each}"' in named for each in encrypted):
            yield service
