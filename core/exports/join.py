"""How objects in S3 become one without passing through memory: a plan of copies made inside of S3.

S3 copies a range of an object as a part of another, but every part except the last must have 5 MiB.
What is smaller is read and written together with what follows, so that no more than one such part
is ever in memory.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

SMALLEST_PART = 5 * 1024**2  # bytes
LARGEST_COPY = 256 * 1024**2  # bytes; S3 takes up to 5 GiB, but several at a time are faster


@dataclass(frozen=True)
class StoredFile:
    """An object, and how many bytes it has."""

    key: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What Redshift says that it wrote: the columns' names, and the objects in their order."""

    columns: list[str]
    files: list[StoredFile]


@dataclass(frozen=True)
class Range:
    """Bytes of an object, from `first` on."""

    key: str
    first: int
    bytes: int


@dataclass(frozen=True)
class Piece:
    """One part: a range to be copied, or else what is read or given, one after the other."""

    content: tuple[bytes | Range, ...]

    @property
    def copied(self) -> Range | None:
        """The range, where S3 can copy it by itself."""
        (first, *more) = self.content
        return first if isinstance(first, Range) and not more and self._is_large else None

    @property
    def _is_large(self) -> bool:
        return self.bytes >= SMALLEST_PART

    @property
    def bytes(self) -> int:
        return sum(each.bytes if isinstance(each, Range) else len(each) for each in self.content)


def pieces(head: bytes, files: Sequence[StoredFile]) -> list[Piece]:
    """The parts of an object that has the head first, and then the files in their order."""
    return list(_pieces(head, files))


def _pieces(head: bytes, files: Sequence[StoredFile]) -> Iterator[Piece]:
    small: list[bytes | Range] = [head] if head else []
    size = len(head)
    for file in files:
        taken = min(SMALLEST_PART - size, file.bytes) if small else 0
        if taken:
            small.append(Range(file.key, 0, taken))
            size += taken
        if small and size >= SMALLEST_PART:
            yield Piece(tuple(small))
            small, size = [], 0
        left = file.bytes - taken
        if left >= SMALLEST_PART:
            yield from _copies(file.key, taken, left)
        elif left:
            small, size = [Range(file.key, taken, left)], left
    if small:
        yield Piece(tuple(small))


def _copies(key: str, first: int, left: int) -> Iterator[Piece]:
    """Ranges of about the same size, so that none is too small."""
    count = ceil(left / LARGEST_COPY)
    for number in range(count):
        begin, end = left * number // count, left * (number + 1) // count
        yield Piece((Range(key, first + begin, end - begin),))
