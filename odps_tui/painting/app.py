"""FrugalApp: the one seam on which the painter hangs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, ClassVar, Final

from rich.color import ColorSystem
from rich.console import RenderableType
from textual import events
from textual._ansi_sequences import SYNC_END, SYNC_START
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, ReturnType
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.screen import Screen
from textual.timer import Timer

from odps_tui.painting.driver import TerminalDriver, taking_over
from odps_tui.painting.early_screen import EarlyScreen
from odps_tui.painting.framed_lines import make_frames_once
from odps_tui.painting.frames import paint_in_time
from odps_tui.painting.line import Line
from odps_tui.painting.painter import Painter
from odps_tui.painting.strips import let_strips_go
from odps_tui.painting.terminal import erases_in_colour, objection

_AGAIN: Final = 0.05
"""Seconds after which a line that was behind is looked at again, if the terminal has not answered before."""

_PATIENCE: Final = 0.5
"""Seconds to wait for the terminal's last answer before it is left."""

_WORTH_A_BRACKET: Final = 512
"""Bytes from which on a frame is bracketed, so that a terminal that can shows it all at once."""


class FrugalApp(App[ReturnType]):
    """An app that paints differences only, and none that nobody would see because the line is slower than the app.

    It takes the place of `App._display`, which gets a LayoutUpdate for a whole screen and a ChopsUpdate for parts of one. Where
    it meets anything else it lets Textual paint; when it breaks it does so for good. `objection` tells why it does, if it does.
    `early` is what the terminal shows already.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+l", "redraw", "Paint the screen anew", show=False, id="app.redraw", priority=True),
        Binding("ctrl+z", "suspend_process", "Back to the shell; fg returns", show=False, id="app.suspend", priority=True),
    ]

    def __init__(self, *, frugal: bool = True, early: EarlyScreen | None = None, **keywords: Any) -> None:
        super().__init__(driver_class=taking_over(early) if early else TerminalDriver, **keywords)
        self._early = early
        self.objection = objection() if frugal else "asked for the stock painter"
        if not self.objection:
            let_strips_go()
            make_frames_once()
            paint_in_time()
        self._painter: Painter | None = None
        self._line = Line()
        self._look_again: Timer | None = None
        self._left_to_do: list[Callable[[], None]] = []

    # The seam ---------------------------------------------------------------------------------------------------------------

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        driver = self._driver
        if renderable is None or driver is None or not self._paints_frugally(driver):
            super()._display(screen, renderable)
        elif isinstance(renderable, LayoutUpdate | ChopsUpdate):
            self._take(driver, renderable)
            self.post_display_hook()
        else:
            if self._painter is not None:
                self._painter.forget()
            super()._display(screen, renderable)

    def _paints_frugally(self, driver: Driver) -> bool:
        is_shown = self._running and not self._closed and not self._batch_count
        return is_shown and not self.objection and not (driver.is_headless or driver.is_inline or driver.is_web)

    def _take(self, driver: Driver, update: LayoutUpdate | ChopsUpdate) -> None:
        try:
            if self._painter is None:
                self._line = Line(sys.__stderr__.fileno() if sys.__stderr__ else None)
                colours = self.console._color_system or ColorSystem.TRUECOLOR  # noqa: SLF001 - as Textual's own painter
                begun = self._early.frame if self._early is not None and self._early.is_intact else None
                self._painter = Painter(colours, erases_in_colour=erases_in_colour(), begun=begun)
            self._painter.take(update)
            self._paint(driver, self._painter)
        except Exception as error:
            self._give_up(driver, error)

    def _paint(self, driver: Driver, painter: Painter) -> None:
        """Bring the terminal up to date, if it is not still busy with what came before."""
        if painter.size != self.size:
            return  # the terminal has been resized, and Textual is about to draw all of it
        if self._line.is_behind:
            self._look_later()
            return
        frame = painter.paint(self._typing_at())
        if not frame:
            return
        if self._sync_available and len(frame) >= _WORTH_A_BRACKET:
            frame = f"{SYNC_START}{frame}{SYNC_END}"
        driver.write(self._line.frame(frame))
        driver.flush()

    def _typing_at(self) -> tuple[int, int]:
        """Where the terminal's own cursor belongs: where somebody types, for input methods open their windows there."""
        is_typing = hasattr(self.screen.focused, "cursor_screen_offset")
        return self.screen.outer_size.clamp_offset(self.cursor_position) if is_typing else (0, 0)

    def _give_up(self, driver: Driver, error: Exception) -> None:
        self.objection = f"the frugal painter broke: {error!r}"
        self._painter = None
        self.log.error(self.objection)
        driver.write("\x1b[m\x1b[r")
        self.screen.refresh()

    # What the terminal says -------------------------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Somebody else has had the terminal when the app returns to it."""
        self.app_resume_signal.subscribe(self, self._returned, immediate=True)

    def on_cursor_position(self, event: events.CursorPosition) -> None:
        """The terminal has drawn what was written before it was asked."""
        event.stop()
        self._line.answered()
        if not self._line.is_waiting:
            self._do_what_is_left()
        self._catch_up()

    def on_resize(self) -> None:
        """Terminals move and wrap what they show when they change their size, back and forth too."""
        self._repaint()

    def _returned(self, _: object) -> None:
        self._line.restart()
        self._repaint()

    def _repaint(self) -> None:
        if self._painter is not None:
            self._painter.forget()
            self.call_later(self._catch_up)

    def _catch_up(self) -> None:
        """Paint what has been held back."""
        self._look_again = None
        driver, painter = self._driver, self._painter
        if driver is None or painter is None or not self._paints_frugally(driver):
            return
        try:
            self._paint(driver, painter)
        except Exception as error:
            self._give_up(driver, error)

    def _look_later(self) -> None:
        if self._look_again is None:
            self._look_again = self.set_timer(_AGAIN, self._catch_up)

    # Leaving the terminal ---------------------------------------------------------------------------------------------------

    def action_redraw(self) -> None:
        """Paint everything: something else has written on the screen."""
        self._repaint()

    def action_suspend_process(self) -> None:
        """Give the terminal back to the shell for a while."""
        self._when_answered(super().action_suspend_process)

    def exit(self, result: ReturnType | None = None, return_code: int = 0, message: RenderableType | None = None) -> None:
        """Leave, when the terminal has answered: an answer that comes later would be typed into the shell."""
        leave = super().exit
        self._when_answered(lambda: leave(result, return_code, message))

    def _when_answered(self, act: Callable[[], None]) -> None:
        if not self._line.is_waiting:
            act()
            return
        self._left_to_do.append(act)
        self.set_timer(_PATIENCE, self._do_what_is_left)

    def _do_what_is_left(self) -> None:
        acts, self._left_to_do = self._left_to_do, []
        for act in acts:
            act()
