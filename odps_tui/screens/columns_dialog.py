"""The choice of columns: which, in which order, how wide."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Static

from odps_tui.widgets.columns import COLUMNS

_WIDTHS = range(2, 61)


class ColumnsDialog(ModalScreen[tuple[tuple[str, ...], tuple[tuple[str, int], ...]] | None]):
    """Dismissed with the ids of the chosen columns in their order and the widths that differ from the usual ones, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", id="columns.down"),
        Binding("k,up", "move(-1)", "up", id="columns.up"),
        Binding("space", "choose", "show or hide", id="columns.toggle"),
        Binding("J,shift+down", "carry(1)", "move it down", id="columns.carry_down"),
        Binding("K,shift+up", "carry(-1)", "move it up", id="columns.carry_up"),
        Binding("plus,equals_sign,greater_than_sign", "widen(1)", "wider", id="columns.wider"),
        Binding("minus,less_than_sign", "widen(-1)", "narrower", id="columns.narrower"),
        Binding("enter", "accept", "take these", id="columns.accept"),
        Binding("escape,c,q", "dismiss(None)", "leave as it was", id="columns.cancel"),
    ]

    cursor: reactive[int] = reactive(0)

    def __init__(self, chosen: tuple[str, ...], widths: tuple[tuple[str, int], ...]) -> None:
        super().__init__()
        self._order = [*(id_ for id_ in chosen if id_ in COLUMNS), *(id_ for id_ in COLUMNS if id_ not in chosen)]
        self._chosen = set(chosen) & COLUMNS.keys()
        self._widths = dict(widths)

    def compose(self) -> ComposeResult:
        """One text; the keys are in its last lines."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Columns"
            yield Static(id="facts")

    def on_mount(self) -> None:
        """Show them."""
        self._say()

    def watch_cursor(self) -> None:
        """The cursor moved."""
        if self.is_mounted:
            self._say()

    def action_move(self, step: int) -> None:
        """Go to another column."""
        self.cursor = (self.cursor + step) % len(self._order)

    def action_choose(self) -> None:
        """Show or hide the column; the last one stays."""
        here = {self._order[self.cursor]}
        if self._chosen != here:
            self._chosen ^= here
        self._say()

    def action_carry(self, step: int) -> None:
        """Change places with the neighbour."""
        here, there = self.cursor, self.cursor + step
        if 0 <= there < len(self._order):
            self._order[here], self._order[there] = self._order[there], self._order[here]
            self.cursor = there

    def action_widen(self, step: int) -> None:
        """One cell more or less."""
        column = COLUMNS[self._order[self.cursor]]
        width = self._widths.get(column.id, column.width) + step
        if column.width and width in _WIDTHS:
            self._widths[column.id] = width
        self._say()

    def action_accept(self) -> None:
        """Take what is shown."""
        widths = {id_: width for id_, width in self._widths.items() if width != COLUMNS[id_].width}
        self.dismiss((tuple(id_ for id_ in self._order if id_ in self._chosen), tuple(widths.items())))

    def _say(self) -> None:
        lines = [self._line(number, id_) for number, id_ in enumerate(self._order)]
        keys = "space show/hide · J K move · + - width · ⏎ take · esc leave"
        self.query_one("#facts", Static).update(Content("\n").join([*lines, Content.styled(f"\n{keys}", "$foreground-muted")]))

    def _line(self, number: int, id_: str) -> Content:
        column = COLUMNS[id_]
        width = self._widths.get(id_, column.width)
        text = f"{'▌' if number == self.cursor else ' '} {'[x]' if id_ in self._chosen else '[ ]'} {column.title:<14}"
        cells = str(width) if width else "what is left"
        return Content.assemble((text, "bold" if number == self.cursor else ""), (cells, "$foreground-muted"))
