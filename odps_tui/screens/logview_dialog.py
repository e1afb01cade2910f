"""The link to an instance's page, for terminals that have no browser beside them, and the choice to make one with a token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.style import Style
from textual.widgets import Static

from odps_tui.models import LogviewAddress
from odps_tui.screens.qr_dialog import QrDialog
from odps_tui.widgets.notation import id_tail


class LogviewDialog(ModalScreen[str | None]):
    """Shows a link without its token. Dismissed with `copy`, `token` (make a link with a token) or None.

    `is_ours` tells that the link's host is one that may be opened; only then can it be clicked.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "answer('copy')", "copy the link", id="logview.copy"),
        Binding("r", "qr(False)", "QR code", id="logview.qr"),
        Binding("R", "qr(True)", "QR code with the token", id="logview.qr_token"),
        Binding("t", "answer('token')", "make a link with a token", id="logview.token"),
        Binding("escape,q,o,enter", "dismiss(None)", "close", id="logview.close"),
    ]

    def __init__(self, instance_id: str, address: LogviewAddress | None, *, reason: str, is_ours: bool, hours: int) -> None:
        super().__init__()
        self._instance_id = instance_id
        self._address = address
        self._reason = reason
        self._is_ours = is_ours
        self._hours = hours

    @property
    def _carries_token(self) -> bool:
        return self._address is not None and self._address.carries_token

    def compose(self) -> ComposeResult:
        """The link, why it was not opened, and the keys."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(f"Logview {self._instance_id}")
            yield Static(Content("\n").join(self._lines()), id="facts")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to copy without a link, and no second token to make; a token has its own key for its QR code."""
        if action == "qr":
            return self._address is not None and parameters == (self._carries_token,)
        if action == "answer":
            return self._address is not None if parameters == ("copy",) else not self._carries_token
        return True

    def action_answer(self, answer: str) -> None:
        """Hand the choice back."""
        self.dismiss(answer)

    def action_qr(self, with_token: bool) -> None:
        """Show the link to a phone."""
        if self._address is not None and with_token == self._carries_token:
            kind = "Logview, with its token" if with_token else "Job Insight"
            self.app.push_screen(QrDialog(f"{kind} · {id_tail(self._instance_id)}", self._address.url, is_secret=with_token))

    # What is said ----------------------------------------------------------------------------------------------------------

    def _lines(self) -> Iterator[Content]:
        yield Content(f"{self._reason}\n")
        if self._address is not None:
            yield Content.assemble(self._link(self._address), "\n")
        if self._carries_token:
            yield Content(
                f"Anyone with this link can read the job's SQL and logs for {self._hours} hours; it cannot be recalled.\n"
            )
        if self._address is not None:
            yield _key("c", "copy the link: send it to the terminal's clipboard")
            yield from self._code_key()
        if not self._carries_token:
            yield _key("t", f"make a Logview link with a token ({self._hours} h, this instance only)")
        yield _key("esc", "close")

    def _code_key(self) -> Iterator[Content]:
        if self._carries_token:
            yield _key("R", "QR code for a phone: it shows the token to every camera that sees this screen")
        else:
            yield _key("r", "QR code for a phone")

    def _link(self, address: LogviewAddress) -> Content:
        """A terminal that knows OSC 8 opens it at a click. Not one with a token: its whole address would be in the output."""
        can_click = self._is_ours and not address.carries_token
        return Content.styled(address.masked, Style(bold=True, link=address.url) if can_click else Style(bold=True))


def _key(key: str, meaning: str) -> Content:
    return Content.assemble((f"{key:<3}", "bold $text-accent"), f" {meaning}")
