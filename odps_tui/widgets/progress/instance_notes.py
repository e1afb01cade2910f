"""What is said of the instance as a whole: the phases the scheduler went through, and the quota it stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from textual.content import Content

from odps_tui.models import Resources, TaskQuota
from odps_tui.monitor import InstanceRow, Reading
from odps_tui.widgets.notation import UNKNOWN, age_of, exact_duration, going_duration, short_count
from odps_tui.widgets.progress.cells import MUTED, PaneLine

_LABEL = 10
_WIDEST_BAR, _NARROWEST_BAR = 60, 10
_PHASE_WORDS = 36
"""Cells that the words behind a bar may need."""


def quota_line(reading: Reading[TaskQuota], now: datetime) -> Iterator[PaneLine]:
    """Yield the quota with its age: it is told every 30 s at most. Nothing while nobody has told one."""
    if reading.error is not None:
        yield Content.assemble((f"{'quota':<{_LABEL}}", MUTED), (f"✗ {reading.error}", "$text-error")), None
    quota = reading.value
    if quota is None or reading.read_at is None:
        return
    maximum = quota.runtime or quota.maximum
    figures = f"{_cores(quota.used)} of {_cores(maximum)} cores, {_cores(quota.requested)} asked"
    age = f" · {age_of(reading.read_at, now)} old"
    yield Content.assemble((f"{'quota':<{_LABEL}}", MUTED), (quota.group or UNKNOWN, "bold"), f" {figures}", (age, MUTED)), None


def _cores(resources: Resources | None) -> str:
    """Hundredths of a core, as far as anyone knows (protocol §4.9): derived."""
    return UNKNOWN if resources is None or resources.cpu is None else f"~{short_count(round(resources.cpu / 100))}"


def phases_line(row: InstanceRow | None, now: datetime) -> Iterator[PaneLine]:
    """Yield the sub-statuses in the service's words, the present one first, each with how long it lasted."""
    parts = [f"{phase.words} {phase.lasted}" for phase in phases(row, now)]
    if parts:
        before = f" │ before: {', '.join(parts[-2::-1])}" if len(parts) > 1 else ""
        yield Content.assemble((f"{'phase':<{_LABEL}}", MUTED), parts[-1], (before, MUTED)), None


def phase_bars(row: InstanceRow | None, now: datetime, width: int) -> Iterator[PaneLine]:
    """Yield a bar over time for each sub-status, with the service's words; the service tells these times itself."""
    told = phases(row, now)
    cells = min(_WIDEST_BAR, width - _LABEL - _PHASE_WORDS)
    if not told or cells < _NARROWEST_BAR:
        yield from phases_line(row, now)
        return
    begin, whole = told[0].begin, max(told[-1].end - told[0].begin, timedelta(seconds=1))
    for place, phase in enumerate(told):
        first = min(cells - 1, int((phase.begin - begin) / whole * cells))
        length = max(1, min(cells, round((phase.end - begin) / whole * cells)) - first)
        drawn = " " * first + "█" * length
        words = f"  {phase.words} {phase.lasted}"
        label = f"{'phases' if not place else '':<{_LABEL}}"
        yield Content.assemble((label, MUTED), (f"{drawn:<{cells}}", "$text-accent"), words), None


@dataclass(frozen=True, slots=True)
class Phase:
    """A sub-status, from when to when."""

    words: str
    begin: datetime
    end: datetime
    goes_on: bool

    @property
    def lasted(self) -> str:
        """For how long, so far."""
        duration = self.end - self.begin
        return going_duration(duration) if self.goes_on else exact_duration(duration)


def phases(row: InstanceRow | None, now: datetime) -> list[Phase]:
    """Return what the scheduler did with an instance, oldest first; the last one lasts until `now`. Nothing once it has left."""
    info = row.info if row is not None and row.is_queued else None
    if info is None:
        return []
    told = list(info.sub_status_history)
    if info.sub_status is not None and info.sub_status not in told:
        told.append(info.sub_status)
    begins = [(phase.description, phase.start_time) for phase in told if phase.start_time is not None]
    ends = [*(begin for _, begin in begins[1:]), max(now, begins[-1][1])] if begins else []
    last = len(begins) - 1
    return [Phase(words, begin, ends[at], goes_on=at == last) for at, (words, begin) in enumerate(begins)]
