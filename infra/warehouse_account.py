"""What the account of a warehouse makes for a stage in another account: a small stack of its own.

Three roles, as the stage's functions and Redshift act there, and the rule that tells the stage of
its statements' ends: Redshift tells only the account that the database is in. The template has no
assets, so whoever owns that account can read all of it, and deploy it by CloudFormation alone.

The stage's roles are trusted by their tags, for CloudFormation chooses their names. An external id
would add nothing: it is for a caller that acts for many customers, and a stage has one warehouse.
https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-monitoring-events.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
"""

from aws_cdk import Aws, CfnOutput, DefaultStackSynthesizer, Stack, Tags
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.agreed_names import FILES, MIGRATIONS, QUERIES, SESSION_NAME, bus_name, role_name
from infra.events import statement_ends
from infra.exports import OBJECTS, UNLOADING
from infra.findings import acknowledge_wildcard
from infra.stage import Stage
from infra.warehouse_access import allow_statements

BUCKETS = "arn:{partition}:s3:::querycast-*"  # CloudFormation begins their names with the stack's


class WarehouseAccountStack(Stack):
    """The stack of the warehouse's account; `stage` has an `account` and its warehouse another."""

    def __init__(self, scope: Construct, stage: Stage) -> None:
        super().__init__(
            scope,
            f"{stage.stack_name}-warehouse-account",
            description=f"Lets {stage.stack_name} of account {stage.account} use a warehouse.",
            synthesizer=DefaultStackSynthesizer(generate_bootstrap_version_rule=False),
        )
        Tags.of(self).add("application", "querycast")
        Tags.of(self).add("stage", stage.name)
        queries = self._acting_role(stage, QUERIES, "Runs Querycast's statements on Redshift.")
        allow_statements(queries, stage.warehouse, "ListStatements")
        migrations = self._acting_role(stage, MIGRATIONS, "Runs Querycast's migrations.")
        allow_statements(migrations, stage.warehouse)
        files = self._files_role(stage)
        self._forward(stage)
        for name, role in (("Queries", queries), ("Migrations", migrations), ("Files", files)):
            CfnOutput(self, f"{name}RoleArn", value=role.role_arn)

    def _acting_role(self, stage: Stage, purpose: str, description: str) -> iam.Role:
        """For the roles of the stage's stack, in sessions of the agreed name."""
        assert stage.account is not None  # infra/stage.py refuses a stage without
        stack = {"aws:PrincipalTag/application": "querycast", "aws:PrincipalTag/stage": stage.name}
        return iam.Role(
            self,
            purpose.title(),
            role_name=role_name(stage, purpose),
            description=description,
            assumed_by=iam.AccountPrincipal(stage.account).with_conditions(
                {"StringEquals": {"sts:RoleSessionName": SESSION_NAME, **stack}}
            ),
        )

    def _files_role(self, stage: Stage) -> iam.Role:
        """For Redshift, once attached to the warehouse; the buckets' policies name it, too."""
        own = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
        principals = (iam.ServicePrincipal(name, conditions=own) for name in UNLOADING)
        role = iam.Role(
            self,
            "Files",
            role_name=role_name(stage, FILES),
            description="Redshift reads and writes the files of Querycast as this role.",
            assumed_by=iam.CompositePrincipal(*principals),
        )
        buckets = BUCKETS.format(partition=self.partition)
        for resource, *operations in (
            (buckets, "ListBucket", "GetBucketLocation"),
            (f"{buckets}/*", "GetObject"),
            (f"{buckets}/{OBJECTS}", "PutObject", "AbortMultipartUpload"),
        ):
            role.add_to_policy(
                iam.PolicyStatement(
                    actions=[f"s3:{operation}" for operation in operations],
                    resources=[resource],
                    conditions={"StringEquals": {"aws:ResourceAccount": stage.account}},
                )
            )
            acknowledge_wildcard(
                role,
                resource.replace(self.partition, "<AWS::Partition>"),
                "CloudFormation ends the names; the condition admits the stage's account alone.",
            )
        if stage.customer_key:
            self._allow_key(role, stage)
        return role

    def _allow_key(self, role: iam.Role, stage: Stage) -> None:
        """The stage's key, whose id KMS chooses, and whose own policy names this role alone."""
        keys = f"arn:{self.partition}:kms:{self.region}:{stage.account}:key/*"
        via = {"kms:ViaService": f"s3.{self.region}.amazonaws.com"}
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[keys],
                conditions={"StringEquals": via},
            )
        )
        acknowledge_wildcard(
            role,
            f"arn:<AWS::Partition>:kms:<AWS::Region>:{stage.account}:key/*",
            "Its id is KMS's choice; the key's own policy admits this role.",
        )

    def _forward(self, stage: Stage) -> None:
        own = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
        role = iam.Role(
            self,
            "ForwardRole",
            description="EventBridge tells Querycast of its statements' ends as this role.",
            assumed_by=iam.ServicePrincipal("events.amazonaws.com", conditions=own),
        )
        bus = events.EventBus.from_event_bus_arn(
            self,
            "Bus",
            f"arn:{self.partition}:events:{self.region}:{stage.account}:event-bus/{bus_name(stage)}",
        )
        events.Rule(
            self,
            "StatementChanged",
            event_pattern=statement_ends(),
            targets=[targets.EventBus(bus, role=role)],
        )
