"""Storage attributes of tables and schemas: how a cluster lays them out, which changes no answer.

They are taken out of the tokens before parsing, because sqlglot reads only some of them, and told
again by the catalog.
https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_TABLE_NEW.html
"""

from dataclasses import dataclass, field

from sqlglot.tokenizer_core import Token, TokenType

_WITH_WORD = ("ENCODE", "DISTSTYLE", "BACKUP")  # the attribute and one word
_WITH_LIST = ("DISTKEY", "SORTKEY")  # the attribute and perhaps a list in parentheses
_OF_SCHEMAS = ("AUTHORIZATION", "QUOTA")
_PREFIXES = ("COMPOUND", "INTERLEAVED")


@dataclass
class Storage:
    """What was said about a table; None and empty where nothing was."""

    style: str | None = None  # AUTO, EVEN, ALL or KEY
    key: str | None = None  # the column of DISTKEY
    sort_columns: list[str] | None = None  # none for SORTKEY NONE and AUTO
    is_interleaved: bool = False
    encodings: dict[str, str] = field(default_factory=dict)  # by column
    primary_key: list[str] = field(default_factory=list)
    has_other_keys: bool = False  # or what was done to keys later


def without_storage_attributes(tokens: list[Token]) -> tuple[list[Token], Storage]:
    """The tokens of a definition without storage attributes, up to the query of a CTAS."""
    words = [token.text.upper() for token in tokens[:3]]
    if words[0] == "ALTER" and len(words) > 1 and words[1] == "TABLE" and not _adds(tokens):
        return tokens, Storage()
    if words[:2] == ["CREATE", "SCHEMA"]:
        names = (token.text.upper() for token in tokens)
        end = next((i for i, word in enumerate(names) if word in _OF_SCHEMAS and i > 2), None)
        return tokens[:end], Storage()
    return _Separation(tokens).run()


class _Separation:
    """Goes through the tokens once and keeps what is no storage attribute."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._kept: list[Token] = []
        self._storage = Storage()
        self._depth = 0  # of parentheses
        self._column = ""  # whose definition we are in

    def run(self) -> tuple[list[Token], Storage]:
        index = 0
        while index < len(self._tokens):
            token = self._tokens[index]
            if token.token_type in (TokenType.SELECT, TokenType.WITH, TokenType.VIEW):
                self._kept += self._tokens[index:]
                break
            length = self._length(index)
            if length:
                self._note(self._tokens[index : index + length])
            else:
                self._keep(token)
            index += length or 1
        return self._kept, self._storage

    def _keep(self, token: Token) -> None:
        before = self._kept[-1].text.upper() if self._kept else ""
        is_create = self._tokens[0].text.upper() == "CREATE"
        is_listed = is_create and before in ("(", ",") and self._depth == 1
        if is_listed or before in ("ADD", "COLUMN"):
            self._column = token.text.lower()
        self._depth += {"(": 1, ")": -1}.get(token.text, 0)
        self._kept.append(token)

    def _length(self, index: int) -> int:
        """How many tokens the attribute at this index has; none if there is no attribute."""
        if not self._kept or self._kept[-1].token_type in (TokenType.L_PAREN, TokenType.COMMA):
            return 0  # the name of a column
        word = self._tokens[index].text.upper()
        if word in _WITH_WORD:
            return 2
        if word in _PREFIXES:
            return 1
        if word not in _WITH_LIST:
            return 0
        following = self._tokens[index + 1 : index + 2]
        if following and following[0].text.upper() == "AUTO":
            return 2
        if not following or following[0].text != "(":
            return 1
        ends = range(index, len(self._tokens))
        closing = next((i for i in ends if self._tokens[i].text == ")"), index)
        return closing - index + 1

    def _note(self, tokens: list[Token]) -> None:
        word, storage = tokens[0].text.upper(), self._storage
        value = tokens[1].text.lower() if len(tokens) == 2 else ""
        names = [token.text.lower() for token in tokens[2:-1] if token.text != ","]
        match word:
            case "DISTSTYLE":
                storage.style = value.upper()
            case "DISTKEY":
                storage.style, storage.key = "KEY", names[0] if names else self._column
            case "SORTKEY" if value != "auto":
                storage.sort_columns = names or [self._column]
            case "INTERLEAVED":
                storage.is_interleaved = True
            case "ENCODE" if value != "auto":
                storage.encodings[self._column] = value


def _adds(tokens: list[Token]) -> bool:
    """Whether an ALTER TABLE adds a column."""
    return any(token.text.upper() == "ADD" for token in tokens[3:7])
