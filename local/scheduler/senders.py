"""How a target is reached: a Lambda function, an SQS queue or an EventBridge bus.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection

from local.scheduler.stored import Target

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient


class Refused(Exception):
    """Who was to receive it is there and did not take it; this counts as an attempt."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class NoSender(Refused):
    """The local stack cannot reach such a target, however often it tries."""


class NotReached(Exception):
    """The local AWS did not answer; this does not count as an attempt."""


@dataclass(frozen=True)
class Senders:
    functions: "LambdaClient"
    queues: Any  # boto3's SQS client: it takes message attributes as plain dictionaries
    buses: "EventBridgeClient"

    def send(self, target: Target, payload: str) -> None:
        """
        Raises:
            Refused: by the target.
            NotReached: there was no answer.
        """
        try:
            self._send(target, payload)
        except ClientError as error:
            told = error.response["Error"]
            raise Refused(told["Code"], told.get("Message") or str(error)) from error
        except (NoConnection, HTTPClientError) as error:
            raise NotReached(str(error)) from error
        except BotoCoreError as error:  # such as parameters that boto3 does not take
            raise Refused(type(error).__name__, str(error)) from error

    def bury(self, queue_arn: str, body: str, attributes: Mapping[str, str]) -> None:
        """Send a dead letter; raises as `send` does."""
        texts = {key: text(value) for key, value in attributes.items() if value}
        self.send(Target(queue_arn, parameters={"MessageAttributes": texts}), body)

    def _send(self, target: Target, payload: str) -> None:
        service = target.arn.split(":")[2:3]
        if service == ["lambda"]:
            self.functions.invoke(
                FunctionName=target.arn, InvocationType="Event", Payload=payload.encode()
            )
        elif service == ["sqs"]:
            url = self.queues.get_queue_url(QueueName=target.arn.rpartition(":")[2])["QueueUrl"]
            self.queues.send_message(QueueUrl=url, MessageBody=payload, **target.parameters)
        elif service == ["events"]:
            self._put_event(target, payload)
        else:
            raise NoSender(
                "UnsupportedTarget",
                f"the local stack fires Lambda functions, SQS queues and event buses, not "
                f"{target.arn}",
            )

    def _put_event(self, target: Target, payload: str) -> None:
        entry: Any = {"EventBusName": target.arn, "Detail": payload, **target.parameters}
        [result] = self.buses.put_events(Entries=[entry])["Entries"]
        if "ErrorCode" in result:
            raise Refused(result["ErrorCode"], result.get("ErrorMessage", "no reason was given"))


def text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}
