import hashlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.bundle import (
    AGENDA_PACKAGES,
    AGENDA_REQUIREMENTS,
    PACKAGES,
    REQUIREMENTS,
    BundleError,
    bundle,
    install,
)
from infra.sources import ROOT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository in small: three rooms, one with a file that no Lambda runs."""
    for name in ("core/aws/redshift.py", "resolvers/handler.py", "streams/sweep.py"):
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True)
        path.write_text(f"NAME = {name!r}\n")
    (tmp_path / "root/resolvers/invoke.js").write_text("export function request() {}\n")
    return tmp_path / "root"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    (tmp_path / "packages/greeting").mkdir(parents=True)
    (tmp_path / "packages/greeting/__init__.py").write_text("WORD = 'hello'\n")
    return tmp_path / "packages"


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    """Pins a wheel of pure Python that is a file here, so that nothing is downloaded."""
    wheel = tmp_path / "greeting-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("greeting.py", "WORD = 'hello'\n")
        archive.writestr("greeting-1.0.dist-info/METADATA", METADATA)
        archive.writestr("greeting-1.0.dist-info/WHEEL", WHEEL)
        archive.writestr("greeting-1.0.dist-info/entry_points.txt", ENTRY_POINTS)
        archive.writestr("greeting-1.0.dist-info/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    path = tmp_path / "lambda.txt"
    path.write_text(f"greeting @ {wheel.as_uri()} --hash=sha256:{digest}\n")
    return path


METADATA = "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
ENTRY_POINTS = "[console_scripts]\ngreet = greeting:main\n"


def files(folder: Path) -> Iterator[str]:
    return (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_asset_holds_the_rooms_and_the_packages(root: Path, packages: Path) -> None:
    asset = bundle(root, [packages], root / "build/lambda")
    assert sorted(files(asset)) == [
        "core/aws/redshift.py",
        "greeting/__init__.py",
        "resolvers/handler.py",
        "streams/sweep.py",
    ]


def test_an_asset_may_have_more_packages(root: Path, packages: Path, tmp_path: Path) -> None:
    (tmp_path / "more/parting").mkdir(parents=True)
    (tmp_path / "more/parting/__init__.py").write_text("WORD = 'goodbye'\n")
    asset = bundle(root, [packages, tmp_path / "more"], root / "build/lambda-agenda")
    found = set(files(asset))
    assert {"greeting/__init__.py", "parting/__init__.py", "core/aws/redshift.py"} <= found


def test_what_was_deleted_leaves_the_asset(root: Path, packages: Path) -> None:
    asset = bundle(root, [packages], root / "build/lambda")
    (root / "streams/sweep.py").unlink()
    bundle(root, [packages], asset)
    assert "streams/sweep.py" not in set(files(asset))


def test_installed_packages_hold_nothing_of_this_machine(
    requirements: Path, tmp_path: Path
) -> None:
    installed = install(requirements, tmp_path / "installed")
    found = set(files(installed))
    assert "greeting.py" in found
    assert not [name for name in found if name.startswith("bin/") or name.endswith("RECORD")]
    assert not [path for path in installed.rglob("*.*") if str(tmp_path).encode() in content(path)]


def test_packages_are_installed_once(requirements: Path, tmp_path: Path) -> None:
    installed = install(requirements, tmp_path / "installed")
    (installed / "mark").touch()
    assert (install(requirements, tmp_path / "installed") / "mark").exists()


def test_a_package_with_another_hash_is_refused(
    requirements: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    requirements.write_text(re.sub("sha256:.{8}", "sha256:00000000", requirements.read_text()))
    with pytest.raises(BundleError, match="could not install"):
        install(requirements, tmp_path / "installed")
    assert "HASH" in capfd.readouterr().err.upper()


def test_the_holidays_come_without_what_no_lambda_needs(tmp_path: Path) -> None:
    found = set(files(install(AGENDA_REQUIREMENTS, tmp_path / "installed")))
    assert "holidays/countries/germany.py" in found
    assert "holidays/locale/en_US/LC_MESSAGES/DE.mo" in found
    assert not [name for name in found if re.search("financial|ical|ics|tests|__pycache__", name)]


def test_all_that_any_lambda_imports_is_in_the_asset(tmp_path: Path) -> None:
    packages = [install(REQUIREMENTS, PACKAGES), install(AGENDA_REQUIREMENTS, AGENDA_PACKAGES)]
    asset = bundle(ROOT, packages, tmp_path / "lambda")
    handlers = [f"streams.{path.stem}" for path in sorted((asset / "streams").glob("[!_]*.py"))]
    imports = f"import {', '.join([*handlers, 'resolvers.handler', 'aws_lambda_powertools'])}"
    found = subprocess.run(
        [sys.executable, "-c", f"{imports}; print(aws_lambda_powertools.__file__)"],
        cwd=asset,
        env=os.environ | {"PYTHONPATH": str(asset)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.startswith(str(asset))


def test_the_developers_have_the_same_holidays() -> None:
    (pinned,) = re.findall(r"^holidays==\S+", AGENDA_REQUIREMENTS.read_text(), re.MULTILINE)
    developers = AGENDA_REQUIREMENTS.with_name("dev.txt").read_text()
    assert pinned in developers.split()


@pytest.mark.parametrize(
    ("requirements", "names"),
    [
        (
            REQUIREMENTS,
            {"aws-lambda-powertools", "aws-xray-sdk", "jmespath", "typing-extensions", "wrapt"},
        ),
        (AGENDA_REQUIREMENTS, {"holidays"}),
    ],
    ids=["lambda", "agenda"],
)
def test_the_pins_have_hashes_and_name_no_place(requirements: Path, names: set[str]) -> None:
    pinned = requirements.read_text()
    assert set(re.findall(r"^([a-z-]+)==", pinned, re.MULTILINE)) == names
    assert not re.search(r"://|--index|--find-links|--trusted-host|@ ", pinned)


def content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
