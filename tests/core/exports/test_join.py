"""Joining objects: every byte once, in order, and never more than one small part in memory."""

from hypothesis import given
from hypothesis import strategies as st

from core.exports.join import LARGEST_COPY, SMALLEST_PART, Piece, Range, StoredFile, pieces

MIB = 1024**2
SIZES = st.one_of(
    st.integers(0, 9),
    st.integers(SMALLEST_PART - 2, SMALLEST_PART + 2),
    st.integers(0, 3 * LARGEST_COPY),
)


def spans(planned: list[Piece]) -> list[tuple[str, int, int]]:
    """The ranges in order, those that continue each other as one."""
    found: list[tuple[str, int, int]] = []
    for each in (each for piece in planned for each in piece.content):
        assert isinstance(each, Range)
        if found and found[-1][0] == each.key and found[-1][2] == each.first:
            found[-1] = (each.key, found[-1][1], each.first + each.bytes)
        else:
            found.append((each.key, each.first, each.first + each.bytes))
    return found


@given(st.lists(SIZES, max_size=12))
def test_every_byte_comes_once_and_in_order(sizes: list[int]) -> None:
    files = [StoredFile(str(number), size) for number, size in enumerate(sizes)]
    assert spans(pieces(b"", files)) == [(file.key, 0, file.bytes) for file in files if file.bytes]


@given(st.binary(max_size=9), st.lists(SIZES, max_size=12))
def test_parts_are_as_large_as_s3_wants_and_small_ones_alone_are_read(
    head: bytes, sizes: list[int]
) -> None:
    planned = pieces(head, [StoredFile(str(number), size) for number, size in enumerate(sizes)])
    for piece in planned[:-1]:
        assert piece.bytes >= SMALLEST_PART
    for piece in planned:
        assert piece.bytes <= (SMALLEST_PART if piece.copied is None else LARGEST_COPY)
    assert sum(piece.bytes for piece in planned) == len(head) + sum(sizes)


def test_what_follows_a_header_is_read_until_it_is_large_enough_with_it() -> None:
    first, second = pieces(b"n\n", [StoredFile("a", 12 * MIB)])
    assert first.content == (b"n\n", Range("a", 0, SMALLEST_PART - 2))
    assert second.copied == Range("a", SMALLEST_PART - 2, 7 * MIB + 2)


def test_a_small_file_is_one_piece_with_its_header() -> None:
    [only] = pieces(b"n\n", [StoredFile("a", 3)])
    assert only.content == (b"n\n", Range("a", 0, 3))
    assert pieces(b"", []) == []
