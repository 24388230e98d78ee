"""`querycast mfa`: whether signing in takes a code of an authenticator app besides the password."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from querycast.cli.authenticator_app import ask_code, show_secret
from querycast.cli.options import OutputsFile
from querycast.cli.terminal import say
from querycast.errors import Refused
from querycast.outputs import read_outputs
from querycast.tokens import TokenStore

if TYPE_CHECKING:
    from querycast.authenticator import Authenticator

HELP = "Sign in with a code of an authenticator app besides the password, or without."

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.command("on")
def on(outputs: OutputsFile = None) -> None:
    """Set an authenticator app up, in place of one before.

    Its secret is told, and written to stdout as an address, which `| qrencode -t utf8` draws for a
    phone. The code that the app then shows is asked for, or read from the first line of stdin where
    that is not a terminal.
    """
    email = asyncio.run(_as_who_is_signed_in(outputs, _set_up))
    say(f"From now on {email} signs in with the password and a code of the app.")


@app.command("off")
def off(outputs: OutputsFile = None) -> None:
    """Sign in with the password alone, where the user pool admits that."""
    email = asyncio.run(_as_who_is_signed_in(outputs, lambda its_app: its_app.turn_off()))
    say(f"From now on {email} signs in with the password alone.")


@app.command("status")
def status(outputs: OutputsFile = None) -> None:
    """Write `on` or `off`."""
    asyncio.run(_as_who_is_signed_in(outputs, _tell))


async def _as_who_is_signed_in(
    outputs: Path | None, act: Callable[["Authenticator"], Awaitable[None]]
) -> str:
    """Their address. The demo user of a local stack must sign in, too: others share the account."""
    from querycast.cognito import CognitoAuth, user_pool  # aiohttp takes 0.2 s to import

    stack = read_outputs(outputs)
    pool = user_pool(stack)
    auth = CognitoAuth(pool, TokenStore(stack.user_pool_client_id), demo_user=None)
    tokens = await auth.tokens()
    await act(pool.authenticator(tokens))
    return tokens.email


async def _set_up(its_app: "Authenticator") -> None:
    show_secret(await its_app.new_secret())
    await _confirm(its_app)
    await its_app.turn_on()


async def _confirm(its_app: "Authenticator") -> None:
    """A person may try again: the app has the secret already."""
    from querycast.authenticator import WRONG

    while True:
        try:
            await its_app.confirm(ask_code())
        except Refused as error:
            if error.type not in WRONG or not sys.stdin.isatty():
                raise
            say(str(error))
        else:
            return


async def _tell(its_app: "Authenticator") -> None:
    typer.echo("on" if await its_app.is_on() else "off")
