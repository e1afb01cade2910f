"""Every act on an instance by its name, with its key: for who has run out of memory for letters."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option


class ActionMenu(ModalScreen[str | None]):
    """Dismissed with the name of an action, or None. `acts` are (action, key, words)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,x,q", "dismiss(None)", "close", key_display="esc", id="menu.close"),
    ]

    def __init__(self, title: str, acts: tuple[tuple[str, str, str], ...]) -> None:
        super().__init__()
        self._title = title
        self._acts = acts

    def compose(self) -> ComposeResult:
        """The acts; nothing happens before one is chosen."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            yield OptionList(*(Option(_line(key, words), id=action) for action, key, words in self._acts), id="acts")

    @on(OptionList.OptionSelected)
    def choose(self, message: OptionList.OptionSelected) -> None:
        """That one."""
        self.dismiss(message.option.id)


def _line(key: str, words: str) -> Content:
    return Content.assemble((f"{key:<7}", "bold $text-accent"), words)
