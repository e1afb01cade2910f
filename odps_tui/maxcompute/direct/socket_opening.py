"""A connected socket to a host by its name: all of its addresses are tried, the next a moment after the last."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable, Sequence
from itertools import chain, zip_longest
from typing import Any

_HEAD_START = 0.25
"""Seconds that an address is tried before the next one is tried beside it (RFC 8305)."""

_Address = tuple[Any, ...]
"""As `getaddrinfo` tells it: family, type, protocol, name, and where."""


async def open_socket(host: str, port: int) -> socket.socket:
    """Return a socket that is connected. Raises OSError; of several, an OSError whose cause is a group of them."""
    addresses = _interleaved(await _addresses(host, port))
    if len(addresses) == 1:
        return await _connected(addresses[0])
    return await _first_connected(addresses)


async def _addresses(host: str, port: int) -> list[_Address]:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port))]
    return list(await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM))


def _interleaved(addresses: Iterable[_Address]) -> list[_Address]:
    """The families by turns, beginning with that of the first: one of them may lead nowhere."""
    families: dict[int, list[_Address]] = {}
    for address in addresses:
        families.setdefault(address[0], []).append(address)
    return [address for address in chain.from_iterable(zip_longest(*families.values())) if address is not None]


async def _first_connected(addresses: Sequence[_Address]) -> socket.socket:
    trying: set[asyncio.Task[socket.socket]] = set()
    errors: list[OSError] = []
    waiting = list(reversed(addresses))
    try:
        while trying or waiting:
            if waiting:
                trying.add(asyncio.create_task(_connected(waiting.pop())))
            done, trying = await asyncio.wait(
                trying, timeout=_HEAD_START if waiting else None, return_when=asyncio.FIRST_COMPLETED
            )
            errors += [error for task in done if (error := _error_of(task)) is not None]
            connected = [task.result() for task in done if task.exception() is None]
            if connected:
                _close(connected[1:])
                return connected[0]
    finally:
        await _give_up(trying)
    raise OSError("no address could be connected") from ExceptionGroup("each for itself", errors)


def _error_of(task: asyncio.Task[socket.socket]) -> OSError | None:
    error = task.exception()
    if error is not None and not isinstance(error, OSError):
        raise error
    return error


async def _give_up(trying: Iterable[asyncio.Task[socket.socket]]) -> None:
    trying = list(trying)
    for task in trying:
        task.cancel()
    for answer in await asyncio.gather(*trying, return_exceptions=True):
        if isinstance(answer, socket.socket):
            answer.close()


def _close(sockets: Iterable[socket.socket]) -> None:
    for one in sockets:
        one.close()


async def _connected(address: _Address) -> socket.socket:
    family, kind, protocol, _, where = address
    one = socket.socket(family, kind, protocol)
    try:
        one.setblocking(False)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(one, where)
    except BaseException:
        one.close()
        raise
    return one
