"""Who wants to be told of an end is told by one mail, without rows and addresses of files."""

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.integration.api import SUBMIT, Api
from tests.integration.conftest import Person
from tests.integration.functions import invoke
from tests.integration.mails import Mails, html, text
from tests.integration.test_cancel import Backstage, cancelled
from tests.integration.test_cancel import backstage as backstage  # a fixture
from tests.integration.test_exports import finished
from tests.integration.test_exports import submit as export
from tests.integration.test_exports import submitted as exported
from tests.integration.test_lifecycle import ended
from tests.integration.test_pipelines import started
from tests.integration.wait import until

HOSTILE = '<script>alert("1")</script>\r\nBcc: eve@example.com\r\n\r\n<b>&amp;'


@pytest.fixture(scope="module")
def mails(outputs: Any) -> Mails:
    return Mails(outputs)


def submit(person: Person, report: str, **options: Any) -> str:
    """The id of a query of whose end its owner wants to be told."""
    given = options.pop("parameters", {})
    values = [{"name": name, "value": str(value)} for name, value in given.items()]
    input = {"report": report, "parameters": values, "notify": True} | options
    answer = person.api.ask(SUBMIT, input=input)
    assert not answer.errors, answer.errors
    return str(answer.data["submitQuery"]["id"])


def arrived(mails: Mails, person: Person, query_id: str) -> EmailMessage:
    """The one mail about a query."""
    [mail] = until(lambda: mails.about(person, query_id))
    return mail


@pytest.fixture
def handled(outputs: Any, aws: Callable[[str], Any]) -> Callable[[str], Any]:
    """Has the function handle a message that asks for a query's notice; what it answers."""

    def handle(query_id: str) -> Any:
        message = {"messageId": "1", "body": json.dumps({"queryId": query_id})}
        return invoke(aws, outputs["notifyFunction"], {"Records": [message]})

    return handle


def test_a_finished_query_is_told_of_with_what_its_owner_asked(
    outputs: Any, mails: Mails, ana: Person
) -> None:
    query_id = submit(ana, "taxi_by_day", parameters={"month": "2015-06"})
    mail = arrived(mails, ana, query_id)
    assert mail["Subject"] == "Taxi trips by day is ready"
    assert (mail["From"], mail["To"]) == ("querycast@localhost", ana.email)
    for body in (text(mail), html(mail)):
        assert "2015-06" in body
        assert outputs["graphqlUrl"].replace("/graphql", f"/queries/{query_id}") in body
        assert "28825" not in body  # of its rows


def test_a_failed_query_is_told_of_in_redshifts_words(mails: Mails, ana: Person) -> None:
    query_id = submit(ana, "broken", parameters={"divisor": 0})
    mail = arrived(mails, ana, query_id)
    assert mail["Subject"].endswith("failed")
    for body in (text(mail), html(mail)):
        assert "StatementFailed" in body
        assert "divide by zero" in body.lower()
    good = submit(ana, "broken", parameters={"divisor": 1})
    assert ended(ana, good)["status"] == "FINISHED"
    again = text(arrived(mails, ana, submit(ana, "broken", parameters={"divisor": 0})))
    assert "Last good run  none of yours is recorded" in text(mail)
    assert "Last good run  20" in again


def test_an_export_is_told_of_by_a_link_to_the_application(
    outputs: Any, mails: Mails, ana: Person
) -> None:
    query_id = exported(ana, "taxi_by_day", "CSV", parameters={"month": "2015-06"}, notify=True)
    query = finished(ana, query_id)
    mail = arrived(mails, ana, query_id)
    whole = mail.as_string() + text(mail) + html(mail)
    assert query["export"]["files"][0]["name"] in text(mail)
    assert f"/queries/{query_id}" in text(mail)
    assert "X-Amz" not in whole
    assert outputs["exportBucket"] not in whole


def test_a_result_that_is_taken_from_another_query_is_told_of(mails: Mails, ana: Person) -> None:
    asked = {"parameters": {"month": "2015-07"}, "maxAge": 3600}
    first = submit(ana, "taxi_by_day", **asked)
    arrived(mails, ana, first)
    second = submit(ana, "taxi_by_day", **asked)
    assert ana.api.get(second)["version"] == 1
    assert "Result of" in text(arrived(mails, ana, second))


def test_one_mail_however_often_it_is_asked_for(
    mails: Mails, person: Callable[..., Person], handled: Callable[[str], Any]
) -> None:
    zoe = person("analysts")
    query_id = submit(zoe, "taxi_by_day", parameters={"month": "2015-08"})
    ended(zoe, query_id)
    with ThreadPoolExecutor(6) as pool:  # beside the message that its end had sent
        list(pool.map(handled, [query_id] * 6))
    arrived(mails, zoe, query_id)
    assert handled(query_id) == {"batchItemFailures": []}
    later = submit(zoe, "taxi_by_day", parameters={"month": "2015-09"})
    arrived(mails, zoe, later)
    assert len(mails.about(zoe, query_id)) == 1


def test_a_message_that_is_delivered_twice_is_one_mail(
    outputs: Any, mails: Mails, person: Callable[..., Person], aws: Callable[[str], Any]
) -> None:
    zoe = person("analysts")
    query_id = submit(zoe, "taxi_by_day", parameters={"month": "2015-10"})
    arrived(mails, zoe, query_id)
    sqs, url = aws("sqs"), queue_of(outputs, aws)
    for _ in range(2):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"queryId": query_id}))
    counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]

    def is_empty() -> bool:
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=counts)
        return not any(int(count) for count in answer["Attributes"].values())

    until(is_empty)
    later = submit(zoe, "taxi_by_day", parameters={"month": "2015-11"})
    arrived(mails, zoe, later)
    assert len(mails.about(zoe, query_id)) == 1


def test_what_ses_refused_is_sent_once_ses_takes_it(
    mails: Mails,
    person: Callable[..., Person],
    aws: Callable[[str], Any],
    handled: Callable[[str], Any],
) -> None:
    zoe, ses, sender = person("analysts"), aws("sesv2"), "querycast@localhost"
    ses.delete_email_identity(EmailIdentity=sender)
    try:
        query_id = submit(zoe, "taxi_by_day", parameters={"month": "2015-01"})
        ended(zoe, query_id)
        assert handled(query_id) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    finally:
        ses.create_email_identity(EmailIdentity=sender)
    assert mails.about(zoe, query_id) == []
    until(lambda: not handled(query_id)["batchItemFailures"])
    assert handled(query_id) == {"batchItemFailures": []}
    arrived(mails, zoe, query_id)


def queue_of(outputs: Any, aws: Callable[[str], Any]) -> str:
    """The queue of messages that have notices sent."""
    [mapping] = aws("lambda").list_event_source_mappings(FunctionName=outputs["notifyFunction"])[
        "EventSourceMappings"
    ]
    name = mapping["EventSourceArn"].rpartition(":")[2]
    return str(aws("sqs").get_queue_url(QueueName=name)["QueueUrl"])


def test_who_did_not_ask_or_cancelled_is_told_nothing(
    mails: Mails, person: Callable[..., Person]
) -> None:
    zoe = person("analysts")
    silent = zoe.api.submitted("taxi_by_day", month="2015-06")
    ended(zoe, silent)
    stopped = submit(zoe, "endless")
    cancelled(zoe, stopped)
    assert ended(zoe, stopped)["status"] == "ABORTED"
    later = submit(zoe, "taxi_by_day", parameters={"month": "2015-12"})
    arrived(mails, zoe, later)
    assert mails.about(zoe, silent) == mails.about(zoe, stopped) == []


def test_whom_an_administrator_stops_is_told(mails: Mails, ana: Person, ada: Person) -> None:
    query_id = submit(ana, "endless")
    cancelled(ada, query_id)
    mail = arrived(mails, ana, query_id)
    assert mail["Subject"].endswith("was cancelled")
    assert "Cancelled by administrator" in text(mail)


def test_what_is_typed_or_told_is_never_markup_or_a_header(mails: Mails, ana: Person) -> None:
    query_id = submit(ana, "broken_by_value", parameters={"a_text": HOSTILE})
    mail = arrived(mails, ana, query_id)
    assert mail["Bcc"] is None
    assert '<script>alert("1")</script>' in text(mail)
    assert "<script" not in html(mail)
    assert '<script>alert("1")</script>' in shown(html(mail))


class Shown(HTMLParser):
    """What a reader sees of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    def handle_data(self, data: str) -> None:
        self.words += data


def shown(page: str) -> str:
    parser = Shown()
    parser.feed(page)
    return parser.words


@pytest.fixture
def subscriber(outputs: Any, aws: Callable[[str], Any]) -> Iterator[str]:
    """The address of a queue that subscribes to the topic."""
    sqs, topic = aws("sqs"), outputs["noticeTopicArn"]
    url = sqs.create_queue(QueueName=f"notices-{uuid.uuid4()}")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    arn = asked["Attributes"]["QueueArn"]
    statement = {
        **{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn},
        "Principal": {"Service": "sns.amazonaws.com"},
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    subscription = aws("sns").subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True
    )
    yield url
    aws("sns").unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=url)


@dataclass
class Told:
    """What the queue of a subscriber has had, by the run's id."""

    sqs: Any
    url: str
    messages: dict[str, Any] = field(default_factory=dict)

    def about(self, query_id: str) -> Any:
        """The message about a run, when it comes; none comes twice."""
        return until(lambda: self._received().get(query_id), 150)  # an event may be lost

    def _received(self) -> dict[str, Any]:
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            body = json.loads(message["Body"])
            query_id = body["MessageAttributes"]["queryId"]["Value"]
            assert query_id not in self.messages
            self.messages[query_id] = body
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return self.messages


@pytest.fixture
def told(aws: Callable[[str], Any], subscriber: str) -> Told:
    return Told(aws("sqs"), subscriber)


def test_a_pipeline_that_has_finished_is_told_to_the_topic(ana: Person, told: Told) -> None:
    run_id = started(ana, "load_taxi_trips")
    message = told.about(run_id)
    assert message["Subject"] == "Pipeline load_taxi_trips has finished"
    assert f"Started by  user {ana.id}" in message["Message"]
    attributes = {name: each["Value"] for name, each in message["MessageAttributes"].items()}
    assert attributes == {
        **{"pipeline": "load_taxi_trips", "outcome": "success"},
        **{"status": "FINISHED", "queryId": run_id},
    }


def test_one_that_has_failed_is_another_message_and_is_told_once(
    ana: Person, handled: Callable[[str], Any], told: Told
) -> None:
    run_id = started(ana, "failing_halfway")  # be it that its table is there or not
    message = told.about(run_id)
    assert message["Subject"] == "Pipeline failing_halfway failed"
    assert message["MessageAttributes"]["outcome"]["Value"] == "failure"
    for part in ("StatementFailed", "Last good run  none of it is recorded", f"/queries/{run_id}"):
        assert part in message["Message"]
    assert handled(run_id) == {"batchItemFailures": []}
    told.about(started(ana, "failing_halfway"))  # by then, a second one would have come


def test_statements_that_are_no_run_are_told_to_nobody(
    backstage: Backstage, ana: Person, told: Told
) -> None:
    backstage.redshift.execute_statement(
        Sql="create table if not exists set_up (n int)",
        StatementName="setup",
        WithEvent=True,
        WaitTimeSeconds=30,
        Database=backstage.outputs["warehouseDatabase"],
        WorkgroupName=backstage.outputs["warehouseWorkgroup"],
    )
    run_id = started(ana, "queueing")
    told.about(run_id)
    assert set(told.messages) == {run_id}


def test_whoever_has_no_mailbox_is_refused(outputs: Any) -> None:
    holder = Person("api-key", "", "", Api(outputs["graphqlUrl"], {"x-api-key": outputs["apiKey"]}))
    input = {"report": "taxi_by_day", "notify": True, "id": str(uuid.uuid4())}
    error = holder.api.ask(SUBMIT, input=input).error
    assert error["errorType"] == "InvalidNotify"
    assert "sign in as a user" in error["message"]
    refused = export(holder, "taxi_by_day", "CSV", notify=True).error
    assert refused["errorType"] == "InvalidNotify"


def test_the_same_query_with_another_wish_is_the_same_query(
    mails: Mails, person: Callable[..., Person]
) -> None:
    zoe, query_id = person("analysts"), str(uuid.uuid4())
    input = {"report": "taxi_by_day", "id": query_id}
    assert not zoe.api.ask(SUBMIT, input=input).errors
    assert not zoe.api.ask(SUBMIT, input=input | {"notify": True}).errors
    ended(zoe, query_id)
    arrived(mails, zoe, submit(zoe, "taxi_by_day"))
    assert mails.about(zoe, query_id) == []
