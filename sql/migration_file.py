"""One file of sql/migrations: its statements, and whether they can be one transaction.

A statement that Redshift does not run inside a transaction block is refused here, by name, rather
than by Redshift in the middle of a deployment.
"""

import re
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from sqlglot.tokenizer_core import Token

from core.migration import MAX_STATEMENTS, SAMPLE_DATA, SETTING, SETTINGS, Migration
from sql.errors import MigrationProblems
from sql.statement_text import UnreadableSql, statements

NAME = re.compile(r"(\d{4})_[a-z0-9]+(_[a-z0-9]+)*")
MAX_NAME_LENGTH = 100
MAX_SQL_BYTES = 100_000  # https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
READ_WORDS = 12  # of a statement, to know what it is

# What ends a transaction, or what Redshift refuses inside one: each page of
# https://docs.aws.amazon.com/redshift/latest/dg/c_SQL_commands.html says so of its command.
OUTSIDE_TRANSACTIONS = re.compile(
    r"""(
    abort | begin | commit | end | rollback | start\ transaction | truncate | vacuum
    | (create | drop)\ database
    | (create | drop)\ external\ (table | database)
    | create\ (or\ replace\ )?library | drop\ library
    | create\ external\ schema\ .*\ create\ external\ database
    | drop\ schema\ .*\ drop\ external\ database
    | alter\ table\ \S+\ append
    | alter\ table\ \S+\ alter\ column\ \S+\ type
    )(?!\S)""",
    re.VERBOSE,
)


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
        _check_statement(file, tokens, sql)
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


def _check_statement(file: Path, tokens: list[Token], sql: str) -> None:
    def refuse(reason: str) -> NoReturn:
        raise MigrationProblems(f"{file}:{tokens[0].line}: {_beginning(sql)}: {reason}")

    # a quoted name is one word, and so is one of several parts
    words = " ".join(re.sub(r"\s+", "_", token.text.lower()) for token in tokens)
    words = words.replace(" . ", ".")
    if OUTSIDE_TRANSACTIONS.match(words):
        refuse("cannot be in a transaction, and a migration is one; take it out")
    if len(sql.encode()) > MAX_SQL_BYTES:
        refuse(f"{len(sql.encode()):,} bytes; the Data API takes {MAX_SQL_BYTES:,}; split it")


def _beginning(sql: str) -> str:
    words = sql.split()
    return " ".join(words[:READ_WORDS]) + (" ..." if len(words) > READ_WORDS else "")
