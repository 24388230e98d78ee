"""One file of sql/migrations: its statements, which are one transaction."""

import re
from hashlib import sha256
from pathlib import Path

from core.migration import MAX_STATEMENTS, SAMPLE_DATA, SETTING, SETTINGS, Migration
from sql.errors import MigrationProblems
from sql.statement_text import UnreadableSql, statements
from sql.transaction import refusal

NAME = re.compile(r"(\d{4})_[a-z0-9]+(_[a-z0-9]+)*")
MAX_NAME_LENGTH = 100


def read_migration(file: Path, folder: Path) -> Migration:
    """The migration of a file below the folder of migrations.

    Raises:
        MigrationProblems: its name or a statement cannot be a migration's.
    """
    text = _text(file)
    _check_name(file, folder)
    _check_settings(file, text)
    try:
        parts = statements(text)
    except UnreadableSql as error:
        raise MigrationProblems(f"{file}:{error.line}: {error}") from None
    if not 0 < len(parts) <= MAX_STATEMENTS:
        limit = f"a migration has 1 to {MAX_STATEMENTS}, which fit into one transaction"
        raise MigrationProblems(f"{file}: {len(parts)} statements; {limit}; split the file")
    texts = [text[tokens[0].start : tokens[-1].end + 1] for tokens in parts]
    for tokens, sql in zip(parts, texts, strict=True):
        reason = refusal(tokens, sql, "a migration")
        if reason:
            raise MigrationProblems(f"{file}:{tokens[0].line}: {reason}")
    name = file.relative_to(folder).with_suffix("").as_posix()
    return Migration(name, sha256(text.encode()).hexdigest(), texts)


def _text(file: Path) -> str:
    """With the line ends of Unix, so that a checkout on Windows has the same checksum."""
    try:
        return file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise MigrationProblems(f"{file}: not UTF-8; save it so") from None


def _check_name(file: Path, folder: Path) -> None:
    if not NAME.fullmatch(file.stem) or len(file.stem) > MAX_NAME_LENGTH:
        example = f"call it like 0007_add_zones.sql, {MAX_NAME_LENGTH} characters at most"
        raise MigrationProblems(f"{file}: no migration's name; {example}")
    if file.parent not in (folder, folder / SAMPLE_DATA):
        raise MigrationProblems(f"{file}: migrations are in {folder} itself, or in {SAMPLE_DATA}/")


def _check_settings(file: Path, text: str) -> None:
    for found in SETTING.finditer(text):
        if found[1] not in SETTINGS:
            line = text.count("\n", 0, found.start()) + 1
            known = ", ".join(SETTINGS)
            raise MigrationProblems(f"{file}:{line}: no setting {found[1]!r}; there are {known}")
