"""sql/migrations, applied while the stack is deployed: one that fails stops the deployment.

The compiled files are an asset, and its key is a property of the custom resource: so other files
are an update, and a rollback asks for the older ones, whichever code the function then has. The
function acts as a user of the warehouse of its own, for it may change tables and no query may.
"""

from aws_cdk import CustomResource, Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

from infra.account_roles import grant_assume, role_arn
from infra.agreed_names import FILES, MIGRATIONS
from infra.findings import acknowledge_wildcard
from infra.function import Function
from infra.sources import Built
from infra.stage import Stage
from infra.storage import Storage
from infra.warehouse_access import allow_statements

LONGEST = Duration.minutes(15)  # that Lambda lets a function run
PATIENCE = Duration.minutes(50)  # three runs, for Lambda tries twice again what was killed


class Migrations(Construct):
    """`role_arn`: as whom migrations run; `copy_role`: as whom Redshift reads S3, if given."""

    def __init__(self, scope: Construct, *, stage: Stage, built: Built, storage: Storage) -> None:
        super().__init__(scope, "Migrations")
        compiled = s3_assets.Asset(self, "Files", path=str(built.migrations))
        warehouse = stage.warehouse
        elsewhere = warehouse.account is not None
        self.copy_role = role_arn(self, stage, FILES) if elsewhere else warehouse.copy_role
        copy_role = {"WAREHOUSE_COPY_ROLE": self.copy_role} if self.copy_role else {}
        self.function = Function(
            self,
            "Migrate",
            stage=stage,
            code=lambda_.Code.from_asset(str(built.lambda_asset)),
            handler="streams.migrate.handler",
            timeout=LONGEST,
            environment={
                **warehouse.environment(),
                **copy_role,
                "DATA_BUCKET": storage.data.bucket_name,
            },
        )
        self.role_arn = self.role.role_arn
        if elsewhere:
            self._act_elsewhere(stage)
        else:
            allow_statements(self.role, warehouse)
        self._allow_files(compiled)
        CustomResource(
            self,
            "Applied",
            resource_type="Custom::WarehouseMigrations",
            service_token=self.function.function_arn,
            service_timeout=PATIENCE,
            properties={
                "Bucket": compiled.s3_bucket_name,
                "Key": compiled.s3_object_key,
                "SampleData": stage.sample_data,
            },
        )

    @property
    def role(self) -> iam.Role:
        role = self.function.role
        assert isinstance(role, iam.Role)  # infra/function.py makes one
        return role

    def _act_elsewhere(self, stage: Stage) -> None:
        self.role_arn = role_arn(self, stage, MIGRATIONS)
        grant_assume(self.role, self.role_arn)
        self.function.add_environment("WAREHOUSE_ROLE_ARN", self.role_arn)

    def _allow_files(self, compiled: s3_assets.Asset) -> None:
        """Any release's, for a rollback asks for older ones, and IAM takes its time to change."""
        iam.Grant.add_to_principal(
            grantee=self.role,
            actions=["s3:GetObject"],
            resource_arns=[compiled.bucket.arn_for_objects("*.json")],
        )
        acknowledge_wildcard(
            self.role,
            "arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*.json",
            "Each release has a key of its own, and a rollback reads the one before.",
        )
