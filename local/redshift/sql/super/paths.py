"""Navigation into SUPER values, and FROM items that iterate over them.

`t.doc.a[0]` is a column and a JSON path; `FROM t, t.doc.a AS x AT i` is a lateral query whose
column `x` has each element. The FROM items in sight tell what is the column.
https://docs.aws.amazon.com/redshift/latest/dg/query-super.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from local.redshift.errors import NotSupported, SqlError
from local.redshift.sql.dialect import UNPIVOT
from local.redshift.sql.marks import built

_QUERIES = (exp.Select, exp.Update, exp.Delete, exp.Merge)
Step = str | int


@dataclass(frozen=True)
class _Path:
    """An expression, and the steps that lead into it."""

    base: exp.Expr
    names: list[exp.Identifier]  # of a column: alias, column and attributes, not yet told apart
    steps: list[Step]


def navigate(root: exp.Expr) -> None:
    """Spell out every path and every FROM item that is one."""
    for query in list(root.find_all(*_QUERIES)):
        for source in _sources(query):
            _find_iteration(query, source)
    for node in list(root.find_all(exp.Column, exp.Bracket, exp.Dot)):
        if not _is_within_path(node):
            _spell_out(node)
    for source in list(root.find_all(exp.Unnest)):
        source.replace(_iteration(source))
    for table in root.find_all(exp.Table):
        if isinstance(table.this, exp.Dot):
            raise SqlError(f'relation "{table.sql(dialect="redshift").lower()}" does not exist')


def _sources(query: exp.Expr) -> list[exp.Expr]:
    """What the query reads, in order."""
    found: list[exp.Expr] = []
    for part in ("this", "tables", "using", "from_"):
        value = query.args.get(part)
        for item in value if isinstance(value, list) else [value]:
            source = item.this if isinstance(item, exp.From) else item
            if isinstance(source, exp.Table | exp.Subquery | exp.Unnest):
                found.append(source)
    return found + [join.this for join in query.args.get("joins") or []]


def _find_iteration(query: exp.Expr, source: exp.Expr) -> None:
    """Read `FROM t, t.doc` as a path where `t` is a FROM item before it."""
    if isinstance(source, exp.Unnest):
        _check_stars(query)
        return
    if not isinstance(source, exp.Table) or not source.alias:
        return
    names = [part for part in _parts(source) if isinstance(part, exp.Identifier)]
    known = _visible(source)
    first = names[0].name.lower()
    if first not in known or (len(names) == 1 and not isinstance(known[first], exp.Unnest)):
        return
    _check_stars(query)
    alias = exp.TableAlias(this=source.args["alias"].this)
    source.replace(exp.Unnest(expressions=[_column(names)], alias=alias))


def _parts(table: exp.Table) -> list[exp.Expr]:
    return list(table.parts)


def _column(names: list[exp.Identifier]) -> exp.Expr:
    copies = [name.copy() for name in names]
    parts = dict(zip(("this", "table", "db", "catalog"), reversed(copies[:4]), strict=False))
    column: exp.Expr = exp.Column(**parts)
    for name in copies[4:]:
        column = exp.Dot(this=column, expression=name)
    return column


def _check_stars(query: exp.Expr) -> None:
    if any(isinstance(projection, exp.Star) for projection in query.expressions):
        raise NotSupported("SELECT * beside an unnested array", "name the columns")


def _visible(node: exp.Expr) -> dict[str, exp.Expr]:
    """The FROM items that an expression may name, by alias; inner ones hide outer ones."""
    known: dict[str, exp.Expr] = {}
    child, query = node, node.parent
    while query is not None:
        if isinstance(query, _QUERIES):
            for source in _sources(query):
                if source is node or source is child:
                    break
                known.setdefault(source.alias_or_name.lower(), source)
        if not isinstance(query, exp.Join | exp.From):
            child = query
        query = query.parent
    return known


def _is_within_path(node: exp.Expr) -> bool:
    parent = node.parent
    return isinstance(parent, exp.Bracket | exp.Dot) and parent.this is node


def _spell_out(node: exp.Expr) -> None:
    path = _path(node)
    base, steps = _resolved(node, path)
    if base is None:
        return
    value = navigation(base, steps)
    heading = next((step for step in reversed(steps) if isinstance(step, str)), None)
    is_projection = isinstance(node.parent, exp.Select) and node.arg_key == "expressions"
    if is_projection and steps:
        value = exp.alias_(value, heading or base.name.lower(), quoted=True)
    node.replace(value)


def _path(node: exp.Expr) -> _Path:
    steps: list[Step] = []
    while isinstance(node, exp.Bracket | exp.Dot):
        steps.append(_index(node) if isinstance(node, exp.Bracket) else _attribute(node.expression))
        node = node.this
    steps.reverse()
    names: list[exp.Identifier] = []
    if isinstance(node, exp.Column) and not node.is_star:
        names = [part for part in node.parts if isinstance(part, exp.Identifier)]
        while steps and isinstance(steps[0], str):
            names.append(exp.to_identifier(steps.pop(0)))
    return _Path(node, names, steps)


def _index(node: exp.Bracket) -> int:
    (index, *others) = node.expressions
    if others or not isinstance(index, exp.Literal) or not index.name.isdigit() or index.is_string:
        raise NotSupported(f"the subscript [{index.sql(dialect='redshift')}]", "use a number")
    return int(index.name)


def _attribute(name: exp.Expr) -> str:
    """An attribute's name is folded as every identifier is."""
    text = name.name.lower()
    if not text or any(character in text for character in '"\\*'):
        raise NotSupported(f"the attribute {name.sql(dialect='redshift')}")
    return text


def _resolved(node: exp.Expr, path: _Path) -> tuple[exp.Expr | None, list[Step]]:
    """The value that the path begins at; None where there is no path."""
    if not path.names:
        return (path.base.copy(), path.steps) if path.steps else (None, [])
    known = _visible(node)
    names = path.names
    source = known.get(names[0].name.lower())
    if isinstance(source, exp.Unnest):
        base, rest = _column([names[0], names[0]]), names[1:]
    elif source is not None and len(names) > 1:
        base, rest = _column(names[:2]), names[2:]
    elif _has_schema(known, names):
        base, rest = _column(names[:3]), names[3:]
    else:
        base, rest = _column(names[:1]), names[1:]
    steps = [*map(_attribute, rest), *path.steps]
    is_unchanged = not steps and not isinstance(source, exp.Unnest)
    return (None, []) if is_unchanged else (base, steps)


def _has_schema(known: dict[str, exp.Expr], names: list[exp.Identifier]) -> bool:
    if len(names) < 3:
        return False
    source = known.get(names[1].name.lower())
    if not isinstance(source, exp.Table):
        return False
    return (source.text("db").lower() or "public") == names[0].name.lower()


def navigation(base: exp.Expr, steps: list[Step]) -> exp.Expr:
    """The value where the steps lead; NULL where they lead nowhere."""
    if not steps:
        return base
    path = "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in steps)
    return built("super_at", base, exp.Literal.string(f"${path}"))


def _iteration(source: exp.Unnest) -> exp.Expr:
    """The lateral query that has a row for each element, or for each attribute."""
    (value,) = source.expressions
    name = source.args["alias"].this
    is_object = bool(source.meta.get(UNPIVOT))
    rows = built("super_values" if is_object else "super_elements", value.copy())
    columns = [exp.alias_(exp.Anonymous(this="unnest", expressions=[rows]), name.copy())]
    if position := source.args.get("offset"):
        labels = "super_attributes" if is_object else "super_positions"
        listed = exp.Anonymous(this="unnest", expressions=[built(labels, value.copy())])
        columns.append(exp.alias_(listed, position.copy()))
    for column in columns:
        column.this.meta["built"] = True
    return exp.Lateral(
        this=exp.Subquery(this=exp.Select(expressions=columns)),
        alias=exp.TableAlias(this=name.copy()),
    )


def paths(root: exp.Expr) -> Iterator[exp.Expr]:
    """Every node that only navigation has."""
    for node in root.find_all(exp.Bracket, exp.Dot, exp.Unnest):
        if not isinstance(node, exp.Dot) or isinstance(node.expression, exp.Identifier):
            yield node
