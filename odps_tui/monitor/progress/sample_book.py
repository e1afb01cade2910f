"""Remembers the samples of the instances that were looked at, so that coming back to one does not begin anew."""

from __future__ import annotations

from datetime import datetime

from odps_tui.models import TaskProgress
from odps_tui.monitor.progress.samples import Samples

_REMEMBERED = 64


class SampleBook:
    """Samples by instance and task; the tasks that were not sampled for longest are forgotten first."""

    def __init__(self) -> None:
        self._samples: dict[tuple[str, str], Samples] = {}

    def samples(self, instance_id: str, task: str) -> Samples:
        """Return what was seen of a task; empty when nothing was."""
        return self._samples.get((instance_id, task), Samples())

    def take(self, instance_id: str, task: str, at: datetime, progress: TaskProgress) -> Samples:
        """Note one reading; return all of the task's."""
        taken = self._samples.pop((instance_id, task), Samples()).taken(at, progress)
        self._samples[instance_id, task] = taken
        while len(self._samples) > _REMEMBERED:
            del self._samples[next(iter(self._samples))]
        return taken
