"""A port whose connections are never taken up: whoever calls waits, as behind a firewall that drops what it does not like."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from contextlib import contextmanager

_MORE_THAN_WAIT = 8
"""With a backlog of nothing one or two may wait; the system leaves everybody after them without an answer."""


@contextmanager
def deaf_port(host: str, port: int) -> Iterator[None]:
    """Listen without ever accepting, with callers of our own on every place where one could wait."""
    with contextlib.ExitStack() as sockets:
        ear = sockets.enter_context(socket.socket())
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind((host, port))
        ear.listen(0)
        for _ in range(_MORE_THAN_WAIT):
            caller = sockets.enter_context(socket.socket())
            caller.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                caller.connect((host, port))
        yield
