"""What decides who may do what has changed only where a person has looked; see security.py."""

from tests.infra.security import FILE, security
from tests.infra.template import Template


def test_security_is_as_reviewed(production: Template) -> None:
    assert security(production).splitlines() == FILE.read_text().splitlines(), (
        "Review the difference; if it is meant: python -m tests.infra.security"
    )


def test_no_hash_is_in_what_a_reviewer_reads() -> None:
    assert "asset" not in FILE.read_text().replace("cdk-hnb659fds-assets", "")
