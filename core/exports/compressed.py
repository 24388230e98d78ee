"""A few bytes compressed so that they can stand before what Redshift compressed.

Members of gzip and frames of Zstandard may follow each other in a file. The standard library has no
Zstandard before Python 3.14, but a frame that holds its bytes as they are is easily written.
https://www.rfc-editor.org/rfc/rfc8878#section-3.1
"""

import gzip

from core.exports.export import Compression

ZSTD_MAGIC = 0xFD2FB528
ONE_SEGMENT_OF_4_BYTES_SIZE = 0b1010_0000
LARGEST_BLOCK = 64 * 1024  # bytes; a frame's blocks have at most 128 KiB


def compressed(content: bytes, compression: Compression | None) -> bytes:
    if compression is None or not content:
        return content
    if compression is Compression.GZIP:
        return gzip.compress(content, mtime=0)
    return _zstd_frame(content)


def _zstd_frame(content: bytes) -> bytes:
    """A frame of raw blocks."""
    frame = ZSTD_MAGIC.to_bytes(4, "little") + bytes([ONE_SEGMENT_OF_4_BYTES_SIZE])
    frame += len(content).to_bytes(4, "little")
    for first in range(0, len(content), LARGEST_BLOCK):
        block = content[first : first + LARGEST_BLOCK]
        is_last = first + LARGEST_BLOCK >= len(content)
        frame += (len(block) << 3 | is_last).to_bytes(3, "little") + block
    return frame
