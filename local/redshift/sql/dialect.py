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
from sqlglot.tokenizer_core import Token, TokenType

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # its warnings are refusals of ours

UNPIVOT = "unpivot"  # what an UNPIVOT of an object is marked with

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
        SUPPORTS_IMPLICIT_UNNEST = False  # super_paths.py knows which FROM items are paths
        FUNCTIONS: ClassVar[dict[str, Any]] = {}
        FUNCTION_PARSERS = {  # noqa: RUF012  # sqlglot's own attribute, read as it is
            name: parse
            for name, parse in RedshiftParser.FUNCTION_PARSERS.items()
            if name in _GRAMMAR
        }

        def parse(self, raw_tokens: list[Token], sql: str) -> list[exp.Expr | None]:
            """PRIOR is an operator wherever there is a CONNECT BY, and else a name."""
            parsers = RedshiftParser.NO_PAREN_FUNCTION_PARSERS
            if any(token.token_type is TokenType.CONNECT_BY for token in raw_tokens):
                parsers = parsers | {"PRIOR": lambda self: exp.Prior(this=self._parse_unary())}
            self.NO_PAREN_FUNCTION_PARSERS = parsers  # type: ignore[misc]  # only of this parser
            return super().parse(raw_tokens, sql)

        def _parse_connect_with_prior(self) -> exp.Expr | None:
            return self._parse_disjunction()

        def _parse_table(
            self, schema: bool = False, *arguments: Any, **options: Any
        ) -> exp.Expr | None:
            start = self._index
            if not schema and (iteration := self._parse_iteration()):
                return iteration
            self._retreat(start)
            return super()._parse_table(schema, *arguments, **options)

        def _parse_iteration(self) -> exp.Expr | None:
            """`[UNPIVOT] path AS value [AT position]`, where only a path can stand."""
            is_object = self._match(TokenType.UNPIVOT)
            first = self._parse_id_var(any_token=False)
            if first is None:
                return None
            path: exp.Expr = exp.Column(this=first)
            while True:
                if self._match(TokenType.DOT):
                    name = self._parse_id_var(any_token=True)
                    if name is None:
                        return None
                    path = exp.Dot(this=path, expression=name)
                elif self._match(TokenType.L_BRACKET):
                    index = self._parse_number()
                    if index is None or not self._match(TokenType.R_BRACKET):
                        return None
                    path = exp.Bracket(this=path, expressions=[index])
                else:
                    break
            self._match(TokenType.ALIAS)
            alias = self._parse_id_var(any_token=False, tokens=self.TABLE_ALIAS_TOKENS)
            position = None
            if alias is not None and self._match_text_seq("AT"):
                position = self._parse_id_var(any_token=False)
            if alias is None or not (is_object or position or path.find(exp.Bracket)):
                return None
            found = exp.Unnest(
                expressions=[path], alias=exp.TableAlias(this=alias), offset=position
            )
            found.meta[UNPIVOT] = bool(is_object)
            return found


REDSHIFT = RedshiftSql()
DUCKDB = DuckDB()


def duckdb_sql(expression: exp.Expr) -> str:
    """The DuckDB text; every identifier quoted, since the two reserve different words."""
    return DUCKDB.generate(expression, identify=True, normalize_functions=False, comments=False)
