"""One line at the bottom of a terminal that shows how far things are; nothing where standard error is no terminal."""

from __future__ import annotations

import contextlib
import os
import sys

from odps_tui.commands.output import tell

_BAR = 20


class StatusLine:
    """Shown on standard error while it is entered; sentences told through it stay above it."""

    def __init__(self) -> None:
        self.is_shown = sys.stderr.isatty() and os.environ.get("TERM", "") not in {"", "dumb"}

    def __enter__(self) -> StatusLine:
        return self

    def __exit__(self, *_: object) -> None:
        self._write("")

    def show(self, text: str) -> None:
        """Replace the line."""
        self._write(text[: _columns() - 1])

    def tell(self, sentence: str) -> None:
        """Say something that stays."""
        self._write("")
        tell(sentence)

    def clear(self) -> None:
        """Take the line away, for what is written to the same terminal."""
        self._write("")

    def _write(self, text: str) -> None:
        if self.is_shown:
            with contextlib.suppress(OSError):
                sys.stderr.write(f"\r\x1b[2K{text}")
                sys.stderr.flush()


def bar(done: int, total: int) -> str:
    """Return a bar with its figures, `[#####...............] 3/12`."""
    filled = _BAR * min(done, total) // total if total else 0
    return f"[{'#' * filled}{'.' * (_BAR - filled)}] {done}/{total}"


def _columns() -> int:
    with contextlib.suppress(OSError):
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    return 80
