"""The tasks of each kind of instance: which there are, when each works, and how its stages lie on the time line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from random import Random

from odps_tui.demo.world import patterns, statements
from odps_tui.demo.world.instance import Instance, Kind, Outcome, Trait
from odps_tui.demo.world.jobs import SubmittedTask
from odps_tui.demo.world.patterns import PATTERNS, Pattern
from odps_tui.demo.world.stages import Stage
from odps_tui.demo.world.tasks import Attempt, Task

ANONYMOUS = "AnonymousSQLTask"
HOSTILE_TASK = "[@click=app.quit()]x[/]"
_COMPILE_PART = 0.06
_LONGEST_COMPILE = 20.0
_SLOTS = 150
"""No quota runs more workers of a stage at once."""


def tasks_of(instance: Instance) -> tuple[Task, ...]:
    """Return the instance's tasks. A pure function of its facts."""
    if instance.submitted is not None and instance.submitted.tasks:
        return _submitted(instance, instance.submitted.tasks)
    make = _BY_TRAIT.get(instance.trait) or _BY_KIND[instance.kind]
    return make(instance, Random(instance.seed))


def _planned_end(instance: Instance, random: Random) -> float:
    """Where the work would have ended: later than `end` for an instance that fails or is cancelled on its way."""
    if instance.outcome is Outcome.SUCCESS:
        return instance.end
    return instance.admitted + (instance.end - instance.admitted) / random.uniform(0.15, 0.9)


def _sql(instance: Instance, random: Random) -> tuple[Task, ...]:
    pattern = _pattern(instance, random)
    name = ANONYMOUS if random.random() < 0.7 else f"console_query_task_{int(instance.start * 1000)}"
    end = _planned_end(instance, random)
    if instance.failure is not None and instance.failure.at_compile:
        return (Task(name, "SQL", instance.admitted, end + 1, (), pattern),)
    return (_sql_task(name, (instance.admitted, end), pattern, random, trait=instance.trait),)


def _pattern(instance: Instance, random: Random) -> Pattern:
    if instance.trait is Trait.WIDE:
        return patterns.WIDE
    if instance.trait is Trait.TYPICAL:
        return patterns.TYPICAL
    return random.choice(PATTERNS)


def _sql_task(
    name: str, span: tuple[float, float], pattern: Pattern, random: Random, *, trait: Trait = Trait.NONE, kind: str = "SQL"
) -> Task:
    """A task of type `kind` that compiles and then runs its pattern's stages from the start to the end of `span`."""
    start, end = span
    compiled = start + min((end - start) * _COMPILE_PART, _LONGEST_COMPILE)
    stages = tuple(_stages(pattern.stages, compiled, end, random, trait))
    return Task(name, kind, start, end, stages, pattern)


def _stages(names: tuple[str, ...], start: float, end: float, random: Random, trait: Trait) -> Iterator[Stage]:
    """Lay the stages out: each begins when the last one it reads from has ended, and the last one ends at `end`."""
    spans: dict[int, tuple[float, float]] = {}
    for name in names:
        number, *upstream = (int(part) for part in name[1:].split("_"))
        begins = max((spans[up][1] for up in upstream), default=0.0)
        spans[number] = (begins, begins + random.uniform(0.5, 1.5))
    whole = max(ends for _, ends in spans.values())
    scale = (end - start) / whole
    widest = _widest(random, trait)
    for name, (begins, ends) in zip(names, spans.values(), strict=True):
        # The last stage ends with its task to the bit, not a rounding error later.
        stage_end = end if ends == whole else start + ends * scale
        yield _stage(name, start + begins * scale, stage_end, _workers(name, widest, random), random)


def _widest(random: Random, trait: Trait) -> int:
    if trait is Trait.WIDE:
        return 2000
    if trait is Trait.TYPICAL:
        return 160
    return max(1, int(random.lognormvariate(3.2, 1.1)))


def _workers(name: str, widest: int, random: Random) -> int:
    share = 1.0 if name[0] == "M" else 0.45
    return max(1, min(2000, int(widest * share * random.uniform(0.3, 1.0))))


def _stage(name: str, start: float, end: float, workers: int, random: Random) -> Stage:
    laggards = min(workers // 6, random.choice((0, 0, 0, 1, 2, 5)))
    bulk_end = start + (end - start) * random.uniform(0.6, 0.8) if laggards else end
    slots = _SLOTS if workers > _SLOTS else 0
    return Stage(name, start, end, workers, bulk_end, laggards, random.uniform(0.6, 2.0), slots)


def _skewed(instance: Instance, random: Random) -> tuple[Task, ...]:
    """Everything but one worker of the last stage is done soon; that one holds most rows and lags until the end."""
    minute = (instance.end - instance.admitted) / 100
    soon = instance.admitted + 3 * minute
    task = _sql_task(ANONYMOUS, (instance.admitted, soon), patterns.SKEWED, random)
    head = tuple(Stage(s.name, s.start, s.end, 40 + 8 * i, s.end, 0, s.curve) for i, s in enumerate(task.stages[:-1]))
    last = task.stages[-1]
    tail = Stage(last.name, last.start, instance.end, 50, soon, 1, 1.0)
    return (Task(task.name, task.type, task.start, instance.end, (*head, tail), task.pattern),)


def _ddl(instance: Instance, random: Random) -> tuple[Task, ...]:
    return (Task(ANONYMOUS, "SQL", instance.admitted, _planned_end(instance, random)),)


def _multi_task(instance: Instance, random: Random) -> tuple[Task, ...]:
    """Three tasks in sequence; the first needed a second attempt."""
    end = _planned_end(instance, random)
    whole = end - instance.admitted
    first_end, second_end = instance.admitted + whole * 0.1, instance.admitted + whole * 0.85
    retried = instance.admitted + whole * 0.03
    load = _sql_task("load_orders", (retried, first_end), PATTERNS[0], random)
    load = Task(load.name, load.type, load.start, load.end, load.stages, load.pattern, (Attempt(instance.admitted, retried),))
    build = _sql_task("build_report", (first_end, second_end), PATTERNS[5], random)
    export = _sql_task("export_report", (second_end, end), PATTERNS[8], random)
    return (load, build, export)


def _hostile(instance: Instance, random: Random) -> tuple[Task, ...]:
    """Two tasks side by side: one fails at once with an evil text, the other, of an evil name, works on."""
    whole = instance.end - instance.admitted
    failing = _sql_task(ANONYMOUS, (instance.admitted, instance.admitted + whole * 0.01), patterns.HOSTILE, random)
    failing = Task(failing.name, "SQL", failing.start, failing.end, failing.stages, failing.pattern, fails=True)
    return (failing, _sql_task(HOSTILE_TASK, (instance.admitted, instance.end), patterns.HOSTILE, random))


def _xflow(instance: Instance, random: Random) -> tuple[Task, ...]:
    return (Task("xflow_train", "AlgoTask", instance.admitted, _planned_end(instance, random)),)


def _algo(instance: Instance, random: Random) -> tuple[Task, ...]:
    end = _planned_end(instance, random)
    return (_sql_task("algo_task", (instance.admitted, end), patterns.XFLOW_STEP, random, kind="AlgoTask"),)


def _cupid(instance: Instance, random: Random) -> tuple[Task, ...]:
    return (Task("cupid_task", "CUPID", instance.admitted, _planned_end(instance, random)),)


def _session(instance: Instance, random: Random) -> tuple[Task, ...]:  # noqa: ARG001 - one signature for all makers
    return (Task("AnonymousSQLRTTask", "SQLRT", instance.admitted, inf),)


def _submitted(instance: Instance, submitted: tuple[SubmittedTask, ...]) -> tuple[Task, ...]:
    """The tasks of somebody's own job, one after the other, up to the first that fails."""
    verdicts = [statements.understand(task.query, task.type) for task in submitted]
    ran = statements.seconds_until_failure(verdicts)
    scale = (instance.end - instance.admitted) / ran
    tasks = []
    start = instance.admitted
    done = 0.0
    for asked, verdict in zip(submitted, verdicts, strict=True):
        done += verdict.seconds
        end = instance.end if done == ran else instance.admitted + done * scale
        stages = _narrow_stages(verdict.stages, start, end)
        tasks.append(Task(asked.name, asked.type, start, end, stages, fails=verdict.failed))
        start = end
    return tuple(tasks)


def _narrow_stages(names: tuple[str, ...], start: float, end: float) -> tuple[Stage, ...]:
    """Stages of one worker each, one after the other: enough for a table of 150 rows."""
    step = (end - start) / (len(names) + 1)
    starts = [start + step * (place + 1) for place in range(len(names))]
    ends = [*starts[1:], end]
    return tuple(Stage(name, s, e, 1, e, 0, 1.0) for name, s, e in zip(names, starts, ends, strict=False))


_Maker = Callable[[Instance, Random], tuple[Task, ...]]

_BY_TRAIT: dict[Trait, _Maker] = {Trait.SKEWED: _skewed, Trait.HOSTILE: _hostile}

_BY_KIND: dict[Kind, _Maker] = {
    Kind.SQL: _sql,
    Kind.DDL: _ddl,
    Kind.MULTI_TASK: _multi_task,
    Kind.XFLOW: _xflow,
    Kind.ALGO: _algo,
    Kind.CUPID: _cupid,
    Kind.SESSION: _session,
}
