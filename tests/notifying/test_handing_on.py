"""Commands and webhooks that misbehave hold nothing up."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from odps_tui.notifying.alert import Alert
from odps_tui.notifying.command import run_command
from odps_tui.notifying.webhook import post_alert
from odps_tui.secret_str import SecretStr

ALERT = Alert("place", "ends", "words", datetime(2026, 11, 24, tzinfo=UTC), 250, [{"id": f"i{number}"} for number in range(250)])


async def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    mark = tmp_path / "alive"
    child = f"import time,pathlib; time.sleep(3); pathlib.Path({str(mark)!r}).touch()"
    program = f"import subprocess,sys,time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    problem = await run_command([sys.executable, "-c", program], ALERT, {}, patience=1.0)
    assert problem == "the command took longer than 1 s and was ended"
    await asyncio.sleep(3)
    assert not mark.exists()


async def test_a_command_that_does_not_read_and_one_that_fails() -> None:
    assert await run_command([sys.executable, "-c", "pass"], ALERT, {}) == ""
    assert await run_command([sys.executable, "-c", "import sys; sys.exit(3)"], ALERT, {}) == "the command left with status 3"


async def test_a_webhook_that_is_not_there_or_never_answers() -> None:
    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(never, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        problem = await post_alert(SecretStr(f"http://127.0.0.1:{port}/canary"), ALERT, patience=0.2, pause=0)
    assert problem.startswith("the webhook at 127.0.0.1 did not answer (")
    problem = await post_alert(SecretStr(f"http://127.0.0.1:{port}/canary"), ALERT, patience=1, pause=0)
    assert problem == "the webhook at 127.0.0.1 did not answer (ConnectError)"


async def test_a_webhook_that_redirects_is_not_followed() -> None:
    asked: list[bytes] = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(elsewhere, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await post_alert(SecretStr(f"http://127.0.0.1:{port}/"), ALERT, pause=0) == "the webhook at 127.0.0.1 answered 302"
    assert len(asked) == 1, "a no is a no"


def test_of_many_instances_the_first_hundred_are_told_and_how_many_there_are() -> None:
    import json

    facts = json.loads(ALERT.document())
    assert (facts["count"], len(facts["instances"]), facts["at"]) == (250, 100, "2026-11-24T00:00:00Z")
