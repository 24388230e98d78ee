"""What decides who may do what has changed only where a person has looked; see security.py."""

from typing import Any

from tests.infra.security import FILE, OF_WAREHOUSE_ACCOUNT, security
from tests.infra.template import Template

HOW = "Review the difference; if it is meant: python -m tests.infra.security"


def test_security_is_as_reviewed(production: Template) -> None:
    assert security(production).splitlines() == FILE.read_text().splitlines(), HOW


def test_security_of_the_warehouses_account_is_as_reviewed(warehouse_account: Any) -> None:
    from aws_cdk import assertions

    template = Template(assertions.Template.from_stack(warehouse_account).to_json())
    reviewed = OF_WAREHOUSE_ACCOUNT.read_text()
    assert security(template).splitlines() == reviewed.splitlines(), HOW


def test_no_hash_is_in_what_a_reviewer_reads() -> None:
    assert "asset" not in FILE.read_text().replace("cdk-hnb659fds-assets", "")
