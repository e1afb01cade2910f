"""How far a task is, counted from the workers of the stages that have begun."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from odps_tui.models import TaskProgress
from odps_tui.monitor.progress.stage_state import has_begun


@dataclass(frozen=True, slots=True)
class Overall:
    """`done` of `known` workers in `begun` of `stages` stages; `untold` of those that have begun do not tell their workers.

    `known` is None before there is a plan and while no stage that has begun tells its workers: then there is no percentage.
    """

    done: int
    known: int | None
    begun: int
    stages: int
    untold: int = 0

    @property
    def fraction(self) -> Fraction | None:
        """0…1, exactly; None while unknown."""
        return None if not self.known else min(Fraction(1), Fraction(self.done, self.known))

    def percent(self, *, ended: bool) -> int | None:
        """Return whole percents, rounded down: at most 99 until the service says that it has ended; None while unknown."""
        if self.fraction is None:
            return None
        percent = int(self.fraction * 100)
        return percent if ended else min(99, percent)


def overall(progress: TaskProgress) -> Overall:
    """Count the workers of the stages that have begun. Others have no say: nobody knows yet how many workers they get."""
    begun = [stage for stage in progress.stages if has_begun(stage)]
    told = [stage for stage in begun if stage.total_workers and stage.terminated_workers is not None]
    known = sum(stage.total_workers or 0 for stage in told)
    done = sum(min(stage.terminated_workers or 0, stage.total_workers or 0) for stage in told)
    return Overall(done, known or None, len(begun), len(progress.stages), len(begun) - len(told))
