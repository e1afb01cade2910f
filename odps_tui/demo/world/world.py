"""The world: a population that is born, works and ends as the clock says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import takewhile
from random import Random
from types import MappingProxyType

from odps_tui.demo.world import opening, outline, quotas, script, statements
from odps_tui.demo.world.accounts import CALLER
from odps_tui.demo.world.births import Draft, Midwife
from odps_tui.demo.world.families import family_of
from odps_tui.demo.world.ids import time_prefix
from odps_tui.demo.world.instance import Instance, Kind, Outcome
from odps_tui.demo.world.jobs import SubmittedJob
from odps_tui.demo.world.population import Population
from odps_tui.demo.world.queueing import Admissions, Place, places
from odps_tui.demo.world.script import TaskScript
from odps_tui.demo.world.search import Page, Wanted, page
from odps_tui.demo.world.tasks import Task
from odps_tui.demo.world.xflows import Action, XFlow, submitted_steps

_SCRIPTS_KEPT = 64
_OUTLINES_KEPT = 8192
# Seconds of world time.
_SUBMITTED_WAIT = 0.6
_SUBMITTED_XFLOW = 6.0
_STOP_DELAY = 2.0


class World:
    """The instances of one MaxCompute project.

    `clock` gives epoch seconds; `speed` divides every duration and gap (times on the wire stay the real clock's). `seed`
    decides all the rest: the same seed, the same readings of the clock and the same commands give the same world. `stories`
    names the instances that one can rely on (see `stories.py`). One thread at a time may use it.
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        instances: int = 200,
        clock: Callable[[], float] = time.time,
        speed: float = 1.0,
        project: str = "demo_project",
    ) -> None:
        self.project = project
        self.clock = clock
        self._seed = seed
        self._speed = speed
        self._now = clock()
        opened = opening.open_world(seed, instances, self._now, speed, project)
        self.stories: Mapping[str, str] = MappingProxyType(opened.stories)
        self._population: Population = opened.population
        self._arrivals = opened.arrivals
        self._submissions = 0
        self._outlines = lru_cache(_OUTLINES_KEPT)(outline.tasks_of)
        self._scripts = lru_cache(_SCRIPTS_KEPT)(self._write_script)

    def now(self) -> float:
        """The world's time, epoch seconds. It never runs backwards; whoever was to arrive until now has arrived."""
        self._now = max(self._now, self.clock())
        self._advance(self._now)
        return self._now

    def _advance(self, now: float) -> None:
        """Let everybody in who is due, in the order of their starts."""
        while True:
            birth, arrival = self._population.next_birth(), self._arrivals.next_start
            if birth is not None and birth <= now and (arrival is None or birth <= arrival):
                self._population.bear()
            elif arrival is not None and arrival <= now:
                instance, family = self._arrivals.arrive(self.project)
                self._population.add(instance)
                self._population.expect(family)
            else:
                return

    # What there is to know

    def find(self, instance_id: str) -> Instance | None:
        """The instance of this id; None when there is none."""
        return self._population.find(instance_id)

    def page(self, wanted: Wanted, after: str, size: int, now: float) -> Page:
        """Up to `size` instances that are wanted and whose ids sort after `after` (empty: from the oldest on)."""
        if wanted.status in {"Running", "Suspended"}:
            return page((instance for instance in self._population.living(now) if instance.id > after), wanted, size, now)
        if wanted.since is not None:
            after = max(after, time_prefix(wanted.since))
        candidates = self._population.after(after)
        if wanted.until is not None:
            latest = wanted.until + 1
            candidates = takewhile(lambda instance: instance.start < latest, candidates)
        return page(candidates, wanted, size, now)

    def everybody(self) -> Iterator[Instance]:
        """Everybody there is, in order of id."""
        return self._population.after("")

    def living(self, now: float) -> list[Instance]:
        """Everybody not Terminated, in order of id."""
        return self._population.living(now)

    def places(self, now: float) -> dict[str, Place]:
        """Each living instance's place in its quota's queue, by id."""
        return places(self._population.living(now), now)

    def tasks(self, instance: Instance) -> tuple[Task, ...]:
        """The instance's tasks and their stages on the time line."""
        return self._outlines(instance)

    def script(self, instance: Instance) -> Mapping[str, TaskScript]:
        """Texts, tables and records of each task, by its name."""
        return self._scripts(instance)

    def _write_script(self, instance: Instance) -> Mapping[str, TaskScript]:
        return script.script_of(instance, self._outlines(instance), self.project)

    def xflow(self, instance: Instance) -> XFlow | None:
        """The instance as an XFlow; None when it is none."""
        return self._population.xflow(instance)

    def actions(self, xflow: XFlow) -> tuple[Action, ...]:
        """Those of an XFlow's actions that have begun."""
        return self._population.actions(xflow)

    # What one can do

    def stop(self, instance: Instance, now: float) -> None:
        """Ask `instance` to end and, if it is an XFlow, all its sub-instances; it takes seconds. Asking again changes nothing."""
        delay = (_STOP_DELAY + instance.seed % 2000 / 1000) / self._speed
        for one in (instance, *self._population.descendants(instance)):
            one.stops_at = min(one.stops_at, now + delay)

    def submit(self, job: SubmittedJob, now: float) -> Instance:
        """Start `job` as the caller's; it takes a few seconds of world time."""
        self._submissions += 1
        random = Random(self._seed * 1_000_003 + self._submissions)
        midwife = Midwife(random, Admissions(0.0), self._speed)
        instance = midwife.deliver(_draft(job), now)
        instance.submitted = job
        self._population.add(instance)
        if job.xflow is not None:
            self._population.expect(family_of(instance, submitted_steps(job.xflow.name), job.xflow, midwife))
        return instance


def _draft(job: SubmittedJob) -> Draft:
    verdicts = [statements.understand(task.query, task.type) for task in job.tasks]
    return Draft(
        kind=Kind.SQL if job.xflow is None else Kind.XFLOW,
        owner=CALLER,
        quota=quotas.INTERACTIVE,
        priority=job.priority,
        job_name=job.name,
        length=statements.seconds_until_failure(verdicts) if job.xflow is None else _SUBMITTED_XFLOW,
        wait=_SUBMITTED_WAIT,
        outcome=Outcome.FAILED if any(verdict.failed for verdict in verdicts) else Outcome.SUCCESS,
    )
