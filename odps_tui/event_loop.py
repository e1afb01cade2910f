"""The event loop that the program runs on: a name server that does not answer never keeps it from leaving.

asyncio looks names up in threads that it waits for at the end, and the system's resolver may take half a minute.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine
from typing import Any, TypeVar

from odps_tui.config.aside import aside

Answer = TypeVar("Answer")


class _Loop(asyncio.SelectorEventLoop):
    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 - the name in asyncio
        proto: int = 0,
        flags: int = 0,
    ) -> list[tuple[Any, ...]]:
        """As in asyncio, in a thread that nobody waits for."""
        return list(await aside(lambda: socket.getaddrinfo(host, port, family, type, proto, flags)))


def run(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Do as `asyncio.run`, on this loop."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)
