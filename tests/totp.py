"""The codes of an authenticator app.

https://datatracker.ietf.org/doc/html/rfc6238
"""

import base64
import hmac
import struct
import time

STEP_SECONDS = 30


def code(secret: str, step: int = 0) -> str:
    """Six digits. secret: in base32; step: 1 for the next one, which is taken already.

    Not the one before: by the time it arrives, it may be the one before that, which is not taken.
    """
    counter = struct.pack(">Q", int(time.time()) // STEP_SECONDS + step)
    digest = hmac.digest(base64.b32decode(secret), counter, "sha1")
    offset = digest[-1] & 0xF
    (number,) = struct.unpack_from(">I", digest, offset)
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


def wrong_code(secret: str) -> str:
    """Six digits that are none of those which a clock that is somewhat off would show."""
    near = {code(secret, step) for step in range(-3, 4)}
    return next(text for text in ("000000", *map(str, range(111111, 111119))) if text not in near)
