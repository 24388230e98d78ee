"""What `cdk synth` wrote: one stack's template, and the files it wants uploaded before.

https://github.com/aws/aws-cdk-cli/tree/main/packages/%40aws-cdk/cloud-assembly-schema
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import AssemblyError
from local.settings import ACCOUNT, REGION

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the oldest time that a zip file can hold


@dataclass(frozen=True)
class Asset:
    """A file, or a directory to be zipped, and where it goes."""

    source: Path
    bucket: str
    key: str

    def content(self) -> bytes:
        return zipped(self.source) if self.source.is_dir() else self.source.read_bytes()


@dataclass(frozen=True)
class StackAssembly:
    """One stack; its template is one of the assets."""

    name: str
    template: Asset
    parameters: dict[str, str]
    assets: list[Asset]


def read_assembly(directory: Path) -> StackAssembly:
    """
    Raises:
        AssemblyError: nothing was synthesised, or not exactly one stack.
    """
    manifest = directory / "manifest.json"
    if not manifest.exists():
        raise AssemblyError(f"{directory} holds no synthesised stack: run `make synth`.")
    artifacts = json.loads(manifest.read_text(encoding="utf-8"))["artifacts"]
    stacks = {
        name: artifact
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    if len(stacks) != 1:
        found = ", ".join(stacks) or "none"
        raise AssemblyError(f"{directory} must hold one stack to deploy, but holds: {found}.")
    [(name, artifact)] = stacks.items()
    properties = artifact["properties"]
    files = list(assets(directory, artifacts))
    source = directory / properties["templateFile"]
    return StackAssembly(
        name=properties.get("stackName", name),
        template=next(file for file in files if file.source == source),
        parameters=properties.get("parameters", {}),
        assets=files,
    )


def assets(directory: Path, artifacts: dict[str, Any]) -> Iterator[Asset]:
    for artifact in artifacts.values():
        if artifact["type"] != "cdk:asset-manifest":
            continue
        manifest = json.loads((directory / artifact["properties"]["file"]).read_text())
        for file in manifest.get("files", {}).values():
            for destination in file["destinations"].values():
                yield Asset(
                    source=directory / file["source"]["path"],
                    bucket=resolved(destination["bucketName"]),
                    key=resolved(destination["objectKey"]),
                )


def resolved(text: str) -> str:
    placeholders = {
        "${AWS::Partition}": "aws",
        "${AWS::AccountId}": ACCOUNT,
        "${AWS::Region}": REGION,
    }
    for placeholder, value in placeholders.items():
        text = text.replace(placeholder, value)
    return text


def zipped(directory: Path) -> bytes:
    """The directory as a zip file; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(directory.rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                entry = zipfile.ZipInfo(file.relative_to(directory).as_posix(), ZIP_EPOCH)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes(), compresslevel=1)
    return buffer.getvalue()
