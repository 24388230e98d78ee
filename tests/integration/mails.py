"""The mails that the local stack sent: the files of its mail folder, read as mail programs do."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Person


class Mails:
    """Of one stack."""

    def __init__(self, outputs: Any) -> None:
        if "mailDir" not in outputs:
            pytest.skip("AWS delivers mails to mailboxes, which nobody here can open")
        self._folder = Path(outputs["mailDir"])

    def about(self, person: Person, query_id: str) -> list[EmailMessage]:
        """Those to this person that tell of this query."""
        return [mail for mail in self._to(person.email) if query_id in text(mail)]

    def _to(self, address: str) -> Iterator[EmailMessage]:
        for file in sorted(self._folder.glob("*.eml")):
            mail = message_from_bytes(file.read_bytes(), policy=default)
            assert isinstance(mail, EmailMessage)
            if mail["X-Envelope-To"] == address:
                yield mail


def text(mail: EmailMessage) -> str:
    return _part(mail, "plain")


def html(mail: EmailMessage) -> str:
    return _part(mail, "html")


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
