"""CREATE, ALTER and DROP: what DuckDB runs for them.

A VARCHAR(n) or VARBYTE(n) becomes a CHECK of n bytes, because DuckDB ignores lengths; keys are
declared and not enforced, as in Redshift; an identity column is a sequence.
https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

import uuid

from sqlglot import exp

from local.redshift.errors import NotSupported, SyntaxFault
from local.redshift.sql.dialect import duckdb_sql
from local.redshift.sql.types import SKETCH, column_type

IDENTITY = "identity_"  # how the name of an identity column's sequence begins


_DECLARED = (  # and not enforced
    *(exp.PrimaryKey, exp.ForeignKey, exp.Constraint, exp.UniqueColumnConstraint),
)


def definition(expression: exp.Expr) -> list[str]:
    """The DuckDB statements of a definition whose expressions are translated already.

    Raises:
        NotSupported: this kind of definition is not offered.
    """
    match expression:
        case exp.Create():
            return _create(expression)
        case exp.Drop():
            return _drop(expression)
        case exp.Alter():
            return [
                sql for action in expression.args["actions"] for sql in _alter(expression, action)
            ]
    raise NotSupported(type(expression).__name__.upper())


def primary_key(create: exp.Create) -> list[str]:
    """The columns of the primary key that a CREATE TABLE declares."""
    if not isinstance(create.this, exp.Schema):
        return []
    columns = [
        column.name.lower()
        for column in create.this.find_all(exp.ColumnDef)
        if column.find(exp.PrimaryKeyColumnConstraint)
    ]
    for key in create.this.find_all(exp.PrimaryKey):
        columns += [column.name.lower() for column in key.find_all(exp.Identifier)]
    return columns


def has_other_keys(create: exp.Create) -> bool:
    """Whether a CREATE TABLE declares more than a primary key without a name."""
    return isinstance(create.this, exp.Schema) and any(
        create.this.find_all(
            exp.Constraint, exp.ForeignKey, exp.Reference, exp.UniqueColumnConstraint
        )
    )


def into_create(select: exp.Select) -> exp.Create:
    """SELECT ... INTO t as CREATE TABLE t AS SELECT ..."""
    into = select.args["into"]
    select.set("into", None)
    properties = [exp.TemporaryProperty()] if into.args.get("temporary") else []
    return exp.Create(
        this=into.this,
        kind="TABLE",
        expression=select,
        properties=exp.Properties(expressions=properties) if properties else None,
    )


def _create(create: exp.Create) -> list[str]:
    kind = create.kind
    table = create.this.this if isinstance(create.this, exp.Schema) else create.this
    if kind == "SCHEMA":
        return [f"create schema {_if_not_exists(create)}{_schema_name(table)}"]
    name = duckdb_sql(table)
    if kind == "VIEW":
        if create.expression is None:
            raise SyntaxFault("", None)
        columns = (
            f"({_names(create.this.expressions)})" if isinstance(create.this, exp.Schema) else ""
        )
        replace = "or replace " if create.args.get("replace") else ""
        return [f"create {replace}view {name}{columns} as {duckdb_sql(create.expression)}"]
    if kind != "TABLE" or create.args.get("replace"):
        raise NotSupported(f"CREATE {'OR REPLACE ' if create.args.get('replace') else ''}{kind}")
    is_temporary = bool(create.args.get("properties")) or table.name.startswith("#")
    head = f"create {'temp ' if is_temporary else ''}table {_if_not_exists(create)}{name}"
    if create.expression:
        query = duckdb_sql(create.expression)
        if isinstance(create.this, exp.Schema):
            query = f"select * from ({query}) as named({_names(create.this.expressions)})"
        return [f"{head} as {query}"]
    return _table(head, create.this)


def _table(head: str, schema: exp.Schema) -> list[str]:
    keys = {
        column.name
        for key in schema.find_all(exp.PrimaryKey)
        for column in key.find_all(exp.Identifier)
    }
    statements: list[str] = []
    columns = []
    for item in schema.expressions:
        if isinstance(item, exp.ColumnDef):
            columns.append(_column(item, item.name in keys, statements))
        elif not isinstance(item, _DECLARED):
            raise NotSupported(f"CREATE TABLE with {type(item).__name__.upper()}")
    return [*statements, f"{head} ({', '.join(columns)})"]


def _column(column: exp.ColumnDef, is_key: bool, statements: list[str]) -> str:
    """The column's definition; what must exist before it is added to the statements."""
    type, length = column_type(column.kind)
    name = duckdb_sql(column.this)
    words = [name, duckdb_sql(type)]
    for constraint in (
        constraint.args["kind"] for constraint in column.args.get("constraints") or []
    ):
        match constraint:
            case exp.NotNullColumnConstraint():
                is_key = is_key or not constraint.args.get("allow_null")
            case exp.PrimaryKeyColumnConstraint():
                is_key = True
            case exp.DefaultColumnConstraint():
                words.append(f"default {duckdb_sql(constraint.this)}")
            case exp.GeneratedAsIdentityColumnConstraint():
                is_key = True
                words.append(_identity(constraint, statements))
            case exp.UniqueColumnConstraint() | exp.Reference():
                pass  # declared, not enforced
    if is_key:
        words.append("not null")
    if type.this is SKETCH:
        words.append(f"check ({name} is null)")
    if length is not None:
        measure = "strlen" if type.this is exp.DType.TEXT else "octet_length"
        words.append(f"check ({measure}({name}) <= {length})")
    return " ".join(words)


def _identity(identity: exp.GeneratedAsIdentityColumnConstraint, statements: list[str]) -> str:
    sequence = f'"{IDENTITY}{uuid.uuid4().hex}"'
    start, step = int(identity.args["start"].name), int(identity.args["increment"].name)
    statements.append(
        f"create sequence {sequence} start {start} increment {step} minvalue {min(start, 1)}"
    )
    return f"default nextval('{sequence}')"


def _drop(drop: exp.Drop) -> list[str]:
    kind = drop.args["kind"]
    if kind not in ("TABLE", "VIEW", "SCHEMA"):
        raise NotSupported(f"DROP {kind}")
    if kind == "SCHEMA" and any(table.db == "public" for table in drop.args["tables"]):
        raise NotSupported("DROP SCHEMA public")
    if_exists = "if exists " if drop.args.get("exists") else ""
    cascade = " cascade" if drop.args.get("cascade") else ""
    show = _schema_name if kind == "SCHEMA" else duckdb_sql
    return [
        f"drop {kind.lower()} {if_exists}{show(table)}{cascade}" for table in drop.args["tables"]
    ]


def _alter(alter: exp.Alter, action: exp.Expr) -> list[str]:
    table = f"alter table {duckdb_sql(alter.this)}"
    match action:
        case exp.AlterRename():
            return [f"{table} rename to {duckdb_sql(action.this.this)}"]
        case exp.RenameColumn():
            names = (duckdb_sql(action.this.this), duckdb_sql(action.args["to"].this))
            return [f"{table} rename column {names[0]} to {names[1]}"]
        case exp.ColumnDef():
            return [f"{table} add column {_added_column(action)}"]
        case exp.Drop() if action.args["kind"] == "COLUMN":
            return [
                f"{table} drop column {duckdb_sql(column.this)}" for column in action.args["tables"]
            ]
    raise NotSupported(f"ALTER TABLE ... {action.sql(dialect='redshift')}")


def _added_column(column: exp.ColumnDef) -> str:
    """DuckDB adds no column with a CHECK; tables.py makes the table anew where one is needed."""
    statements: list[str] = []
    text = _column(column, False, statements)
    if statements:
        raise NotSupported("ADD COLUMN with IDENTITY")
    return text.split(" check (")[0]


def _schema_name(table: exp.Expr) -> str:
    """sqlglot reads the name of a schema as a table's `db`."""
    name = table.args.get("db") or table.this
    return duckdb_sql(name)


def _names(columns: list[exp.Expr]) -> str:
    return ", ".join(
        duckdb_sql(column.this if isinstance(column, exp.ColumnDef) else column)
        for column in columns
    )


def _if_not_exists(create: exp.Create) -> str:
    return "if not exists " if create.args.get("exists") else ""
