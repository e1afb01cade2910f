"""All lines of the progress pane: the XFlow's tree, each task with its stages, what is said of the instance as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from textual.content import Content

from odps_tui.monitor import InstanceDetail, InstanceRow
from odps_tui.monitor.progress import TaskSight
from odps_tui.widgets.notation import id_tail
from odps_tui.widgets.progress.cells import MUTED, PaneLine
from odps_tui.widgets.progress.instance_notes import phase_bars, phases_line, quota_line
from odps_tui.widgets.progress.keys import ParentKey
from odps_tui.widgets.progress.stage_table import stage_table
from odps_tui.widgets.progress.stage_timeline import stage_timeline
from odps_tui.widgets.progress.stage_tree import stage_tree
from odps_tui.widgets.progress.task_head import task_head, task_title
from odps_tui.widgets.progress.task_notes import task_notes
from odps_tui.widgets.progress.xflow_tree import xflow_tree


class StageView(StrEnum):
    """The ways to look at a task's stages, in the order of the key."""

    TABLE = "table"
    TREE = "tree"
    TIMELINE = "timeline"

    @property
    def following(self) -> StageView:
        """The next one; the first after the last."""
        views = list(StageView)
        return views[(views.index(self) + 1) % len(views)]


_VIEWS: dict[StageView, Callable[[TaskSight, int], Iterator[PaneLine]]] = {
    StageView.TABLE: stage_table,
    StageView.TREE: stage_tree,
    StageView.TIMELINE: stage_timeline,
}


@dataclass(frozen=True, slots=True)
class Parent:
    """The XFlow that an instance is a part of, and which step of it."""

    instance_id: str
    step: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the pane is painted from. `width` is in cells."""

    detail: InstanceDetail
    sights: Sequence[TaskSight]
    row: InstanceRow | None
    now: datetime
    width: int
    view: StageView = StageView.TABLE
    parent: Parent | None = None


def pane_lines(scene: Scene) -> Iterator[PaneLine]:
    """Yield everything from top to bottom."""
    detail = scene.detail
    if scene.parent is not None:
        words = f"↰ step {scene.parent.step} of the XFlow {id_tail(scene.parent.instance_id)}"
        yield Content.styled(words, "$text-accent"), ParentKey(scene.parent.instance_id)
    if detail.tasks.error is not None:
        yield Content.styled(f"✗ {detail.tasks.error}", "$text-error"), None
    if not scene.sights:
        yield Content.styled("no tasks yet" if detail.tasks.is_good else "reading …", MUTED), None
    if detail.actions is not None:
        for sight in scene.sights:
            yield task_title(sight, scene.now, scene.width), None
        yield from xflow_tree(detail.actions, detail.family, scene.now, scene.width)
    else:
        for place, sight in enumerate(scene.sights):
            if place:
                yield Content(), None
            yield from _task(sight, scene)
    if scene.sights and not detail.is_terminated:
        yield from quota_line(detail.quota, scene.now)
        if scene.view is StageView.TIMELINE:
            yield from phase_bars(scene.row, scene.now, scene.width)
        else:
            yield from phases_line(scene.row, scene.now)


def _task(sight: TaskSight, scene: Scene) -> Iterator[PaneLine]:
    yield from task_head(sight, scene.detail.progress.get(sight.task.name), scene.row, scene.now, scene.width)
    if sight.has_plan:
        yield from _VIEWS[scene.view](sight, scene.width)
        yield from task_notes(sight, scene.width)
