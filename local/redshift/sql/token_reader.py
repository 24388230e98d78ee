"""Tokens read from left to right, for the commands that sqlglot does not know."""

from sqlglot.tokenizer_core import Token, TokenType

from local.redshift.errors import NotSupported, SqlError, SyntaxFault

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

    def location(self, command: str) -> tuple[str, str]:
        """Read s3://bucket/prefix as its bucket and its prefix."""
        text = self.text()
        if not text.startswith("s3://"):
            raise NotSupported(f"{command} {text!r}", "give s3://bucket/prefix")
        bucket, _, prefix = text.removeprefix("s3://").partition("/")
        if not bucket:
            raise SqlError(f"The S3 location {text!r} names no bucket; expected s3://bucket/prefix")
        return bucket, prefix
