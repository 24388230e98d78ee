"""What no client sees of the stack: records, statements, the sweeper, the stream, dead letters."""

import json
import os
import signal
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from core.result import value
from tests.integration.conftest import clients
from tests.integration.faults.scale import sized
from tests.integration.functions import invoke
from tests.integration.stack import LocalStack
from tests.integration.test_cancel import LONG_AGO, Backstage
from tests.integration.wait import until
from tests.simulation.history import FINAL, Rows

AT_ONCE = sized(4, 8)  # requests, and so Lambda workers: to start one takes a second's work

EVENT = {
    "source": "aws.redshift-data",
    "detail-type": "Redshift Data Statement Status Change",
    "account": "999999999999",  # of somebody else: it makes no difference what an event claims
}

Item = dict[str, Any]


class Machinery(Backstage):
    """Of the stack that is to be broken."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.outputs = stack.outputs()
        self.aws = clients(self.outputs)
        super().__init__(self.outputs, self.aws)
        self.dynamodb: Any = self.aws("dynamodb")
        self.table = self.outputs["queryTable"]

    def items(self, query_ids: Collection[str], **only: Any) -> list[Item]:
        """The stored items of these ids; `only` those, or that of them, which a scan is told."""
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=self.table, ConsistentRead=True, **only
        )
        return [item for page in pages for item in page["Items"] if item["id"]["S"] in query_ids]

    def unfinished(self, query_ids: Collection[str]) -> list[str]:
        """Those of the queries that have not ended."""
        is_final = {f":{status}": {"S": status} for status in FINAL}
        items = self.items(
            query_ids,
            FilterExpression=f"NOT #status IN ({', '.join(is_final)})",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues=is_final,
        )
        return [item["id"]["S"] for item in items]

    def sweep_now(self, query_ids: Collection[str]) -> None:
        """Sweep these as though they had not moved for long, rather than in half a minute."""
        for item in self.items(query_ids):
            if "unfinished" in item:
                self._age(item)
        self.sweep()

    def swept(self, query_ids: Collection[str]) -> bool:
        """Whether nothing is unfinished any more; else sweep."""
        if not self.unfinished(query_ids):
            return True
        self.sweep_now(query_ids)
        return False

    def _age(self, item: Item) -> None:
        """Only the time, and only where nobody wrote meanwhile, so that no version is undone."""
        try:
            self.dynamodb.update_item(
                TableName=self.table,
                Key={"id": item["id"]},
                UpdateExpression="SET updatedAt = :long_ago",
                ConditionExpression="version = :version",
                ExpressionAttributeValues={
                    ":long_ago": {"S": LONG_AGO},
                    ":version": item["version"],
                },
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            return

    def statements(self, query_id: str) -> list[Any]:
        """What DescribeStatement tells of the query's statements."""
        found = self.redshift.list_statements(StatementName=query_id, Status="ALL")["Statements"]
        return [self.redshift.describe_statement(Id=statement["Id"]) for statement in found]

    def rows(self, statement: Any) -> Rows | None:
        """All rows of a statement; None where it has none."""
        if statement["Status"] != "FINISHED" or not statement["HasResultSet"]:
            return None
        pages = self.redshift.get_paginator("get_statement_result").paginate(Id=statement["Id"])
        records = [record for page in pages for record in page["Records"]]
        return tuple(tuple(value(field) for field in record) for record in records)

    def tell(self, details: Sequence[Any]) -> None:
        """Invoke streams/statement_changed as EventBridge does, about in this order."""
        at_once(self._tell, details)

    def tell_in_vain(self, details: Sequence[Any]) -> None:
        """The same with events that it fails on, and Lambda retries and then gives up."""
        for detail in details:
            answer = self.aws("lambda").invoke(
                FunctionName=self.outputs["statementChangedFunction"],
                InvocationType="Event",
                Payload=json.dumps({**EVENT, "detail": detail}),
            )
            answer["Payload"].read()

    def _tell(self, detail: Any) -> None:
        invoke(self.aws, self.outputs["statementChangedFunction"], {**EVENT, "detail": detail})

    def publish(self, records: Sequence[Any]) -> Any:
        """Invoke streams/publish with a batch of stream records, once more."""
        text = json.dumps({"Records": records}, default=lambda moment: moment.timestamp())
        return invoke(self.aws, self.outputs["publishFunction"], json.loads(text))

    def dead_letters(self, queue: str) -> list[Any]:
        """Take what is in a dead-letter queue, by the output that names its address."""
        sqs, taken = self.aws("sqs"), []
        while messages := sqs.receive_message(
            QueueUrl=self.outputs[queue], MaxNumberOfMessages=10
        ).get("Messages"):
            for message in messages:
                taken.append(json.loads(message["Body"]))
                sqs.delete_message(
                    QueueUrl=self.outputs[queue], ReceiptHandle=message["ReceiptHandle"]
                )
        return taken

    def delivered_up_to(self) -> int:
        """The sequence number of the last record of the queries that the pump is done with."""
        pump = self.stack.state / "pump"
        mappings = json.loads((pump / "mappings.json").read_text())
        of_queries = f"/{self.table}/stream/"
        files = [
            pump / f"{mapping['UUID']}.json"
            for mapping in mappings
            if of_queries in mapping["EventSourceArn"]
        ]
        done = [json.loads(file.read_text()) for file in files]
        return min(int(checkpoint["sequence_number"] or 0) for checkpoint in done)

    @contextmanager
    def environment(self, more: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Iterator[None]:
        """Functions with `more` in their environment, by what each has there before."""
        functions = self.aws("lambda")
        pages = functions.get_paginator("list_functions").paginate()
        found = [function for page in pages for function in page["Functions"]]
        before = {each["FunctionName"]: each["Environment"]["Variables"] for each in found}
        changed = {name: have | more(have) for name, have in before.items() if more(have)}

        def configure(name: str, variables: Mapping[str, str]) -> None:
            functions.update_function_configuration(
                FunctionName=name, Environment={"Variables": variables}
            )

        for name, variables in changed.items():
            configure(name, variables)
        try:
            yield
        finally:
            for name in changed:
                configure(name, before[name])

    def end_program(self, program: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a program a signal, and wait until the supervisor has started it again."""
        before = self.pid(program)
        os.kill(before, number)
        until(lambda: self.pid(program) != before)

    def pid(self, program: str) -> int:
        """Its process."""
        programs = json.loads((self.stack.state / "supervisor.json").read_text())["programs"]
        return int(programs[program]["pid"])


class TableStream:
    """The changes of the table from now on, as DynamoDB Streams tells them."""

    def __init__(self, machinery: Machinery) -> None:
        self._streams: Any = machinery.aws("dynamodbstreams")
        (stream,) = self._streams.list_streams(TableName=machinery.table)["Streams"]
        self._arn = stream["StreamArn"]
        self._iterator = self._at("LATEST")

    def read(self) -> list[Any]:
        """The records since the last time."""
        records: list[Any] = []
        while page := self._streams.get_records(ShardIterator=self._iterator, Limit=1000):
            self._iterator = page["NextShardIterator"]
            if not page["Records"]:
                break
            records += page["Records"]
        return records

    def begin_again(self) -> None:
        """After the emulator started anew: it has forgotten its stream, and begins another."""
        self._iterator = until(lambda: self._at("TRIM_HORIZON"))

    def _at(self, place: str) -> str:
        shards = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        return str(
            self._streams.get_shard_iterator(
                StreamArn=self._arn, ShardId=shards[0]["ShardId"], ShardIteratorType=place
            )["ShardIterator"]
        )


def at_once(work: Any, things: Sequence[Any], limit: int = AT_ONCE) -> list[Any]:
    """What the work makes of each thing, some at a time."""
    with ThreadPoolExecutor(limit) as pool:
        return list(pool.map(work, things))
