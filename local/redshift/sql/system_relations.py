"""System relations by name: which ones may be read, and where their rows are.

A view of system_views.sql answers for each of them. What SQL alone cannot know (past statements,
exact row counts, the other databases) is gathered into temporary tables before a statement runs.
https://docs.aws.amazon.com/redshift/latest/dg/cm_chap_system-tables.html
"""

import re

from sqlglot import exp

from local.redshift.errors import NotSupported

SYSTEM_NAME = re.compile(r"(pg|stl|stv|svv|svl|svcs|sys|duckdb|sqlite|pragma)_")

_CATALOG = "local_redshift"
_INFORMATION_SCHEMA = ("tables", "columns", "schemata", "views")
_PG_CATALOG = (
    *("pg_class", "pg_database", "pg_namespace", "pg_table_def", "pg_tables", "pg_user"),
    *("pg_views", "stv_mv_info", "svv_all_columns", "svv_all_schemas", "svv_all_tables"),
    *("svv_columns", "svv_mv_info", "svv_redshift_columns", "svv_redshift_schemas"),
    *("svv_redshift_tables", "svv_table_info", "svv_tables", "stl_query", "stl_querytext"),
    *("svl_qlog", "sys_query_history", "stv_recents", "stl_load_errors", "sys_load_error_detail"),
)
_GATHERED = {
    "pg_database": "sys_database",
    "svv_table_info": "sys_row_count",
    **dict.fromkeys(
        (
            *("stl_query", "stl_querytext", "svl_qlog", "sys_query_history", "stv_recents"),
            *("stl_load_errors", "sys_load_error_detail"),
        ),
        "sys_statement",
    ),
}
_GATHERED_FOR = {"pg_last_copy_id": "sys_statement"}  # a function that tells of statements


def is_system(table: exp.Table) -> bool:
    """Whether a table's name is that of a system relation, known or not."""
    if table.db.lower() in ("pg_catalog", "information_schema", "main", "pg_internal"):
        return True
    return not table.db and SYSTEM_NAME.match(table.name.lower()) is not None


def is_readable(table: exp.Table) -> bool:
    """Whether it is a system relation that is known and only read here."""
    return _view(table) is not None and isinstance(table.parent, exp.From | exp.Join)


def system_relations(expression: exp.Expr | None) -> list[str]:
    """The names of the system relations that a statement reads."""
    tables = [] if expression is None else expression.find_all(exp.Table)
    return [table.sql().lower() for table in tables if is_system(table)]


def gathered(expression: exp.Expr) -> set[str]:
    """The temporary tables to fill before the statement runs."""
    tables = expression.find_all(exp.Table)
    asked = {call.name.lower() for call in expression.find_all(exp.Anonymous)}
    return {_GATHERED[table.name.lower()] for table in tables if _is_gathered(table)} | {
        name for function, name in _GATHERED_FOR.items() if function in asked
    }


def resolve(expression: exp.Expr) -> None:
    """Replace each system relation by the view that answers for it.

    Raises:
        NotSupported: it is in a view, which would outlive what is gathered for one statement.
    """
    for table in list(expression.find_all(exp.Table)):
        view = _view(table)
        if view is None or not is_readable(table):
            continue
        if isinstance(expression, exp.Create) and expression.kind == "VIEW" and _is_gathered(table):
            raise NotSupported(f"CREATE VIEW over the system relation {table.name.lower()}")
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
        table.set("this", exp.to_identifier(view))
        table.set("db", exp.to_identifier("main"))
        table.set("catalog", exp.to_identifier(_CATALOG))


def _view(table: exp.Table) -> str | None:
    """The name of the view that answers for a system relation; None if none does."""
    schema, name = table.db.lower(), table.name.lower()
    if table.catalog or (not schema and _is_shadowed(table)):
        return None
    if schema == "information_schema" and name in _INFORMATION_SCHEMA:
        return f"information_schema_{name}"
    return name if schema in ("", "pg_catalog") and name in _PG_CATALOG else None


def _is_shadowed(table: exp.Table) -> bool:
    """Whether the statement has a common table expression of that name."""
    ctes = table.root().find_all(exp.CTE)
    return any(cte.alias.lower() == table.name.lower() for cte in ctes)


def _is_gathered(table: exp.Table) -> bool:
    return _view(table) in _GATHERED
