"""Calls that may hang (a keyring's daemon, a helper program, a file on a dead mount), made in a daemon thread with a limit.

Not `asyncio.to_thread`: its threads are joined when the loop ends, so one that hangs would keep the program from ever leaving.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Answer = TypeVar("Answer")


def started(call: Callable[[], Answer]) -> Future[Answer]:
    """Start `call` in a daemon thread of its own; the future holds what it returns or raises."""
    future: Future[Answer] = Future()
    future.set_running_or_notify_cancel()  # from here on nobody can cancel it under the thread's hands

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # whoever waits gets it, whatever it is
            future.set_exception(error)

    threading.Thread(target=run, name="aside", daemon=True).start()
    return future


def within(limit: float, call: Callable[[], Answer]) -> Answer:
    """Return what `call` returns; raises TimeoutError after `limit` seconds, and leaves it behind."""
    return started(call).result(limit)


async def aside(call: Callable[[], Answer]) -> Answer:
    """Return what `call` returns without holding up the event loop; whoever cancels this leaves it behind."""
    return await asyncio.wrap_future(started(call))
