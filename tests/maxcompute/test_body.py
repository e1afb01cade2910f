from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import AsyncIterator

import pytest

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.body import MEGABYTE, read_body


async def in_chunks(data: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.parametrize("encoding", ["", "identity", " Identity "])
async def test_a_plain_body_is_whole(encoding: str) -> None:
    assert await read_body(in_chunks(b"x" * 2500), encoding, 2500) == b"x" * 2500


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "deflate"])
async def test_a_packed_body_is_unpacked(encoding: str) -> None:
    body = random.Random(1).randbytes(3 * MEGABYTE)
    packed = zlib.compress(body) if encoding == "deflate" else gzip.compress(body)

    assert await read_body(in_chunks(packed, 70_000), encoding, 4 * MEGABYTE) == body


@pytest.mark.parametrize("encoding", ["", "gzip"])
async def test_no_body_is_an_empty_body(encoding: str) -> None:
    assert await read_body(in_chunks(b""), encoding, 10) == b""


async def test_a_body_over_the_limit_is_not_read() -> None:
    with pytest.raises(DecodeError, match="larger than 1 MB"):
        await read_body(in_chunks(b"x" * (MEGABYTE + 1)), "", MEGABYTE)


async def test_a_bomb_is_stopped_at_the_limit() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(200)) + packer.flush()

    with pytest.raises(DecodeError, match="larger than 16 MB"):
        await read_body(in_chunks(bomb, 65_536), "gzip", 16 * MEGABYTE)


async def test_a_stream_that_never_unpacks_to_anything_is_stopped_too() -> None:
    empty_block = b"\x00\x00\x00\xff\xff"
    endless = gzip.compress(b"")[:10] + empty_block * 30_000

    with pytest.raises(DecodeError, match="larger than"):
        await read_body(in_chunks(endless), "gzip", 100_000)


async def test_a_packed_body_without_an_end_was_cut() -> None:
    with pytest.raises(DecodeError, match="cut short"):
        await read_body(in_chunks(gzip.compress(b"abc" * 1000)[:-9]), "gzip", MEGABYTE)


async def test_a_damaged_packing_is_said_to_be_damaged() -> None:
    with pytest.raises(DecodeError, match="damaged"):
        await read_body(in_chunks(b"not gzip at all"), "gzip", MEGABYTE)


async def test_a_packing_nobody_asked_for_is_refused() -> None:
    with pytest.raises(DecodeError, match="not asked for"):
        await read_body(in_chunks(b""), "br", MEGABYTE)
