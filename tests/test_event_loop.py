"""A name server that does not answer: nobody waits for it at the end."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from pathlib import Path

import pytest

from odps_tui import commands
from odps_tui.event_loop import run

SERVES = "demo_service.py"  # looks no name up


def test_a_name_that_is_never_found_keeps_nobody_from_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: answer.wait(20))

    async def asking() -> str:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await asyncio.open_connection("service.example", 80)
        return "left"

    begun = time.monotonic()
    assert run(asking()) == "left"
    assert time.monotonic() - begun < 10
    answer.set()


def test_names_are_looked_up_as_ever() -> None:
    async def asking() -> tuple[list[object], list[object]]:
        loop = asyncio.get_running_loop()
        ours = await loop.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
        return list(ours), list(socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM))

    ours, expected = run(asking())
    assert ours == expected


def test_a_name_without_an_address_raises_what_the_resolver_says() -> None:
    async def asking() -> None:
        await asyncio.open_connection("no such name", 80)

    with pytest.raises(socket.gaierror):
        run(asking())


def test_every_command_that_asks_runs_on_this_loop() -> None:
    asking = {path.name for path in Path(commands.__path__[0]).glob("*.py") if "asyncio.run(" in path.read_text(encoding="utf-8")}
    assert asking == {SERVES}
