"""One row of a result, field by field."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from odps_tui.monitor.result_rows import ResultRows
from odps_tui.widgets.detail.result_document import row_document
from odps_tui.widgets.detail.text_view import TextView


class RowDialog(ModalScreen[None]):
    """Shows row `number` of `rows`, whole."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss(None)", "close", key_display="esc", id="row.close"),
    ]

    def __init__(self, rows: ResultRows, number: int) -> None:
        super().__init__()
        self._rows = rows
        self._number = number

    def compose(self) -> ComposeResult:
        """The fields, one below the other."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(f"Row {self._number + 1:,} of {self._rows.total:,}")
            yield TextView(id="row-text")

    def on_mount(self) -> None:
        """Show it."""
        row = self._rows.rows[self._number]
        size = sum(len(cell or "") for cell in row)
        self.query_one(TextView).show(("row", self._number), size, lambda: row_document(self._rows.header, row))
        self.query_one(TextView).focus()
