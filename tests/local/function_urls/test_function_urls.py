"""Function URLs of an emulator's functions, asked as AWS's clients ask."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.aws_http.http_client import HttpClient
from local.function_urls.__main__ import main
from local.function_urls.directory import LambdaDirectory
from local.function_urls.errors import MAX_PAYLOAD_BYTES, Refused
from local.function_urls.functions import Functions
from local.settings import ACCOUNT
from tests.local.conftest import wait_until
from tests.local.function_urls.conftest import MAY_CALL, URL, Server, signed
from tests.ports import free_port

JSON = {"content_type": "application/json"}


def refusal(answer: httpx.Response) -> tuple[int, str, str]:
    (message,) = answer.json().values()
    return answer.status_code, answer.headers["x-amzn-errortype"], message


def test_a_function_gets_the_request_of_whoever_signed(
    server: Server, url_id: str, ana: Credentials
) -> None:
    answer = server.ask(f"/{url_id}/a/b%20c?x=1&y=2", ana, body=b'{"n": 1}', **JSON)
    assert answer.status_code == 200, answer.text
    event = answer.json()
    assert (event["rawPath"], event["body"]) == ("/a/b%20c", '{"n": 1}')
    assert event["queryStringParameters"] == {"x": "1", "y": "2"}
    assert event["requestContext"]["domainPrefix"] == url_id


def test_a_function_knows_the_user_who_signed(server: Server, url_id: str) -> None:
    key = server.user(*MAY_CALL)
    name = server.emulator.client("iam").get_access_key_last_used(AccessKeyId=key.access_key)
    user = server.emulator.client("iam").get_user(UserName=name["UserName"])["User"]
    event = server.ask(f"/{url_id}/", key).json()
    assert event["requestContext"]["authorizer"]["iam"] == {
        "accessKey": key.access_key,
        "accountId": ACCOUNT,
        "callerId": user["UserId"],
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": user["Arn"],
        "userId": user["UserId"],
    }


def test_the_accounts_own_key_is_its_root(server: Server, url_id: str) -> None:
    event = server.ask(f"/{url_id}/", server.account).json()
    iam = event["requestContext"]["authorizer"]["iam"]
    assert (iam["userArn"], iam["userId"]) == (f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)


def test_nobody_is_forbidden(server: Server, url_id: str) -> None:
    status, kind, message = refusal(server.ask(f"/{url_id}/", None))
    assert (status, kind) == (403, "AccessDeniedException")
    assert message.startswith("Forbidden.")


def test_a_wrong_secret_is_refused(server: Server, url_id: str, ana: Credentials) -> None:
    forged = Credentials(ana.access_key, "not-her-secret")
    status, kind, message = refusal(server.ask(f"/{url_id}/", forged))
    assert (status, kind) == (403, "InvalidSignatureException")
    assert message.startswith("The request signature we calculated does not match the signature")


def test_a_wrong_secret_of_the_account_is_refused(server: Server, url_id: str) -> None:
    forged = Credentials(ACCOUNT, "not-the-secret")
    assert refusal(server.ask(f"/{url_id}/", forged))[:2] == (403, "InvalidSignatureException")


def test_an_unknown_key_is_refused(server: Server, url_id: str) -> None:
    unknown = Credentials("AKIAUNKNOWNUNKNOWN00", "any")
    assert refusal(server.ask(f"/{url_id}/", unknown)) == (
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )


@pytest.mark.parametrize("change", ["body", "header", "path", "query", "method"])
def test_what_was_changed_after_it_was_signed_is_refused(
    server: Server, url_id: str, ana: Credentials, change: str
) -> None:
    url = f"{server.address}/{url_id}/events"
    headers = signed("POST", url, b"{}", ana, {"x-own": "1"})
    sent: dict[str, Any] = {"method": "POST", "url": url, "content": b"{}", "headers": headers}
    changed: dict[str, dict[str, Any]] = {
        "body": {"content": b"[]"},
        "header": {"headers": headers | {"x-own": "2"}},
        "path": {"url": f"{url}/more"},
        "query": {"url": f"{url}?all=yes"},
        "method": {"method": "PUT"},
    }
    answer = httpx.request(**sent | changed[change])
    assert refusal(answer)[:2] == (403, "InvalidSignatureException")


@pytest.mark.parametrize(
    ("minutes", "words"), [(-6, "Signature expired: "), (6, "Signature not yet current: ")]
)
def test_a_signature_out_of_its_time_is_refused(
    server: Server,
    url_id: str,
    ana: Credentials,
    minutes: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = datetime.now(UTC) + timedelta(minutes=minutes)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: moment)
    status, kind, message = refusal(server.ask(f"/{url_id}/", ana))
    assert (status, kind) == (403, "InvalidSignatureException")
    assert message.startswith(words + moment.strftime("%Y%m%dT%H%M%SZ is "))


@pytest.mark.parametrize("scope", [{"service": "execute-api"}, {"region": "eu-west-1"}])
def test_a_signature_for_something_else_is_refused(
    server: Server, url_id: str, ana: Credentials, scope: dict[str, str]
) -> None:
    url = f"{server.address}/{url_id}/"
    answer = httpx.post(url, headers=signed("POST", url, b"", ana, {}, **scope))
    assert refusal(answer) == (
        403,
        "InvalidSignatureException",
        "Credential should be scoped to us-east-1/lambda.",
    )


@pytest.mark.parametrize("actions", [(), MAY_CALL[:1], MAY_CALL[1:]])
def test_who_lacks_a_permission_is_forbidden(
    server: Server, url_id: str, actions: tuple[str, ...]
) -> None:
    assert refusal(server.ask(f"/{url_id}/", server.user(*actions)))[:2] == (
        403,
        "AccessDeniedException",
    )


def test_a_url_may_be_everybodys(server: Server) -> None:
    event = server.ask(f"/{server.function('NONE')}/", None).json()
    assert "authorizer" not in event["requestContext"]


def test_a_url_is_known_by_its_host_too(server: Server, url_id: str, ana: Credentials) -> None:
    host = f"{url_id}.lambda-url.us-east-1.on.aws"
    request = AWSRequest("GET", f"https://{host}/events?x=1")
    SigV4Auth(ana, "lambda", "us-east-1").add_auth(request)
    headers = dict(request.headers.items()) | {"host": host}
    answer = httpx.get(f"{server.address}/events?x=1", headers=headers, timeout=60)
    assert answer.json()["rawPath"] == "/events"


def test_a_response_is_as_the_function_describes_it(
    server: Server, url_id: str, ana: Credentials
) -> None:
    answer = server.ask(f"/{url_id}/?wish=cookies", ana)
    assert (answer.status_code, answer.text) == (201, "made")
    assert answer.headers.get_list("set-cookie") == ["a=1; Secure", "b=2"]
    image = server.ask(f"/{url_id}/?wish=bytes", ana)
    assert (image.headers["content-type"], image.content) == ("image/png", b"\x00\xff\xfe")


@pytest.mark.parametrize("wish", ["raise", "large"])
def test_a_function_that_fails_is_a_bad_gateway(
    server: Server, url_id: str, ana: Credentials, wish: str
) -> None:
    status, _, message = refusal(server.ask(f"/{url_id}/?wish={wish}", ana))
    assert (status, message) == (502, "Internal Server Error")


@pytest.mark.parametrize(
    ("size", "kind"),
    [(MAX_PAYLOAD_BYTES + 1, "text/plain"), (5 * 1024 * 1024, "application/octet-stream")],
    ids=["as it comes", "in base64"],
)
def test_a_request_over_6_mb_is_refused(
    server: Server, url_id: str, ana: Credentials, size: int, kind: str
) -> None:
    answer = server.ask(f"/{url_id}/", ana, body=b"x" * size, content_type=kind)
    assert refusal(answer) == (
        413,
        "RequestEntityTooLargeException",
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    )


def test_a_url_that_nobody_has_is_named(server: Server, ana: Credentials) -> None:
    status, kind, message = refusal(server.ask("/nosuchurl/", ana))
    assert (status, kind) == (404, "ResourceNotFoundException")
    assert "'nosuchurl'" in message


def test_a_new_secret_counts_at_once(server: Server, url_id: str) -> None:
    assert server.ask(f"/{url_id}/", server.user(*MAY_CALL)).status_code == 200


def test_a_deleted_url_is_gone(server: Server, ana: Credentials) -> None:
    url_id = server.function()
    event = server.ask(f"/{url_id}/", ana).json()
    assert event["requestContext"]["apiId"] == url_id
    functions: Any = server.emulator.client("lambda")
    for each in functions.list_functions(MaxItems=50)["Functions"]:
        if url_of(functions, each["FunctionName"]) == url_id:
            functions.delete_function_url_config(FunctionName=each["FunctionName"])
    wait_until(lambda: server.ask(f"/{url_id}/", ana).status_code == 404, "it is gone", 30)


def url_of(functions: Any, name: str) -> str | None:
    try:
        url: str = functions.get_function_url_config(FunctionName=name)["FunctionUrl"]
    except functions.exceptions.ResourceNotFoundException:
        return None
    return url.removeprefix("https://").partition(".")[0]


def test_the_log_has_a_line_for_each_request_and_no_secret(
    server: Server, url_id: str, ana: Credentials
) -> None:
    server.ask(f"/{url_id}/seen?token=secret", ana, body=b"secret", x_own="secret")
    log = server.emulator.settings.logs / "function-urls.log"
    wait_until(lambda: f"/{url_id}/seen" in log.read_text(), "its line is there")
    (line,) = [line for line in log.read_text().splitlines() if f"/{url_id}/seen" in line]
    told = json.loads(line[line.index("{") :])
    assert (told["method"], told["status"]) == ("POST", 200)
    assert "secret" not in log.read_text()


def test_it_listens_on_loopback_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--endpoint-url", "http://localhost:1", "--host", "0.0.0.0", "--port", "1"]) == 1
    assert "0.0.0.0 is not a loopback address" in capsys.readouterr().err


def test_a_taken_port_is_named(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    port = str(server.emulator.settings.function_urls_port)
    assert main(["--endpoint-url", "http://localhost:1", "--port", port]) == 1
    assert f"Port {port} of 127.0.0.1 is taken" in capsys.readouterr().err


def test_where_lambda_is_away_the_refusal_says_so() -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    directory = LambdaDirectory(nowhere)
    with pytest.raises(Refused, match="does not tell its function URLs") as refused:
        asyncio.run(directory.find("any"))
    assert refused.value.status == 503


def test_where_a_function_cannot_be_invoked_the_refusal_says_so() -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(Refused, match=f"{nowhere} cannot be reached") as refused:
        asyncio.run(Functions(HttpClient(nowhere)).invoke(URL, {}))
    assert refused.value.status == 503
