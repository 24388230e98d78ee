"""Mails by SES, from one address, to one recipient each, as text and as HTML.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from typing import Any

from core.aws.handed_over import handed_over
from core.notices.services import Mail


class Mails:
    """Calling it sends a mail. `client`: of SES's API v2, and one that tries once (`ONCE`)."""

    def __init__(self, client: Any, mail_from: str) -> None:
        self._client = client
        self._mail_from = mail_from

    def __call__(self, mail: Mail) -> None:
        """
        Raises:
            NoticeRefused, NoticeUnsure: as they say.
        """
        with handed_over("SES", mail.to):
            self._client.send_email(
                FromEmailAddress=self._mail_from,
                Destination={"ToAddresses": [mail.to]},
                Content={
                    "Simple": {
                        "Subject": _utf8(mail.subject),
                        "Body": {"Text": _utf8(mail.text), "Html": _utf8(mail.html)},
                    }
                },
            )


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
