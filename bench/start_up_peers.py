"""What `start_up.py` compares us with: an app that shows nothing, and a dashboard made of what Textual has in stock."""

from __future__ import annotations

import sys
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import DataTable, Footer, Header, Static

ROWS = 1_000
_COLUMNS = ("age", "instance", "owner", "type", "priority", "state", "progress", "why")


class EmptyApp(App[None]):
    """As little as an app can be."""


class StockDashboard(App[None]):
    """A list over a detail and a progress pane. It reads from nowhere: its rows are there when it starts."""

    CSS = "DataTable { height: 1fr; } Horizontal { height: 1fr; } Static { width: 1fr; border: round $primary; height: 1fr; }"
    BINDINGS: ClassVar = [("q", "quit", "quit"), ("r", "refresh", "refresh"), ("slash", "filter", "filter")]

    def compose(self) -> ComposeResult:
        yield Header()
        yield DataTable(cursor_type="row")
        with Horizontal():
            yield Static("detail")
            yield Static("progress")
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns(*_COLUMNS)
        table.add_rows(
            (f"{row % 60}m", f"20261124{row:09d}gpeer", "etl_bot", "SQL", str(row % 9), "running", f"{row % 100} %", "")
            for row in range(ROWS)
        )


if __name__ == "__main__":
    {"empty": EmptyApp, "stock": StockDashboard}[sys.argv[1]]().run()
