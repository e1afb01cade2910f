"""The first frame against the dashboard: what is drawn before Textual is there stays where it is."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from rich.color import ColorSystem

from odps_tui.accounts import AccessKey
from odps_tui.app import OdpsApp
from odps_tui.maxcompute import MaxComputeClient
from odps_tui.models import Instance
from odps_tui.monitor import DetailPoller, InstanceRow, Poller, Snapshot
from odps_tui.painting.cells import Row, cells_of
from odps_tui.painting.early_frame import Span
from odps_tui.painting.pens import parse_pen
from odps_tui.screens.first_frame import first_frame
from odps_tui.screens.first_rows import first_rows
from odps_tui.screens.place import Place
from odps_tui.secret_str import SecretStr
from tests.ui.conftest import open_dashboard

SIZES = [(120, 40), (80, 24), (200, 60), (180, 30), (179, 30), (121, 31), (119, 30), (100, 45), (100, 29), (79, 24), (60, 18)]
SMALL = [(120, 8), (40, 8), (40, 30), (300, 19)]


@asynccontextmanager
async def unanswered(size: tuple[int, int]) -> AsyncIterator[OdpsApp]:
    """A dashboard on a service that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}/api"
        async with MaxComputeClient(endpoint, "demo_project", AccessKey("LTAI12345678", SecretStr("x")), region="r") as client:
            app = OdpsApp(client, Poller(client), DetailPoller(client), Place("demo_project", endpoint, "r", "demo"))
            async with app.run_test(size=size):
                yield app


def drawn_by(app: OdpsApp) -> list[Row]:
    screen = app.screen
    return [cells_of([strip], ColorSystem.TRUECOLOR) for strip in screen._compositor.render_strips(screen.size)]


def compare(spans: Iterable[Span], rows: list[Row]) -> int:
    """Every character below the top line is drawn by the app, too, and looks the same; return how many."""
    below = [span for span in spans if span.y > 0]
    cells = [(x + place, y, character, sgr) for x, y, text, sgr in below for place, character in enumerate(text)]
    visible = [cell for cell in cells if cell[2] != " "]
    for x, y, character, sgr in visible:
        assert (rows[y].characters[x], rows[y].pens[x]) == (character, parse_pen(sgr, "")), f"{x},{y}"
    return len(visible)


@pytest.mark.parametrize("size", SIZES + SMALL)
async def test_everything_below_the_top_line_is_drawn_there_again(size: tuple[int, int]) -> None:
    async with unanswered(size) as app:
        rows = drawn_by(app)
    assert compare(first_frame(*size, "").spans, rows)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (190, 45), (60, 18), (100, 34), (150, 60)])
async def test_rows_are_drawn_as_the_list_draws_them(size: tuple[int, int]) -> None:
    async with open_dashboard(size=size) as session:
        await session.settle()
        rows, snapshot, now = drawn_by(session.app), session.screen.snapshot, session.screen.now
    assert snapshot is not None
    assert now is not None
    spans = list(first_rows(first_frame(*size, ""), "demo_project", snapshot, now))
    assert compare(spans, rows) > 400
    top = "".join(span.text for span in spans if span.y == 0)
    assert top.startswith(f" demo_project ● list read {now.astimezone():%H:%M:%S}, starting …")


@pytest.mark.parametrize("owner", ["数据", "e\u0301", "a\u200b", "ok"])
def test_what_may_take_more_or_fewer_cells_is_left_to_the_list(owner: str) -> None:
    now = datetime(2026, 11, 24, 10, tzinfo=UTC)
    row = InstanceRow("20261124100000g1", Instance("20261124100000g1", owner, "Running", now, None))
    snapshot = Snapshot({row.id: row}, {}, now, now)
    text = "".join(span.text for span in first_rows(first_frame(120, 40, ""), "p", snapshot, now))
    assert row.id in text
    assert (owner in text) is (owner == "ok")


@pytest.mark.parametrize("size", [(39, 40), (120, 7), (1, 1)])
def test_a_terminal_that_is_too_small_gets_no_frame(size: tuple[int, int]) -> None:
    assert not first_frame(*size, "demo").spans


@pytest.mark.parametrize("place", ["", "demo", "prod · sales", "p" * 400, "\x1b[31m", "数据"])
def test_the_top_line_says_what_was_said_and_is_as_wide_as_the_terminal(place: str) -> None:
    line = "".join(span.text for span in first_frame(80, 24, place).spans if span.y == 0)
    assert len(line) == 80
    assert "○ connecting …" in line
    assert (place in line) is (place in {"", "demo", "prod · sales"})
    assert "\x1b" not in line


def test_titles_of_a_list_that_was_arranged_are_not_guessed() -> None:
    text = "".join(span.text for span in first_frame(120, 40, "", usual=False).spans)
    assert "Instances" in text
    assert "AGE" not in text
