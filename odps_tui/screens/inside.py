"""Looking into the selected instance: views of its stages, workers and their logs, sub-instances one can jump into and out of.

The cursor of the list goes along on a jump, so that list, panes and acts always mean the same instance.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from textual import getters, on, work
from textual.binding import Binding, BindingType
from textual.reactive import var

from odps_tui.errors import OdpsTuiError
from odps_tui.messages import DetailRead, EventHappened, WorkersRead
from odps_tui.models import Instance, SubInstance
from odps_tui.monitor import DetailPoller, InstanceRow, Poller
from odps_tui.monitor import InstanceDetail as Detail
from odps_tui.monitor.progress import News, WorkerTime, news
from odps_tui.monitor.worker_poller import WorkerPoller
from odps_tui.screens.dashboard_service import DashboardService
from odps_tui.screens.live import LiveScreen
from odps_tui.screens.worker_log import WorkerLog
from odps_tui.widgets.content_lines import ContentLines
from odps_tui.widgets.instance_table import InstanceTable
from odps_tui.widgets.notation import id_tail
from odps_tui.widgets.progress.keys import ParentKey, StageKey, SubInstanceKey, WorkerKey
from odps_tui.widgets.progress.news_words import news_words
from odps_tui.widgets.progress.pane_lines import Parent
from odps_tui.widgets.task_progress import TaskProgress

_PARENTS_KNOWN = 2000
_TOLD_KNOWN = 500


class InsideScreen(LiveScreen):
    """What `T`, `W`, `L` and `Enter` in the progress pane lead to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("T", "stage_view", "stages", id="progress.view", show=False, tooltip="stages as table, tree or time line"),
        Binding("W", "workers", "workers", id="progress.workers", show=False, tooltip="the workers of a stage, slowest first"),
        Binding("L", "worker_log", "log", id="progress.log", show=False, tooltip="the log of a worker"),
    ]

    parent_xflow: var[Parent | None] = var(None)

    progress_pane = getters.query_one(TaskProgress)

    def __init__(
        self, service: DashboardService, poller: Poller, details: DetailPoller, *, clock: Callable[[], datetime]
    ) -> None:
        super().__init__(service, poller, details, clock=clock)
        self._worker_poller = WorkerPoller(service, clock=clock)
        self._parents: dict[str, Parent] = {}
        self._trail: tuple[str, ...] = ()
        """The instances that one came from, the last one last."""
        self._visiting: str | None = None
        self._told: dict[tuple[str, str], datetime] = {}

    # What was read -----------------------------------------------------------------------------------------------------------

    @on(DetailRead)
    def look_inside(self, message: DetailRead) -> None:
        """Tell what happened since the last look, and remember which instances are parts of this one."""
        detail = message.detail
        for task, what in self._news(detail):
            name = f" {task}" if len(detail.samples) > 1 else ""
            self.post_message(EventHappened(f"{id_tail(detail.id)}{name} {news_words(what)}"))
        if detail.actions is not None and detail.actions.value:
            self._learn_parents(detail.id, detail.actions.value)

    def _news(self, detail: Detail) -> list[tuple[str, News]]:
        """What happened between the last two samples, once; what is found when an instance is opened is none."""
        found = []
        for task, samples in detail.samples.items():
            key, last = (detail.id, task), samples.last
            if last is None:
                continue
            before = self._told.get(key)
            self._told[key] = last.at
            if before is not None and before < last.at and len(samples) > 1:
                found += [(task, what) for what in news(samples.runs[-2].progress, last.progress)]
        while len(self._told) > _TOLD_KNOWN:
            del self._told[next(iter(self._told))]
        return found

    def _learn_parents(self, parent: str, actions: tuple[SubInstance, ...]) -> None:
        for action in actions:
            if action.instance_id is None or action.instance_id == parent:
                continue
            self._parents[action.instance_id] = Parent(parent, action.name)
            self._learn_parents(action.instance_id, action.children)
        while len(self._parents) > _PARENTS_KNOWN:
            del self._parents[next(iter(self._parents))]

    def watch_selected(self, before: InstanceRow | None, after: InstanceRow | None) -> None:
        """Workers belong to the instance that they were asked of."""
        if (before.id if before else None) == (after.id if after else None):
            return
        self.progress_pane.workers_of = None
        self.progress_pane.details = {}
        self.parent_xflow = self._parents.get(after.id) if after is not None else None

    # Stages and workers ------------------------------------------------------------------------------------------------------

    def action_stage_view(self) -> None:
        """Look at the stages otherwise; first of all look at them: open the pane, or go back from the workers."""
        pane = self.progress_pane
        if not self._is_progress_shown:
            self._show_progress()
        elif pane.workers_of is not None:
            pane.workers_of = None
        else:
            pane.view = pane.view.following

    def action_workers(self) -> None:
        """Go to the workers of the stage under the cursor, or back."""
        if not self._show_progress():
            return
        pane = self.progress_pane
        stage = pane.stage_at_hand if pane.workers_of is None else None
        if stage is None and pane.workers_of is None:
            self._note("there is no stage whose workers could be shown")
        pane.workers_of = stage
        pane.focus()

    @property
    def _is_progress_shown(self) -> bool:
        return self.progress_pane.display and self.progress_pane.region.height > 0

    def _show_progress(self) -> bool:
        """On a small terminal the pane has to be opened first; there is nothing to open without an instance."""
        if self.selected is None:
            return False
        if not self._is_progress_shown:
            self.add_class("-opened")
            self.progress_pane.focus()
        return True

    @on(TaskProgress.WorkersShown)
    def follow_workers(self, message: TaskProgress.WorkersShown) -> None:
        """Read workers while they are shown, and only then."""
        if message.stage is None or self.selected is None:
            self.workers.cancel_group(self, "workers")
        else:
            self.poll_workers(self.selected.id, message.stage.task)

    @work(exclusive=True, group="workers")
    async def poll_workers(self, instance_id: str, task: str) -> None:
        """Post the workers of a task until they are no longer shown."""
        async for reading in self._worker_poller.workers(instance_id, task):
            self.post_message(WorkersRead(instance_id, task, reading))

    @on(WorkersRead)
    def take_workers(self, message: WorkersRead) -> None:
        """Show them, if they are still wanted."""
        if self.selected is not None and self.selected.id == message.instance_id:
            self.progress_pane.details = {**self.progress_pane.details, message.task: message.reading}

    def action_worker_log(self) -> None:
        """Read the log of the worker under the cursor; from the stages, choose a worker first."""
        pane = self.progress_pane
        if pane.workers_of is None:
            self.action_workers()
        elif pane.worker_at_hand is not None:
            self._open_log(pane.worker_at_hand)

    def _open_log(self, time: WorkerTime) -> None:
        log_id, row = time.worker.log_id, self.selected
        if log_id is None or row is None:
            self._note(f"the service names no log of {time.short_id}")
            return

        async def read_log(kind: str, size: int) -> str:
            return await self._worker_poller.log(row.id, log_id, kind, size)

        self.app.push_screen(WorkerLog(time, read_log, clock=self._clock))

    def action_refresh(self) -> None:
        """Ask now; workers are no exception to their own pace."""
        super().action_refresh()
        self._worker_poller.wake()

    # Sub-instances -----------------------------------------------------------------------------------------------------------

    @property
    def id_at_hand(self) -> str | None:
        """The instance that is meant: the sub-instance under the progress pane's cursor, else the selected one."""
        sub_instance = self.progress_pane.sub_instance_at_hand if self.progress_pane.has_focus else None
        return sub_instance or (self.selected.id if self.selected is not None else None)

    @on(ContentLines.Opened, "#progress")
    def go_deeper(self, message: ContentLines.Opened) -> None:
        """Into a stage's workers, a worker's log, a sub-instance, or up to the XFlow."""
        match message.key:
            case StageKey():
                self.progress_pane.workers_of = message.key
            case WorkerKey():
                self.action_worker_log()
            case SubInstanceKey(instance_id=instance_id) | ParentKey(instance_id=instance_id):
                self.visit(instance_id)

    @work(exclusive=True, group="visit")
    async def visit(self, instance_id: str) -> None:
        """Go to an instance that need not be in the list; Esc comes back."""
        if self.selected is None or self.selected.id == instance_id:
            return
        if self.table.row(instance_id) is None and not await self._bring_in(instance_id):
            return
        if self._trail and self._trail[-1] == instance_id:
            self.go_back()
        else:
            self._trail = (*self._trail, self.selected.id)
            self._jump_to(instance_id)

    async def _bring_in(self, instance_id: str) -> bool:
        """Read an instance and put it into the list."""
        try:
            instance: Instance = await self._service.get_instance(instance_id)
        except OdpsTuiError as error:
            self._note(f"{id_tail(instance_id)} cannot be opened: {error}")
            return False
        self._take_snapshot(self._poller.note_instance(instance))
        if self.table.row(instance_id) is None:
            self._note(f"the list is held still: p, then {id_tail(instance_id)} can be opened")
            return False
        return True

    def go_back(self) -> bool:
        """Return to the instance one came from; False when one came from none."""
        if not self._trail or self.table.has_focus:
            return False
        *trail, before = self._trail
        self._trail = tuple(trail)
        self._jump_to(before)
        return True

    def _jump_to(self, instance_id: str) -> None:
        self._visiting = instance_id
        self.table.select(instance_id)

    @on(InstanceTable.Highlighted)
    def forget_trail(self) -> None:
        """Who moves the list's cursor elsewhere wants nothing more of where they came from."""
        if self.table.cursor_id != self._visiting:
            self._trail, self._visiting = (), None


def inside_bindings() -> list[Binding]:
    """Return the keys that look inside, for the help."""
    return [binding for binding in (*InsideScreen.BINDINGS, *ContentLines.BINDINGS) if isinstance(binding, Binding)]
