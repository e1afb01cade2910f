"""Progress as a service might tell it, for tests: by hand, or drawn at random."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from hypothesis import strategies as st

from odps_tui.models import StageProgress, StageStatus, Task, TaskProgress
from odps_tui.monitor.progress import Samples
from tests.clock import START


def stage(
    name: str = "M1_job_0",
    done: int | None = 0,
    total: int | None = 10,
    running: int | None = 0,
    *,
    status: str | None = StageStatus.RUNNING,
    records: int | None = 0,
    backup: int | None = 0,
) -> StageProgress:
    return StageProgress(name, status, total, done, running, backup, records, records)


def task(status: str = "Running", kind: str = "SQL") -> Task:
    return Task("AnonymousSQLTask", kind, status, START, None)


def progress(*stages: StageProgress) -> TaskProgress:
    return TaskProgress(stages)


def sampled(told: Iterable[TaskProgress], *, seconds: float = 5.0) -> Samples:
    """One read every `seconds`, from START on."""
    samples = Samples()
    for place, one in enumerate(told):
        samples = samples.taken(START + timedelta(seconds=place * seconds), one)
    return samples


figures = st.none() | st.integers(0, 3000)
names = st.sampled_from(["M1_job_0", "M2_job_0", "J3_1_2_job_0", "R4_3_job_0", "R4_3_job_1", "odd name", "J3_3_9"])
statuses = st.none() | st.sampled_from([*StageStatus, "Somehow"])
stages = st.builds(
    StageProgress,
    name=names,
    status=statuses,
    total_workers=figures,
    terminated_workers=figures,
    running_workers=figures,
    backup_workers=figures,
    input_records=figures,
    output_records=figures,
)
progresses = st.builds(lambda found: TaskProgress(tuple({one.name: one for one in found}.values())), st.lists(stages, max_size=5))
histories = st.lists(st.tuples(progresses, st.floats(0.1, 900)), min_size=1, max_size=25)


def sampled_at(history: list[tuple[TaskProgress, float]]) -> Samples:
    """Reads at uneven distances, with holes among them."""
    samples, moment = Samples(), START
    for told, seconds in history:
        moment += timedelta(seconds=seconds)
        samples = samples.taken(moment, told)
    return samples
