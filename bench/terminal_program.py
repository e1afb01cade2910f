"""A program in a pseudo-terminal: keys go in, bytes come out, and the questions that terminals are asked get their answers."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

COLUMNS, LINES = 120, 40
_PATIENCE = 60.0
_TAIL = 32
"""Bytes that a question may be cut off in by the end of a read."""

_ANSWERS = {
    rb"\x1b\[6n": b"\x1b[2;2R",
    rb"\x1b\[c": b"\x1b[?62;22c",
    rb"\x1b\[\?2026\$p": b"\x1b[?2026;2$y",
}
"""Where the cursor is, what kind of terminal this is, whether frames can be bracketed: as new terminals answer."""
_QUESTION = re.compile(b"|".join(b"(%s)" % question for question in _ANSWERS))


class Program:
    """`argv` on a terminal of 120×40, truecolour. What it writes is counted, exactly.

    reports: it is told by `--report N` to which descriptor it can write, a JSON object a line, what it has measured itself.
    """

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str] = {}, *, reports: bool = False) -> None:
        self.total = 0
        self.bursts: list[tuple[float, int]] = []
        """When something came, and how many bytes."""
        self.written = bytearray()
        self._unsearched = 0
        self._line = b""
        self._pipe: int | None
        end: int | None
        self._pipe, end = os.pipe() if reports else (None, None)
        self._terminal, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            [*argv, *([] if end is None else ["--report", str(end)])],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "TZ": "UTC", **environ},
            pass_fds=[] if end is None else [end],
            start_new_session=True,
        )
        os.close(slave)
        if end is not None:
            os.close(end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self.gather(2.0, until=lambda: self._process.poll() is not None)
        self._process.kill()
        self._process.wait()
        os.close(self._terminal)
        if self._pipe is not None:
            os.close(self._pipe)

    def type(self, keys: bytes) -> float:
        """Type; return when."""
        os.write(self._terminal, keys)
        return time.perf_counter()

    def gather(self, seconds: float, *, until: Callable[[], object] = lambda: False, quiet: float | None = None) -> int:
        """Read for `seconds`, or until a condition holds, or until nothing has come for `quiet` seconds; return the bytes."""
        before, now = self.total, time.perf_counter()
        deadline, silent = now + seconds, now + quiet if quiet is not None else float("inf")
        while (now := time.perf_counter()) < min(deadline, silent) and not until():
            if self._read(min(deadline, silent, now + 0.5) - now) and quiet is not None:
                silent = time.perf_counter() + quiet
        return self.total - before

    def until(self, words: str) -> None:
        """Read until it has written `words`."""
        wanted = words.encode()
        self.gather(_PATIENCE, until=lambda: wanted in self.written or self._process.poll() is not None)
        if wanted not in self.written:
            raise SystemExit(f"never written: {words!r}; at the end: {bytes(self.written[-1500:])!r}")

    def until_tick(self) -> None:
        """Read until something has come by itself: a clock's tick. From now on there is most of a second to measure in."""
        self.gather(0.3, quiet=0.05)
        before = self.total
        self.gather(3.0, until=lambda: self.total > before)
        self.gather(0.5, quiet=0.05)

    def cpu(self) -> float:
        """Return the seconds of processor that it has used, all its threads."""
        tasks = Path(f"/proc/{self._process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text("ascii").split()[0]) for task in tasks) / 1e9

    def _read(self, seconds: float) -> bool:
        return self._take(seconds, 65_536)

    def _take(self, seconds: float, at_most: int) -> bool:
        """Read once, for at most so long; tell whether the terminal got something."""
        ends = [self._terminal] if self._pipe is None else [self._terminal, self._pipe]
        ready, _, _ = select.select(ends, [], [], max(0.0, seconds))
        if self._pipe is not None and self._pipe in ready:
            self._listen(self._pipe)
        if self._terminal not in ready:
            return False
        try:
            data = os.read(self._terminal, at_most)
        except OSError:  # it has ended
            return False
        self.total += len(data)
        self.bursts.append((time.perf_counter(), len(data)))
        self.written += data
        self._answer()
        return True

    def _listen(self, pipe: int) -> None:
        said = os.read(pipe, 65_536)
        if not said:  # it has ended
            os.close(pipe)
            self._pipe = None
        *lines, self._line = (self._line + said).split(b"\n")
        for line in lines:
            self.reported(json.loads(line))

    def reported(self, facts: dict[str, Any]) -> None:
        """It has said something."""

    def _answer(self) -> None:
        for match in _QUESTION.finditer(self.written, self._unsearched):
            number = next(index for index, group in enumerate(match.groups()) if group is not None)
            os.write(self._terminal, list(_ANSWERS.values())[number])
            self._unsearched = match.end()
        self._unsearched = max(self._unsearched, len(self.written) - _TAIL)
