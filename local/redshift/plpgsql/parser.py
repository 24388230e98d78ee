"""The text of a procedure as statements.

https://docs.aws.amazon.com/redshift/latest/dg/c_PLpgSQL-structure.html
"""

from collections.abc import Callable

from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from local.redshift.errors import NotSupported, SqlError, SyntaxFault
from local.redshift.plpgsql.syntax import (
    Assignment,
    Block,
    Call,
    Case,
    Close,
    Control,
    Declaration,
    Execute,
    Fetch,
    ForQuery,
    ForRange,
    GetDiagnostics,
    If,
    Leave,
    Loop,
    Name,
    Open,
    Raise,
    Return,
    Sql,
    Statement,
)
from local.redshift.sql.commands.token_reader import TokenReader
from local.redshift.sql.dialect import REDSHIFT

_TEXTS = (TokenType.STRING, TokenType.HEREDOC_STRING, TokenType.RAW_STRING)
_LEVELS = ("DEBUG", "LOG", "INFO", "NOTICE", "WARNING", "EXCEPTION")
_DEPTH = {"(": 1, ")": -1, "[": 1, "]": -1}


def parse(body: str) -> Block:
    """The block that a procedure is.

    Raises:
        SqlError: the text is no procedure, or has what is not supported.
    """
    try:
        tokens = REDSHIFT.tokenize(body)
    except TokenError:
        raise SqlError("unterminated quoted string, quoted identifier or comment") from None
    return _Parser(body, tokens).procedure()


class _Parser(TokenReader):
    """Reads statements; a text runs up to a word that ends it, outside of parentheses."""

    def __init__(self, body: str, tokens: list[Token]) -> None:
        super().__init__(tokens)
        self._body = body
        self._rules: dict[str, Callable[[], Statement]] = {
            "IF": self._if,
            "CASE": self._case,
            "RAISE": self._raise,
            "RETURN": self._return,
            "EXECUTE": self._execute,
            "CALL": self._call,
            "GET": self._get_diagnostics,
            "OPEN": self._open,
            "FETCH": self._fetch,
            "CLOSE": self._close,
            "EXIT": self._leave,
            "CONTINUE": self._leave,
            "COMMIT": self._control,
            "ROLLBACK": self._control,
        }

    def procedure(self) -> Block:
        block = self._block(self._label())
        self.accept(";")
        self.expect_end()
        return block

    def _block(self, label: str) -> Block:
        declarations = self._declarations() if self.accept("DECLARE") else []
        self.expect("BEGIN")
        body = self._statements("EXCEPTION", "END")
        handler = None
        if self.accept("EXCEPTION"):
            self.expect("WHEN")
            if not self.accept("OTHERS"):
                raise NotSupported(f"EXCEPTION WHEN {self.word()}", "use WHEN OTHERS")
            self.expect("THEN")
            handler = self._statements("END")
        self.expect("END")
        if self.word_ahead() not in (";", None):
            self.name()
        return Block(label, declarations, body, handler)

    def _declarations(self) -> list[Declaration]:
        found = []
        while self.word_ahead() != "BEGIN":
            if not self.accept("DECLARE"):
                found.append(self._declaration())
        return found

    def _declaration(self) -> Declaration:
        name = self.name()
        if self.accept("ALIAS"):
            self.expect("FOR")
            alias = self._text(";")
            self.expect(";")
            return Declaration(name, alias_for=alias.lower())
        if self.accept("CURSOR"):
            parameters: list[Declaration] = []
            if self.accept("("):
                parameters = [self._parameter(text) for text in self.listed(self._body)]
            self.expect("FOR")
            query = self._text(";")
            self.expect(";")
            return Declaration(name, query=query, parameters=tuple(parameters))
        is_constant = self.accept("CONSTANT")
        type = self._text(";", ":=", "=", "DEFAULT", "NOT")
        is_not_null = self.accept("NOT")
        if is_not_null:
            self.expect("NULL")
        default = None
        if self.accept(":=") or self.accept("=") or self.accept("DEFAULT"):
            default = self._text(";")
        self.expect(";")
        is_record = type.lower() == "record"
        return Declaration(name, "" if is_record else type, default, is_constant, is_not_null)

    def _parameter(self, text: str) -> Declaration:
        name, _, type = text.partition(" ")
        return Declaration(name.lower(), type.strip())

    def _statements(self, *ends: str) -> list[Statement]:
        found: list[Statement] = []
        while self.word_ahead() not in ends:
            if self.is_at_end:
                raise SyntaxFault("", None)
            if self.accept(";"):
                continue
            if self.accept("NULL"):
                self.expect(";")
                continue
            found.append(self._statement())
        return found

    def _statement(self) -> Statement:
        label = self._label()
        word = self.word_ahead() or ""
        if word in ("DECLARE", "BEGIN"):
            statement: Statement = self._block(label)
        elif word in ("LOOP", "WHILE", "FOR"):
            statement = self._loop(label)
        elif label:
            raise SqlError(f'the label "{label}" is at no block and no loop')
        elif self._is_assignment():
            target = self._target()
            self._becomes()
            statement = Assignment(target, self._text(";"))
        elif word in self._rules:
            statement = self._rules[word]()
        elif word == "PERFORM":
            raise NotSupported("PERFORM", "use SELECT ... INTO")
        else:
            statement = self._sql()
        self.expect(";")
        return statement

    def _label(self) -> str:
        if not self.accept("<"):
            return ""
        self.expect("<")
        label = self.name()
        self.expect(">")
        self.expect(">")
        return label

    def _is_assignment(self) -> bool:
        """Whether `name :=`, `name.name :=` or `name =` comes next."""
        texts = [token.text for token in self.ahead(4)]
        operators = (":=", "=")
        return len(texts) > 1 and (
            texts[1] in operators
            or (texts[1] == "." and texts[3:4] != [] and texts[3] in operators)
        )

    def _becomes(self) -> None:
        if not self.accept(":="):
            self.expect("=")

    def _target(self) -> Name:
        name: list[str] = self.qualified_name()
        return tuple(name)

    def _targets(self) -> list[Name]:
        targets = [self._target()]
        while self.accept(","):
            targets.append(self._target())
        return targets

    def _if(self) -> If:
        self.expect("IF")
        branches, otherwise = [self._branch("THEN")], []
        while True:
            if self.accept("ELSIF") or self.accept("ELSEIF"):
                branches.append(self._branch("THEN"))
            elif self.accept("ELSE"):
                otherwise = self._statements("END")
            else:
                break
        self.expect("END")
        self.expect("IF")
        return If(branches, otherwise)

    def _branch(self, word: str) -> tuple[str, list[Statement]]:
        condition = self._text(word)
        self.expect(word)
        return condition, self._statements("ELSIF", "ELSEIF", "ELSE", "WHEN", "END")

    def _case(self) -> Case:
        self.expect("CASE")
        operand = "" if self.word_ahead() == "WHEN" else self._text("WHEN")
        branches, otherwise = [], None
        while self.accept("WHEN"):
            condition, body = self._branch("THEN")
            branches.append((f"({operand}) in ({condition})" if operand else condition, body))
        if self.accept("ELSE"):
            otherwise = self._statements("END")
        self.expect("END")
        self.expect("CASE")
        return Case(branches, otherwise)

    def _loop(self, label: str) -> Statement:
        if self.accept("FOR"):
            return self._for(label)
        condition = self._text("LOOP") if self.accept("WHILE") else None
        return Loop(label, condition, self._loop_body())

    def _loop_body(self) -> list[Statement]:
        self.expect("LOOP")
        body = self._statements("END")
        self.expect("END")
        self.expect("LOOP")
        if self.word_ahead() != ";":
            self.name()
        return body

    def _for(self, label: str) -> Statement:
        targets = self._targets()
        self.expect("IN")
        if self.accept("EXECUTE"):
            text = self._text("LOOP")
            return ForQuery(label, targets, text, True, self._loop_body())
        is_reverse = self.accept("REVERSE")
        if not is_reverse and self.word_ahead() in ("SELECT", "WITH", "("):
            text = self._text("LOOP")
            if ".." not in text:
                return ForQuery(label, targets, text, False, self._loop_body())
        else:
            text = self._text("LOOP")
        first, dots, rest = text.partition("..")
        if not dots or len(targets) != 1 or len(targets[0]) != 1:
            raise SqlError(f"FOR ... IN takes a range or a query, not {text}")
        last, by, step = _split_word(rest, "BY")
        variable = targets[0][0]
        body = self._loop_body()
        return ForRange(label, variable, first, last, step if by else None, is_reverse, body)

    def _leave(self) -> Leave:
        is_exit = self.word() == "EXIT"
        label = self.name() if self.word_ahead() not in ("WHEN", ";") else ""
        condition = self._text(";") if self.accept("WHEN") else None
        return Leave(is_exit, label, condition)

    def _raise(self) -> Raise:
        self.expect("RAISE")
        level = self.word()
        if level not in _LEVELS:
            raise SqlError(f"RAISE {level}: expected one of {', '.join(_LEVELS)}")
        format, arguments = self.text(), []
        while self.accept(","):
            arguments.append(self._text(",", ";"))
        return Raise(level, format, arguments)

    def _return(self) -> Return:
        self.expect("RETURN")
        return Return()

    def _execute(self) -> Execute:
        self.expect("EXECUTE")
        expression = self._text("INTO", ";")
        targets = self._targets() if self.accept("INTO") else []
        return Execute(expression, targets)

    def _call(self) -> Call:
        self.expect("CALL")
        return Call(self.qualified_name(), self.arguments(self._body))

    def _get_diagnostics(self) -> GetDiagnostics:
        self.expect("GET")
        self.expect("DIAGNOSTICS")
        target = self._target()
        self._becomes()
        self.expect("ROW_COUNT")
        return GetDiagnostics(target)

    def _open(self) -> Open:
        self.expect("OPEN")
        cursor = self.name()
        if not self.accept("FOR"):
            return Open(cursor, arguments=self.arguments(self._body))
        is_dynamic = self.accept("EXECUTE")
        return Open(cursor, self._text(";"), is_dynamic)

    def _fetch(self) -> Fetch:
        self.expect("FETCH")
        self.accept("NEXT")
        self.accept("FROM")
        cursor = self.name()
        self.expect("INTO")
        return Fetch(cursor, self._targets())

    def _close(self) -> Close:
        self.expect("CLOSE")
        return Close(self.name())

    def _control(self) -> Control:
        return Control(self.word() == "COMMIT")

    def _sql(self) -> Sql:
        """A command of SQL; the INTO of a SELECT is taken out of it."""
        if self.word_ahead() not in ("SELECT", "WITH"):
            return Sql(self._text(";"))
        head = self._text("INTO", ";")
        if not self.accept("INTO"):
            return Sql(head)
        is_strict = self.accept("STRICT")
        targets = self._targets()
        tail = self._text(";") if self.word_ahead() != ";" else ""
        return Sql(f"{head} {tail}".strip(), targets, is_strict)

    def _text(self, *ends: str) -> str:
        """What is written up to one of the ends, which stays to be read; never nothing."""
        depth, first, last = 0, None, None
        while True:
            ahead = self.ahead(1)
            if not ahead:
                raise SyntaxFault("", None)
            token = ahead[0]
            is_text = token.token_type in _TEXTS
            if depth == 0 and not is_text and token.text.upper() in (*ends, ";"):
                if first is None or last is None:
                    raise SyntaxFault(token.text, token.start)
                return self._body[first.start : last.end + 1]
            if not is_text:
                depth += _DEPTH.get(token.text, 0)
                depth += {"CASE": 1, "END": -1}.get(token.text.upper(), 0)
            last = self.next()
            first = first or last


def _split_word(text: str, word: str) -> tuple[str, str, str]:
    """The text before and after a word."""
    for token in REDSHIFT.tokenize(text):
        if token.text.upper() == word:
            return text[: token.start], word, text[token.end + 1 :]
    return text, "", ""
