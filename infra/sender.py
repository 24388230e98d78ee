"""By which verified identities SES sends from an address.

https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
"""


def identities(address: str) -> list[str]:
    """The identities that SES may send from the address by: itself, its domain, and those above."""
    _, _, domain = address.partition("@")
    labels = domain.split(".")
    above = [".".join(labels[place:]) for place in range(1, len(labels) - 1)]
    return [address, domain, *above]
