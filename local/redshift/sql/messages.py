"""DuckDB's errors in Redshift's words.

Clients match on these texts, so what they commonly meet reads as Redshift writes it. Anything else
keeps DuckDB's first line, which names what was wrong.
"""

import re

import duckdb
from sqlglot import exp

_SIZES = {"INT16": 2, "INT32": 4, "INT64": 8}
_TEXTS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern), text)
    for pattern, text in (
        (r'Table with name "?(.+?)"? already exists', r'Relation "\1" already exists'),
        (r'View with name "?(.+?)"? already exists', r'Relation "\1" already exists'),
        (r'Schema with name "?(.+?)"? already exists', r'Schema "\1" already exists'),
        (r'Table with name "?(.+?)"? does not exist', r'relation "\1" does not exist'),
        (r'Cannot access file "(.+?)"', r'relation "\1" does not exist'),
        (r'View with name "?(.+?)"? does not exist', r'relation "\1" does not exist'),
        (r'Schema with name "?(.+?)"? does not exist', r'schema "\1" does not exist'),
        (r'Catalog "(\S+?)" does not exist', r'database "\1" does not exist'),
        (
            r'(?:Table|Values list) "(.+?)" does not have a column (?:with name|named) "(.+?)"',
            "column",
        ),
        (r'Referenced column "(.+?)" not found', "column"),
        (r'Referenced table "(.+?)" not found', r'relation "\1" does not exist'),
        (r'Ambiguous reference to column name "(.+?)"', r'column reference "\1" is ambiguous'),
        (
            r'column "(.+?)" must appear in the GROUP BY clause',
            r'column "\1" must appear in the GROUP BY clause or be used in an aggregate function',
        ),
        (
            r'Could not choose a best candidate function for the function call "(\W)\((.+)\)"',
            r"operator is not unique: \1 of \2; add an explicit cast",
        ),
        (
            r"No function matches the given name and argument types '(.+?)\((.*)\)'",
            r"function \1(\2) does not exist",
        ),
        (
            r"Can(?:not|'t) create .* system|system catalog",
            r"no schema has been selected to create in",
        ),
        (
            r"MERGE INTO command cannot affect the same target row more than once",
            r"Found multiple matches to update the same tuple.",
        ),
        (r"Division by zero", r"Divide by zero"),
        (r"NOT NULL constraint failed: \S+?\.(\S+)", r"Cannot insert a NULL value into column \1"),
        (
            r"CHECK constraint failed .* IS NULL",
            r"an HLLSKETCH other than NULL is not supported by the local Redshift",
        ),
        (
            r"CHECK constraint failed .*strlen\(.*\) <= (\d+)",
            r"value too long for type character varying(\1)",
        ),
        (
            r"CHECK constraint failed .*octet_length\(.*\) <= (\d+)",
            r"value too long for type binary varying(\1)",
        ),
        (r"Overflow in \w+ of (INT\d+)", "overflow"),
        (r"Type INT\d+ with value \S+ can't be cast .* (INT\d+)", "overflow"),
        (r"out of range for the destination type (INT\d+)", "overflow"),
        (r"Could not convert string '(.*)' to INT\d+", r'invalid input syntax for integer: "\1"'),
        (
            r"Could not convert string ['\"](.*)['\"] to DECIMAL",
            r'invalid input syntax for type numeric: "\1"',
        ),
        (
            r"Could not convert string ['\"](.*)['\"] to (?:DOUBLE|FLOAT)",
            r'invalid input syntax for type double precision: "\1"',
        ),
        (
            r"Could not convert string ['\"](.*)['\"] to BOOL",
            r'invalid input syntax for type boolean: "\1"',
        ),
        (
            r'(?:date|timestamp) field value out of range: "(.*)"',
            r'date/time field value out of range: "\1"',
        ),
        (
            r'invalid (date|timestamp) field format: "(.*?)"',
            r'invalid input syntax for type \1: "\2"',
        ),
        (r"type DECIMAL\(\d+,\s*\d+\) failed: value is out of range", r"Numeric data overflow"),
        (r"Could not cast value .* to DECIMAL", r"Numeric data overflow"),
        (r"Overflow in", r"Numeric data overflow"),
        (
            r"(?:Scalar|Aggregate|Table) Function with name (\S+) does not exist",
            r"function \1 does not exist",
        ),
        (
            r"(?:has|expected) (\d+) columns but (\d+) values were supplied",
            r"INSERT has more expressions than target columns",
        ),
        (r"Set operations can only apply to expressions with the same number", "set operation"),
        (r"[Cc]onflict", r"1023 DETAIL: Serializable isolation violation on table; run it again"),
        (r"^Out of Memory", r"out of memory; narrow the query or give the server more --memory"),
        (r"No space left on device|File too large|could not allocate block of size", r"Disk Full"),
    )
]
_SPECIAL = {"column", "overflow", "set operation"}


def redshift_message(error: duckdb.Error, statement: exp.Expr | None = None) -> str:
    """What Redshift would say; the statement helps to say which relations lack a column."""
    text = str(error)
    for pattern, template in _TEXTS:
        if match := pattern.search(text):
            if template in _SPECIAL:
                return _special(template, match, statement)
            return match.expand(template)
    first = text.splitlines()[0] if text else type(error).__name__
    return re.sub(r"^[A-Z][A-Za-z ]* Error: ", "", first)


def _special(kind: str, match: re.Match[str], statement: exp.Expr | None) -> str:
    if kind == "overflow":
        return f"Value out of range for {_SIZES.get(match[1], 8)} bytes."
    if kind == "set operation":
        return "each UNION, INTERSECT or EXCEPT query must have the same number of columns"
    if match.re.groups == 2:
        return f'column "{match[2]}" does not exist in {match[1]}'
    relations = ", ".join(_relations(statement, match[1])) if statement is not None else ""
    return f'column "{match[1]}" does not exist' + (f" in {relations}" if relations else "")


def _relations(statement: exp.Expr, column: str) -> list[str]:
    """What the SELECT that names the column reads."""
    for node in statement.find_all(exp.Column):
        select = node.find_ancestor(exp.Select)
        if node.name == column and select is not None and select.args.get("from_"):
            joins = select.args.get("joins") or []
            sources = [select.args["from_"].this, *(join.this for join in joins)]
            return [source.alias_or_name for source in sources if source.alias_or_name]
    return []
