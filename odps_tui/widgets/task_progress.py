"""The sub-task progress pane: stages of every task as table, tree or time line, the steps of an XFlow, the workers of a stage."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import var

from odps_tui.models import TaskDetail, TaskStatus
from odps_tui.monitor import InstanceDetail, InstanceRow, Reading
from odps_tui.monitor.progress import (
    Samples,
    Spread,
    TaskSight,
    WorkerTime,
    WorkerTimes,
    is_down_to_one,
    is_running,
    parse_stage_name,
    sight,
    spread,
    worker_times,
)
from odps_tui.widgets.content_lines import ContentLines
from odps_tui.widgets.fields import Field
from odps_tui.widgets.notation import id_tail
from odps_tui.widgets.progress.cells import MUTED
from odps_tui.widgets.progress.keys import StageKey, SubInstanceKey, WorkerKey
from odps_tui.widgets.progress.pane_lines import Parent, Scene, StageView, pane_lines
from odps_tui.widgets.progress.progress_fields import progress_fields
from odps_tui.widgets.progress.worker_table import WorkerLines, find_stage


class TaskProgress(ContentLines):
    """Shows the progress part of `detail` as of `now`; while `workers_of` names a stage, its workers from `details`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close_workers", "stages", id="progress.close_workers", show=False, tooltip="from workers to stages"),
    ]

    head: var[InstanceRow | None] = var(None, init=False)
    """The instance that the pane is about to show; its name is on top at once."""
    detail: var[InstanceDetail | None] = var(None, init=False)
    row: var[InstanceRow | None] = var(None, init=False)
    now: var[datetime | None] = var(None, init=False)
    view: var[StageView] = var(StageView.TABLE, init=False)
    parent_xflow: var[Parent | None] = var(None, init=False)
    workers_of: var[StageKey | None] = var(None, init=False)
    details: var[Mapping[str, Reading[TaskDetail]]] = var[Mapping[str, Reading[TaskDetail]]]({}, init=False)
    """Stages with their workers, by task, for those tasks whose workers were looked at."""

    @dataclass
    class WorkersShown(Message):
        """The workers of a stage are shown from now on; None: no longer."""

        stage: StageKey | None

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._sights: tuple[TaskSight, ...] = ()
        self._sighted: tuple[object, ...] = ()
        self._times: WorkerTimes | None = None
        self._spreads: dict[str, Mapping[str, Spread]] = {}
        """How the workers of each stage are spread, by task; worked out once when they come in, there may be many."""
        self._keyed: tuple[WorkerTimes | None, int, list[Hashable | None]] | None = None

    def on_mount(self) -> None:
        """Name the pane."""
        self._say_title()
        self._say()

    # What there is to know ---------------------------------------------------------------------------------------------------

    @property
    def stage_at_hand(self) -> StageKey | None:
        """The stage under the cursor; while nobody moves that, the one that matters most."""
        if self._is_behind:
            return None
        return self.cursor if self.has_focus and isinstance(self.cursor, StageKey) else self._stage_that_matters

    @property
    def _is_behind(self) -> bool:
        return self.head is not None and (self.row is None or self.row.id != self.head.id)

    @property
    def _stage_that_matters(self) -> StageKey | None:
        """A stage that is down to its last worker, else one that runs, else the first there is."""
        found = [(one.task.name, stage) for one in self._sights for stage in one.progress.stages]
        found.sort(key=lambda each: (not is_down_to_one(each[1]), not is_running(each[1])))
        return StageKey(found[0][0], found[0][1].name) if found else None

    @property
    def sub_instance_at_hand(self) -> str | None:
        """The id of the sub-instance under the cursor."""
        return self.cursor.instance_id if isinstance(self.cursor, SubInstanceKey) and not self._is_behind else None

    @property
    def worker_at_hand(self) -> WorkerTime | None:
        """The worker under the cursor."""
        times = self._times.workers if self._times is not None and self.workers_of is not None else ()
        wanted = self.cursor.worker_id if isinstance(self.cursor, WorkerKey) else None
        return next((time for time in times if time.worker.id == wanted), None)

    def fields(self) -> Iterator[Field]:
        """Return what can be copied, what is under the cursor first, worked out as it is taken."""
        if self.detail is None:
            return iter(())
        return progress_fields(self.detail, self._sights, self.cursor, self.worker_at_hand)

    # What changes it ---------------------------------------------------------------------------------------------------------

    def watch_detail(self, before: InstanceDetail | None, after: InstanceDetail | None) -> None:
        """More was read, or another instance was selected, which starts at its top."""
        if before is None or after is None or before.id != after.id:
            self.cursor = None
            self.scroll_to(y=0, animate=False, immediate=True)
        self._look()
        self._say()

    def watch_head(self) -> None:
        """Another instance is coming."""
        self._say_title()

    def watch_row(self) -> None:
        """Another instance, or its place in the queue."""
        self._say()

    def watch_now(self) -> None:
        """Time went on: only ages and running times look different."""
        self._say()

    def watch_view(self) -> None:
        """Look at the stages otherwise."""
        self._say_title()
        self._say()

    def watch_parent_xflow(self) -> None:
        """It became known what it is a part of."""
        self._say()

    def watch_workers_of(self, before: StageKey | None, after: StageKey | None) -> None:
        """Go to the workers of a stage, or back to the stages with the cursor where it was."""
        self._times = None
        self._say_title()
        self._say()
        self.cursor = before if after is None and before in self._places else next(iter(self._places), None)
        self.scroll_to(y=0, animate=False, immediate=True)
        self.post_message(self.WorkersShown(after))

    def watch_details(self, before: Mapping[str, Reading[TaskDetail]], after: Mapping[str, Reading[TaskDetail]]) -> None:
        """Workers were read: their stages' times are exact from now on."""
        self._spreads = {
            task: self._spreads[task] if reading is before.get(task) else _spreads(reading) for task, reading in after.items()
        }
        self._times = None
        self._sighted = ()
        self._look()
        self._say()

    def on_resize(self) -> None:
        """Show as many columns as fit."""
        super().on_resize()
        self._say()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Only while workers are shown is there a way back from them."""
        return action != "close_workers" or self.workers_of is not None

    def action_close_workers(self) -> None:
        """Back to the stages."""
        self.workers_of = None

    # Saying it ---------------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Work the figures out anew when something came in that they are made of."""
        detail = self.detail
        made_of = (detail.tasks, detail.progress, detail.samples, detail.is_terminated) if detail is not None else ()
        if len(made_of) == len(self._sighted) and all(new is old for new, old in zip(made_of, self._sighted, strict=True)):
            return
        self._sighted = made_of
        self._sights = tuple(_sights(detail, self.details, self._spreads)) if detail is not None else ()

    def _say(self) -> None:
        if not self.is_mounted:
            return
        if self._is_behind and self.row is not None:
            return  # nothing more is said of the one before
        if self.detail is None or self.now is None:
            self.show([Content.styled("reading …", MUTED)], [None])
        elif self.workers_of is not None:
            self._say_workers(self.workers_of, self.now)
        else:
            scene = Scene(self.detail, self._sights, self.row, self.now, self._width, self.view, self.parent_xflow)
            lines = list(pane_lines(scene))
            self.show([line for line, _ in lines], [key for _, key in lines], prefer=self._stage_that_matters)

    def _say_workers(self, stage: StageKey, now: datetime) -> None:
        reading = self.details.get(stage.task, Reading())
        if self._times is None and reading.read_at is not None:
            found = find_stage(reading.value, stage.stage)
            self._times = worker_times(found.workers, reading.read_at) if found is not None else None
        lines = WorkerLines(stage.stage, reading, self._times, now, self._width)
        # Thousands of workers have keys; a tick of the clock changes none of them.
        if self._keyed is None or self._keyed[0] is not self._times or self._keyed[1] != lines.pinned:
            self._keyed = (self._times, lines.pinned, lines.keys)
        self.show(lines, self._keyed[2], pinned=lines.pinned)

    def _say_title(self) -> None:
        name = f" {id_tail(self.head.id)}" if self.head is not None else ""
        stages = f"{self.view} · T {self.view.following} · W workers"
        keys = stages if self.workers_of is None else "workers · L log · esc stages"
        title = Content(f"Progress{name} · {keys}")
        if self.border_title != title.markup:
            self.border_title = title


def _spreads(reading: Reading[TaskDetail]) -> Mapping[str, Spread]:
    """By the short name of the stage: the two documents of the service name it with and without its ending."""
    if reading.value is None or reading.read_at is None:
        return {}
    return {parse_stage_name(stage.name).short: spread(stage.workers, reading.read_at) for stage in reading.value.stages}


def _sights(
    detail: InstanceDetail, workers: Mapping[str, Reading[TaskDetail]], spreads: Mapping[str, Mapping[str, Spread]]
) -> list[TaskSight]:
    """Return a sight of each task, those at work first: where only a few lines fit, they are what is looked for."""
    found = []
    for task in detail.tasks.value or ():
        reading = detail.progress.get(task.name, Reading())
        at_work = workers.get(task.name, Reading())
        found.append(
            sight(
                task,
                reading.value,
                reading.read_at,
                detail.samples.get(task.name, Samples()),
                is_terminated=detail.is_terminated,
                told=at_work.value.stages if at_work.value is not None else (),
                spreads=spreads.get(task.name, {}),
                workers_read_at=at_work.read_at,
            )
        )
    return sorted(found, key=lambda one: (one.is_ended, one.task.status != TaskStatus.RUNNING))
