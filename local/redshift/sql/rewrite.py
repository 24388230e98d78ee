"""From Redshift's tree to DuckDB's: every node that means another thing there is replaced.

Children come before parents. What depends on types is only marked here; typed.py settles it.
"""

from collections.abc import Callable

from sqlglot import exp
from sqlglot.transforms import eliminate_join_marks

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql import dates, functions, similar
from local.redshift.sql.blanks import COMPARING, mark_comparison
from local.redshift.sql.marks import mark, marked_call
from local.redshift.sql.types import INTEGERS, cast_type, char_length

_IDENTIFIER_PARTS = ("dateadd", "date_add", "datediff", "date_diff", "date_part", "date_trunc")


def rewrite(root: exp.Expr) -> None:
    """Turn the tree into DuckDB's terms, but for what is marked. The root itself stays."""
    for select in list(root.find_all(exp.Select)):
        if any(column.args.get("join_mark") for column in select.find_all(exp.Column)):
            eliminate_join_marks(select)
    if left := next((c for c in root.find_all(exp.Column) if c.args.get("join_mark")), None):
        raise NotSupported(f"(+) at {left.sql()}")
    for node in reversed(list(root.walk(bfs=True))):
        rule = _RULES.get(type(node))
        replacement = rule(node) if rule else node
        if replacement is not node:
            node.replace(replacement)


def _identifier(node: exp.Identifier) -> exp.Expr:
    """Redshift folds all names, quoted ones too."""
    node.set("this", node.name.lower())
    return node


def _anonymous(node: exp.Anonymous) -> exp.Expr:
    if node.name.lower() in _IDENTIFIER_PARTS and node.expressions:
        part = node.expressions[0]
        part.replace(exp.Literal.string(part.name))
    return functions.translated(node)


def _window(node: exp.Window) -> exp.Expr:
    """An aggregate over ordered rows must say its frame, as in Redshift."""
    function = node.this
    while isinstance(function, exp.IgnoreNulls | exp.RespectNulls | exp.WithinGroup):
        function = function.this
    name = function.name.lower() if isinstance(function, exp.Anonymous) else ""
    if name in functions.FRAMED and node.args.get("order") and not node.args.get("spec"):
        raise SqlError("Aggregate window functions with an ORDER BY clause require a frame clause")
    return node


def _cast(node: exp.Cast) -> exp.Expr:
    type, length = cast_type(node.to)
    is_char = char_length(node.to) is not None
    node.set("to", type)
    if type.this in INTEGERS:
        return mark(node)
    if type.this is not exp.DType.TEXT:
        return node
    if length is not None:
        node.meta["length"] = length
    node.meta["is_char"] = is_char
    return mark(node)


def _try_cast(node: exp.TryCast) -> exp.Expr:
    type, _ = cast_type(node.to)
    if type.this is exp.DType.TEXT:
        raise NotSupported("TRY_CAST to VARCHAR")
    node.set("to", type)
    return mark(node)


def _extract(node: exp.Extract) -> exp.Expr:
    return dates.extract(node.this, node.expression)


def _substring(node: exp.Substring) -> exp.Expr:
    start = node.args.get("start") or exp.Literal.number(1)
    if length := node.args.get("length"):
        return functions.macro("substring_for", node.this, start, length)
    return functions.macro("substring_from", node.this, start)


def _trim(node: exp.Trim) -> exp.Expr:
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(node.text("position"), "trim")
    characters = [node.expression] if node.expression else []
    return exp.Anonymous(this=name, expressions=[node.this, *characters])


def _position(node: exp.StrPosition) -> exp.Expr:
    call = exp.Anonymous(this="strpos", expressions=[node.this, node.args["substr"]])
    return exp.cast(call, "int")


def _current_timestamp(node: exp.CurrentTimestamp) -> exp.Expr:
    if not node.args.get("sysdate"):
        raise NotSupported("CURRENT_TIMESTAMP", "use SYSDATE or GETDATE()")
    return exp.cast(exp.CurrentTimestamp(), "timestamp")


def _like(node: exp.Like | exp.ILike) -> exp.Expr:
    """A backslash escapes in Redshift's LIKE even where nobody says so."""
    if isinstance(node.parent, exp.Escape):
        return node
    pattern = node.expression
    if pattern.is_string and "\\" not in pattern.name:
        return node
    negated = node.args.get("negate")
    node.set("negate", None)
    escaped = exp.Escape(this=node.copy(), expression=exp.Literal.string("\\"))
    return exp.Not(this=exp.paren(escaped)) if negated else escaped


def _at_time_zone(node: exp.AtTimeZone) -> exp.Expr:
    dates.check_zone(node.args["zone"])
    return node


def _user_name(node: exp.CurrentUser | exp.SessionUser) -> exp.Expr:
    return functions.macro("user_name")


def _user_id(node: exp.CurrentUserId) -> exp.Expr:
    return functions.macro("user_id")


def _dpipe(node: exp.DPipe) -> exp.Expr:
    return mark(exp.DPipe(this=node.this, expression=node.expression))


def _within_group(node: exp.WithinGroup) -> exp.Expr:
    """LISTAGG orders inside its parentheses, a percentile takes what it orders by."""
    call, order = node.this, node.expression
    if call.name.lower() == "listagg":
        value, separator = call.expressions
        ordered = exp.Order(this=separator, expressions=order.expressions)
        return exp.Anonymous(this="listagg", expressions=[value, ordered])
    (ordered,) = order.expressions
    if ordered.args.get("desc"):
        raise NotSupported(f"{call.name.upper()} with ORDER BY ... DESC")
    if call.name.lower() == "percentile_cont":
        return marked_call("percentile_cont", [ordered.this, *call.expressions])
    return exp.Anonymous(this="quantile_disc", expressions=[ordered.this, *call.expressions])


_RULES: dict[type, Callable[..., exp.Expr]] = {
    exp.Identifier: _identifier,
    exp.Anonymous: _anonymous,
    exp.Window: _window,
    exp.Cast: _cast,
    exp.TryCast: _try_cast,
    exp.Extract: _extract,
    exp.Substring: _substring,
    exp.Trim: _trim,
    exp.StrPosition: _position,
    exp.CurrentTimestamp: _current_timestamp,
    exp.AtTimeZone: _at_time_zone,
    exp.CurrentUser: _user_name,
    exp.SessionUser: _user_name,
    exp.CurrentUserId: _user_id,
    exp.Like: _like,
    exp.ILike: _like,
    exp.SimilarTo: similar.similar_to,
    exp.DPipe: _dpipe,
    exp.WithinGroup: _within_group,
    exp.Add: mark,
    exp.Sub: mark,
    exp.Mul: mark,
    exp.Div: mark,
    **dict.fromkeys(COMPARING, mark_comparison),
}
