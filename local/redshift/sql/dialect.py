"""Redshift's grammar as we read it, and DuckDB's as we write it.

sqlglot knows hundreds of functions and translates many of them nearly right. Here every function
stays what the author called it, so that only what functions.py spells out exists at all.
"""

import logging
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.redshift import Redshift
from sqlglot.parsers.redshift import RedshiftParser
from sqlglot.tokenizer_core import TokenType

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # its warnings are refusals of ours

_GRAMMAR = (
    "CAST",
    "CONVERT",
    "EXTRACT",
    "POSITION",
    "SUBSTRING",
    "TRIM",
    "TRY_CAST",
)  # arguments with words


class RedshiftSql(Redshift):
    """Redshift, with plain function calls left alone."""

    INDEX_OFFSET = 0

    class Tokenizer(Redshift.Tokenizer):
        COMMANDS: ClassVar[set[TokenType]] = set()  # after which it would not read any further

    class Parser(RedshiftParser):
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS = {  # noqa: RUF012  # sqlglot's own attribute, read as it is
            name: parse
            for name, parse in RedshiftParser.FUNCTION_PARSERS.items()
            if name in _GRAMMAR
        }


REDSHIFT = RedshiftSql()
DUCKDB = DuckDB()


def duckdb_sql(expression: exp.Expr) -> str:
    """The DuckDB text; every identifier quoted, since the two reserve different words."""
    return DUCKDB.generate(expression, identify=True, normalize_functions=False, comments=False)
