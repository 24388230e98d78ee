"""The services as a Lambda's environment variables name them: the one place that wires core to AWS.

| variable | names |
|---|---|
| QUERY_TABLE | the table of queries |
| CATALOGUE_BUCKET | the bucket of the catalogue |
| WAREHOUSE_WORKGROUP, or WAREHOUSE_CLUSTER | a Serverless workgroup, or a provisioned cluster |
| WAREHOUSE_DATABASE | the database |
| WAREHOUSE_ROLE_ARN | the role that runs our statements; without, the Lambda's own |
| WAREHOUSE_DB_USER, or WAREHOUSE_SECRET_ARN | with a cluster: a database user, or a secret |
| AGENDA_TABLE | the table of the agenda |
| USER_POOL_ID | the pool of the users |
| GRAPHQL_URL | where to publish |
| REVISIT_QUEUE_URL | the queue of messages that have a query looked at again |
| RUNNING_LIMIT, WAITING_LIMIT | how many queries of one owner may run, and how many more may wait |
| DATA_BUCKET | the bucket of files that migrations load |
| WAREHOUSE_COPY_ROLE | the role by which Redshift reads it; its default one when left out |
| REFRESH_QUEUE_URL | the queue of messages that have a report run again for those who watch it |
| EXPORT_BUCKET | the bucket of exports |
| EXPORT_DAYS | for how many days it keeps them |
| EXPORT_QUEUE_URL | the queue of messages that have the files of an export made |
| UNLOAD_ROLE_ARN | the role that Redshift writes exports as |
| UNLOAD_KEY_ARN | the key that Redshift encrypts them by; S3's own when left out |
| DOWNLOAD_ROLE_ARN | the role that signs the addresses of files |
| DOWNLOAD_MINUTES | for how long such an address is valid |
| NOTICE_QUEUE_URL | the queue of messages that have notices sent |
| MAIL_FROM | the address that mails come from; none are sent when left out |
| NOTICE_TOPIC_ARN | the topic of those who are told of pipelines |
| APP_URL | where the application is, to which notices link |
| SCHEDULE_GROUP | the group of the schedules that fire ours |
| SCHEDULED_REPORT_FUNCTION_ARN | the function that they call |
| SCHEDULED_REPORT_ROLE_ARN | the role that EventBridge Scheduler calls it as |
| SCHEDULED_REPORT_QUEUE_ARN | the queue of what it could not hand over |
"""

import json
import os
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from core.agenda import holidays
from core.agenda.schedule_services import Scheduling
from core.agenda.services import Agenda
from core.aws.appsync import AppSync
from core.aws.assumed_role import assumed_role
from core.aws.catalogue_bucket import CatalogueBucket
from core.aws.event_table import EventTable
from core.aws.export_bucket import ExportBucket
from core.aws.group_members import GroupMembers
from core.aws.group_names import GroupNames
from core.aws.handed_over import ONCE
from core.aws.mailboxes import Mailboxes
from core.aws.mails import Mails
from core.aws.migration_statements import MigrationStatements
from core.aws.notice_topic import NoticeTopic
from core.aws.owner_places import OwnerPlacesTable
from core.aws.pipeline_states import PipelineStates
from core.aws.query_table import QueryTable
from core.aws.redshift_data import RedshiftData
from core.aws.refresh_queue import RefreshQueue
from core.aws.report_durations import ReportDurations
from core.aws.report_watches import ReportWatches
from core.aws.revisit_queue import RevisitQueue
from core.aws.schedule_group import ScheduleGroup, Target
from core.aws.schedule_table import ScheduleTable
from core.aws.sent_notices import SentNotices
from core.aws.shared_statements import SharedStatements
from core.aws.user_groups import UserGroups
from core.aws.user_standing import UserStanding
from core.aws.work_queue import WorkQueue
from core.context import Context, Exports
from core.exports.unload import UnloadPlace
from core.notices.services import NoticeServices
from core.places import Limits

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_redshift_data import RedshiftDataAPIServiceClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# AppSync gives a resolver 30 seconds: fail with time left to say so.
CONFIG = Config(
    connect_timeout=2, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 3}
)
TARGET = {
    "WorkgroupName": "WAREHOUSE_WORKGROUP",
    "ClusterIdentifier": "WAREHOUSE_CLUSTER",
    "Database": "WAREHOUSE_DATABASE",
    "DbUser": "WAREHOUSE_DB_USER",
    "SecretArn": "WAREHOUSE_SECRET_ARN",
}


@cache
def context() -> Context:
    """The services, made once a Lambda environment.

    Not every Lambda has to do with queries or with the agenda, so not every one is told.
    """
    dynamodb: DynamoDBClient = boto3.client("dynamodb", config=CONFIG)
    warehouse = assumed_role(os.environ.get("WAREHOUSE_ROLE_ARN", ""))
    redshift_data: RedshiftDataAPIServiceClient = warehouse.client("redshift-data", config=CONFIG)
    table = os.environ.get("QUERY_TABLE", "")
    return Context(
        queries=QueryTable(dynamodb, table),
        warehouse=RedshiftData(redshift_data, target()),
        catalogue=lambda: catalogue_bucket()(),
        now=lambda: datetime.now(UTC),
        places=OwnerPlacesTable(dynamodb, table),
        sharing=SharedStatements(dynamodb, table),
        durations=ReportDurations(dynamodb, table),
        revisits=RevisitQueue(sqs, os.environ.get("REVISIT_QUEUE_URL", "")),
        limits=limits(),
        groups=lambda user_id: user_groups()(user_id),
        exports=exports(),
        notices=WorkQueue(sqs, os.environ.get("NOTICE_QUEUE_URL", "")),
        sends_mail="MAIL_FROM" in os.environ,
        pipelines=PipelineStates(dynamodb, table),
        watches=ReportWatches(dynamodb, table),
        refreshes=RefreshQueue(sqs, os.environ.get("REFRESH_QUEUE_URL", "")),
        agenda=agenda(),
        scheduling=scheduling(dynamodb),
    )


@cache
def agenda() -> Agenda:
    """All that writing events needs."""
    dynamodb: DynamoDBClient = boto3.client("dynamodb", config=CONFIG)
    return Agenda(
        events=EventTable(dynamodb, os.environ.get("AGENDA_TABLE", "")),
        now=lambda: datetime.now(UTC),
    )


def scheduling(dynamodb: "DynamoDBClient") -> Scheduling:
    """Not every Lambda has schedules fired, or may ask for users, so not every one is told."""
    told = os.environ.get
    target = Target(
        told("SCHEDULED_REPORT_FUNCTION_ARN", ""),
        told("SCHEDULED_REPORT_ROLE_ARN", ""),
        told("SCHEDULED_REPORT_QUEUE_ARN", ""),
    )
    return Scheduling(
        schedules=ScheduleTable(dynamodb, told("AGENDA_TABLE", "")),
        timers=ScheduleGroup(scheduler, functions, told("SCHEDULE_GROUP", ""), target),
        holidays=holidays,
        standing=lambda user_id: user_standing()(user_id),
    )


@cache
def scheduler() -> Any:
    """Only who makes schedules agree has a use for it. Its types are not installed."""
    return boto3.client("scheduler", config=CONFIG)


@cache
def functions() -> "LambdaClient":
    """As `scheduler`."""
    return boto3.client("lambda", config=CONFIG)


@cache
def user_standing() -> UserStanding:
    """Apart from the rest, because only who runs schedules may ask for users."""
    cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp", config=CONFIG)
    return UserStanding(cognito, os.environ["USER_POOL_ID"])


def exports() -> Exports:
    """Not every Lambda has to do with exports, so not every one is told."""
    told = os.environ.get
    bucket = told("EXPORT_BUCKET", "")
    return Exports(
        place=UnloadPlace(bucket, told("UNLOAD_ROLE_ARN", ""), told("UNLOAD_KEY_ARN")),
        files=ExportBucket(s3, signing_s3, bucket),
        queue=WorkQueue(sqs, told("EXPORT_QUEUE_URL", "")),
        kept=timedelta(days=int(told("EXPORT_DAYS", "1"))),
        links_valid=timedelta(minutes=int(told("DOWNLOAD_MINUTES", "1"))),
    )


@cache
def s3() -> "S3Client":
    """For exports. S3 would not join copied parts where the client wants checksums of its own."""
    config = Config(read_timeout=120, request_checksum_calculation="when_required")
    return boto3.client("s3", config=CONFIG.merge(config))


@cache
def signing_s3() -> "S3Client":
    """Signs for a role that may read exports, and do nothing else."""
    signer = assumed_role(os.environ["DOWNLOAD_ROLE_ARN"])
    made: S3Client = signer.client("s3", config=CONFIG.merge(Config(signature_version="s3v4")))
    return made


@cache
def notice_services() -> NoticeServices:
    """The services of the one Lambda that sends notices."""
    dynamodb: DynamoDBClient = boto3.client("dynamodb", config=CONFIG)
    cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp", config=CONFIG)
    table, pool = os.environ["QUERY_TABLE"], os.environ["USER_POOL_ID"]
    return NoticeServices(
        queries=QueryTable(dynamodb, table),
        pipelines=PipelineStates(dynamodb, table),
        catalogue=lambda: catalogue_bucket()(),
        groups=lambda user_id: user_groups()(user_id),
        now=lambda: datetime.now(UTC),
        sent=SentNotices(dynamodb, table),
        mailbox=Mailboxes(cognito, pool),
        mail=mails(),
        publish=NoticeTopic(boto3.client("sns", config=ONCE), os.environ["NOTICE_TOPIC_ARN"]),
        app_url=os.environ.get("APP_URL"),
    )


def mails() -> Mails | None:
    """None where this deployment sends no mail."""
    mail_from = os.environ.get("MAIL_FROM")
    if mail_from is None:
        return None
    return Mails(boto3.client("sesv2", config=ONCE), mail_from)


def limits() -> Limits:
    """Not every Lambda starts queries, so not every one is told."""
    running, waiting = os.environ.get("RUNNING_LIMIT"), os.environ.get("WAITING_LIMIT")
    return Limits(int(running), int(waiting)) if running and waiting else Limits()


@cache
def sqs() -> "SQSClient":
    """Apart from the rest, because few invocations send a message."""
    return boto3.client("sqs", config=CONFIG)


@cache
def catalogue_bucket() -> CatalogueBucket:
    """Apart from the rest, because not every Lambda may read the bucket."""
    s3: S3Client = boto3.client("s3", config=CONFIG)
    return CatalogueBucket(s3, os.environ["CATALOGUE_BUCKET"])


@cache
def user_groups() -> UserGroups:
    """Apart from the rest, because not every Lambda may ask Cognito, nor every call needs to."""
    cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp", config=CONFIG)
    return UserGroups(cognito, os.environ["USER_POOL_ID"])


@cache
def group_names() -> GroupNames:
    """Apart from the rest, because only who writes for principals may ask what groups there are."""
    cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp", config=CONFIG)
    return GroupNames(cognito, os.environ["USER_POOL_ID"])


@cache
def group_members() -> GroupMembers:
    """Apart from the rest, because only who pushes to groups may ask for their members."""
    cognito: CognitoIdentityProviderClient = boto3.client("cognito-idp", config=CONFIG)
    return GroupMembers(cognito, os.environ["USER_POOL_ID"])


@cache
def appsync() -> AppSync:
    """The API to publish to."""
    session = boto3.Session()
    credentials = session.get_credentials()
    assert credentials is not None, "a Lambda always has the credentials of its role"
    return AppSync(credentials, session.region_name, os.environ["GRAPHQL_URL"])


@cache
def migration_warehouse() -> MigrationStatements:
    """The warehouse as migrations reach it, by a role that may change it: the function's own, or
    that of the warehouse's account."""
    role = os.environ.get("WAREHOUSE_ROLE_ARN")
    session: Any = boto3 if role is None else assumed_role(role)
    redshift_data: RedshiftDataAPIServiceClient = session.client("redshift-data", config=CONFIG)
    return MigrationStatements(redshift_data, target())


def migration_settings() -> dict[str, str]:
    """The SQL that migrations have at `${data_bucket}` and `${copy_role}`."""
    role = os.environ.get("WAREHOUSE_COPY_ROLE")
    return {
        "data_bucket": os.environ["DATA_BUCKET"],
        "copy_role": "default" if role is None else f"'{role}'",
    }


def migration_files(bucket: str, key: str) -> Any:
    """The content of a migrations.json that came with a deployment."""
    s3: S3Client = boto3.client("s3", config=CONFIG)
    return json.load(s3.get_object(Bucket=bucket, Key=key)["Body"])


def target() -> dict[str, str]:
    """The members of ExecuteStatement that say which warehouse."""
    return {member: os.environ[name] for member, name in TARGET.items() if os.environ.get(name)}
