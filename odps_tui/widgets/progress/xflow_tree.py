"""The sub-instances of an XFlow as a tree, each with its state, its progress and its id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from textual.content import Content

from odps_tui.models import Outcome, SubInstance
from odps_tui.monitor import InstanceRow, Reading
from odps_tui.monitor.family_reader import sub_instances
from odps_tui.widgets.notation import UNKNOWN, bar, exact_duration, going_duration, id_tail, live_percent
from odps_tui.widgets.progress.cells import MUTED, Cell, Column, Layout, PaneLine, lay_out
from odps_tui.widgets.progress.keys import SubInstanceKey
from odps_tui.widgets.state_words import STATE_COLORS, STATE_WORDS

Family = Mapping[str, Reading[InstanceRow]]

_COLUMNS = (
    Column("STEP", 0, left=True),
    Column("STATE", 1, left=True),
    Column("PROGRESS", 2, left=True, width=12),
    Column("TIME", 4),
    Column("INSTANCE", 3, left=True),
    Column("WHAT IT DOES", 5, left=True, width=16, stretch=40),
)
_STATE_PLACE = 1
_BAR_CELLS = 7


def xflow_tree(reading: Reading[tuple[SubInstance, ...]], family: Family, now: datetime, width: int) -> Iterator[PaneLine]:
    """Yield how many steps are over, and a line for each; a workflow inside stands above its own steps."""
    actions = reading.value or ()
    yield _head(actions, family), None
    if reading.error is not None:
        yield Content.styled(f"✗ {reading.error}", "$text-error"), None
    if not actions:
        return
    branches = list(_branches(actions, ""))
    rows = [_cells(action, lead, family, now) for action, lead in branches]
    layout = lay_out(_COLUMNS, rows, width)
    yield layout.heading(), None
    for (action, lead), cells in zip(branches, rows, strict=True):
        yield _line(action, lead, cells, layout)


def _head(actions: tuple[SubInstance, ...], family: Family) -> Content:
    steps = [action for action in sub_instances(actions) if not action.children]
    rows = [_row(action, family) for action in steps]
    done = sum(1 for row in rows if row is not None and not row.is_live)
    failed = sum(1 for row in rows if row is not None and row.outcome is Outcome.FAILED)
    told = f"  ~{done} of {len(steps)} known steps ended" if steps else "  no step is known yet"
    return Content.assemble(("SUB-INSTANCES", "bold"), told, (f" · {failed} failed" if failed else "", "$text-error"))


def _branches(actions: Iterable[SubInstance], below: str) -> Iterator[tuple[SubInstance, str]]:
    listed = list(actions)
    for place, action in enumerate(listed):
        is_last = place == len(listed) - 1
        yield action, below + ("└─" if is_last else "├─")
        yield from _branches(action.children, below + ("  " if is_last else "│ "))


def _cells(action: SubInstance, lead: str, family: Family, now: datetime) -> list[Cell]:
    row = _row(action, family)
    return [
        Cell(f"{lead}{action.name}"),
        _state(action, family),
        Cell(_progress(action, family), "$text-primary"),
        Cell((going_duration if row.is_live else exact_duration)(row.run_time(now)) if row is not None else "-"),
        Cell(id_tail(action.instance_id) if action.instance_id else "-", MUTED),
        Cell((row.sub_status_words or "") if row is not None else "", MUTED),
    ]


def _state(action: SubInstance, family: Family) -> Cell:
    row = _row(action, family)
    if row is not None:
        return Cell(STATE_WORDS[row.state], STATE_COLORS[row.state])
    if action.instance_id is None:
        return Cell("○ not begun", MUTED)
    reading = family.get(action.instance_id, Reading())
    return Cell(f"✗ {reading.error}"[:24], "$text-error") if reading.error is not None else Cell(f"{UNKNOWN} reading …", MUTED)


def _row(action: SubInstance, family: Family) -> InstanceRow | None:
    return family.get(action.instance_id or "", Reading()).value


def _progress(action: SubInstance, family: Family) -> str:
    """Of a workflow inside, how many of its steps have ended; what has ended itself needs no progress."""
    row = _row(action, family)
    if row is None or not row.is_live:
        return ""
    if action.children:
        ended = sum(1 for child in action.children if (found := _row(child, family)) is not None and not found.is_live)
        return f"~{ended} of {len(action.children)}"
    if row.progress is None:
        return UNKNOWN
    return f"{bar(min(0.99, row.progress), _BAR_CELLS)} {live_percent(row.progress)}%"


def _line(action: SubInstance, lead: str, cells: list[Cell], layout: Layout) -> PaneLine:
    line = layout.line(cells)
    begin = len(lead)
    if action.instance_id is None:
        return line.stylize(MUTED, begin, begin + len(action.name)), None
    line = line.stylize("bold", begin, begin + len(action.name))
    return line, SubInstanceKey(action.instance_id, (*action.path, action.name))
