"""The CREATE TABLE that makes a table anew, as SHOW TABLE shows it.

What AWS shows no text for is refused: defaults, identities, keys other than a primary one, SUPER.
https://docs.aws.amazon.com/redshift/latest/dg/r_SHOW_TABLE.html
"""

import duckdb

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.storage import Storage
from local.redshift.warehouse import layout
from local.redshift.warehouse.catalog import located

_COLUMNS = (
    "select local_redshift.quote_ident(column_name), full_type, is_nullable, encoding, distkey,"
    " is_identity or column_default is not null from local_redshift.main.user_column"
    " where kind = 'r' and not is_temporary and schema_name = ? and table_name = ?"
    " order by position"
)


def shown(connection: duckdb.DuckDBPyConnection, name: list[str]) -> str:
    """The text.

    Raises:
        SqlError: there is no such table, or its text is not known.
    """
    place = located(connection, name)
    columns = connection.execute(_COLUMNS, place).fetchall()
    if not columns:
        raise SqlError(f'table "{name[-1]}" does not exist')
    storage = layout.get(connection, list(place))
    if any(type == "super" for _, type, *_ in columns):
        raise NotSupported("SHOW TABLE of a table with SUPER columns")
    if storage.has_other_keys:
        raise NotSupported("SHOW TABLE of a table with keys other than PRIMARY KEY (...)")
    if storage.is_interleaved:
        raise NotSupported("SHOW TABLE of a table with an INTERLEAVED SORTKEY")
    if any(has_default for *_, has_default in columns):
        raise NotSupported("SHOW TABLE of a table with DEFAULT or IDENTITY")
    items = [_column(*column[:5]) for column in columns]
    if storage.primary_key:
        items.append(f"PRIMARY KEY ({_listed(connection, storage.primary_key)})")
    full_name = ".".join(_listed(connection, [part]) for part in place)
    listed = ",\n".join(items)
    return f"CREATE TABLE {full_name} (\n{listed}\n)\n{_attributes(connection, storage)};"


def _column(name: str, type: str, is_nullable: bool, encoding: str, is_distkey: bool) -> str:
    words = [name, type]
    if not is_nullable:
        words.append("NOT NULL")
    if encoding != "none":
        words.append(f"ENCODE {encoding}")
    if is_distkey:
        words.append("distkey")
    return " ".join(words)


def _attributes(connection: duckdb.DuckDBPyConnection, storage: Storage) -> str:
    style = f"DISTSTYLE {storage.style or 'AUTO'}"
    if not storage.sort_columns:
        return style
    return f"{style} SORTKEY ( {_listed(connection, storage.sort_columns)} )"


def _listed(connection: duckdb.DuckDBPyConnection, names: list[str]) -> str:
    """The names as SQL has them, quoted where they must be."""
    quoted = [
        connection.execute("select local_redshift.quote_ident(?)", [name]).fetchall()[0][0]
        for name in names
    ]
    return ", ".join(quoted)
