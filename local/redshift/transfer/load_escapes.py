"""Delimited text with ESCAPE: fields that have a backslash are put in quotes, the rest stays as is.

The quotation mark is a control character that no file has, so that DuckDB's reader, which knows
backslashes only within quotes, sees in the file what COPY sees.
https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html#copy-escape
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from local.redshift.errors import NotSupported
from local.redshift.transfer.load_error import LoadError
from local.redshift.transfer.load_records import opened
from local.redshift.transfer.load_text import TextLoad, delimiter, null_text
from local.redshift.transfer.s3 import StagedFile

_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_MARKS = [bytes([code]) for code in range(1, 32) if chr(code) not in "\t\n\r"]


class EscapedLoad(TextLoad):
    """One COPY from delimited text in which a backslash makes the next character a plain one."""

    def run(self) -> list[LoadError]:
        marks = [mark for mark in _MARKS if mark.decode() != delimiter(self._command)]
        has_escapes = False
        for file in self._files:
            text = self._text(file)
            has_escapes = has_escapes or b"\\" in text
            marks = [mark for mark in marks if mark not in text]
        if has_escapes:
            if not marks:
                raise NotSupported("COPY with ESCAPE of a text with every control character")
            self._quote = marks[0].decode()
            self._files = [self._rewritten(file, marks[0]) for file in self._files]
            self._command = replace(self._command, compression="none")
        return super().run()

    def _text(self, file: StagedFile) -> bytes:
        with opened(self._command, file) as packed:
            return bytes(packed.read())

    def _raw(self, file: StagedFile) -> str:
        if self._quote:
            return "(select null::varchar as raw where false)"  # the file has been written anew
        return super()._raw(file)

    def _rewritten(self, file: StagedFile, mark: bytes) -> StagedFile:
        path = file.path.with_suffix(".escaped")
        with path.open("wb") as target:
            target.writelines(self._parts(self._text(file), mark))
        return replace(file, path=path)

    def _parts(self, text: bytes, mark: bytes) -> Iterator[bytes]:
        """The text with each field that has a backslash between marks, or as NULL."""
        end, null = delimiter(self._command).encode(), null_text(self._command).encode()
        plain = rb"[^\\\r\n%s]*" % re.escape(end)
        field = re.compile(rb"%s(?:\\(?:.|\Z)%s)*" % (plain, plain), re.DOTALL)
        at = 0
        while (found := text.find(b"\\", at)) >= 0:
            start = max(at, *(text.rfind(before, at, found) + 1 for before in (end, b"\n", b"\r")))
            match = field.match(text, start)
            assert match is not None  # an empty field is one
            value = _ESCAPE.sub(rb"\1", match[0])
            is_null = null in (value, match[0])
            yield text[at:start]
            yield null if is_null else mark + value + mark
            at = match.end()
        yield text[at:]
