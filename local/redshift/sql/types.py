"""Redshift's data types as DuckDB's, in casts and in tables.

https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from sqlglot import exp
from sqlglot.errors import ParseError

from local.redshift.errors import NotSupported, SqlError

INTEGERS = (exp.DType.SMALLINT, exp.DType.INT, exp.DType.BIGINT)
MAX_VARCHAR = 65535
MAX_CHAR = 4096
MAX_VARBYTE = 16_777_216
DEFAULT_VARCHAR = 256  # of a column, and of BPCHAR; a cast without length keeps what it gets
DEFAULT_VARBYTE = 64000  # of a column

_PLAIN = {
    exp.DType.SMALLINT: "SMALLINT",
    exp.DType.INT: "INT",
    exp.DType.BIGINT: "BIGINT",
    exp.DType.FLOAT: "REAL",
    exp.DType.DOUBLE: "DOUBLE",
    exp.DType.BOOLEAN: "BOOLEAN",
    exp.DType.DATE: "DATE",
    exp.DType.TIMESTAMP: "TIMESTAMP",
    exp.DType.TIMESTAMPNTZ: "TIMESTAMP",
    exp.DType.TIMESTAMPTZ: "TIMESTAMPTZ",
    exp.DType.TIME: "TIME",
    exp.DType.TIMETZ: "TIMETZ",
    exp.DType.SUPER: "JSON",
    exp.DType.VARBINARY: "BLOB",
}
_REDSHIFT = {
    "TINYINT": "smallint",
    "INT": "integer",
    "HUGEINT": "bigint",
    "FLOAT": "real",
    "JSON": "super",
    "DOUBLE": "double precision",
    "TEXT": "varchar",
    '"NULL"': "varchar",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "TIME WITH TIME ZONE": "timetz",
    "BLOB": "varbyte",
    "BIT": "hllsketch",
}
SKETCH = exp.DType.BIT  # of an HLLSKETCH column, which holds nothing but NULL here
_TEXT = (exp.DType.VARCHAR, exp.DType.NVARCHAR, exp.DType.TEXT)
_CHARACTER = (exp.DType.CHAR, exp.DType.NCHAR, exp.DType.BPCHAR)


def cast_type(type: exp.DataType) -> tuple[exp.DataType, int | None]:
    """DuckDB's type, and the length in bytes to cut a text to (None: do not).

    A VARBYTE is never cut.
    """
    if type.this in _CHARACTER:
        return exp.DataType.build("text"), char_length(type)
    if type.this in _TEXT:
        return exp.DataType.build("text"), _length(type) if type.expressions else None
    if type.this is exp.DType.VARBINARY:
        return _duckdb_type(type), _length(type) if type.expressions else None
    return _duckdb_type(type), None


def column_type(type: exp.DataType | None) -> tuple[exp.DataType, int | None]:
    """DuckDB's type, and the length in bytes that the column's values may have."""
    if type is None:
        raise SqlError("a column has no type")
    if type.this in _CHARACTER:
        return exp.DataType.build("text"), char_length(type)
    if type.this is exp.DType.HLLSKETCH:
        return exp.DataType(this=SKETCH), None
    if type.this in _TEXT:
        return exp.DataType.build("text"), _length(type) if type.expressions else DEFAULT_VARCHAR
    if type.this is exp.DType.VARBINARY:
        return _duckdb_type(type), _length(type) if type.expressions else DEFAULT_VARBYTE
    return _duckdb_type(type), None


def char_length(type: exp.DataType | None) -> int | None:
    """The length of a CHAR (characters.py); None for every other type."""
    if type is None or type.this not in _CHARACTER:
        return None
    if type.expressions:
        return _length(type)
    return DEFAULT_VARCHAR if type.this is exp.DType.BPCHAR else 1


def _duckdb_type(type: exp.DataType) -> exp.DataType:
    if type.this is exp.DType.DECIMAL:
        return _decimal(type)
    if type.this is exp.DType.BINARY:  # which sqlglot would write VARBYTE
        raise NotSupported("the type BINARY", "use VARBYTE")
    if type.this not in _PLAIN:
        raise NotSupported(f"the type {type.sql(dialect='redshift')}")
    if type.this is exp.DType.DOUBLE and type.expressions:
        raise NotSupported(f"the type {type.sql(dialect='redshift')}", "use DOUBLE PRECISION")
    return exp.DataType.build(_PLAIN[type.this], dialect="duckdb")


def _decimal(type: exp.DataType) -> exp.DataType:
    """DECIMAL alone is DECIMAL(18, 0), not DuckDB's DECIMAL(18, 3)."""
    numbers = [int(parameter.name) for parameter in type.expressions]
    precision = numbers[0] if numbers else 18
    scale = numbers[1] if len(numbers) > 1 else 0
    if not 1 <= precision <= 38:
        raise SqlError(f"NUMERIC precision {precision} must be between 1 and 38")
    if not 0 <= scale <= precision:
        raise SqlError(f"NUMERIC scale {scale} must be between 0 and precision {precision}")
    return exp.DataType.build(f"DECIMAL({precision}, {scale})", dialect="duckdb")


def _length(type: exp.DataType) -> int:
    text = type.expressions[0].name
    name, most = "varchar", MAX_VARCHAR
    if type.this in _CHARACTER:
        name, most = "char", MAX_CHAR
    elif type.this is exp.DType.VARBINARY:
        name, most = "varbyte", MAX_VARBYTE
    if text.upper() == "MAX":
        return most
    length = int(text) if text.isdigit() else 0
    if not 1 <= length <= most:
        raise SqlError(f"length for type {name} must be between 1 and {most}, not {text}")
    return length


def type_name(text: str) -> str:
    """A type as Redshift names it, without a length: `int4` and `INT` are both `integer`.

    Raises:
        SqlError: there is no such type here.
    """
    if text.strip().lower() in ("refcursor", "record"):
        return text.strip().lower()
    try:
        type = exp.DataType.build(text, dialect="redshift")
    except ParseError:
        raise SqlError(f'type "{text}" does not exist') from None
    duckdb_type, _ = column_type(type) if type.this not in _CHARACTER else (type, None)
    return redshift_type(duckdb_type.sql(dialect="duckdb")).partition("(")[0]


def redshift_type(duckdb_type: str) -> str:
    """The Redshift type of a DuckDB column, as DESCRIBE names it."""
    return _REDSHIFT.get(duckdb_type, duckdb_type.lower())
