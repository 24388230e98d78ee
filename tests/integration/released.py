"""The stack of the last release, kept small, for the next one to be tried as an update of it.

    python -m tests.integration.released

keeps what is built now, as a release does (docs/releasing.md): the cloud assembly of a stage of
its own, and the compiled catalogue. The code of the Lambdas is kept without its packages, which are
megabytes; unpacked, it has those of today.
"""

import io
import json
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.bundle import ROOMS
from infra.sources import BUILT, Built
from infra.stage import Stage
from infra.warehouse import Warehouse

FILE = Path(__file__).with_name("released.tar.xz")
DATABASE = "released"
STAGE = Stage(
    name="released",
    warehouse=Warehouse(database=DATABASE, workgroup="querycast"),
    api_key=True,
    protected=False,
    dashboard=False,  # which the local AWS does not have
    sample_data=True,
)
ASSEMBLY, CATALOGUE, PACKAGES = "cdk.out", "catalogue.json", "packages.json"
UNNEEDED = ("tree.json", "*.metadata.json")  # they explain the template to people


def keep(assembly: Path, built: Built, file: Path = FILE) -> None:
    """Write the cloud assembly and the catalogue to the file, the code without its packages."""
    packages = {asset.name: sorted(_packages(asset)) for asset in _code(assembly)}
    with tarfile.open(file, "w:xz", preset=9) as kept:

        def add(name: str, content: bytes) -> None:
            entry = tarfile.TarInfo(name)  # of 1970, so that the same release makes the same file
            entry.size = len(content)
            kept.addfile(entry, io.BytesIO(content))

        for path in sorted(assembly.rglob("*")):
            name = path.relative_to(assembly)
            asset, *inner = name.parts
            is_package = asset in packages and inner and inner[0] not in ROOMS
            if path.is_file() and not is_package and not any(map(name.match, UNNEEDED)):
                add(f"{ASSEMBLY}/{name.as_posix()}", path.read_bytes())
        add(PACKAGES, json.dumps(packages, indent=1).encode())
        add(CATALOGUE, built.catalogue.read_bytes())


def unpack(folder: Path, file: Path = FILE) -> Path:
    """Make the cloud assembly in the folder, and the catalogue beside it; gives the assembly's."""
    with tarfile.open(file) as kept:
        kept.extractall(folder, filter="data")
    packages = json.loads((folder / PACKAGES).read_text())
    for asset, names in packages.items():
        for name in names:
            source, target = BUILT.agenda_asset / name, folder / ASSEMBLY / asset / name
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)
    return folder / ASSEMBLY


def _code(assembly: Path) -> Iterator[Path]:
    return (path for path in assembly.glob("asset.*") if path.is_dir())


def _packages(asset: Path) -> Iterator[str]:
    return (path.name for path in asset.iterdir() if path.name not in ROOMS)


def main() -> None:
    from infra.app import synthesise
    from infra.node import choose_node

    choose_node()
    with TemporaryDirectory() as folder:
        assembly = Path(folder) / ASSEMBLY
        synthesise(STAGE, BUILT, assembly)
        keep(assembly, BUILT)


if __name__ == "__main__":
    main()
