"""A row takes as many cells as the list is wide, whatever it says and however narrow that is."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from odps_tui.models import QueueingInfo
from odps_tui.monitor import InstanceRow, InstanceState
from odps_tui.widgets.columns import COLUMNS
from odps_tui.widgets.row_painter import Notes, RowPainter

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STYLES = {state: Style(color=f"color({number + 1})") for number, state in enumerate(InstanceState)}

words = st.text(alphabet="ab 漢🙂é", max_size=40)
columns = st.lists(st.sampled_from(list(COLUMNS.values())), min_size=1, max_size=8, unique_by=lambda column: column.id)


def style_of(name: str) -> Style:
    return STYLES.get(InstanceState(name)) or Style() if name in set(InstanceState) else Style()


@given(columns, st.integers(1, 200), words, words, st.booleans())
def test_a_row_is_as_wide_as_the_list(chosen: list, width: int, owner: str, job: str, marked: bool) -> None:  # type: ignore[type-arg]
    info = QueueingInfo("20261124120000000gaaaa", "demo", job, "SQL", "task", owner, status="Running", progress=0.5)
    row = InstanceRow(info.instance_id, None, info, is_queued=True)
    painter = RowPainter(chosen, width, style_of)
    texts = painter.texts(row, NOW)
    strip = painter.row(row, texts, Notes(is_marked=marked))
    assert strip.cell_length == cell_len(strip.text) == width
    assert all(segment.text for segment in strip)


def test_the_columns_stand_under_their_titles() -> None:
    chosen = [COLUMNS[id_] for id_ in ("state", "id", "progress", "cpu", "why")]
    info = QueueingInfo(
        "20261124120000000gaaaa", "demo", "job", "SQL", "task", "o", status="Running", progress=0.5, cpu_usage=700
    )
    row = InstanceRow(info.instance_id, None, info, is_queued=True)
    painter = RowPainter(chosen, 100, style_of)
    texts = painter.texts(row, NOW)
    strip = painter.row(row, texts, Notes())
    titles = painter.titles("", reverse=False).text
    assert strip.text.index("● running") == titles.index("STATE")
    assert strip.text.index(info.instance_id) == titles.index("INSTANCE")
    coloured = "".join(segment.text for segment in strip if segment.style is not None and segment.style.color is not None)
    assert "running" in coloured
    assert "50%" in coloured
    assert info.instance_id not in coloured


def test_a_state_without_a_colour_of_its_own_is_no_piece_of_its_own() -> None:
    info = QueueingInfo("20261124120000000gaaaa", "demo", "job", "SQL", "task", "o", status="Running", progress=0.5)
    row = InstanceRow(info.instance_id, None, info, is_queued=True)
    painter = RowPainter([COLUMNS["id"], COLUMNS["state"]], 100, lambda _name: Style())
    pieces = [segment.text for segment in painter.row(row, painter.texts(row, NOW), Notes())]
    assert len([piece for piece in pieces if piece.strip()]) == 1
