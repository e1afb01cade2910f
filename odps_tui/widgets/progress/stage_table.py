"""The stages of a task as a table."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from odps_tui.models import StageProgress
from odps_tui.monitor.progress import Pace, Spread, TaskSight, has_begun
from odps_tui.widgets.notation import UNKNOWN, clock_time, exact_duration, plain, short_count
from odps_tui.widgets.progress.cells import MUTED, Cell, Column, PaneLine, lay_out
from odps_tui.widgets.progress.keys import StageKey
from odps_tui.widgets.progress.stage_words import (
    MARK,
    color_of,
    counts,
    elapsed_words,
    name_of,
    out_per_in,
    stage_bar,
    state_cell,
    times,
)

_BAR, _SKEW = "PROGRESS", "~SKEW"
# A tilde in a title: we worked the column out. A row's own tilde: that figure only.
_COLUMNS = (
    Column("STAGE", 0, left=True),
    Column("STATE", 1, left=True),
    Column(_BAR, 6, left=True, width=6, stretch=14),
    Column("DONE/TOTAL", 2),
    Column("RUN", 3),
    Column("~PEND", 4),
    Column("BK", 5),
    Column("REC IN", 7),
    Column("OUT", 8),
    Column("~OUT/IN", 10),
    Column("TIME", 9),
    Column("~W/MIN", 11),
    Column("~MEAN W", 14),
    Column("MAX W", 15),
    Column(_SKEW, 13),
    Column("~REC/S", 12),
)
_BAR_PLACE = 2


def stage_table(sight: TaskSight, width: int) -> Iterator[PaneLine]:
    """Yield the heading and a line for each stage. The bar needs to know its width, so it is drawn last."""
    stages = sight.progress.stages
    rows = [_cells(stage, sight) for stage in stages]
    layout = lay_out(_COLUMNS, rows, width)
    yield layout.heading(), None
    for stage, cells in zip(stages, rows, strict=True):
        cells[_BAR_PLACE] = Cell(stage_bar(stage, layout.width(_BAR)), color_of(stage))
        yield _marked(layout.line(cells), stage), StageKey(sight.task.name, stage.name)
    if layout.width(_SKEW):
        yield Content.styled(_age_of_workers(sight), MUTED), None


def _cells(stage: StageProgress, sight: TaskSight) -> list[Cell]:
    pace = sight.paces.get(stage.name, Pace())
    return [
        Cell(name_of(stage), "bold"),
        state_cell(stage),
        Cell(""),
        Cell(counts(stage)),
        Cell(plain(stage.running_workers)),
        Cell(plain(stage.pending_workers)),
        Cell(plain(stage.backup_workers), "$text-warning" if stage.backup_workers else ""),
        Cell(short_count(stage.input_records)),
        Cell(short_count(stage.output_records)),
        Cell(out_per_in(stage)),
        Cell(elapsed_words(sight.spans.get(stage.name), sight.read_at)),
        Cell(_rate(pace.workers_per_minute, stage, sight)),
        *_workers(stage, sight),
        Cell(_rate(pace.records_per_second, stage, sight)),
    ]


def _workers(stage: StageProgress, sight: TaskSight) -> Iterator[Cell]:
    """Mean and longest time of its workers and their ratio, as of when they were looked at; `?` until somebody did."""
    if not has_begun(stage):
        yield from (Cell("-"), Cell("-"), Cell("-"))
        return
    found = sight.spreads.get(name_of(stage), Spread())
    mark, warning = (f" {MARK}", "bold $text-warning") if found.is_skewed else ("", "")
    yield Cell(exact_duration(found.mean))
    yield Cell(exact_duration(found.maximum) + ("…" if found.is_running else ""))
    yield Cell(f"{times(found.ratio)}{mark}", warning)


def _age_of_workers(sight: TaskSight) -> str:
    read = f"as of {clock_time(sight.workers_read_at)}, W reads them anew" if sight.workers_read_at else "not read, W asks"
    return f"workers   {read}"


def _rate(rate: float | None, stage: StageProgress, sight: TaskSight) -> str:
    """`-` where nothing can be going on."""
    if stage.name not in sight.paces:
        return "-"
    if rate is None:
        return UNKNOWN
    return f"{rate:.1f}" if 0 < rate < 9.95 else short_count(round(rate))


def _marked(line: Content, stage: StageProgress) -> Content:
    """What has not begun steps back."""
    return line if has_begun(stage) or stage.status is None else line.stylize_before("$foreground-muted")
