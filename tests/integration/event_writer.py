"""Writing events as a principal of IAM, at the URL of the stack."""

from dataclasses import dataclass
from typing import Any

from tests.integration.function_url import Answer, FunctionUrl


@dataclass(frozen=True)
class EventWriter:
    """The URL as one principal."""

    url: FunctionUrl

    def create(self, **input: Any) -> Answer:
        return self.url.ask("POST", "/", input)

    def update(self, **input: Any) -> Answer:
        return self.url.ask("PUT", f"/{input['id']}", input)

    def delete(self, id: str, version: int) -> Answer:
        return self.url.ask("DELETE", f"/{id}?version={version}")


def refusal(answer: Answer) -> tuple[int, str]:
    """The status, and the type of the error."""
    return answer.status, answer.body["error"]["type"]
