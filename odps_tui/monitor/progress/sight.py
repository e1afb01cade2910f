"""Everything that can be said of one task's progress at one moment, worked out once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from odps_tui.models import StageDetail, Task, TaskProgress, TaskStatus
from odps_tui.monitor.progress.eta import Estimate, NoEstimate, estimate
from odps_tui.monitor.progress.overall import Overall, overall
from odps_tui.monitor.progress.pace import Pace, finished_per_minute, recent_pace
from odps_tui.monitor.progress.samples import Samples
from odps_tui.monitor.progress.skew import Spread
from odps_tui.monitor.progress.spans import Span, spans
from odps_tui.monitor.progress.stage_graph import StageGraph
from odps_tui.monitor.progress.stage_state import is_running
from odps_tui.monitor.progress.stall import Stall, find_stall

_ENDED = frozenset({TaskStatus.SUCCESS, TaskStatus.FAILED, TaskStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class TaskSight:
    """One task: `progress` as of `read_at`. `is_last_seen`: the service tells no stages any more, these are our last sample's.

    `spreads` tells of the workers by the short name of their stage, as of `workers_read_at`, where they were looked at.
    `way` holds the stages on the longest way to those at work (to the last ones, once it has ended), as far as it is known.
    """

    task: Task
    progress: TaskProgress
    read_at: datetime | None
    is_ended: bool
    is_last_seen: bool
    samples: Samples
    overall: Overall
    stall: Stall | None = None
    estimate: Estimate | NoEstimate | None = None
    spans: Mapping[str, Span] = field(default_factory=dict)
    paces: Mapping[str, Pace] = field(default_factory=dict)
    spreads: Mapping[str, Spread] = field(default_factory=dict)
    workers_read_at: datetime | None = None
    way: frozenset[str] = frozenset()

    @property
    def has_plan(self) -> bool:
        """True once there are stages."""
        return bool(self.progress.stages)

    def finished_per_minute(self, minutes: int) -> tuple[float | None, ...]:
        """Return how many workers finished in each of the last minutes; see `pace`."""
        last = self.samples.last
        return finished_per_minute(self.samples, last.until, minutes) if last is not None else ()


def sight(
    task: Task,
    progress: TaskProgress | None,
    read_at: datetime | None,
    samples: Samples,
    *,
    is_terminated: bool = False,
    told: Iterable[StageDetail] = (),
    spreads: Mapping[str, Spread] = MappingProxyType({}),
    workers_read_at: datetime | None = None,
) -> TaskSight:
    """Work out what can be said. `told` are stages from a detail, whose times are exact; `spreads` those of their workers."""
    is_ended = is_terminated or task.status in _ENDED
    shown, at = progress or TaskProgress(), read_at
    last = samples.last_with_stages
    is_last_seen = not shown.stages and is_ended and last is not None
    if is_last_seen and last is not None:
        shown, at = last.progress, last.until
    stall = None if is_ended else find_stall(task, samples)
    known = spans(samples, told)
    return TaskSight(
        task,
        shown,
        at,
        is_ended,
        is_last_seen,
        samples,
        overall(shown),
        stall,
        None if is_ended else estimate(task, samples, stall),
        known,
        {stage.name: recent_pace(samples, stage.name) for stage in shown.stages if is_running(stage)},
        spreads,
        workers_read_at,
        _way(shown, known),
    )


def _way(progress: TaskProgress, known: Mapping[str, Span]) -> frozenset[str]:
    """A way of one stage is none."""
    graph = StageGraph(stage.name for stage in progress.stages)
    running = [stage.name for stage in progress.stages if is_running(stage)]

    def ended(name: str) -> float | None:
        moment = known[name].ended if name in known else None
        # An end that nobody watched may have been at any time before.
        return moment.latest.timestamp() if moment is not None and moment.earliest is not None else None

    ways = [graph.way_to(name, ended) for name in running or graph.sinks]
    return frozenset(name for way in ways if len(way) > 1 for name in way)
