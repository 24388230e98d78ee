"""Column headings as Redshift gives them: every unnamed projection gets its name.

The rules are PostgreSQL 8's: a call is named after its function, a cast after its operand or its
type, CASE after its ELSE, anything else is `?column?`.
"""

from sqlglot import exp

UNNAMED = "?column?"

_RENAMED = {
    "nvl": "coalesce",
    "decode": "case",
    "dateadd": "date_add",
    "datediff": "date_diff",
    "substr": "substring",
    "ceiling": "ceil",
}
_TYPES = {
    exp.DType.SMALLINT: "int2",
    exp.DType.INT: "int4",
    exp.DType.BIGINT: "int8",
    exp.DType.DECIMAL: "numeric",
    exp.DType.FLOAT: "float4",
    exp.DType.DOUBLE: "float8",
    exp.DType.BOOLEAN: "bool",
    exp.DType.TEXT: "varchar",
    exp.DType.CHAR: "bpchar",
    exp.DType.SUPER: "super",
    exp.DType.VARBINARY: "varbyte",
}


def name_projections(root: exp.Expr) -> None:
    """Alias every unnamed projection of every SELECT within."""
    for select in root.find_all(exp.Select):
        for projection in list(select.expressions):
            if not isinstance(projection, exp.Alias | exp.Star | exp.Column):
                alias = exp.Alias(
                    this=projection.copy(), alias=exp.to_identifier(_heading(projection))
                )
                projection.replace(alias)


def _heading(node: exp.Expr) -> str:
    match node:
        case exp.Column():
            return node.name.lower()
        case exp.Anonymous():
            return _RENAMED.get(node.name.lower(), node.name.lower())
        case (
            exp.Window() | exp.WithinGroup() | exp.Paren() | exp.IgnoreNulls() | exp.RespectNulls()
        ):
            return _heading(node.this)
        case exp.Bracket():
            return _heading(node.this)
        case exp.Dot() if isinstance(node.expression, exp.Identifier):
            return node.expression.name.lower()
        case exp.Cast():
            operand = _heading(node.this)
            return operand if operand not in (UNNAMED, "case") else _type(node.to)
        case exp.Case():
            default = _heading(node.args["default"]) if node.args.get("default") else UNNAMED
            return default if default != UNNAMED else "case"
        case exp.Extract():
            return "date_part"
        case exp.Substring():
            return "substring"
        case exp.Trim():
            return {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(node.text("position"), "btrim")
        case exp.StrPosition():
            return "position"
        case exp.CurrentDate():
            return "date"
        case exp.CurrentTimestamp():
            return "timestamp"
        case exp.CurrentUser():
            return "current_user"
        case exp.SessionUser():
            return "session_user"
        case exp.CurrentUserId():
            return "current_user_id"
        case exp.Boolean():
            return "bool"
        case exp.Interval():
            return "interval"
    return UNNAMED


def _type(type: exp.DataType) -> str:
    return _TYPES.get(type.this) or str(type.this.value).lower()
