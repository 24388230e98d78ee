"""The account and Region: the right ones, bootstrapped, with room, and the stack in no dead end."""

import os

from botocore.exceptions import ClientError

from infra.readiness.found import Clients, InTheWay
from infra.stage import Stage

BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
OLDEST_BOOTSTRAP = 8  # https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
FEWEST_INVOCATIONS = 50  # at once, of all Lambdas of an account; a new one may have 10
DEAD_ENDS = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED")


def account_is_meant(stage: Stage, clients: Clients) -> str:
    caller = clients("sts").get_caller_identity()
    found = caller["Account"]
    if stage.account is not None and found != stage.account:
        raise InTheWay(
            f"You are in account {found}, and stage {stage.name} belongs to {stage.account}: "
            "choose its profile (AWS_PROFILE)."
        )
    return f"account {found}, as {caller['Arn']}"


def region_is_meant(stage: Stage, clients: Clients) -> str:
    found = clients("sts").meta.region_name
    of_cdk = os.environ.get("AWS_REGION", found)  # which it reads first, and boto3 does not read
    if of_cdk != found:
        raise InTheWay(
            f"The Region is {found}, but the CDK would deploy to {of_cdk}: unset AWS_REGION, and "
            "set AWS_DEFAULT_REGION."
        )
    if stage.region is not None and found != stage.region:
        raise InTheWay(
            f"The Region is {found}, and stage {stage.name} belongs to {stage.region}: "
            f"set AWS_DEFAULT_REGION={stage.region}."
        )
    return f"Region {found}"


def account_is_bootstrapped(stage: Stage, clients: Clients) -> str:
    ssm = clients("ssm")
    try:
        version = int(ssm.get_parameter(Name=BOOTSTRAP)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        raise InTheWay("The account is not bootstrapped here: make bootstrap.") from None
    if version < OLDEST_BOOTSTRAP:
        raise InTheWay(
            f"The CDK's bootstrap stack has version {version}, and {OLDEST_BOOTSTRAP} is needed: "
            "make bootstrap."
        )
    return f"bootstrapped, version {version}"


def stack_can_be_deployed(stage: Stage, clients: Clients) -> str:
    name = stage.stack_name
    try:
        [stack] = clients("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return f"{name} will be created"
        raise
    status = stack["StackStatus"]
    if status in DEAD_ENDS:
        raise InTheWay(
            f"{name} is {status}, out of which only deleting it leads; what it keeps stays: "
            f"make destroy STAGE={stage.name}."
        )
    if status.endswith("_IN_PROGRESS"):
        raise InTheWay(f"{name} is {status}: wait until that has ended.")
    if status == "UPDATE_ROLLBACK_FAILED":
        raise InTheWay(
            f"{name} is {status}: look at its events, mend the cause, and go on with "
            f"aws cloudformation continue-update-rollback --stack-name {name}."
        )
    return f"{name} will be updated; it is {status}"


def lambdas_have_room(stage: Stage, clients: Clients) -> str:
    limits = clients("lambda").get_account_settings()["AccountLimit"]
    found = limits["UnreservedConcurrentExecutions"]
    if found < FEWEST_INVOCATIONS:
        raise InTheWay(
            f"The account runs {found} Lambdas at once, and {FEWEST_INVOCATIONS} are needed: ask "
            "for more in Service Quotas (Lambda, concurrent executions)."
        )
    return f"{found:,} Lambdas at once"
