"""The stages of a task as a tree of what reads from what, with the longest way marked."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from odps_tui.models import StageProgress
from odps_tui.monitor.progress import StageGraph, TaskSight, TreeLine
from odps_tui.widgets.notation import short_count
from odps_tui.widgets.progress.cells import MUTED, Cell, Column, Layout, PaneLine, lay_out
from odps_tui.widgets.progress.keys import StageKey
from odps_tui.widgets.progress.stage_words import color_of, counts, elapsed_words, name_of, stage_bar, state_cell

_BAR = "PROGRESS"
_COLUMNS = (
    Column("READS FROM", 0, left=True),
    Column("STATE", 1, left=True),
    Column(_BAR, 3, left=True, width=8, stretch=16),
    Column("DONE/TOTAL", 2),
    Column("TIME", 4),
    Column("REC IN", 5),
    Column("OUT", 6),
)
_BAR_PLACE = 2
WAY_SIGN = "◆"


def stage_tree(sight: TaskSight, width: int) -> Iterator[PaneLine]:
    """Yield a line for each stage, the last stages first, below each what it reads from."""
    stages = {stage.name: stage for stage in sight.progress.stages}
    lines = StageGraph(stages).tree()
    rows = [_cells(line, stages[line.stage], sight) for line in lines]
    layout = lay_out(_COLUMNS, rows, width)
    yield layout.heading(), None
    for line, cells in zip(lines, rows, strict=True):
        yield _line(line, stages[line.stage], cells, layout), None if line.again else StageKey(sight.task.name, line.stage)
    if sight.way:
        words = "the way that took longest" if sight.is_ended else "the way that took longest so far"
        yield Content.styled(f"{WAY_SIGN} {words}, by the ends that were seen", MUTED), None


def _cells(line: TreeLine, stage: StageProgress, sight: TaskSight) -> list[Cell]:
    sign = f" {WAY_SIGN}" if stage.name in sight.way else ""
    if line.again:
        return [Cell(f"{line.lead}{name_of(stage)}{sign} ↑ above"), *(Cell("") for _ in _COLUMNS[1:])]
    return [
        Cell(f"{line.lead}{name_of(stage)}{sign}"),
        state_cell(stage),
        Cell(""),
        Cell(counts(stage)),
        Cell(elapsed_words(sight.spans.get(stage.name), sight.read_at)),
        Cell(short_count(stage.input_records)),
        Cell(short_count(stage.output_records)),
    ]


def _line(line: TreeLine, stage: StageProgress, cells: list[Cell], layout: Layout) -> Content:
    if line.again:
        return layout.line(cells).stylize(MUTED)
    cells[_BAR_PLACE] = Cell(stage_bar(stage, layout.width(_BAR)), color_of(stage))
    return layout.line(cells).stylize("bold", len(line.lead), len(line.lead) + len(name_of(stage)))
