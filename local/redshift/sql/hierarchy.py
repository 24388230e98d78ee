"""START WITH ... CONNECT BY as the recursive query it stands for.

The query's FROM becomes that recursion, with LEVEL and what PRIOR asks for as columns more; WHERE
and all the rest are then evaluated over it, as Redshift does.
https://docs.aws.amazon.com/redshift/latest/dg/r_CONNECT_BY_clause.html
"""

from collections.abc import Callable, Iterator

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.headings import UNNAMED
from local.redshift.sql.marks import built, duckdb_call
from local.redshift.sql.probe import visible_ctes

LEVEL = "level"
_ROWS, _PARENT, _PATH = "connect by", "connect by parent", "connect by path"  # nobody's names

ColumnsOf = Callable[[exp.Select], list[str]]


def spell_out_hierarchies(root: exp.Expr, columns_of: ColumnsOf) -> None:
    """Replace the FROM of every query with a CONNECT BY; `columns_of` names a query's columns.

    Raises:
        SqlError: a column does not exist, or the form is not supported.
    """
    while True:
        found = [select for select in root.find_all(exp.Select) if select.args.get("connect")]
        if not found:
            return
        _spell_out(found[-1], columns_of)  # inner ones come after outer ones


def _spell_out(select: exp.Select, columns_of: ColumnsOf) -> None:
    _check(select)
    relation, connect = select.args["from_"].this, select.args["connect"]
    columns = columns_of(_everything(select, relation))
    if LEVEL in columns:
        raise NotSupported("CONNECT BY over a column named level", "rename it in a subquery")
    select.set("connect", None)
    _expand_stars(select, columns)
    priors = _name_priors(select)
    rows = _recursion(relation, connect, columns, priors)
    alias = exp.TableAlias(this=exp.to_identifier(relation.alias_or_name))
    select.set("from_", exp.From(this=exp.Subquery(this=rows, alias=alias)))


def _check(select: exp.Select) -> None:
    connect, order = select.args["connect"], select.args.get("order")
    if select.args.get("joins") or select.args["from_"].this.args.get("joins"):
        raise NotSupported("CONNECT BY with a join", "join in a subquery")
    if connect.args.get("nocycle"):
        raise NotSupported("CONNECT BY NOCYCLE")
    if order and order.args.get("siblings"):
        raise NotSupported("ORDER SIBLINGS BY")
    if connect.args["connect"].find(exp.Select):
        raise NotSupported("a subquery in CONNECT BY")
    if not connect.args["connect"].find(exp.Prior):
        raise SqlError("CONNECT BY needs at least one condition with PRIOR")


def _everything(select: exp.Select, relation: exp.Expr) -> exp.Select:
    query = exp.Select(expressions=[exp.Star()], from_=exp.From(this=relation.copy()))
    ctes, is_recursive = visible_ctes(select)
    if ctes:
        query.set("with_", exp.With(expressions=ctes, recursive=is_recursive))
    return query


def _expand_stars(select: exp.Select, columns: list[str]) -> None:
    """Write * as the columns it means, which are not those of the recursion."""
    projections: list[exp.Expr] = []
    for node in select.expressions:
        if not node.is_star:
            projections.append(node)
            continue
        left_out = {name.name.lower() for name in node.find(exp.Star).args.get("except_") or []}
        projections += [exp.column(name, quoted=True) for name in columns if name not in left_out]
    select.set("expressions", projections)


def _name_priors(select: exp.Select) -> dict[str, exp.Expr]:
    """Replace what the query asks of parents by columns; these and what they stand for."""
    select.set(
        "expressions",
        [
            exp.alias_(node, UNNAMED, quoted=True) if isinstance(node, exp.Prior) else node
            for node in select.expressions
        ],
    )
    names: dict[exp.Expr, str] = {}
    for prior in list(_own_priors(select)):
        name = names.setdefault(prior.this, f"prior {len(names) + 1}")
        prior.replace(exp.column(name, quoted=True))
    return {name: operand for operand, name in names.items()}


def _own_priors(select: exp.Select) -> Iterator[exp.Prior]:
    """The PRIORs that belong to the query itself and not to one within it."""
    for prior in select.find_all(exp.Prior):
        if prior.find_ancestor(exp.Select) is select:
            yield prior


def _recursion(
    relation: exp.Expr, connect: exp.Connect, columns: list[str], priors: dict[str, exp.Expr]
) -> exp.Select:
    """All rows of the hierarchy: the roots, and again and again the children of those found."""
    condition, alias = connect.args["connect"], relation.alias_or_name
    keys = [_of(alias, prior.this) for prior in condition.find_all(exp.Prior)]
    key = duckdb_call("row", *keys)
    roots = _rows(
        relation,
        columns,
        exp.Literal.number(1),
        built("path_of", key),
        {name: _typed_null(operand) for name, operand in priors.items()},
    )
    if start := connect.args.get("start"):
        roots.set("where", exp.Where(this=start))
    children = _rows(
        relation,
        columns,
        exp.Add(this=_column(_PARENT, LEVEL), expression=exp.Literal.number(1)),
        built("path_with", _column(_PARENT, _PATH), key.copy()),
        {name: _of(_PARENT, operand) for name, operand in priors.items()},
    )
    parents = exp.alias_(exp.to_table(f'"{_ROWS}"'), _PARENT, table=True, quoted=True)
    children.set("joins", [exp.Join(this=parents, on=_of_both(alias, condition))])
    union = exp.Union(this=roots, expression=children, distinct=False)
    name = exp.TableAlias(this=exp.to_identifier(_ROWS, quoted=True))
    found = exp.Select(expressions=[exp.Star()]).from_(exp.to_table(f'"{_ROWS}"'))
    found.set("with_", exp.With(expressions=[exp.CTE(this=union, alias=name)], recursive=True))
    return found


def _rows(
    relation: exp.Expr,
    columns: list[str],
    level: exp.Expr,
    path: exp.Expr,
    priors: dict[str, exp.Expr],
) -> exp.Select:
    alias = relation.alias_or_name
    projections: list[exp.Expr] = [_column(alias, name) for name in columns]
    for name, value in {LEVEL: level, _PATH: path, **priors}.items():
        projections.append(exp.alias_(value, name, quoted=True))
    return exp.Select(expressions=projections, from_=exp.From(this=relation.copy()))


def _of_both(alias: str, condition: exp.Expr) -> exp.Expr:
    """The condition between a row, known as `alias`, and its parent."""
    both = exp.paren(condition.copy())
    for prior in list(both.find_all(exp.Prior)):
        prior.replace(exp.paren(_of(_PARENT, prior.this)))
    for column in list(both.find_all(exp.Column)):
        if not column.table and column.name.lower() == LEVEL:
            level = exp.Add(this=_column(_PARENT, LEVEL), expression=exp.Literal.number(1))
            column.replace(exp.paren(level))
        elif not column.table:
            column.set("table", exp.to_identifier(alias))
    return both


def _of(table: str, value: exp.Expr) -> exp.Expr:
    """The value as computed from a row of that relation."""
    value = value.copy()
    for column in value.find_all(exp.Column):
        column.set("table", exp.to_identifier(table, quoted=True))
    return value


def _typed_null(value: exp.Expr) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=exp.false(), true=value.copy())])


def _column(table: str, name: str) -> exp.Column:
    return exp.column(name, table=exp.to_identifier(table, quoted=True), quoted=True)
