"""A small Redshift Serverless of the stage's own, for who has none yet and wants to try it out.

It costs nothing while nothing runs, and is paused by itself. Nobody needs the administrator's
password, which Redshift keeps in Secrets Manager; roles sign in by IAM.
https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html
"""

from aws_cdk import CfnDeletionPolicy
from aws_cdk import aws_redshiftserverless as redshift
from constructs import Construct

from infra.exports import Exports
from infra.stage import Stage

SMALLEST = 8  # RPU, of which each costs by the second that it works
LARGEST = 32  # RPU, beyond which Redshift does not go to finish sooner


class OwnWorkgroup(Construct):
    """The namespace, which has the data, and the workgroup, which works, under the stage's name."""

    def __init__(self, scope: Construct, *, stage: Stage, exports: Exports) -> None:
        super().__init__(scope, "OwnWarehouse")
        warehouse = stage.warehouse
        assert warehouse.workgroup is not None  # infra/warehouse.py refuses `create` without
        namespace = redshift.CfnNamespace(
            self,
            "Namespace",
            namespace_name=warehouse.workgroup,
            db_name=warehouse.database,
            manage_admin_password=True,
            iam_roles=[exports.unload_role_arn],
            log_exports=["userlog", "connectionlog"],
        )
        workgroup = redshift.CfnWorkgroup(
            self,
            "Workgroup",
            workgroup_name=warehouse.workgroup,
            namespace_name=namespace.ref,
            base_capacity=SMALLEST,
            max_capacity=LARGEST,
            publicly_accessible=False,
            enhanced_vpc_routing=False,  # or S3 would need an endpoint in the default network
        )
        for resource in (namespace, workgroup):
            policy = CfnDeletionPolicy.RETAIN if stage.protected else CfnDeletionPolicy.DELETE
            resource.cfn_options.deletion_policy = policy
            resource.cfn_options.update_replace_policy = policy
