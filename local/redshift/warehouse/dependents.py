"""What depends on tables and views: dropped with them where CASCADE says so, or else in the way.

https://docs.aws.amazon.com/redshift/latest/dg/r_DROP_TABLE.html
"""

import duckdb
from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.view_command import ViewCommand
from local.redshift.warehouse import materialized_view, views
from local.redshift.warehouse.catalog import located, quoted_name, relations
from local.redshift.warehouse.views import Place


def drop_dependents(connection: duckdb.DuckDBPyConnection, drop: exp.Drop) -> None:
    """Drop the views that read what is about to be dropped, where CASCADE says so.

    Raises:
        SqlError: there are such views, and no CASCADE.
    """
    kind, is_cascading = drop.args["kind"], bool(drop.args.get("cascade"))
    if kind == "SCHEMA" and is_cascading:
        names = [(table.db or table.name).lower() for table in drop.args["tables"]]
        places = [
            (found.schema, found.name)
            for found in relations(connection, None, None)
            if found.schema in names
        ]
    elif kind in ("TABLE", "VIEW"):
        places = [located(connection, _parts(table)) for table in drop.args["tables"]]
    else:
        return
    _drop(connection, kind.lower(), places, is_cascading)


def drop_dependents_of(connection: duckdb.DuckDBPyConnection, command: ViewCommand) -> None:
    """The same for a materialized view, if there is one of that name."""
    place = located(connection, command.name)
    if place in materialized_view.reads(connection):
        _drop(connection, "materialized view", [place], command.is_cascading)


def check_renaming(connection: duckdb.DuckDBPyConnection, alter: exp.Alter) -> None:
    """Refuse a new name for what a view reads: in Redshift the view would follow."""
    if not isinstance(alter.args["actions"][0], exp.AlterRename | exp.RenameColumn):
        return
    place = located(connection, _parts(alter.this))
    if any(place in read for read in views.reads(connection).values()):
        raise NotSupported("ALTER TABLE ... RENAME of what a view reads", "drop the view first")


def _drop(
    connection: duckdb.DuckDBPyConnection, kind: str, places: list[Place], is_cascading: bool
) -> None:
    bound, materialized = views.reads(connection), materialized_view.reads(connection)
    found = _dependents(bound | materialized, places)
    if found and not is_cascading:
        raise SqlError(
            f"cannot drop {kind} {places[0][1]} because other objects depend on it\n"
            "  Hint: Use DROP ... CASCADE to drop the dependent objects too."
        )
    for place in found:
        dropped = "view" if place in bound else "table"
        connection.execute(f"drop {dropped} if exists {quoted_name(list(place))}")


def _dependents(reads: dict[Place, set[Place]], places: list[Place]) -> list[Place]:
    """The views that read one of the relations, themselves or through each other."""
    found: list[Place] = []
    pending = list(places)
    while pending:
        wanted = pending.pop()
        direct = [
            view for view, read in reads.items() if wanted in read and view not in (*found, *places)
        ]
        found += direct
        pending += direct
    return found


def _parts(table: exp.Table) -> list[str]:
    return [part.name.lower() for part in table.parts]
