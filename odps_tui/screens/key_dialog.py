"""A key for this session, typed, pasted or from another place: when a keyring does not open, or a profile wants it so."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from odps_tui.accounts import AccessKey
from odps_tui.screens.contexts import SourceLine
from odps_tui.secret_str import SecretStr


class KeyDialog(ModalScreen[AccessKey | str | None]):
    """Dismissed with a key, with the `auth` of one of `sources`, or None; nothing of it is written.

    `reason` says why it is asked for.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "leave", key_display="esc", id="key.leave"),
    ]

    def __init__(self, title: str, reason: str, sources: tuple[SourceLine, ...] = ()) -> None:
        super().__init__()
        self._title = title
        self._reason = reason
        self._sources = sources

    def compose(self) -> ComposeResult:
        """The reason, two lines of which the secret one is not shown, and what else there is."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield Static(Content(self._reason), id="facts")
            yield Input(placeholder="access key id", id="key-id", compact=True)
            yield Input(placeholder="access key secret", password=True, id="key-secret", compact=True)
            if self._sources:
                yield Static(Content("or, from here:"), id="or")
                yield OptionList(*(Option(_line(source)) for source in self._sources), id="sources")
            yield Static(Content.styled("For this session; nothing is written. Enter goes on, Esc leaves.", "$text-muted"))

    def on_mount(self) -> None:
        """Begin with the id."""
        self.query_one("#key-id", Input).focus()

    @on(Input.Submitted, "#key-id")
    def go_on(self) -> None:
        """From the id to the secret."""
        self.query_one("#key-secret", Input).focus()

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """The identity of another place."""
        self.dismiss(self._sources[message.option_index].auth)

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


def _line(source: SourceLine) -> Content:
    return Content.assemble((source.who, "bold"), f"  {source.words}")
