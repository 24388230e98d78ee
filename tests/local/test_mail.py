"""A mail that the local stack sends can be read as a file."""

import email
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.settings import HOST, ROOT
from tests.local.conftest import Emulator, wait_until


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Of a mail sink that writes to tmp_path."""
    with socket.create_server((HOST, 0)) as listening:
        options = ["--socket", str(listening.fileno()), "--directory", str(tmp_path)]
        process = subprocess.Popen(
            [sys.executable, "-m", "local.mail", *options],
            cwd=ROOT,
            pass_fds=[listening.fileno()],
        )
        yield int(listening.getsockname()[1])
    process.terminate()
    assert process.wait(10) == 0


def mails(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.eml"))


def test_a_mail_becomes_a_file(port: int, tmp_path: Path) -> None:
    with smtplib.SMTP(HOST, port, timeout=10) as smtp:
        smtp.sendmail(
            "from@example.com",
            ["to@example.com", "hidden@example.com"],
            "Subject: Grüße\r\n\r\nLine one\r\nLine two\r\n".encode(),
        )
    [file] = mails(tmp_path)
    mail = email.message_from_bytes(file.read_bytes())
    assert mail["X-Envelope-To"] == "to@example.com, hidden@example.com"
    assert mail.get_payload() == "Line one\nLine two\n"


def test_only_its_owner_can_read_it(port: int, tmp_path: Path) -> None:
    with smtplib.SMTP(HOST, port, timeout=10) as smtp:
        smtp.sendmail("from@example.com", ["to@example.com"], "Subject: x\r\n\r\nx")
    [file] = mails(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_ses_sends_arrives(own_emulator: Emulator, port: int, tmp_path: Path) -> None:
    own_emulator.restart(smtp_port=port)
    ses = own_emulator.client("ses")
    ses.verify_email_identity(EmailAddress="querycast@example.com")
    ses.send_email(
        Source="querycast@example.com",
        Destination={"ToAddresses": ["ana@example.com"]},
        Message={"Subject": {"Data": "Ready"}, "Body": {"Text": {"Data": "Your report."}}},
    )
    wait_until(lambda: mails(tmp_path), "the mail arrives")
    assert email.message_from_bytes(mails(tmp_path)[0].read_bytes())["Subject"] == "Ready"
