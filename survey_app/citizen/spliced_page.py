"""A page compressed once, with a gap into which each visitor's token is put: bytes in, bytes out.

Compressing a page again for every visitor costs two hundred times what this does. The gzip file (RFC 1952) is made of
three pieces: what stands before the token, deflated and flushed to a whole byte; the token, as a stored block (RFC
1951, 3.2.4); what stands after it. The check sum of the first piece is known beforehand and continued over the rest.
"""

import gzip
import struct
import zlib
from dataclasses import dataclass
from typing import Self

_LEVEL = 9
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""Deflate, no flags, no time, slowest compression, unknown system (RFC 1952, 2.3)."""
_EMPTY_STORED_BLOCK = b"\x00\x00\xff\xff"
"""A flush ends with a stored block of no bytes: its length and its complement. We write the token's instead."""
_TRAILER = struct.Struct("<II")
_BLOCK_LENGTH = struct.Struct("<HH")


@dataclass(frozen=True, slots=True)
class SplicedPage:
    """A page in two pieces, around the gap. Made by `around`."""

    head: bytes
    """Everything up to the length of the stored block."""
    head_sum: int
    head_length: int
    tail: bytes
    tail_text: bytes

    @classmethod
    def around(cls, before: str, after: str) -> Self:
        """The page whose token stands between `before` and `after`."""
        start, end = before.encode(), after.encode()
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL + 1)
        # A full flush lets the end stand alone: nothing after it refers to anything before it.
        head = deflate.compress(start) + deflate.flush(zlib.Z_FULL_FLUSH)
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        tail = deflate.compress(end) + deflate.flush()
        return cls(
            head=_GZIP_HEADER + head.removesuffix(_EMPTY_STORED_BLOCK),
            head_sum=zlib.crc32(start),
            head_length=len(start),
            tail=tail,
            tail_text=end,
        )

    def compressed(self, token: str) -> bytes:
        """The page with this token as a gzip file. The token is at most 65,535 ASCII characters."""
        put = token.encode("ascii")
        rest = put + self.tail_text
        trailer = _TRAILER.pack(zlib.crc32(rest, self.head_sum), self.head_length + len(rest))
        length = _BLOCK_LENGTH.pack(len(put), len(put) ^ 0xFFFF)
        return b"".join((self.head, length, put, self.tail, trailer))

    def plain(self, token: str) -> bytes:
        """The same page uncompressed, for the rare reader that cannot unpack it."""
        return gzip.decompress(self.compressed(token))
