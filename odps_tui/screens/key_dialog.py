"""An access key typed or pasted for this session: when its keyring does not open, or a profile wants it so."""

from __future__ import annotations

from typing import ClassVar

from pydantic import SecretStr
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from odps_tui.accounts import AccessKey


class KeyDialog(ModalScreen[AccessKey | None]):
    """Dismissed with a key, or None. `reason` says why it is asked for. The key is kept in memory only."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "leave", key_display="esc", id="key.leave"),
    ]

    def __init__(self, title: str, reason: str) -> None:
        super().__init__()
        self._title = title
        self._reason = reason

    def compose(self) -> ComposeResult:
        """The reason, and two lines; the secret is not shown."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield Static(Content(self._reason), id="facts")
            yield Input(placeholder="access key id", id="key-id", compact=True)
            yield Input(placeholder="access key secret", password=True, id="key-secret", compact=True)
            yield Static(Content.styled("For this session only; nothing is written. Enter goes on, Esc leaves.", "$text-muted"))

    def on_mount(self) -> None:
        """Begin with the id."""
        self.query_one("#key-id", Input).focus()

    @on(Input.Submitted, "#key-id")
    def go_on(self) -> None:
        """From the id to the secret."""
        self.query_one("#key-secret", Input).focus()

    @on(Input.Submitted, "#key-secret")
    def take(self) -> None:
        """Both, or the one that is missing."""
        key, secret = (self.query_one(selector, Input) for selector in ("#key-id", "#key-secret"))
        if not key.value.strip():
            key.focus()
        elif secret.value.strip():
            typed = AccessKey(key.value.strip(), SecretStr(secret.value.strip()))
            secret.value = ""
            self.dismiss(typed)
