"""Buckets: the report catalogue that Lambdas read, and the files that COPY loads."""

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.account_roles import files_role
from infra.bucket import Bucket
from infra.stage import Stage

CATALOGUE_KEY = "catalogue.json"


class Storage(Construct):
    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "Storage")
        self.catalogue = Bucket(self, "Catalogue", stage=stage)
        self.data = Bucket(self, "Data", stage=stage)
        if stage.warehouse.account is not None:
            self._admit(files_role(self, stage))

    def _admit(self, redshift: iam.PrincipalBase) -> None:
        """Let Redshift of another account read what COPY loads; its role there says the same."""
        for resource, operations in (
            (self.data.arn_for_objects("*"), ["GetObject"]),
            (self.data.bucket_arn, ["ListBucket", "GetBucketLocation"]),
        ):
            self.data.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[redshift],
                    actions=[f"s3:{operation}" for operation in operations],
                    resources=[resource],
                )
            )

    def grant_read_catalogue(self, grantee: iam.IGrantable) -> None:
        iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:GetObject"],
            resource_arns=[self.catalogue.arn_for_objects(CATALOGUE_KEY)],
        )
