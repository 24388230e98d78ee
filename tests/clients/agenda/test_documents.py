"""What is sent is what the contract takes: schema/schema.graphql."""

import pytest
from graphql import parse, validate

from querycast.agenda import documents
from tests.clients.contract import contract

DOCUMENTS = {name: text for name, text in vars(documents).items() if name[0].isupper()}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_valid(name: str) -> None:
    assert validate(contract(), parse(DOCUMENTS[name])) == []


def test_every_document_is_looked_at() -> None:
    assert len(DOCUMENTS) == 9
