"""Tokens read from left to right, for the commands that sqlglot does not know."""

from sqlglot.tokenizer_core import Token, TokenType

from local.redshift.errors import NotSupported, SqlError, SyntaxFault

_DEPTH = {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}
_TEXTS = (TokenType.STRING, TokenType.HEREDOC_STRING, TokenType.RAW_STRING)


class TokenReader:
    """What comes next; a SyntaxFault tells where it is not what was expected."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0

    @property
    def is_at_end(self) -> bool:
        """Whether every token has been read."""
        return self._index >= len(self._tokens)

    def ahead(self, count: int) -> list[Token]:
        """The next tokens, as far as there are any."""
        return self._tokens[self._index : self._index + count]

    def word_ahead(self) -> str | None:
        """The next token in capitals; None at the end."""
        return None if self.is_at_end else self._tokens[self._index].text.upper()

    def peek(self) -> TokenType | None:
        """The type of the next token; None at the end."""
        return None if self.is_at_end else self._tokens[self._index].token_type

    def expect_end(self) -> None:
        """Nothing may follow."""
        if not self.is_at_end:
            token = self.next()
            raise SyntaxFault(token.text, token.start)

    def accept(self, word: str) -> bool:
        """Read the next token if it is that word."""
        found = not self.is_at_end and self._tokens[self._index].text.upper() == word
        self._index += found
        return found

    def expect(self, word: str) -> None:
        """Read the next token, which has to be that word."""
        token = self.next()
        if token.text.upper() != word:
            raise SyntaxFault(token.text, token.start)

    def next(self) -> Token:
        """Read the next token."""
        if self.is_at_end:
            raise SyntaxFault("", None)
        self._index += 1
        return self._tokens[self._index - 1]

    def word(self) -> str:
        """Read a word, in capitals."""
        return self.next().text.upper()

    def name(self) -> str:
        """Read a name."""
        token = self.next()
        if token.token_type in _TEXTS:
            raise SyntaxFault(token.text, token.start)
        return token.text.lower()

    def text(self) -> str:
        """Read a text in quotes or dollar quotes."""
        token = self.next()
        if token.token_type not in _TEXTS:
            raise SyntaxFault(token.text, token.start)
        return token.text

    def number(self) -> int:
        """Read a whole number."""
        token = self.next()
        if not token.text.isdigit():
            raise SyntaxFault(token.text, token.start)
        return int(token.text)

    def qualified_name(self) -> list[str]:
        """Read a name that may say its schema."""
        name = [self.name()]
        while self.accept("."):
            name.append(self.name())
        return name

    def arguments(self, sql: str) -> list[str]:
        """Read what is in parentheses, if they come next, as the texts between its commas."""
        return self.listed(sql) if self.accept("(") else []

    def listed(self, sql: str) -> list[str]:
        """Read up to the closing parenthesis; the opening one has been read."""
        texts: list[str] = []
        start: Token | None = None
        depth, end = 0, 0
        while True:
            token = self.next()
            if depth == 0 and token.text in (")", ",") and token.token_type not in _TEXTS:
                if start is not None:
                    texts.append(sql[start.start : end + 1])
                elif texts or token.text == ",":
                    raise SyntaxFault(token.text, token.start)
                if token.text == ")":
                    return texts
                start = None
                continue
            depth += _DEPTH.get(token.token_type, 0)
            start, end = start or token, token.end

    def rest(self, sql: str) -> str:
        """Read all that is left, which must be something, as it is written."""
        first = self.next()
        self._index = len(self._tokens)
        return sql[first.start :]

    def location(self, command: str) -> tuple[str, str]:
        """Read s3://bucket/prefix as its bucket and its prefix."""
        text = self.text()
        if not text.startswith("s3://"):
            raise NotSupported(f"{command} {text!r}", "give s3://bucket/prefix")
        bucket, _, prefix = text.removeprefix("s3://").partition("/")
        if not bucket:
            raise SqlError(f"The S3 location {text!r} names no bucket; expected s3://bucket/prefix")
        return bucket, prefix
