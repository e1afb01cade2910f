"""The terminal before Textual has it: taken, drawn on once, and given back whatever comes between."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
from collections.abc import Iterable, Iterator
from types import FrameType
from typing import Any

from odps_tui.painting.early_frame import Frame, Span, written
from odps_tui.painting.terminal import erases_in_colour

_ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l"
_LEAVE = "\x1b[m\x1b[?7h\x1b[?1049l\x1b[?25h"
_ENDING = ("SIGTERM", "SIGHUP")


class EarlyScreen:
    """A terminal with a first frame on it. What is typed meanwhile is neither echoed nor lost: it waits for Textual.

    Ctrl-C, SIGTERM and SIGHUP give the terminal back and end the program as they do without a screen.
    """

    def __init__(self, frame: Frame) -> None:
        self._is_coloured = _has_true_colours()
        self.frame = frame if self._is_coloured else frame.uncoloured
        self.is_intact = True
        """Whether the terminal still shows what was drawn: not after it has been resized, back and forth too."""

        self.in_colour = erases_in_colour()
        """Whether the blanks have the frame's background."""

        self.attributes: list[Any] = termios.tcgetattr(sys.__stdin__.fileno())  # type: ignore[union-attr]
        """How the terminal was before."""

        self.is_ours = False
        """Whether it is us who have to give the terminal back."""

    def draw(self) -> None:
        """Take the terminal and draw."""
        self.is_ours = True
        termios.tcsetattr(self._input, termios.TCSANOW, _quiet(self.attributes))
        self._write(_ENTER + self.frame.write(erases_in_colour=self.in_colour))

    def add(self, spans: Iterable[Span]) -> None:
        """Draw more on it, as long as it is there."""
        if not (self.is_ours and self.is_intact):
            return
        more = [span if self._is_coloured else span._replace(sgr="") for span in spans]
        self.frame = self.frame._replace(spans=[*self.frame.spans, *more])
        self._write(written(more))

    def hand_over(self) -> None:
        """From now on it is Textual's to give back."""
        self.is_ours = False

    def leave(self) -> None:
        """Give the terminal back, unless somebody else has it; what was typed was for a screen that never came."""
        if not self.is_ours:
            return
        self.is_ours = self.is_intact = False
        with contextlib.suppress(termios.error, OSError, ValueError):
            termios.tcsetattr(self._input, termios.TCSAFLUSH, self.attributes)
        self._write(_LEAVE)

    @property
    def _input(self) -> int:
        assert sys.__stdin__ is not None  # noqa: S101 - it is a terminal
        return sys.__stdin__.fileno()

    def _write(self, text: str) -> None:
        """Write where Textual does; a terminal that is gone needs nothing."""
        with contextlib.suppress(OSError, ValueError):
            if sys.__stderr__ is not None:
                sys.__stderr__.write(text)
                sys.__stderr__.flush()


@contextlib.contextmanager
def early_screen(frame: Frame) -> Iterator[EarlyScreen]:
    """Draw a frame; give the terminal back at the end, unless it was handed over."""
    screen = EarlyScreen(frame)
    with _signals(screen):
        try:
            screen.draw()
            yield screen
        finally:
            screen.leave()


@contextlib.contextmanager
def _signals(screen: EarlyScreen) -> Iterator[None]:
    """Let signals that end a program do so by an exception, and note that the terminal has another size."""

    def end(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)

    def resized(_: int, __: FrameType | None) -> None:
        screen.is_intact = False

    before = {number: signal.signal(number, end) for number in (getattr(signal, name) for name in _ENDING)}
    before[signal.SIGWINCH] = signal.signal(signal.SIGWINCH, resized)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _quiet(attributes: list[Any]) -> list[Any]:
    """As Textual will have them, but for Ctrl-C: nobody reads yet. Nothing else of the keyboard ends or stops us."""
    quiet = [*attributes[:6], list(attributes[6])]
    quiet[0] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
    quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    for key in (termios.VSUSP, termios.VQUIT):
        quiet[6][key] = b"\0"
    quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 1, 0
    return quiet


def _has_true_colours() -> bool:
    """Tell it as Textual's own painter does."""
    return os.environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"} and "NO_COLOR" not in os.environ
