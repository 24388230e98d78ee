"""How many calls may wait for one statement."""

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from botocore.exceptions import ClientError

from tests.local.redshift.server_process import ServerProcess
from tests.local.redshift.test_operations import SLOW


def test_an_eleventh_waiter_is_refused(server: ServerProcess) -> None:
    id = server.submit(SLOW)
    server.has_started(id)
    clients = [server.client() for _ in range(11)]
    with ThreadPoolExecutor(11) as pool:
        calls = [pool.submit(c.describe_statement, Id=id, WaitTimeSeconds=30) for c in clients]
        refused, _ = wait(calls, timeout=20, return_when=FIRST_EXCEPTION)
        assert "Status" in server.client().describe_statement(Id=id)
        server.client().cancel_statement(Id=id)
    errors = [call.exception() for call in calls if call.exception()]
    assert len(refused) == len(errors) == 1
    assert isinstance(errors[0], ClientError)
    assert errors[0].response["Error"]["Code"] == "ActiveWaitingRequestsExceededException"
    assert f"10 requests wait for the statement {id}" in errors[0].response["Error"]["Message"]
