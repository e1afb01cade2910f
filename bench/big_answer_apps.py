"""The two programs of `big_answers.py` that are Textual's: our dashboard, and a DataTable with the same rows."""

from __future__ import annotations

import asyncio
import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from list_apps import Gaps, resident
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from odps_tui.accounts import AccessKey
from odps_tui.app import OdpsApp
from odps_tui.demo.identity import DEMO_IDENTITY
from odps_tui.large_heap import expect_many_rows
from odps_tui.maxcompute import MaxComputeClient
from odps_tui.monitor import DetailPoller, Poller
from odps_tui.screens.dashboard import DashboardScreen
from odps_tui.screens.detail_tabs import Tab
from odps_tui.screens.place import Place
from odps_tui.secret_str import SecretStr

Report = Callable[..., None]


class OurApp(OdpsApp):
    """The dashboard; it goes to one instance, opens it, and reports when what a tab shows is there."""

    def __init__(self, client: MaxComputeClient, instance_id: str, report: Report) -> None:
        place = Place("demo_project", "", "cn-demo", "bench")
        super().__init__(client, Poller(client), DetailPoller(client), place)
        self._instance_id, self._report = instance_id, report
        self._gaps = Gaps()
        self._is_ready = self._is_shown = False

    def on_mount(self) -> None:
        """Look all the time, as a measurement may."""
        self._task = asyncio.create_task(self._gaps.watch())
        self.set_interval(0.01, self._look)

    def _look(self) -> None:
        screen = self.get_default_screen()
        assert isinstance(screen, DashboardScreen)
        pane, detail = screen.detail_pane, screen.detail
        if not self._is_ready:
            screen.table.select(self._instance_id)
            if detail is not None and detail.id == self._instance_id and detail.is_settled:
                screen.action_open()
                self._is_ready = True
                self._gaps.take()
                self._report(ready=1)
        elif not self._is_shown and pane.tab in {Tab.SQL, Tab.RESULT}:
            has_rows = pane.table.display and pane.table.rows is not None
            has_text = pane.text.display and pane.text.is_ready and len(pane.text.document.text) > 100_000
            if has_rows or has_text:
                self._is_shown = True
                self._report(held=self._gaps.take())
                self._report(shown=1)


class TableApp(App[None]):
    """Textual's own table with the rows of a file."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("o", "load", "load")]

    def __init__(self, path: str, report: Report) -> None:
        super().__init__()
        self._path, self._report = path, report
        self._gaps = Gaps()

    def compose(self) -> ComposeResult:
        """The table."""
        yield DataTable[str](cursor_type="row")

    def on_mount(self) -> None:
        """It waits for a key."""
        self._task = asyncio.create_task(self._gaps.watch())
        self.query_one(DataTable).focus()
        self.call_after_refresh(lambda: self._report(ready=resident()))

    def action_load(self) -> None:
        """Read the rows, beside nothing."""
        table: DataTable[str] = self.query_one(DataTable)
        with Path(self._path).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        table.add_columns(*header)
        table.add_rows(rows)
        self.call_after_refresh(self.call_later, lambda: self._report(held=self._gaps.take()))


async def _ours(report: Report) -> None:
    key = AccessKey(DEMO_IDENTITY.access_id, SecretStr(DEMO_IDENTITY.secret))
    async with MaxComputeClient(os.environ["ODPS_TUI_BENCH_ENDPOINT"], "demo_project", key, region="cn-demo") as client:
        await OurApp(client, os.environ["ODPS_TUI_BENCH_INSTANCE"], report).run_async()


def run(name: str, path: str, descriptor: int) -> None:
    """Run an app on this terminal; write what it reports to a pipe, one JSON object a line."""
    expect_many_rows()
    with os.fdopen(descriptor, "w", buffering=1, encoding="ascii") as pipe:

        def report(**facts: Any) -> None:
            pipe.write(json.dumps(facts) + "\n")

        if name == "ours":
            asyncio.run(_ours(report))
        else:
            TableApp(path, report).run()
