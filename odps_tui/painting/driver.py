"""Textual's driver on a terminal that has been taken before Textual was there."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

from odps_tui.painting.early_screen import EarlyScreen

_ALTERNATE_SCREEN = "\x1b[?1049h"


class TakingOver(LinuxDriver):
    """Does not switch to the other screen a first time, which would blank it; gives back the terminal as it was before us."""

    early: EarlyScreen
    _is_first = False

    def start_application_mode(self) -> None:
        """Take over, or come back from the shell."""
        self._is_first = self.early.is_ours
        super().start_application_mode()  # type: ignore[no-untyped-call]
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
