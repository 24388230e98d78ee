"""Build the assets of the Lambdas: our code and the packages it imports, without Docker.

    python -m infra.bundle

One asset is for all Lambdas but those that ask for public holidays, whose own has these besides:
files that the others would unpack at every cold start for nothing.

The packages are pure-Python wheels, so pip can fetch them on any machine for any machine; they are
kept until the file that pins them, or what is left out of them, changes. The same inputs make the
same files, so that the CDK uploads, and Lambda restarts, only what changed.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.sources import BUILT, ROOT

ROOMS = ("core", "resolvers", "streams")
REQUIREMENTS = ROOT / "requirements" / "lambda.txt"
AGENDA_REQUIREMENTS = ROOT / "requirements" / "agenda.txt"
PACKAGES = ROOT / "build" / "lambda-packages"
AGENDA_PACKAGES = ROOT / "build" / "agenda-packages"
PYTHON_VERSION = "3.13"  # of the Lambda runtime, see infra/function.py
BUILT_HERE = ("bin", "**/__pycache__", "*.dist-info/RECORD", "*.dist-info/direct_url.json")
# What no Lambda imports: each file is unpacked at a cold start. Of the holidays, those of stock
# exchanges, and what writes files for calendar programs.
UTILITIES = (
    "auth_alpha",
    "batch",
    "circuit_breaker",
    "data_classes",
    "data_masking",
    "feature_flags",
    "idempotency",
    "kafka",
    "parameters",
    "parser",
    "streaming",
    "validation",
)
UNNEEDED = (
    "aws_lambda_powertools/event_handler",
    *(f"aws_lambda_powertools/utilities/{name}" for name in UTILITIES),
    "holidays/financial",
    "holidays/generate_ics.py",
    "holidays/ical.py",
)


class BundleError(Exception):
    """pip could not install the packages; its own words are above."""


def main() -> int:
    try:
        packages = install(REQUIREMENTS, PACKAGES)
        of_agenda = install(AGENDA_REQUIREMENTS, AGENDA_PACKAGES)
    except BundleError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(bundle(ROOT, [packages], BUILT.lambda_asset))
    print(bundle(ROOT, [packages, of_agenda], BUILT.agenda_asset))
    return 0


def bundle(root: Path, packages: Sequence[Path], asset: Path) -> Path:
    """Our rooms beside the packages, in a folder that is replaced as a whole."""
    fresh = asset.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    for folder in packages:
        shutil.copytree(folder, fresh, dirs_exist_ok=True)
    for room in ROOMS:
        for source in sorted((root / room).rglob("*.py")):
            target = fresh / source.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.rmtree(asset, ignore_errors=True)
    return fresh.rename(asset)


def install(requirements: Path, folder: Path) -> Path:
    """The folder of the packages as they are pinned, installed unless it is there already.

    Raises:
        BundleError: pip failed.
    """
    chosen = f"{PYTHON_VERSION} {BUILT_HERE} {UNNEEDED}".encode()
    digest = hashlib.sha256(requirements.read_bytes() + chosen).hexdigest()
    installed = folder / digest[:16]
    if installed.exists():
        return installed
    shutil.rmtree(folder, ignore_errors=True)
    fresh = folder / "new"
    _pip_install(requirements, fresh)
    for pattern in (*BUILT_HERE, *UNNEEDED):
        for path in list(fresh.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return fresh.rename(installed)


def _pip_install(requirements: Path, target: Path) -> None:
    platform = ["--platform=any", "--implementation=py", "--abi=none", "--only-binary=:all:"]
    command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    command += ["--no-compile", "--no-deps", "--require-hashes", *platform]
    command += [f"--python-version={PYTHON_VERSION}", "--target", str(target)]
    if subprocess.run([*command, "-r", str(requirements)], check=False).returncode != 0:
        raise BundleError(
            f"pip could not install {requirements.name}. Its message is above; "
            "check the network and the package index, then run `python -m infra.bundle` again."
        )


if __name__ == "__main__":
    sys.exit(main())
