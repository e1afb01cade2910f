"""A link as a QR code: the one way to a phone, or to a laptop, that needs neither a clipboard nor a browser."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from odps_tui.widgets.qr_code import QrCode

_SECRET_STAYS = 60.0
"""Seconds after which a code with a token leaves the screen by itself."""


class QrDialog(ModalScreen[None]):
    """Shows `url` over the whole terminal. It is drawn, never written; a secret one goes after a minute."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,r,R,enter", "dismiss(None)", "close", id="qr.close"),
    ]

    def __init__(self, caption: str, url: str, *, is_secret: bool) -> None:
        super().__init__()
        self._caption = caption
        self._code = QrCode(url)
        self._is_secret = is_secret

    def compose(self) -> ComposeResult:
        """The code, and below it what it is."""
        yield Static(id="qr-code")
        yield Static(Content(f"{self._caption} · esc closes"), id="qr-title")

    def on_mount(self) -> None:
        """A token is not left on the screen."""
        if self._is_secret:
            self.set_timer(_SECRET_STAYS, self.action_dismiss)

    def on_resize(self) -> None:
        """Draw the code as large as it has to be, or say that there is no room."""
        size = self.app.size
        drawing: Content | None = self._code.draw(size.width, size.height - 1)
        self.query_one("#qr-code", Static).update(drawing or self._no_room())

    def _no_room(self) -> Content:
        (columns, lines), size = self._code.cells, self.app.size
        return Content(
            f"The QR code of this link needs {columns}×{lines + 1} cells; this terminal has {size.width}×{size.height}. "
            "A smaller font or a larger window makes room."
        )
