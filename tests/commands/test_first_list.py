"""What an operator pays before the first list is on the screen."""

from __future__ import annotations

from pathlib import Path

from odps_tui.demo import DemoServiceThread
from tests.commands.program import environ_of
from tests.ui.terminal import Terminal

NOT_YET = {"textual", "rich", "pydantic", "pydantic_core", "keyring", "httpcore", "anyio", "certifi", "pygments", "statistics"}
OURS_NOT_YET = {"app", "contexts", "signing_in", "config.config_schema", "config.audit_log", "monitor.detail", "monitor.progress"}
OURS_NOT_YET |= {"monitor.filtering", "monitor.watching", "models.tasks", "models.stages", "screens.dashboard", "notifying"}
# Starts the program; when it draws the rows, writes down what has been imported by then, and ends.
PROGRAM = """
import os, sys
from odps_tui import launch
from odps_tui.painting.early_screen import EarlyScreen

launch._SOON = 60.0  # the screens are not loaded beside a service that is slow today

def add(screen, spans):
    with open(sys.argv[1], "w") as file:
        print(*sorted(sys.modules), len(list(spans)), sep="\\n", file=file)
    screen.leave()
    os._exit(0)

EarlyScreen.add = add
from odps_tui.cli import main
main([])
"""


def test_a_first_list_loads_nothing_that_it_does_not_need(service: DemoServiceThread, tmp_path: Path) -> None:
    told = tmp_path / "imported"
    environ = {**environ_of(service), "HOME": str(tmp_path)}
    with Terminal([str(told)], environ, columns=120, lines=40, script=PROGRAM) as terminal:
        assert terminal.exit_status() == 0
    *imported, spans = told.read_text().splitlines()
    assert int(spans) > 20, "rows were drawn"
    assert {"odps_tui.maxcompute.client", "odps_tui.monitor.poller", "httpx"} <= set(imported)
    assert sorted(NOT_YET & {name.partition(".")[0] for name in imported}) == []
    assert sorted(OURS_NOT_YET & {name.removeprefix("odps_tui.") for name in imported}) == []
