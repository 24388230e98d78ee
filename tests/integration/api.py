"""The public API as any HTTP client sees it: one POST a document, the answer as it comes."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

QUERY = """id report status version owner error { type message } submittedAt finishedAt resultRows
  result { columns { name type } rows nextToken }"""
SUBMIT = f"mutation ($input: SubmitQueryInput!) {{ submitQuery(input: $input) {{ {QUERY} }} }}"
GET = f"query ($id: ID!) {{ getQuery(id: $id) {{ {QUERY} }} }}"
RESULT = """query ($id: ID!, $limit: Int, $nextToken: String) {
  getQueryResult(id: $id, limit: $limit, nextToken: $nextToken) { rows nextToken }
}"""
LIST = """query ($filter: QueryFilter, $limit: Int, $nextToken: String) {
  listQueries(filter: $filter, limit: $limit, nextToken: $nextToken) {
    queries { id report status } nextToken
  }
}"""
FINAL = ("FINISHED", "FAILED", "ABORTED")


@dataclass(frozen=True)
class Answer:
    """What a request got: `data` and `errors` as GraphQL has them."""

    status: int
    data: Any
    errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def error(self) -> dict[str, Any]:
        """The one error there is."""
        (error,) = self.errors
        return error


@dataclass(frozen=True)
class Api:
    """The API as one caller: `headers` carry who that is."""

    url: str
    headers: dict[str, str]

    def ask(self, document: str, **variables: Any) -> Answer:
        body = json.dumps({"query": document, "variables": variables}).encode()
        request = urllib.request.Request(self.url, body, self.signed(body))
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return _answer(response.status, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error.code, error.read())

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers of a request."""
        return {"content-type": "application/json", **self.headers}

    def submit(self, report: str, id: str | None = None, **parameters: object) -> Answer:
        values = [{"name": name, "value": str(value)} for name, value in parameters.items()]
        input = {"report": report, "parameters": values} | ({"id": id} if id else {})
        return self.ask(SUBMIT, input=input)

    def refusals(self, inputs: Iterable[dict[str, Any]]) -> list[str | None]:
        """The errorType of each submission, some at a time; None where it was taken.

        Each in a request of its own: the first that is refused is the answer of a whole mutation.
        """

        def refusal(input: dict[str, Any]) -> str | None:
            errors = self.ask(SUBMIT, input=input).errors
            return str(errors[0]["errorType"]) if errors else None

        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(refusal, inputs))

    def submitted(self, report: str, **parameters: Any) -> str:
        """The id of a query that was taken."""
        answer = self.submit(report, **parameters)
        assert not answer.errors, answer.errors
        return str(answer.data["submitQuery"]["id"])

    def get(self, id: str) -> Any:
        """The query, or None."""
        answer = self.ask(GET, id=id)
        assert not answer.errors, answer.errors
        return answer.data["getQuery"]


def _answer(status: int, body: bytes) -> Answer:
    document = json.loads(body)
    return Answer(status, document.get("data"), document.get("errors") or [])
