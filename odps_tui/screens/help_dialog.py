"""Every key, grouped by what it does. Written from the bindings themselves, so that it cannot lie."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.keys import format_key
from textual.screen import ModalScreen
from textual.widgets import Static

_KEY_NAMES = {
    "space": "Space",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "shift+tab": "Shift-Tab",
    "up": "↑",
    "down": "↓",
    "home": "Home",
    "end": "End",
}


class HelpDialog(ModalScreen[None]):
    """Lists `groups`, a title and its bindings each, and `commands`, what is typed and what it does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "dismiss", "close", id="help.close"),
    ]

    def __init__(self, groups: Iterable[tuple[str, Iterable[Binding]]], commands: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__()
        self._commands = list(commands)
        self._groups = [(title, list(bindings)) for title, bindings in groups]

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = "esc closes"
            yield Static(self._text(), id="facts")

    def _text(self) -> Content:
        lines: list[Content] = []
        for title, bindings in self._groups:
            lines.append(Content.styled(title, "bold $text-accent"))
            lines += [_line(keys, description) for keys, description in _merged(bindings)]
            lines.append(Content(""))
        if self._commands:
            lines.append(Content.styled("Commands", "bold $text-accent"))
            lines += [_line(usage, words) for usage, words in self._commands]
            lines.append(Content(""))
        lines.append(
            Content.styled(
                "Figures: ? is unknown, ~ is derived by us; everything else is the service's own word.", "$foreground-muted"
            )
        )
        return Content("\n").join(lines)


def _merged(bindings: list[Binding]) -> list[tuple[str, str]]:
    """One line per meaning, with all its keys."""
    keys: dict[str, list[str]] = {}
    for binding in bindings:
        keys.setdefault(binding.tooltip or binding.description, []).extend(_name(key) for key in binding.key.split(","))
    return [("  ".join(names), description) for description, names in keys.items()]


def _name(key: str) -> str:
    if key in _KEY_NAMES:
        return _KEY_NAMES[key]
    modifiers, _, name = key.rpartition("+")
    return f"{modifiers.title()}-{name}" if modifiers else format_key(key)


def _line(keys: str, description: str) -> Content:
    return Content.assemble((f"  {keys:<22}", "bold"), description)
