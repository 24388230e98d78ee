"""What the Lambda functions log, as it comes: CloudWatch Logs on the terminal.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
"""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

LOOK_EVERY = 1.0  # seconds
WINDOW = 60.0  # seconds; a line appears at the end of its invocation, with the time of its start
NOISE = ("START ", "END ", "REPORT ")  # the runtime's own lines


def follow() -> None:
    """Print lines as they appear, until interrupted; silent while AWS is down."""
    client: Any = boto3.client("logs")
    started, seen = time.time(), set[str]()
    while True:
        with contextlib.suppress(BotoCoreError, ClientError):
            recent = list(events(client, max(started, time.time() - WINDOW)))
            for event in recent:
                if event["eventId"] not in seen and not event["message"].startswith(NOISE):
                    print(f"{event['function']}: {event['message'].rstrip()}", flush=True)
            seen = {event["eventId"] for event in recent}
        time.sleep(LOOK_EVERY)


def events(client: Any, since: float) -> Iterator[dict[str, Any]]:
    """Of every function, from that time (seconds since 1970) on."""
    answers = client.get_paginator("filter_log_events")
    for page in client.get_paginator("describe_log_groups").paginate():
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for answer in answers.paginate(logGroupName=name, startTime=int(since * 1000)):
                for event in answer["events"]:
                    yield event | {"function": name.rpartition("/")[2]}
