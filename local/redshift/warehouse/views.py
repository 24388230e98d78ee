"""Views: what SHOW VIEW shows and what they read, kept in comments of DuckDB's.

A view WITH NO SCHEMA BINDING reads nothing as far as this is concerned: nothing keeps its tables.
https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
"""

from dataclasses import dataclass

import duckdb
import orjson
from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.warehouse.catalog import located, quoted_name

Place = tuple[str, str]  # schema and name

_COMMENTS = (
    "select schema_name, view_name, comment from duckdb_views()"
    " where database_name = current_database() and comment is not null"
)


@dataclass(frozen=True)
class View:
    """`text` is what SHOW VIEW shows; None if that is not known."""

    text: str | None
    reads: list[Place]


def defined(connection: duckdb.DuckDBPyConnection, create: exp.Create, text: str | None) -> View:
    """What is to be kept of a view that is about to be made."""
    if create.args.get("no_schema_binding"):
        return View(text, [])
    named = {cte.alias.lower() for cte in create.find_all(exp.CTE)}
    return View(
        text,
        [
            located(connection, [part.name.lower() for part in table.parts])
            for table in create.expression.find_all(exp.Table)
            if table.db or table.name.lower() not in named
        ],
    )


def put(connection: duckdb.DuckDBPyConnection, name: list[str], view: View) -> None:
    """Keep what is known of a view that has been made."""
    text = orjson.dumps(view).decode().replace("'", "''")
    connection.execute(f"comment on view {quoted_name(name)} is '{text}'")


def reads(connection: duckdb.DuckDBPyConnection) -> dict[Place, set[Place]]:
    """What each view reads."""
    rows = connection.execute(_COMMENTS).fetchall()
    return {
        (schema, name): {(read[0], read[1]) for read in orjson.loads(comment)["reads"]}
        for schema, name, comment in rows
    }


def shown(connection: duckdb.DuckDBPyConnection, name: list[str]) -> str:
    """The text that SHOW VIEW shows.

    Raises:
        SqlError: there is no such view, or its text is not known.
    """
    place = located(connection, name)
    found = connection.execute(
        f"{_COMMENTS} and schema_name = ? and view_name = ?", place
    ).fetchone()
    text = orjson.loads(found[2])["text"] if found else None
    if found is None and not _is_view(connection, place):
        raise SqlError(f'view "{name[-1]}" does not exist')
    if text is None:
        raise NotSupported("SHOW VIEW of a materialized view, or of one with columns or parameters")
    return str(text)


def _is_view(connection: duckdb.DuckDBPyConnection, place: Place) -> bool:
    found = connection.execute(
        "select 1 from local_redshift.main.user_relation"
        " where kind = 'v' and schema_name = ? and name = ?",
        place,
    )
    return found.fetchone() is not None
