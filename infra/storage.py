"""Buckets: the report catalogue that Lambdas read, and the files that COPY loads."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.findings import acknowledge
from infra.stage import Stage

CATALOGUE_KEY = "catalogue.json"


class Storage(Construct):
    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "Storage")
        self.catalogue = self._bucket("Catalogue", stage, versioned=True)
        self.data = self._bucket("Data", stage, versioned=False)

    def grant_read_catalogue(self, grantee: iam.IGrantable) -> None:
        iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:GetObject"],
            resource_arns=[self.catalogue.arn_for_objects(CATALOGUE_KEY)],
        )

    def _bucket(self, id: str, stage: Stage, *, versioned: bool) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=versioned,
            removal_policy=RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY,
        )
        acknowledge(bucket, "S1", "An account that wants access recorded has CloudTrail.")
        return bucket
