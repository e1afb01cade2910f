"""One alert, by every way that is wished for; what does not arrive is said, and holds nothing up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from odps_tui.notifying.alert import Alert
from odps_tui.notifying.command import run_command
from odps_tui.notifying.settings import NotifySettings, Way
from odps_tui.notifying.terminal import BELL, osc9, osc99, osc777, title, wrapped
from odps_tui.notifying.webhook import post_alert

Write = Callable[[str], object]
_NAME = "odps-tui"


class Notifier:
    """Tells alerts by what `settings` say; `environ` tells what lies between here and the terminal."""

    def __init__(self, settings: NotifySettings, environ: Mapping[str, str]) -> None:
        self._settings = settings
        self._environ = environ
        self._title = ""

    @property
    def ways(self) -> str:
        """In words: `bell + title + webhook`."""
        names = [way.value for way in Way if way in self._settings.ways]
        names += ["command"] if self._settings.command else []
        names += ["webhook"] if self._settings.webhook is not None else []
        return " + ".join(names) or "the screen only"

    def show_title(self, text: str, write: Write) -> None:
        """Set the window's title, if it is another than before."""
        if Way.TITLE in self._settings.ways and text != self._title:
            self._title = text
            write(title(text))

    def ring(self, alert: Alert, write: Write) -> None:
        """Tell it by the terminal."""
        line = alert.line
        all_notes = {Way.OSC9: osc9(line), Way.OSC777: osc777(_NAME, line), Way.OSC99: osc99(_NAME, line)}
        notes = "".join(note for way, note in all_notes.items() if way in self._settings.ways)
        if notes:
            write(wrapped(notes, self._environ))
        if Way.BELL in self._settings.ways:
            write(BELL)

    async def hand_on(self, alert: Alert) -> list[str]:
        """Tell it by command and webhook; return what went wrong."""
        tries = []
        if self._settings.command:
            tries.append(run_command(self._settings.command, alert, self._environ))
        if self._settings.webhook is not None:
            tries.append(post_alert(self._settings.webhook, alert))
        return [problem for problem in await asyncio.gather(*tries) if problem]
