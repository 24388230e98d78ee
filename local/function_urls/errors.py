"""What a function URL refuses, as Lambda's front end words it.

https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
"""

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024  # of the event that a function gets


class Refused(Exception):
    """The request does not reach a function, or its answer does not reach the caller.

    key: how Lambda spells the key of the message: its front end `Message`, its API `message`.
    """

    def __init__(self, status: int, error_type: str, message: str, key: str = "Message") -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type
        self.message = message
        self.key = key


def forbidden() -> Refused:
    """Nobody signed, or whoever did may not: the two look alike."""
    return Refused(
        403,
        "AccessDeniedException",
        "Forbidden. For troubleshooting Function URL authorization issues, see: "
        "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    )


def too_large() -> Refused:
    """The event, in which a body may be a third longer than it came."""
    return Refused(
        413,
        "RequestEntityTooLargeException",
        f"Request must be smaller than {MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation",
    )


def bad_gateway() -> Refused:
    """The function failed, or answered what is no response; its log tells more."""
    return Refused(502, "InternalFailure", "Internal Server Error")
