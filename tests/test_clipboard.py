"""What reaches a terminal, byte for byte, on each way; and a real tmux with a real client."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from odps_tui.clipboard import Sent, Way, send, way_of

ROOT = Path(__file__).parents[1]
TEXT = "SELECT 1 -- 订单 ✓\n\tFROM t;"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def sent(text: str, **environ: str) -> tuple[Sent, str]:
    written: list[str] = []
    answer = await send(text, written.append, {"TERM": "xterm-256color", "PATH": os.environ["PATH"], **environ})
    return answer, "".join(written)


# Which way -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-256color"}, Way.OSC52),
        ({}, Way.OSC52),
        ({"TERM": "tmux-256color"}, Way.OSC52),
        ({"TMUX": "/tmp/tmux-0/default,1,0", "TERM": "screen-256color", "STY": "1.pts"}, Way.TMUX),
        ({"STY": "1234.pts-0.host", "TERM": "xterm"}, Way.SCREEN),
        ({"TERM": "screen.xterm-256color"}, Way.SCREEN),
        ({"TMUX": "x", "ODPS_TUI_CLIPBOARD": "osc52"}, Way.OSC52),
        ({"ODPS_TUI_CLIPBOARD": " Screen "}, Way.SCREEN),
        ({"STY": "x", "ODPS_TUI_CLIPBOARD": "auto"}, Way.SCREEN),
        ({"ODPS_TUI_CLIPBOARD": "off"}, Way.OFF),
    ],
)
def test_the_way(environ: dict[str, str], way: Way) -> None:
    assert way_of(environ) is way


# Bytes ---------------------------------------------------------------------------------------------------------------------


async def test_osc_52() -> None:
    answer, written = await sent(TEXT)
    assert answer == Sent(True, "sent to the terminal (OSC 52)")
    assert written == f"\x1b]52;c;{encoded(TEXT)}\x1b\\"


@pytest.mark.parametrize("size", [1, 500, 509, 510, 511, 520, 2000, 40_000])
async def test_screen_gets_it_in_device_control_strings(size: int) -> None:
    answer, written = await sent("x" * size, STY="1.pts")
    assert answer == Sent(True, "sent to the terminal through screen (OSC 52)")
    chunks = re.findall(r"\x1bP(?s:.*?)\x1b\\", written)
    assert "".join(chunks) == written
    assert max(map(len, chunks)) <= 700
    assert "".join(chunk[2:-2] for chunk in chunks) == f"\x1b]52;c;{encoded('x' * size)}\a"


async def test_what_is_too_long_is_refused_with_both_figures() -> None:
    longest = "x" * (74_994 // 4 * 3)
    assert (await sent(longest))[0].done
    for environ in ({}, {"STY": "1"}, {"TMUX": "x"}):
        answer, written = await sent("x" * 80_000, **environ)
        assert answer == Sent(False, "not sent: it is 78 KB long, and terminals take 54 KB")
        assert not written
    assert not (await sent(longest + "x"))[0].done


@pytest.mark.parametrize(
    ("environ", "text", "words"),
    [
        ({"ODPS_TUI_CLIPBOARD": "off"}, "x", "not sent: ODPS_TUI_CLIPBOARD is off"),
        ({"ODPS_TUI_CLIPBOARD": "kitty"}, "x", "not sent: ODPS_TUI_CLIPBOARD must be auto, osc52, tmux, screen or off"),
        ({}, "", "not sent: it is empty"),
    ],
)
async def test_why_not(environ: dict[str, str], text: str, words: str) -> None:
    assert await sent(text, **environ) == (Sent(False, words), "")


async def test_nothing_that_a_terminal_obeys_is_in_what_is_pasted() -> None:
    _, written = await sent("a\x1b]0;title\x07b\x9bc\x00d\r\ne\u202ef\r")
    pasted = base64.b64decode(written[7:-2]).decode()
    assert pasted == "a\ufffd]0;title\ufffdb\ufffdc\ufffdd\ne\ufffdf\ufffd"


# A tmux that does not work -------------------------------------------------------------------------------------------------


def fake_tmux(folder: Path, script: str) -> dict[str, str]:
    program = folder / "tmux"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"TMUX": "x", "PATH": f"{folder}:{os.environ['PATH']}", "FOLDER": str(folder)}


async def test_tmux_gets_the_text_on_standard_input_only(tmp_path: Path) -> None:
    environ = fake_tmux(tmp_path, 'echo "$@" > $FOLDER/arguments; cat > $FOLDER/input')
    answer, written = await sent(TEXT, **environ)
    assert answer == Sent(True, "sent to tmux")
    assert not written
    assert (tmp_path / "arguments").read_text() == "load-buffer -w -\n"
    assert (tmp_path / "input").read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("script", ["exit 1", "echo 'unknown flag -w' >&2; exit 1", "exec 0<&-; exit 3"])
async def test_without_tmux_it_goes_the_plain_way_and_says_so(tmp_path: Path, script: str) -> None:
    answer, written = await sent("x" * 50_000, **fake_tmux(tmp_path, script))
    assert answer == Sent(True, "sent to the terminal (OSC 52), as tmux did not take it")
    assert written.startswith("\x1b]52;c;")
    answer, _ = await sent("x", TMUX="x", PATH=str(tmp_path / "nowhere"))
    assert answer.words.endswith("as tmux did not take it")


async def test_a_tmux_that_hangs_costs_a_second_and_no_turn_of_the_loop(tmp_path: Path) -> None:
    turns = 0

    async def turn() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0.02)
            turns += 1

    turning = asyncio.create_task(turn())
    began = time.monotonic()
    answer, written = await sent("x", **fake_tmux(tmp_path, "echo $$ > $FOLDER/pid; exec sleep 30"))
    assert 0.9 < time.monotonic() - began < 3
    assert answer.done
    assert written
    assert turns > 20
    turning.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


# A real tmux ---------------------------------------------------------------------------------------------------------------

PROGRAM = """
import asyncio, os, pathlib, sys, time
from odps_tui.clipboard import send
folder = pathlib.Path(sys.argv[1])
def write(sequence):
    sys.stdout.write(sequence)
    sys.stdout.flush()
answer = asyncio.run(send((folder / "text").read_text(encoding="utf-8"), write, os.environ))
(folder / "words.new").write_text(answer.words)
(folder / "words.new").rename(folder / "words")
time.sleep(60)
"""


class Tmux:
    """A server of our own with one client on a pseudo-terminal; `reached` is what the client's terminal got."""

    def __init__(self, folder: Path, text: str, *, config: str, clipboard: str) -> None:
        self.folder = folder
        self.reached = b""
        (folder / "text").write_text(text, encoding="utf-8")
        (folder / "program.py").write_text(PROGRAM)
        (folder / "tmux.conf").write_text(config)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        command = [sys.executable, str(folder / "program.py"), str(folder)]
        self._client = subprocess.Popen(
            [*self._tmux, "-f", str(folder / "tmux.conf"), "new-session", *command],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env={
                "PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT),
                "ODPS_TUI_CLIPBOARD": clipboard,
            },
        )  # fmt: skip
        os.close(slave)

    @property
    def _tmux(self) -> list[str]:
        return ["tmux", "-u", "-S", str(self.folder / "socket")]

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, self.reached[-500:]
            self.read(0.05)

    def read(self, seconds: float) -> None:
        if select.select([self._master], [], [], seconds)[0]:
            self.reached += os.read(self._master, 65_536)

    def words(self) -> str:
        self.until((self.folder / "words").exists)
        for _ in range(10):
            self.read(0.05)
        return (self.folder / "words").read_text()

    def buffer(self) -> str | None:
        shown = subprocess.run([*self._tmux, "show-buffer"], capture_output=True, encoding="utf-8", check=False)
        return shown.stdout if shown.returncode == 0 else None

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)
        self._client.wait(10)
        os.close(self._master)


@contextlib.contextmanager
def tmux(text: str, *, config: str = "", clipboard: str = "auto") -> Iterator[Tmux]:
    # Not tmp_path: a socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="odps-tmux-") as folder:
        server = Tmux(Path(folder), text, config=config, clipboard=clipboard)
        try:
            yield server
        finally:
            server.close()


needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux here")
ON, OFF = "set -s set-clipboard on\n", "set -s set-clipboard off\n"


@needs_tmux
@pytest.mark.parametrize("config", ["", ON, OFF], ids=["default", "on", "off"])
@pytest.mark.parametrize("text", [TEXT, "x" * 50_000], ids=["short", "50 KB"])
def test_tmux_takes_it_and_hands_it_on(config: str, text: str) -> None:
    with tmux(text, config=config) as server:
        assert server.words() == "sent to tmux"
        assert server.buffer() == text
        server.until(lambda: encoded(text).encode() in server.reached)
        assert re.search(rb"\x1b\]52;[a-z]*;" + re.escape(encoded(text).encode()), server.reached)


@needs_tmux
def test_the_plain_way_is_lost_in_a_tmux_as_it_comes_and_arrives_where_it_is_let_through() -> None:
    with tmux(TEXT, clipboard="osc52") as server:
        assert server.words() == "sent to the terminal (OSC 52)", "not: copied"
        assert server.buffer() is None
        assert encoded(TEXT).encode() not in server.reached
    with tmux(TEXT, clipboard="osc52", config=ON) as server:
        server.words()
        server.until(lambda: encoded(TEXT).encode() in server.reached)
        assert server.buffer() == TEXT
