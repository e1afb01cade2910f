"""The program in a real pseudo-terminal, seen through a terminal emulator."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

import pyte

_PATIENCE = 30.0


class _Screen(pyte.Screen):
    """Answers what it is asked, as terminals do."""

    def __init__(self, columns: int, lines: int, answer: Callable[[str], None]) -> None:
        super().__init__(columns, lines)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data)

    def draw(self, data: str) -> None:
        """pyte gives up the rest of a text at a joiner; terminals draw on."""
        super().draw(data.replace("\u200d", ""))

    @property
    def display(self) -> list[str]:
        """The lines as they are shown. pyte's own cannot tell the second half of a wide character from a joined one."""
        return ["".join(self.buffer[line][column].data for column in range(self.columns)) for line in range(self.lines)]


class Terminal:
    """`python -m odps_tui ARGUMENTS` on a terminal of `columns`×`lines`; `text` is what a user sees.

    A `script` does something of its own before it calls `main`; `command` is run instead of all that.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        environ: Mapping[str, str],
        *,
        columns: int = 80,
        lines: int = 24,
        script: str = "",
        command: Sequence[str] = (),
    ) -> None:
        self.screen = _Screen(columns, lines, self._answer)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self.arrived_at = 0.0
        """When the latest of it came, on the monotonic clock."""
        self._home = tempfile.TemporaryDirectory(prefix="odps-tui-home-", ignore_cleanup_errors=True)
        self._master, slave = pty.openpty()
        self._set_size(columns, lines)
        self.process = subprocess.Popen(
            command or [sys.executable, *(("-c", script) if script else ("-m", "odps_tui")), *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**self._surroundings(), **environ},
            start_new_session=True,
        )
        os.close(slave)

    def _surroundings(self) -> dict[str, str]:
        """A home of its own, too: what this machine's user has arranged or connected to is no business of a test."""
        path = os.environ["PATH"]
        return {"PATH": path, "HOME": self._home.name, "TERM": "xterm-256color", "TZ": "UTC", "LANG": "C.UTF-8"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)
        self._home.cleanup()

    def _answer(self, text: str) -> None:
        """A terminal says where its cursor is when it is asked."""
        os.write(self._master, text.encode())

    @property
    def master(self) -> int:
        """The terminal's own end of the line."""
        return self._master

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def resize(self, columns: int, lines: int) -> None:
        self.screen.resize(lines, columns)
        self._set_size(columns, lines)
        self.process.send_signal(signal.SIGWINCH)

    def read(self, seconds: float, until: Callable[[], object] = bool) -> bool:
        """Take what the program writes for so long, or until a condition holds; return whether it does."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not until():
            self._read(left)
        return bool(until())

    def go_away(self) -> None:
        """Close the terminal, as a window is closed; a program that leads no session is not told."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDWR)

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Read what the program writes until `condition` holds."""
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"never came true: {what}\n{self.text}")
            self._read(0.1)

    def until_shown(self, words: str) -> None:
        self.until(lambda: words in self.text, f"{words!r} on the screen")

    def exit_status(self) -> int:
        """Read to the end; return the exit status."""
        self.until(lambda: self.process.poll() is not None, "the program's end")
        while self._read(0.0):
            pass
        return self.process.returncode

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError:  # the other side is closed
            return False
        self.arrived_at = time.monotonic()
        self.written += data
        self._stream.feed(data)
        return bool(data)

    def _set_size(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
