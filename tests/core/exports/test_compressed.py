"""A header that stands before what Redshift compressed is read as one with it."""

import gzip
import io

import pytest
import zstandard

from core.exports.compressed import LARGEST_BLOCK, compressed
from core.exports.export import Compression

HEADERS = [b"n,v\n", b"x" * LARGEST_BLOCK, b"y" * (3 * LARGEST_BLOCK + 1)]


@pytest.mark.parametrize("head", HEADERS)
def test_members_of_gzip_follow_each_other(head: bytes) -> None:
    both = compressed(head, Compression.GZIP) + gzip.compress(b"1,a\n")
    assert gzip.decompress(both) == head + b"1,a\n"


@pytest.mark.parametrize("head", HEADERS)
def test_frames_of_zstandard_follow_each_other(head: bytes) -> None:
    both = compressed(head, Compression.ZSTD) + zstandard.ZstdCompressor().compress(b"1,a\n")
    reader = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(both), read_across_frames=True)
    assert reader.read() == head + b"1,a\n"


def test_nothing_stays_nothing() -> None:
    assert compressed(b"", Compression.GZIP) == b""
    assert compressed(b"n\n", None) == b"n\n"
