"""The real program on a real terminal, as an operator sees it: is it live, how old is what it shows, does it answer a key."""

from __future__ import annotations

import os
import re
import statistics
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.faults.machine import busy, quiet
from tests.ui.terminal import Terminal

START = 60.0
"""Seconds until a start is given up: machines are slow when others use them, too."""
_KEYS = 9
_CURSOR = "│▌"
_ID = re.compile(r"\b2\d{13,17}g\w{5,9}\b")
_LIVE = re.compile(r"● live (\S+) ago")
_WAITS = re.compile(r"(?:next try in|next try at) (\d+)s")
_FRAME = re.compile(r"[│╭╮╰╯─▌▅▇▆▄▃▂▁█▊▋▍▎▏]+")
_SWITCHED = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_KITTY = re.compile(rb"\x1b\[([<>])\d*u")


class Session(Terminal):
    """`odps-tui` on 120×40, at home in `home`, with `environ` and nothing else of this machine's user."""

    def __init__(
        self,
        home: Path,
        environ: Mapping[str, str],
        *,
        arguments: Sequence[str] = (),
        before: Sequence[str] = (),
        command: Sequence[str] = (),
    ) -> None:
        with busy():
            super().__init__(
                (),
                {"HOME": str(home), "TMPDIR": str(home), **environ},
                columns=120,
                lines=40,
                command=command or [*before, sys.executable, "-m", "odps_tui", *arguments],
            )
        self.note_modes()

    def note_modes(self) -> None:
        """The terminal is to be again as it is now."""
        self._tty_before = _tty_modes(self.master)
        self._modes_before = set(self.screen.mode)

    # What is seen ------------------------------------------------------------------------------------------------------------

    @property
    def words(self) -> str:
        """The screen on one line, without its frames."""
        return " ".join(_FRAME.sub(" ", self.text).split())

    @property
    def notice(self) -> str:
        """The sentences under the top line, on one line."""
        lines = [line.strip() for line in self.screen.display[1:8]]
        chips = next((number for number, line in enumerate(lines) if line.startswith("1 run")), 0)
        return " ".join(lines[:chips])

    @property
    def ids(self) -> set[str]:
        """Instances that are shown."""
        return set(_ID.findall(self.text))

    @property
    def age(self) -> str:
        """How old the data is, as the top line tells it; empty when it does not."""
        found = re.search(r"live (\S+) ago|data (\S+) old", self.screen.display[0])
        return (found[1] or found[2]) if found else ""

    @property
    def is_live(self) -> bool:
        """True when the top line says so and means this very moment."""
        found = _LIVE.search(self.screen.display[0])
        return found is not None and found[1] in {"0s", "1s", "2s", "3s"}

    @property
    def waits(self) -> float:
        """Seconds to the next try, as the top line tells; 0 when none is told."""
        found = _WAITS.search(self.screen.display[0])
        return float(found[1]) if found else 0.0

    def until_live(self, patience: float = START) -> None:
        """Wait for a list that was read just now."""
        self.watch(lambda: self.is_live and len(self.ids) >= 5, "a live list", patience)

    def watch(self, condition: Callable[[], object], what: str, patience: float) -> float:
        """Read until it holds; return the seconds. Raises AssertionError with the screen."""
        begun = time.monotonic()
        while not condition():
            if time.monotonic() > begun + patience:
                raise AssertionError(f"{what} never came in {patience:.0f} s\n{self.text}")
            if self.process.poll() is not None:
                raise AssertionError(f"the program ended (exit {self.process.returncode}) before {what} came\n{self.text}")
            self._read(0.1)
        return time.monotonic() - begun

    def pass_time(self, seconds: float) -> None:
        """Go on reading what it writes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.05)

    # Keys --------------------------------------------------------------------------------------------------------------------

    def answer_time(self) -> float:
        """Press down and up in turns; return the median seconds until the terminal has the cursor in its new place."""
        with quiet():
            times = [self._answered("jk"[number % 2]) for number in range(_KEYS)]
        return statistics.median(times)

    def _answered(self, key: str) -> float:
        self.pass_time(0.05)
        before, pressed = self._cursor(), time.monotonic()
        self.type(key)
        self.watch(lambda: self._cursor() not in {before, None}, "an answer to a key", 10.0)
        return self.arrived_at - pressed

    def _cursor(self) -> str | None:
        """The instance under the cursor; not its line, which a notice moves."""
        line = next((line for line in self.screen.display if line.startswith(_CURSOR)), "")
        found = _ID.search(line)
        return found[0] if found else None

    # The end -----------------------------------------------------------------------------------------------------------------

    def ended(self, patience: float = 10.0) -> int:
        """Read to the end; return the exit status. Raises AssertionError when it does not end."""
        begun = time.monotonic()
        while self.process.poll() is None:
            if time.monotonic() > begun + patience:
                raise AssertionError(f"it did not end in {patience:.0f} s\n{self.text}")
            self._read(0.05)
        while self._read(0.05):
            pass
        return self.process.returncode

    def unrestored(self) -> str:
        """What of the terminal is not as it was before, in words; empty when all is."""
        wrong = [f"mode {mode >> 5} {'left on' if mode in self.screen.mode else 'left off'}" for mode in self._changed_modes()]
        if _tty_modes(self.master) != self._tty_before:
            wrong.append("the line's modes are not as before")
        if self.in_alternate_screen():
            wrong.append("left in the alternate screen")
        pushes = [match[1] for match in _KITTY.finditer(self.written)]
        if pushes.count(b">") != pushes.count(b"<"):
            wrong.append("the keyboard's protocol was not given back")
        return ", ".join(wrong)

    def _changed_modes(self) -> set[int]:
        return set(self.screen.mode) ^ self._modes_before

    def since_alternate_screen(self) -> str:
        """What was written since that was left."""
        return self.written.rpartition(b"?1049l")[2].decode(errors="replace")

    def in_alternate_screen(self) -> bool:
        """True while the terminal shows another screen than the shell's."""
        last = [how for modes, how in _SWITCHED.findall(self.written) if b"1049" in modes.split(b";")]
        return bool(last) and last[-1] == b"h"


def _tty_modes(descriptor: int) -> list[Any]:
    return termios.tcgetattr(descriptor)[:4]


def files_under(*roots: Path) -> list[Path]:
    """Every file that was left behind."""
    return [Path(folder) / name for root in roots for folder, _, names in os.walk(root) for name in names]
