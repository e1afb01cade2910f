"""What one writes with Textual's stock widgets and its own painter: a DataTable, two Statics for one instance, a clock, a Footer.

    python bench/stock_dashboard.py [--rows 1000] [--changed 0]

Same columns, same sentences, same layout as ours; it asks nobody: its data are made up here, so that a poll costs it nothing.
`p` is a poll that changes five cells; `--changed N` is one each second that changes N rows.
"""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from list_data import FakeService
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.coordinate import Coordinate
from textual.widgets import DataTable, Footer, Static

from odps_tui.base_app import NIGHT
from odps_tui.monitor import InstanceRow, Poller, Snapshot
from odps_tui.widgets.columns import lay_out
from odps_tui.widgets.detail.overview import overview
from odps_tui.widgets.headings import usual_columns

_FLEXIBLE = 20


class StockDashboard(App[None]):
    """Used as well as stock widgets can be: known cells are updated one by one."""

    CSS = """
    #top, #events { height: 1; }
    DataTable { height: 1fr; }
    #below { height: 1fr; }
    #detail { width: 5fr; border: round $panel; }
    #progress { width: 7fr; border: round $panel; }
    """
    BINDINGS: ClassVar = [
        ("j", "down", "down"),
        ("p", "poll(5)", "poll"),
        ("slash", "filter", "filter"),
        ("o", "logview", "logview"),
        ("g", "home", "first"),
        ("q", "quit", "quit"),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, rows: int, changed: int) -> None:
        super().__init__()
        self.register_theme(NIGHT)
        self.theme = NIGHT.name
        self._rows, self._changed = rows, changed
        self._step = 0
        self._snapshot: Snapshot | None = None
        self._columns = lay_out(usual_columns(116), whole_ids=True)

    def compose(self) -> ComposeResult:
        yield Static(id="top")
        yield DataTable(cursor_type="row")
        with Horizontal(id="below"):
            yield Static(id="detail")
            yield Static(id="progress")
        yield Static(id="events")
        yield Footer()

    async def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for column in self._columns:
            table.add_column(column.title, key=column.id, width=column.width or _FLEXIBLE)
        now = datetime.now(UTC)
        self._snapshot = await Poller(FakeService(self._rows), window=timedelta(days=3650)).read_once()
        for row in self._snapshot.rows.values():
            table.add_row(*(Content(column.write(row, now)) for column in self._columns), key=row.id)
        self._tick()
        self.set_interval(1.0, self._tick)
        if self._changed:
            self.set_interval(1.0, lambda: self.action_poll(self._changed))
        await asyncio.sleep(0)

    def _tick(self) -> None:
        self.query_one("#top", Static).update(
            Content(f" demo_project · live                    {datetime.now(UTC):%H:%M:%S}"), layout=False
        )

    def on_data_table_row_highlighted(self, message: DataTable.RowHighlighted) -> None:
        if self._snapshot is None or message.row_key.value is None:
            return
        row = self._snapshot.rows[message.row_key.value]
        self.query_one("#events", Static).update(Content(f"row {message.cursor_row}"), layout=False)
        self.query_one("#detail", Static).update(overview(row, None, datetime.now(UTC), "demo_project"), layout=False)
        self.query_one("#progress", Static).update(_stages(row), layout=False)

    def action_down(self) -> None:
        self.query_one(DataTable).action_cursor_down()

    def action_home(self) -> None:
        self.query_one(DataTable).move_cursor(row=0)

    def action_poll(self, rows: int) -> None:
        """The cores that the first rows use are others."""
        self._step += 1
        table = self.query_one(DataTable)
        for number in range(rows):
            table.update_cell_at(Coordinate(number, len(self._columns) - 2), Content(f"{(number + 7 * self._step) % 90 + 10}"))


def _stages(row: InstanceRow) -> Content:
    stages = [f"M{number}  running  {number}/{len(row.id)} workers" for number in range(1, 4)]
    return Content("\n").join(Content(line) for line in (f"{row.id[-11:]}  SQL", *stages))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--changed", type=int, default=0)
    options = parser.parse_args()
    StockDashboard(options.rows, options.changed).run()
