"""The link to an instance's page, for terminals that have no browser beside them, and the choice to make one with a token."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from odps_tui.models import LogviewAddress


class LogviewDialog(ModalScreen[str | None]):
    """Shows a link without its token. Dismissed with `copy`, `token` (make a link with a token) or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "answer('copy')", "copy the link", id="logview.copy"),
        Binding("t", "answer('token')", "make a link with a token", id="logview.token"),
        Binding("escape,q,o,enter", "dismiss(None)", "close", id="logview.close"),
    ]

    def __init__(self, instance_id: str, address: LogviewAddress | None, *, reason: str) -> None:
        super().__init__()
        self._instance_id = instance_id
        self._address = address
        self._reason = reason

    def compose(self) -> ComposeResult:
        """The link, why it was not opened, and the keys."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(f"Logview {self._instance_id}")
            yield Static(self._text(), id="facts")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to copy without a link, and no second token to make."""
        if action != "answer":
            return True
        return (self._address is not None) if parameters == ("copy",) else not (self._address and self._address.carries_token)

    def action_answer(self, answer: str) -> None:
        """Hand the choice back."""
        self.dismiss(answer)

    def _text(self) -> Content:
        lines = [Content(self._reason), Content("")]
        if self._address is not None:
            lines += [Content.styled(self._address.masked, "bold"), Content("")]
        if self._address is not None and self._address.carries_token:
            lines.append(Content("Anyone with this link can read the job's SQL and logs for 24 hours; it cannot be recalled."))
        if self._address is not None:
            lines.append(Content.assemble(("c", "bold $text-accent"), "  copy the link through the terminal (OSC 52)"))
        if self._address is None or not self._address.carries_token:
            lines.append(
                Content.assemble(("t", "bold $text-accent"), "  make a Logview link with a token (24 h, this instance only)")
            )
        lines.append(Content.assemble(("esc", "bold $text-accent"), "  close"))
        return Content("\n").join(lines)
