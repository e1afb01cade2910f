"""Textual's driver, on terminals that were taken before Textual was there, and on those that go away."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
from io import TextIOWrapper
from typing import Any, Final, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver

from odps_tui.painting.early_screen import EarlyScreen

_ALTERNATE_SCREEN: Final = "\x1b[?1049h"
_LOOK: Final = 1.0
"""Seconds from one look at whether the terminal is still there to the next."""

HUNG_UP: Final = 129
"""Exit status of a program whose terminal is gone: what SIGHUP, which not everybody gets, would make it."""


class _Outlet:
    """Writes as long as there is somebody to write to.

    Textual's thread that writes dies of an error; then the app waits for a place in its queue for ever, deaf to every signal.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.fileno = file.fileno

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._file.flush()


class TerminalDriver(LinuxDriver):
    """Leaves when the terminal is gone. Textual's own would read from it for ever, as fast as it can."""

    _looking: asyncio.TimerHandle | None = None

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._outlet = _Outlet(cast("TextIO", self._file))
        self._file = cast("TextIOWrapper", self._outlet)

    def start_application_mode(self) -> None:
        """Take the terminal, or come back to it from the shell."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self._terminal = select.poll()
        self._terminal.register(self.fileno, 0)  # a hang-up is told unasked
        self._look()

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        if self._looking is not None:
            self._looking.cancel()
        super().stop_application_mode()

    def _look(self) -> None:
        if self._terminal.poll(0):
            self._hang_up()
        else:
            self._looking = asyncio.get_running_loop().call_later(_LOOK, self._look)

    def _hang_up(self) -> None:
        """Write to nobody from now on, read from nobody, and leave."""
        nobody = os.open(os.devnull, os.O_RDWR)
        with contextlib.suppress(OSError):
            for descriptor in {self.fileno, self._outlet.fileno()}:
                os.dup2(nobody, descriptor)
        os.close(nobody)
        self.exit_event.set()
        self._app.exit(return_code=HUNG_UP)


class TakingOver(TerminalDriver):
    """Does not switch to the other screen a first time, which would blank it; gives back the terminal as it was before us."""

    early: EarlyScreen
    _is_first = False

    def start_application_mode(self) -> None:
        """Take over, or come back from the shell."""
        self._is_first = self.early.is_ours
        super().start_application_mode()
        self.attrs_before = self.early.attributes
        self.early.hand_over()

    def write(self, data: str) -> None:
        """Write, but for what has been done."""
        if self._is_first and data == _ALTERNATE_SCREEN:
            self._is_first = False
        else:
            super().write(data)


def taking_over(early: EarlyScreen) -> type[TakingOver]:
    """Return the driver of an app that follows this screen."""
    return type("TakingOver", (TakingOver,), {"early": early})
