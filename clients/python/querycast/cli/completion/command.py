"""`querycast completion`: what makes a shell complete our commands."""

from enum import StrEnum
from typing import Annotated

import typer

from querycast.cli.completion import scripts


class Shell(StrEnum):
    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    shell: Annotated[Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print what makes TAB complete commands, reports, parameters and their values.

    In ~/.bashrc: eval "$(querycast completion bash)". In ~/.zshrc, after compinit, the same with
    zsh. For fish: querycast completion fish > ~/.config/fish/completions/querycast.fish
    """
    print(getattr(scripts, shell.name), end="")
