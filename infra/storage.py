"""Buckets: the report catalogue that Lambdas read, and the files that COPY loads."""

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.bucket import Bucket
from infra.stage import Stage

CATALOGUE_KEY = "catalogue.json"


class Storage(Construct):
    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "Storage")
        self.catalogue = Bucket(self, "Catalogue", stage=stage)
        self.data = Bucket(self, "Data", stage=stage)

    def grant_read_catalogue(self, grantee: iam.IGrantable) -> None:
        iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["s3:GetObject"],
            resource_arns=[self.catalogue.arn_for_objects(CATALOGUE_KEY)],
        )
