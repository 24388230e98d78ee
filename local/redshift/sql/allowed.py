"""Right or refused: the constructs whose translation is known. Everything else is refused by name.

The list is of sqlglot's nodes and of their parts, so that a construct nobody thought of (a table
function, a FOR UPDATE, a DISTINCT ON) is refused rather than passed on to mean something else.
"""

import re

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.system_relations import is_readable, is_system

_NODES = (
    # queries
    *(exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Qualify, exp.Order),
    *(exp.Ordered, exp.Limit, exp.Offset, exp.Distinct, exp.Subquery, exp.Union, exp.Except),
    *(exp.Intersect, exp.With, exp.CTE, exp.TableAlias, exp.Table, exp.Alias, exp.Column, exp.Star),
    *(exp.Identifier, exp.Tuple, exp.Values, exp.Rollup, exp.Cube, exp.GroupingSets, exp.Into),
    # expressions
    *(exp.Literal, exp.Null, exp.Boolean, exp.Paren, exp.Placeholder, exp.Var, exp.Case, exp.If),
    *(exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Is, exp.In),
    *(exp.Between, exp.Like, exp.ILike, exp.Escape, exp.SimilarTo, exp.RegexpLike, exp.RegexpILike),
    *(
        exp.Exists,
        exp.Any,
        exp.All,
        exp.Add,
        exp.Sub,
        exp.Mul,
        exp.Div,
        exp.Mod,
        exp.Neg,
        exp.DPipe,
    ),
    *(exp.Cast, exp.DataType, exp.DataTypeParam, exp.Interval, exp.IntervalSpan, exp.AtTimeZone),
    # functions with a grammar of their own; the others are Anonymous, see functions.py
    *(exp.Anonymous, exp.Extract, exp.Substring, exp.Trim, exp.StrPosition, exp.CurrentDate),
    *(
        exp.CurrentTimestamp,
        exp.CurrentUser,
        exp.SessionUser,
        exp.CurrentUserId,
        exp.Window,
        exp.WindowSpec,
        exp.WithinGroup,
    ),
    *(exp.IgnoreNulls, exp.RespectNulls),
    # SUPER, see super_paths.py
    *(exp.Bracket, exp.Dot, exp.Unnest),
    # changes and definitions
    *(exp.Insert, exp.Update, exp.Delete, exp.Create, exp.Schema, exp.ColumnDef, exp.Properties),
    *(exp.ColumnConstraint, exp.NotNullColumnConstraint, exp.DefaultColumnConstraint),
    *(exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint, exp.Reference, exp.PrimaryKey),
    *(exp.ForeignKey, exp.Constraint, exp.GeneratedAsIdentityColumnConstraint, exp.IndexParameters),
    *(exp.TemporaryProperty, exp.Drop, exp.Alter, exp.AlterRename, exp.RenameColumn),
    *(exp.TruncateTable, exp.Merge, exp.Whens, exp.When),
)
_PARTS: dict[type[exp.Expr], set[str]] = {
    exp.Select: {
        *("with_", "expressions", "distinct", "into", "from_", "joins", "where", "group"),
        *("having", "qualify", "order", "limit", "offset", "windows"),
    },
    exp.Table: {"this", "db", "catalog", "alias"},
    exp.Join: {"this", "side", "kind", "method", "on", "using"},
    exp.Distinct: {"expressions"},
    exp.Group: {"expressions", "rollup", "cube", "grouping_sets"},
    exp.Limit: {"expression"},
    exp.Subquery: {"this", "alias"},
    exp.Star: {"except_"},
    exp.CTE: {"this", "alias"},
    exp.Column: {"this", "table", "db", "catalog", "join_mark"},
    exp.Insert: {"this", "expression", "default", "with_"},
    exp.Update: {"this", "expressions", "from_", "where", "with_"},
    exp.Delete: {"this", "tables", "using", "where", "with_"},
    exp.Merge: {"this", "using", "on", "whens"},
    exp.When: {"matched", "then"},
    exp.Create: {
        "this",
        "kind",
        "expression",
        "exists",
        "replace",
        "properties",
        "no_schema_binding",
    },
    exp.CurrentTimestamp: {"sysdate"},
    exp.Unnest: {"expressions", "alias", "offset"},
    exp.Order: {"expressions"},
    exp.Ordered: {"this", "desc", "nulls_first"},
}
_OWN = ("local_redshift", "local_redshift_journal", "system", "temp", "memory")


def check_allowed(root: exp.Expr) -> None:
    """Refuse what the translation does not know.

    Raises:
        NotSupported: with the construct's name.
    """
    for node in root.walk():
        if not isinstance(node, _NODES):
            raise NotSupported(_name(node))
        allowed = _PARTS.get(type(node))
        if allowed is not None:
            _check_parts(node, allowed)
        if isinstance(node, exp.Dot) and not isinstance(node.expression, exp.Identifier):
            raise NotSupported("a call of a function in a schema")
        if isinstance(node, exp.Table):
            _check_table(node)
        if isinstance(node, exp.Join):
            _check_join(node)
        if isinstance(node, exp.Except | exp.Intersect) and not node.args.get("distinct"):
            raise NotSupported(f"{_name(node)} ALL")
        if isinstance(node, exp.Select):
            _check_exclude(node)


def _check_parts(node: exp.Expr, allowed: set[str]) -> None:
    for part, value in node.args.items():
        if value and part not in allowed:
            raise NotSupported(f"{_name(node)} with {part.strip('_').replace('_', ' ').upper()}")


def _check_exclude(select: exp.Select) -> None:
    """Whether a list without parentheses ends at the comma cannot be told from the tree."""
    stars = [node for node in select.expressions if node.is_star]
    if len(select.expressions) > 1 and any(
        star.find(exp.Star).args.get("except_") for star in stars
    ):
        raise NotSupported("EXCLUDE beside other columns")


def _check_join(join: exp.Join) -> None:
    words = (join.text("method").upper(), join.text("kind").upper())
    if words[0] not in ("", "NATURAL") or words[1] not in ("", "INNER", "OUTER", "CROSS"):
        raise NotSupported(f"{' '.join(filter(None, words))} JOIN")


def _check_table(table: exp.Table) -> None:
    schema = table.db.lower()
    for name in (schema, table.catalog.lower()):
        if name in _OWN:
            raise SqlError(f'schema "{name}" does not exist')
    if table.this is None:  # the name of a schema
        return
    if isinstance(table.this, exp.Dot) and all(
        isinstance(part, exp.Identifier) for part in table.parts
    ):
        return  # a path, or super_paths.py refuses it
    if not isinstance(table.this, exp.Identifier):
        raise NotSupported(f"a function in FROM ({table.this.name.lower() or _name(table.this)})")
    if is_system(table) and not is_readable(table):
        raise NotSupported(f"the system relation {table.sql().lower()}")


def _name(node: exp.Expr) -> str:
    """The construct's name in words: GroupingSets is GROUPING SETS."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()
