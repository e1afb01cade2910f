"""The choice of one field out of all that the panes show: a few letters of its name or its text, and Enter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from odps_tui.safe_text import clean_line
from odps_tui.widgets.fields import Field
from odps_tui.widgets.notation import UNKNOWN

_MOST = 20_000
"""Fields that are looked at; those of the answers of many megabytes are more."""
_SHOWN = 200
_SEARCHED = 400
"""Characters of a text that are searched and shown: a field may be megabytes of SQL."""
_NAME_CELLS = 22


class FieldDialog(ModalScreen[Field | None]):
    """Dismissed with one of `fields`, or None. What nobody told is shown as `?` and cannot be chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", key_display="esc", id="field.close"),
        Binding("down", "move(1)", "down", id="field.down", show=False),
        Binding("up", "move(-1)", "up", id="field.up", show=False),
        Binding("pagedown", "move(10)", "ten down", id="field.page_down", show=False),
        Binding("pageup", "move(-10)", "ten up", id="field.page_up", show=False),
    ]

    def __init__(self, title: str, fields: Iterable[Field]) -> None:
        super().__init__()
        self._heading = title
        self._source = fields
        self._fields: Sequence[Field] = ()
        self._searched: Sequence[str] = ()
        self._offered: list[Field | None] = []
        """The field of each option; None for a heading."""

    def compose(self) -> ComposeResult:
        """What is typed narrows the list."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._heading)
            dialog.border_subtitle = "↑ ↓ choose · ⏎ sends it · esc"
            yield Input(placeholder="letters of its name or its text", id="field-words", compact=True)
            yield OptionList(id="fields")
            yield Static(Content("reading …"), id="facts")

    def on_mount(self) -> None:
        """The list comes; one may type already."""
        self.query_one("#field-words", Input).focus()
        self._collect()

    @work(exclusive=True, group="fields")
    async def _collect(self) -> None:
        """Raw answers may be megabytes: beside the event loop."""
        self._fields, self._searched = await asyncio.to_thread(_collected, self._source)
        self._show()

    @on(Input.Changed)
    def _show(self) -> None:
        words = self.query_one("#field-words", Input).value.casefold().split()
        found = [field for field, text in zip(self._fields, self._searched, strict=True) if all(word in text for word in words)]
        self._offered = list(_with_headings(found[:_SHOWN]))
        groups = iter(dict.fromkeys(field.group for field in found[:_SHOWN]))
        options = self.query_one("#fields", OptionList)
        options.set_options(
            [
                _heading(next(groups)) if field is None else Option(_line(field), disabled=not field.text)
                for field in self._offered
            ]
        )
        options.border_subtitle = Content(f"{_SHOWN} of {len(found):,}: type to narrow it" if len(found) > _SHOWN else "")
        options.highlighted = next((at for at, field in enumerate(self._offered) if field is not None and field.text), None)
        self._say()

    @on(OptionList.OptionHighlighted)
    def _say(self) -> None:
        field = self._at_hand
        words = "nothing fits" if self._fields else "there is nothing to copy here yet"
        self.query_one("#facts", Static).update(Content.styled(_size_words(field) if field is not None else words, "$text-muted"))

    @property
    def _at_hand(self) -> Field | None:
        at = self.query_one("#fields", OptionList).highlighted
        return self._offered[at] if at is not None and at < len(self._offered) else None

    def action_move(self, steps: int) -> None:
        """Move the choice while the text keeps the keys; over headings and what cannot be chosen."""
        options = self.query_one("#fields", OptionList)
        for _ in range(abs(steps)):
            if steps > 0:
                options.action_cursor_down()
            else:
                options.action_cursor_up()

    @on(Input.Submitted)
    def take(self) -> None:
        """Enter: that one."""
        if self._at_hand is not None:
            self.dismiss(self._at_hand)

    @on(OptionList.OptionSelected)
    def take_clicked(self, message: OptionList.OptionSelected) -> None:
        """A click: that one."""
        self.dismiss(self._offered[message.option_index])


def _collected(source: Iterable[Field]) -> tuple[list[Field], list[str]]:
    fields = list(islice(source, _MOST))
    return fields, [f"{field.group} {field.name} {field.text[:_SEARCHED]}".casefold() for field in fields]


def _with_headings(fields: Iterable[Field]) -> Iterator[Field | None]:
    """Yield the fields of each group together, None before each group."""
    groups: dict[str, list[Field]] = {}
    for field in fields:
        groups.setdefault(field.group, []).append(field)
    for group in groups.values():
        yield None
        yield from group


def _heading(group: str) -> Option:
    return Option(Content.styled(clean_line(group), "bold $text-accent"), disabled=True)


def _line(field: Field) -> Content:
    """One line: its name, and as much of its text as there is room for."""
    name = Content(clean_line(field.name))
    padding = " " * max(1, _NAME_CELLS - name.cell_length)
    first, *others = field.text[:_SEARCHED].splitlines() or [UNKNOWN]
    more = " ⏎ …" if others else ""
    return Content.assemble("  ", name.stylize("bold"), padding, Content(first.expandtabs(1)), (more, "$text-muted"))


def _size_words(field: Field) -> str:
    characters, lines = len(field.text), field.text.count("\n") + 1
    words = f"{clean_line(field.name)}: {characters:,} character{'' if characters == 1 else 's'}"
    return words + (f" in {lines:,} lines" if lines > 1 else "")
