"""What people are shown and asked of an authenticator app."""

import sys
from typing import TYPE_CHECKING

import typer

from querycast.cli.terminal import say
from querycast.errors import NotSignedIn

if TYPE_CHECKING:
    from querycast.authenticator import AuthenticatorSecret

BY_TERMINAL = (
    "The user pool requires an authenticator app, which this account has not; run "
    "`querycast login` in a terminal to set one up."
)


def ask_code() -> str:
    """From the next line of stdin where that is not a terminal.

    Raises:
        NotSignedIn: there is none.
    """
    if sys.stdin.isatty():
        return str(typer.prompt("Code of the app", err=True))
    code = sys.stdin.readline().strip()
    if not code:
        raise NotSignedIn(
            "A code of the authenticator app is needed; run the command in a terminal, which asks "
            "for it, or give it as the next line of stdin."
        )
    return code


def show_secret(secret: "AuthenticatorSecret") -> None:
    """Once, for the app: whoever has seen it can make the codes."""
    say("Add an account to your authenticator app, by this secret or by the address after it:")
    say(f"  {secret.text}")
    typer.echo(secret.address)


def set_up_in_terminal(secret: "AuthenticatorSecret") -> str:
    """The first code. A log, where nobody types, must not have the secret.

    Raises:
        NotSignedIn: this is no terminal.
    """
    if not sys.stdin.isatty():
        raise NotSignedIn(BY_TERMINAL)
    show_secret(secret)
    return ask_code()
