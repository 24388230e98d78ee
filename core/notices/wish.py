"""Whether a caller is to be told by mail: refused at once where no mail could ever come."""

from core.access import API_KEY_OWNER, Caller
from core.context import Context
from core.errors import InvalidNotify


def wants_notice(context: Context, caller: Caller, notify: bool | None) -> bool:
    """Whether to tell the caller when the query has ended.

    Raises:
        InvalidNotify: they have no mailbox, or there are no mails here.
    """
    if not notify:
        return False
    if caller.id == API_KEY_OWNER:
        raise InvalidNotify(
            "notify is true, but whoever holds an API key has no mailbox; sign in as a user, or "
            "leave notify out."
        )
    if not context.sends_mail:
        raise InvalidNotify(
            "notify is true, but this deployment sends no mail; leave notify out, and subscribe to "
            "onQueryComplete. Whoever deploys it may set mail_from."
        )
    return True
