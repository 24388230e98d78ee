"""Where exports go: the bucket, who writes and reads it, and the queue that has files made.

Redshift writes as a role that only this bucket knows, and that an operator gives to the warehouse
once (docs/exports.md). Addresses for downloads are signed as a role that can read exports and
nothing else; its sessions last an hour, and an address outlives a Lambda's own credentials.
https://docs.aws.amazon.com/redshift/latest/mgmt/authorizing-redshift-service.html
"""

from typing import cast

from aws_cdk import CfnElement, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.account_roles import files_role, role_arn
from infra.agreed_names import FILES, SESSION_NAME
from infra.bucket import Bucket
from infra.customer_key import CustomerKey
from infra.findings import acknowledge_wildcard
from infra.stage import Stage
from infra.work_queue import WorkQueue

EXPORT_TIMEOUT = Duration.minutes(5)  # of the function: 10 GB to join and to read through
UNLOADING = ("redshift.amazonaws.com", "redshift-serverless.amazonaws.com")
OBJECTS = "exports/*"
WRITING = ("GetObject", "PutObject", "AbortMultipartUpload")
FINDING = ("ListBucket", "GetBucketLocation")


class Exports(Construct):
    def __init__(self, scope: Construct, *, stage: Stage, key: CustomerKey | None) -> None:
        super().__init__(scope, "Exports")
        self.bucket = self._bucket(stage)
        self.unload_role_arn = self._unload_role_arn(stage)
        self.key_arn = None if key is None else key.key.key_arn
        self.queue = WorkQueue(self)  # what nobody could handle, the sweeper gives up

    def allow_making_files(self, function: lambda_.Function) -> None:
        """Let it read what Redshift wrote, join it, and remove what is no longer needed."""
        assert function.role is not None  # only an imported function may lack one
        self._grant(function.role, "GetObject", "PutObject", "AbortMultipartUpload", "DeleteObject")

    def allow_signing(self, signer: lambda_.Function) -> None:
        """Let this function sign addresses, as a role that may read exports and nothing else."""
        assert signer.role is not None  # only an imported function may lack one
        role = iam.Role(
            self,
            "DownloadRole",
            description="Signs addresses by which exports are downloaded.",
            assumed_by=iam.ArnPrincipal(signer.role.role_arn).with_conditions(
                {"StringEquals": {"sts:RoleSessionName": SESSION_NAME}}
            ),
        )
        self._grant(role, "GetObject")
        role.grant_assume_role(signer.role)
        signer.add_environment("DOWNLOAD_ROLE_ARN", role.role_arn)

    def _bucket(self, stage: Stage) -> Bucket:
        bucket = Bucket(self, "Bucket", stage=stage, expiration=Duration.days(stage.export_days))
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="NoOldAddresses",
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                actions=["s3:GetObject"],
                resources=[bucket.arn_for_objects("*")],
                conditions={
                    "NumericGreaterThan": {"s3:signatureAge": stage.download_minutes * 60_000}
                },
            )
        )
        return bucket

    def _unload_role_arn(self, stage: Stage) -> str:
        if stage.warehouse.account is None:
            return self._unload_role().role_arn
        self._admit(files_role(self, stage))
        return role_arn(self, stage, FILES)

    def _admit(self, redshift: iam.PrincipalBase) -> None:
        """Let Redshift of another account write; its role there says the same."""
        for resource, operations in (
            (self.bucket.arn_for_objects(OBJECTS), WRITING),
            (self.bucket.bucket_arn, FINDING),
        ):
            self.bucket.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[redshift],
                    actions=[f"s3:{operation}" for operation in operations],
                    resources=[resource],
                )
            )

    def _unload_role(self) -> iam.Role:
        own = {"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
        principals = (iam.ServicePrincipal(name, conditions=own) for name in UNLOADING)
        role = iam.Role(
            self,
            "UnloadRole",
            description="Redshift writes Querycast's exports as this role.",
            assumed_by=iam.CompositePrincipal(*principals),
        )
        self._grant(role, *WRITING)
        iam.Grant.add_to_principal(
            grantee=role,
            actions=[f"s3:{operation}" for operation in FINDING],
            resource_arns=[self.bucket.bucket_arn],
        )
        return role

    def _grant(self, role: iam.IRole, *operations: str) -> None:
        iam.Grant.add_to_principal(
            grantee=role,
            actions=[f"s3:{operation}" for operation in operations],
            resource_arns=[self.bucket.arn_for_objects(OBJECTS)],
        )
        bucket = cast(CfnElement, self.bucket.node.default_child)
        bucket_id = Stack.of(self).get_logical_id(bucket)
        acknowledge_wildcard(
            role, f"<{bucket_id}.Arn>/{OBJECTS}", "Each export has keys of its own."
        )
