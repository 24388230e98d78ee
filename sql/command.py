"""How the tools of this room end: 0 when done, 1 with one clear message, never a traceback.

AWS's own errors (no credentials, nothing listening, access denied) are messages too: they say what
to look at, and a traceback through botocore would not.
"""

import sys
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError

from sql.errors import SqlToolError


def exit_code(command: Callable[[], None]) -> int:
    """Run `command`; what stopped it goes to stderr."""
    try:
        command()
    except SqlToolError as error:
        return _refuse(str(error))
    except EndpointConnectionError as error:
        return _refuse(f"{error} Is the stack running? Start it with: make up")
    except (BotoCoreError, ClientError) as error:
        return _refuse(f"AWS refused: {error}")
    return 0


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
