"""Whether the stage's warehouse is there, lets COPY read, and answers through the Data API."""

import time
from typing import Any

from botocore.exceptions import ClientError

from infra.agreed_names import QUERIES, SESSION_NAME, role_name
from infra.readiness.found import Clients, InTheWay, NotSeen
from infra.stage import Stage
from infra.warehouse import Warehouse

ASKS = 60  # a second apart; a workgroup that slept needs some
ENDED = ("FINISHED", "FAILED", "ABORTED")


def warehouse_is_there(stage: Stage, clients: Clients) -> str:
    warehouse = stage.warehouse
    if warehouse.create:
        return f"workgroup {warehouse.workgroup} will be the stack's own"
    if warehouse.account is not None:
        name = warehouse.workgroup or warehouse.cluster
        return f"{name} is in account {warehouse.account}, which looks after it"
    if warehouse.cluster is not None:
        return _cluster_is_there(warehouse, clients)
    return _workgroup_is_there(warehouse, clients)


def warehouse_answers(stage: Stage, clients: Clients) -> str:
    """By a statement of the caller's own, who may sign in otherwise than the Lambdas will; in
    another account, by the role that they will act as."""
    warehouse = stage.warehouse
    if warehouse.create:
        return "it answers once it is there"
    acting = {} if warehouse.account is None else _assumed(clients, stage)
    client = clients("redshift-data", **acting)
    started = client.execute_statement(Sql="select 1", **signed_in(warehouse))
    for _ in range(ASKS):
        statement = client.describe_statement(Id=started["Id"])
        if statement["Status"] in ENDED:
            break
        time.sleep(1)
    if statement["Status"] != "FINISHED":
        raise InTheWay(
            f"Database {warehouse.database} did not answer `select 1`: it is "
            f"{statement['Status']}, {statement.get('Error', 'without a reason')}"
        )
    return f"database {warehouse.database} answers"


def signed_in(warehouse: Warehouse) -> dict[str, Any]:
    """The parameters by which the Data API knows where, and as whom."""
    given = {
        "WorkgroupName": warehouse.workgroup,
        "ClusterIdentifier": warehouse.cluster,
        "Database": warehouse.database,
        "DbUser": warehouse.database_user,
        "SecretArn": warehouse.secret_arn,
    }
    return {name: value for name, value in given.items() if value is not None}


def _assumed(clients: Clients, stage: Stage) -> dict[str, str]:
    """The credentials of the role that runs queries in the warehouse's account."""
    sts, account = clients("sts"), stage.warehouse.account
    arn = f"arn:{sts.meta.partition}:iam::{account}:role/{role_name(stage, QUERIES)}"
    try:
        given = sts.assume_role(RoleArn=arn, RoleSessionName=SESSION_NAME)["Credentials"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "AccessDenied":
            raise
        raise NotSeen(
            f"{arn} does not let you in. Has account {account} deployed its stack "
            "(docs/deploy.md)? If it has: to look, you need sts:AssumeRole on that role, and the "
            f"tags application=querycast and stage={stage.name}."
        ) from None
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


def _workgroup_is_there(warehouse: Warehouse, clients: Clients) -> str:
    client, name = clients("redshift-serverless"), warehouse.workgroup
    try:
        workgroup = client.get_workgroup(workgroupName=name)["workgroup"]
    except client.exceptions.ResourceNotFoundException:
        raise InTheWay(
            f"There is no workgroup {name} in this account and Region: create it, or name yours "
            "as `workgroup` in infra/stages.toml."
        ) from None
    if workgroup["status"] != "AVAILABLE":
        raise InTheWay(f"Workgroup {name} is {workgroup['status']}: wait until it is AVAILABLE.")
    if warehouse.workgroup_id not in (None, workgroup["workgroupId"]):
        raise InTheWay(
            f"Workgroup {name} has the id {workgroup['workgroupId']}, and the stage's "
            f"`workgroup_id` is {warehouse.workgroup_id}: correct it."
        )
    namespace = client.get_namespace(namespaceName=workgroup["namespaceName"])["namespace"]
    _check_copy_role(warehouse, " ".join(namespace.get("iamRoles", [])))
    return f"workgroup {name} is AVAILABLE"


def _cluster_is_there(warehouse: Warehouse, clients: Clients) -> str:
    client, name = clients("redshift"), warehouse.cluster
    try:
        [cluster] = client.describe_clusters(ClusterIdentifier=name)["Clusters"]
    except client.exceptions.ClusterNotFoundFault:
        raise InTheWay(
            f"There is no cluster {name} in this account and Region: create it, or name yours "
            "as `cluster` in infra/stages.toml."
        ) from None
    if cluster["ClusterStatus"] != "available":
        raise InTheWay(f"Cluster {name} is {cluster['ClusterStatus']}: resume it, or wait.")
    roles = (role["IamRoleArn"] for role in cluster.get("IamRoles", []))
    _check_copy_role(warehouse, " ".join(roles))
    return f"cluster {name} is available"


def _check_copy_role(warehouse: Warehouse, attached: str) -> None:
    """`attached`: the ARNs of the warehouse's roles, in a text of AWS's making."""
    if warehouse.copy_role is not None and warehouse.copy_role not in attached:
        raise InTheWay(
            f"The warehouse does not have the role {warehouse.copy_role} of `copy_role`: give it "
            "to the namespace or cluster (Manage IAM roles)."
        )
