"""A bucket of ours: private, encrypted, reached by TLS alone, and tidied by itself."""

from collections.abc import Sequence

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.findings import acknowledge
from infra.stage import Stage

OLD_VERSIONS = Duration.days(30)  # for so long what was replaced or deleted can be had back
HALF_UPLOADED = Duration.days(1)


class Bucket(s3.Bucket):
    """`expiration`: after which an object goes for good; None: it stays, and so do old versions for
    `OLD_VERSIONS`."""

    def __init__(
        self, scope: Construct, id: str, *, stage: Stage, expiration: Duration | None = None
    ) -> None:
        super().__init__(
            scope,
            id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=expiration is None,
            lifecycle_rules=_lifecycle(expiration),
            removal_policy=RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY,
        )
        acknowledge(self, "S1", "An account that wants access recorded has CloudTrail.")


def _lifecycle(expiration: Duration | None) -> Sequence[s3.LifecycleRule]:
    return [
        s3.LifecycleRule(
            expiration=expiration,
            noncurrent_version_expiration=OLD_VERSIONS if expiration is None else None,
            abort_incomplete_multipart_upload_after=HALF_UPLOADED,
        )
    ]
