"""Draws docs/pictures/terminal.svg: what a terminal shows of commands that are run for it.

python clients/python/picture.py        (`make screenshots` does, on the stack that runs)
"""

import os
import pty
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from querycast.outputs import OUTPUTS_FILE, outputs_file

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "terminal.svg"
COLUMNS = 96
COMMANDS = (
    "querycast reports",
    "querycast run taxi_top_days measure=fares days=5",
    "querycast run taxi_by_day month=2015-06 -O june.csv",
    "querycast run taxi_by_dya",
    "querycast doctor",
)
# A line that was drawn over another, the live status for one, and where the cursor is.
DRAWN_OVER = re.compile(r"[^\n]*\n(\x1b\[\?25h)?\r\x1b\[1A\x1b\[2K|[^\n]*\r\x1b\[2K|\x1b\[\?25[lh]")
FROM_ELSEWHERE = re.compile(r" *@font-face \{[^}]*\}\n")  # a picture fetches nothing


def main() -> None:
    """Run the commands, in a terminal of their own, and draw it."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True)
    with TemporaryDirectory() as folder:
        _with_stack(Path(folder))
        for command in COMMANDS:
            console.print(Text.assemble(("$ ", "green"), (command, "bold")))
            console.print(Text.from_ansi(_shown(command, folder)), end="\n\n")
    drawn = FROM_ELSEWHERE.sub("", console.export_svg(title="querycast"))
    PICTURE.write_text(drawn, encoding="utf-8")


def _with_stack(folder: Path) -> None:
    (folder / OUTPUTS_FILE).parent.mkdir()
    copyfile(outputs_file(), folder / OUTPUTS_FILE)


def _shown(command: str, folder: str) -> str:
    """All that it writes, both to stdout and to stderr, to a terminal of that width."""
    here, its_end = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    code = f"from querycast.cli.app import main; import sys; sys.argv = {command.split()}; main()"
    environment.pop("QUERYCAST_OUTPUTS", None)
    run = [sys.executable, "-c", code]
    with subprocess.Popen(
        run, cwd=folder, stdin=its_end, stdout=its_end, stderr=its_end, env=environment
    ):
        os.close(its_end)
        return DRAWN_OVER.sub("", _read(here).decode().replace("\r\n", "\n")).rstrip("\n")


def _read(terminal: int) -> bytes:
    read = b""
    while True:
        try:
            read += os.read(terminal, 4096)
        except OSError:  # the last one who had it has left
            return read


if __name__ == "__main__":
    main()
