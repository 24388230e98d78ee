"""A deployment, or `make migrate`, asks for sql/migrations to be applied.

A deployment's request comes from CloudFormation's custom resource and is always answered, or the
stack would wait for an hour. Its physical id never changes, so nothing is ever replaced, and a
deletion does nothing: the data outlives the stack. When CloudFormation rolls back it asks for the
older files, which are all applied.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html
"""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Tracer

from core.aws.custom_resource import answer
from core.aws.environment import migration_files, migration_settings, migration_warehouse
from core.aws.permission import once_permitted
from core.coercion import to_json
from core.errors import MigrationError, MigrationUnfinished
from core.migrate import Progress, migrate
from core.migration import Migration, filled_in, migrations_from_json, of_stage

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
tracer = Tracer(patch_modules=["botocore"])

PHYSICAL_ID = "querycast-migrations"
TIME_TO_ANSWER_MS = 30_000  # left of the invocation when waiting ends


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], invocation: "LambdaContext") -> dict[str, Any]:
    """Do what CloudFormation asks, or the `make migrate` of sql/migrate.py."""
    if "ResponseURL" in event:
        failure = failure_of(event, invocation)
        answer(event, PHYSICAL_ID, failure)
        return {"failure": failure}
    try:
        return to_json(migrate_for_operator(event))  # type: ignore[no-any-return]  # an object
    except MigrationError as error:
        logger.info("Refused to migrate: %s", error)
        return {"error": {"type": type(error).__name__, "message": str(error)}}


def failure_of(request: Mapping[str, Any], invocation: "LambdaContext") -> str | None:
    """Why the request failed; None where it was done."""
    try:
        if request["RequestType"] != "Delete":
            migrate_for_stack(request, invocation)
    except MigrationError as error:
        logger.info("The deployment stops: %s", error)
        return str(error)
    except Exception as error:  # whatever it is, CloudFormation waits for the answer
        logger.exception("Could not migrate")
        return f"{type(error).__name__}: {error}. See the log {invocation.log_group_name}."
    return None


def migrate_for_stack(request: Mapping[str, Any], invocation: "LambdaContext") -> None:
    """
    Raises:
        MigrationError: the deployment must stop.
    """
    wanted = request["ResourceProperties"]

    def has_time() -> bool:
        return invocation.get_remaining_time_in_millis() > TIME_TO_ANSWER_MS

    def attempt() -> Progress:
        files = migrations_from_json(migration_files(wanted["Bucket"], wanted["Key"]))
        has_sample_data = wanted["SampleData"] == "true"  # CloudFormation makes texts of all
        migrations = of_stage(files, has_sample_data=has_sample_data)
        return applied(migrations, request["RequestId"], has_time)

    progress = once_permitted(attempt)
    if progress.waits_for is not None:
        raise MigrationUnfinished(
            f"{progress.waits_for} still runs, for longer than a deployment can wait. It goes on in"
            " Redshift: deploy again when it has ended, which `make migrate` waits for."
        )


def migrate_for_operator(event: Mapping[str, Any]) -> Progress:
    """Go on with an attempt for some seconds; whoever called it calls again until all is applied.

    Raises:
        MigrationError: what is wrong, and what to do.
    """
    end = time.monotonic() + event["seconds"]
    return applied(migrations_from_json(event), event["attempt"], lambda: time.monotonic() < end)


def applied(migrations: list[Migration], attempt: str, has_time: Callable[[], bool]) -> Progress:
    filled = list(filled_in(migrations, migration_settings()))
    progress = migrate(migration_warehouse(), filled, attempt, has_time)
    logger.info("Applied %s; waits for %s", progress.applied, progress.waits_for)
    return progress
