"""The catalogue that the Lambdas read, from the report files: `python -m sql.compile`.

One file a report (sql/report_file.py); the catalogue is refused whole, with every problem of every
file, so that what is live is always something that compiled.
"""

import argparse
import json
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.report import report_to_json
from sql.command import exit_code
from sql.errors import ReportProblems
from sql.report_file import compile_report

ROOT = Path(__file__).parents[1]
REPORTS = ROOT / "sql" / "reports"
CATALOGUE = ROOT / "build" / "catalogue.json"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sql.compile", description="Compile reports.")
    parser.add_argument("--reports", type=Path, default=REPORTS, help="folder of report files")
    parser.add_argument("--output", type=Path, default=CATALOGUE, help="where the catalogue goes")
    options = parser.parse_args(arguments)
    return exit_code(lambda: write_catalogue(options.reports, options.output))


def write_catalogue(reports: Path, output: Path) -> None:
    catalogue = compile_catalogue(reports)
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(catalogue_bytes(catalogue))
    print(f"Compiled {len(catalogue['reports'])} reports into {os.path.relpath(output)}")


def compile_catalogue(folder: Path) -> dict[str, Any]:
    """The catalogue of all report files of a folder.

    Raises:
        ReportProblems: with every problem of every file.
    """
    files = sorted(folder.glob("*.sql"))
    if not files:
        raise ReportProblems(f"{folder}: there is no report file (NAME.sql) here; add one")
    reports, refused = [], []
    for file in files:
        try:
            reports.append(report_to_json(compile_report(file)))
        except ReportProblems as problems:
            refused.append(str(problems))
    if refused:
        raise ReportProblems("\n".join(refused))
    version = sha256(json.dumps(reports, sort_keys=True).encode()).hexdigest()
    return {"version": version, "reports": reports}


def catalogue_bytes(catalogue: dict[str, Any]) -> bytes:
    return json.dumps(catalogue, ensure_ascii=False, indent=1).encode()


if __name__ == "__main__":
    raise SystemExit(main())
