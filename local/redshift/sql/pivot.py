"""PIVOT and UNPIVOT as the queries they stand for, so that aggregates are Redshift's in them too.

https://docs.aws.amazon.com/redshift/latest/dg/r_FROM_clause-pivot-unpivot-examples.html
"""

from collections.abc import Callable

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError

ColumnsOf = Callable[[exp.Select], list[str]]


def spell_out_pivots(root: exp.Expr, columns_of: ColumnsOf) -> None:
    """Replace every relation with a PIVOT or an UNPIVOT; `columns_of` names a query's columns.

    Raises:
        SqlError: a column does not exist, or the form is not supported.
    """
    while True:
        found = [node for node in root.find_all(exp.Table, exp.Subquery) if node.args.get("pivots")]
        if not found:
            return
        relation = found[-1]  # inner ones come after outer ones
        (pivot, *others) = relation.args["pivots"]
        if others or len(pivot.args.get("fields") or []) != 1:
            raise NotSupported("more than one PIVOT of a relation")
        relation.set("pivots", None)
        everything = _select([exp.Star()], relation)
        if isinstance(root, exp.Select) and root.args.get("with_"):
            everything.set("with_", root.args["with_"].copy())
        columns = columns_of(everything)
        spell_out = _unpivoted if pivot.args.get("unpivot") else _pivoted
        query = spell_out(relation, pivot, columns)
        alias = pivot.args.get("alias") or exp.TableAlias(this=exp.to_identifier("pivoted"))
        relation.replace(exp.Subquery(this=query, alias=alias.copy()))


def _pivoted(relation: exp.Expr, pivot: exp.Pivot, columns: list[str]) -> exp.Select:
    """One column for each value and aggregate, grouped by the columns that nobody mentions."""
    field, values = _field(pivot, columns)
    aggregates = pivot.expressions
    if len(aggregates) > 1 and not all(isinstance(item, exp.Alias) for item in aggregates):
        raise SqlError("PIVOT with more than one aggregate needs an alias for each of them")
    mentioned = {column.name.lower() for item in aggregates for column in item.find_all(exp.Column)}
    if unknown := mentioned - set(columns):
        raise SqlError(f'column "{min(unknown)}" does not exist')
    others = [_column(name) for name in columns if name not in mentioned | {field}]
    projections: list[exp.Expr] = [*others]
    for value in values:
        literal, name = value, value.name
        if isinstance(value, exp.PivotAlias):
            literal, name = value.this, value.text("alias")
        if isinstance(literal, exp.Null):
            raise NotSupported("PIVOT for NULL")
        condition = exp.EQ(this=_column(field), expression=literal)
        for item in aggregates:
            suffix = f"_{item.alias}" if isinstance(item, exp.Alias) else ""
            aggregate = _only(item.unalias(), condition)
            projections.append(exp.alias_(aggregate, f"{name}{suffix}".lower(), quoted=True))
    query = _select(projections, relation)
    if others:
        query.set("group", exp.Group(expressions=[column.copy() for column in others]))
    return query


def _only(aggregate: exp.Expr, condition: exp.Expr) -> exp.Expr:
    """An aggregate of the rows that fulfil a condition."""
    call = aggregate.copy()
    if not isinstance(call, exp.Anonymous) or len(call.expressions) != 1:
        raise NotSupported(f"PIVOT with {aggregate.sql(dialect='redshift')}")
    (argument,) = call.expressions
    inner = argument.expressions[0] if isinstance(argument, exp.Distinct) else argument
    value = exp.Literal.number(1) if isinstance(inner, exp.Star) else inner.copy()
    inner.replace(exp.Case(ifs=[exp.If(this=condition.copy(), true=value)]))
    return call


def _unpivoted(relation: exp.Expr, pivot: exp.Pivot, columns: list[str]) -> exp.Expr:
    """The rows of each column, one after the other; those that are NULL only if it says so."""
    (value_name,) = [item.name.lower() for item in pivot.expressions]
    field = pivot.args["fields"][0]
    name, listed = field.this.name.lower(), []
    for item in field.expressions:
        is_named = isinstance(item, exp.PivotAlias)
        column = (item.this if is_named else item).name.lower()
        if column not in columns:
            raise SqlError(f'column "{column}" does not exist')
        listed.append((column, item.args["alias"].name if is_named else column))
    others = [column for column in columns if column not in {column for column, _ in listed}]
    query: exp.Expr | None = None
    for column, label in listed:
        projections = [
            *(_column(other) for other in others),
            exp.alias_(exp.cast(exp.Literal.string(label), "varchar"), name, quoted=True),
            exp.alias_(_column(column), value_name, quoted=True),
        ]
        part = _select(projections, relation)
        if not pivot.args.get("include_nulls"):
            is_null = exp.Is(this=_column(column), expression=exp.null())
            part.set("where", exp.Where(this=exp.Not(this=is_null)))
        query = part if query is None else exp.Union(this=query, expression=part, distinct=False)
    assert query is not None  # the grammar wants one column at least
    return query


def _field(pivot: exp.Pivot, columns: list[str]) -> tuple[str, list[exp.Expr]]:
    field = pivot.args["fields"][0]
    name = field.this.name.lower()
    if name not in columns:
        raise SqlError(f'column "{name}" does not exist')
    return name, field.expressions


def _select(projections: list[exp.Expr], relation: exp.Expr) -> exp.Select:
    return exp.Select(expressions=projections, from_=exp.From(this=relation.copy()))


def _column(name: str) -> exp.Column:
    return exp.column(name, quoted=True)
