"""`querycast login` and `querycast logout`."""

import asyncio
import sys
from typing import Annotated

import typer

from querycast.cli.authenticator_app import ask_code, set_up_in_terminal
from querycast.cli.completion import known
from querycast.cli.options import OutputsFile
from querycast.cli.terminal import say
from querycast.errors import NotSignedIn
from querycast.outputs import read_outputs
from querycast.tokens import TokenStore


def login(
    email: Annotated[
        str, typer.Argument(metavar="EMAIL", help="Your e-mail address; asked for when left out.")
    ] = "",
    outputs: OutputsFile = None,
) -> None:
    """Sign in with e-mail and password, and stay signed in.

    Where the account has an authenticator app, or the user pool requires one, its code is asked for
    as well; where stdin is not a terminal, that is the line after the password.

    The password is asked for, or read from the first line of stdin where that is not a terminal.
    Who still has the temporary one of an invitation is then asked for one of their own, twice, or
    has it in the second line.
    """
    from querycast.cognito import Answers, user_pool  # aiohttp takes 0.2 s to import

    stack = read_outputs(outputs)
    user = email or typer.prompt("E-mail", err=True)
    answers = Answers(_new_password, ask_code, set_up_in_terminal)
    tokens = asyncio.run(user_pool(stack).sign_in(user, _password(), answers))
    TokenStore(stack.user_pool_client_id).write(tokens)
    known.forget(stack.user_pool_client_id)
    say(f"Signed in as {user}.")


def logout(outputs: OutputsFile = None) -> None:
    """Forget the sign-in."""
    client_id = read_outputs(outputs).user_pool_client_id
    known.forget(client_id)
    store = TokenStore(client_id)
    say("Signed out." if store.forget() else "Nobody was signed in.")


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _new_password() -> str:
    """One of the user's own; from the second line of stdin where that is not a terminal.

    Raises:
        NotSignedIn: there is none.
    """
    if sys.stdin.isatty():
        say("This account has the temporary password of an invitation; choose one of your own.")
        prompt = "New password"
        return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=True, err=True))
    chosen = sys.stdin.readline().rstrip("\r\n")
    if not chosen:
        raise NotSignedIn(
            "The account has the temporary password of an invitation; run `querycast login` in a "
            "terminal to choose one of your own, or give that as the second line of stdin."
        )
    return chosen
