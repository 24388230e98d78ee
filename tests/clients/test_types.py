"""The types of the package: who uses it is checked, and told what is wrong, by mypy --strict."""

import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "clients" / "python"
EXAMPLES = ["handles.py", "many.py"]
MYPY = """\
[mypy]
follow_imports = silent
[mypy-gql.*,graphql.*,aiohttp.*,rich.*]
follow_imports = skip
"""  # which would take ten seconds more, and are not seen by who calls us
WRONG = """\
from querycast import AsyncClient, Client, Result


def plain(client: Client) -> Result:
    client.run(7)
    client.run("taxi_by_day", {"month": ["2015-06"]})
    client.run("taxi_by_day", month="2015-06", timeout="soon")
    client.submit("taxi_by_day").rows()
    for status in client.attach("a").updates():
        status.stats
    return client.submit("taxi_by_day")


async def coroutines(client: AsyncClient) -> int:
    client.run("taxi_by_day").rows()
    for row in (await client.run("taxi_by_day")).rows():
        print(row)
    return await client.attach("a").status()
"""


def problems(folder: Path, *files: str) -> list[str]:
    """The line and the code of each thing that mypy finds."""
    (folder / "mypy.ini").write_text(MYPY)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", *files],
        cwd=folder,
        env={"MYPYPATH": str(PACKAGE), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    found = [line for line in done.stdout.splitlines() if "error: " in line]
    return [f"{line.split(':')[1]} {line.split('[')[-1].rstrip(']')}" for line in found]


def test_types_are_for_those_who_install_it() -> None:
    assert (PACKAGE / "querycast" / "py.typed").is_file()
    assert 'package-data = { querycast = ["py.typed"] }' in (PACKAGE / "pyproject.toml").read_text()


def test_examples_have_no_problems(tmp_path: Path) -> None:
    for example in EXAMPLES:
        (tmp_path / example).write_text((PACKAGE / "examples" / example).read_text())

    assert problems(tmp_path, *EXAMPLES) == []


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text(WRONG)

    assert problems(tmp_path, "wrong.py") == [
        "5 arg-type",
        "6 dict-item",
        "7 arg-type",
        "8 attr-defined",
        "10 attr-defined",
        "11 return-value",
        "15 attr-defined",
        "16 attr-defined",
        "18 return-value",
    ]
