"""The full script of an instance: the SQL it runs, the tables it touches, every worker's share of the records, its result.

It is derived on demand from the instance's seed and is dear (a large instance has thousands of shares), so the world keeps a
few and forgets the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random
from types import MappingProxyType
from uuid import UUID

from odps_tui.demo.world import failures, iris, statements, tables
from odps_tui.demo.world.ids import day_before
from odps_tui.demo.world.instance import Instance, Kind, Outcome, Trait
from odps_tui.demo.world.patterns import DDL_STATEMENTS
from odps_tui.demo.world.stages import Stage
from odps_tui.demo.world.tasks import Task

BYTES_PER_RECORD = 56
_SKEWED_PART = 0.4
_SETTINGS = (
    ("odps.sql.mapper.split.size", ("64", "128", "256")),
    ("odps.sql.allow.fullscan", ("true",)),
    ("odps.sql.type.system.odps2", ("true",)),
    ("odps.sql.reducer.instances", ("200", "500")),
    ("odps.sql.joiner.memory", ("4096", "8192")),
    ("odps.stage.reducer.num", ("111",)),
    ("odps.sql.hive.compatible", ("true", "false")),
)
_CITIES = ("hangzhou", "shanghai", "beijing, haidian", "chengdu", 'the "south"', "shenzhen", "wulanchabu", "zhangjiakou")


@dataclass(frozen=True, slots=True)
class Volume:
    """What a stage's workers read and write when all is done: records by rank (see `stages.py`)."""

    reads: tuple[int, ...]
    writes: tuple[int, ...]

    def at(self, stage: Stage, rank: int, at: float) -> tuple[int, int]:
        """(read, written) by the worker of this rank at `at`, epoch seconds."""
        begins, ends = stage.starts(rank), stage.ends(rank)
        if at >= ends or at >= stage.end:
            return self.reads[rank], self.writes[rank]
        if at <= begins:
            return 0, 0
        part = (at - begins) / (ends - begins)
        return int(self.reads[rank] * part), int(self.writes[rank] * part)

    def total_at(self, stage: Stage, at: float) -> tuple[int, int]:
        """(read, written) by all workers of the stage at `at`; neither ever shrinks."""
        if at <= stage.start:
            return 0, 0
        pairs = [self.at(stage, rank, at) for rank in range(stage.workers)]
        return sum(read for read, _ in pairs), sum(written for _, written in pairs)


@dataclass(frozen=True, slots=True)
class Result:
    """A task's result: `format` is csv or text, `columns` the (name, type) pairs of a select (Protocol §4.4)."""

    format: str
    text: str
    columns: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class TaskScript:
    """Everything about one task that the outline does not say.

    `inputs` and `outputs` give records by table; `result` is what it says on success and `error` what it says on failure.
    """

    query: str
    properties: tuple[tuple[str, str], ...]
    inputs: Mapping[str, int]
    outputs: Mapping[str, int]
    volumes: Mapping[str, Volume]
    result: Result
    error: str
    warnings: tuple[str, ...] = ()


def script_of(instance: Instance, tasks: tuple[Task, ...], project: str) -> dict[str, TaskScript]:
    """Return the script of each task by its name. A pure function of the instance's facts."""
    random = Random(instance.seed ^ 0xC0FFEE)
    if instance.submitted is not None and instance.submitted.tasks:
        asked = {task.name: task for task in instance.submitted.tasks}
        return {task.name: _submitted(task, asked[task.name].query, asked[task.name].properties, project) for task in tasks}
    return {task.name: _written(instance, task, project, random) for task in tasks}


def _written(instance: Instance, task: Task, project: str, random: Random) -> TaskScript:
    """The script of a task that the demo made up."""
    names = _tables(random)
    query = _fill(_query(instance, task, random), {**names, "day": day_before(instance.start)})
    pattern = task.pattern
    sources = [f"{project}.{names[name]}/ds={day_before(instance.start)}" for name in (pattern.reads if pattern else ())]
    volumes, inputs, written = _volumes(task, sources, instance.trait, random)
    outputs = {f"{project}.{names['out']}/ds={day_before(instance.start)}": written} if pattern and pattern.writes else {}
    columns = pattern.columns if pattern and not pattern.writes else ()
    failure = instance.failure or (failures.HOSTILE if task.fails else failures.OUT_OF_MEMORY)
    return TaskScript(
        query,
        _properties(instance, random),
        MappingProxyType(inputs),
        MappingProxyType(outputs),
        MappingProxyType(volumes),
        _rows(columns, random) if columns else Result("text", ""),
        _fill(failure.text, {"project": project, "table": names["fact"]}),
        _warnings(instance, random),
    )


def _submitted(task: Task, query: str, properties: tuple[tuple[str, str], ...], project: str) -> TaskScript:
    """The script of a task that somebody submitted: what its statement does."""
    verdict = statements.understand(query, task.type)
    text = verdict.text.replace("{project}", project)
    flowers = len(iris.ROWS)
    volumes = {}
    for stage in task.stages:
        volumes[stage.name] = Volume((flowers,), (verdict.rows if stage is task.stages[-1] else flowers,))
    inputs = {f"{project}.{iris.TABLE}": flowers} if task.stages else {}
    result = Result("csv" if verdict.columns else "text", "" if verdict.failed else text, verdict.columns)
    return TaskScript(query, properties, MappingProxyType(inputs), MappingProxyType({}), MappingProxyType(volumes), result, text)


def _tables(random: Random) -> dict[str, str]:
    facts = random.sample(tables.FACTS, 2)
    dim, side, out = random.choice(tables.DIMS), random.choice(tables.SIDES), random.choice(tables.OUTPUTS)
    return {"fact": facts[0], "dim": dim, "side": side, "out": out}


def _fill(template: str, values: Mapping[str, str]) -> str:
    """Put `values` where the template says `{name}`; other braces stay as they are."""
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def _query(instance: Instance, task: Task, random: Random) -> str:
    if task.pattern is not None:
        return task.pattern.query
    if instance.kind is Kind.DDL:
        return random.choice(DDL_STATEMENTS)
    if instance.kind is Kind.CUPID:
        return "spark-submit --class com.example.etl.SessionJoin --conf spark.executor.instances=20 etl-jobs.jar --day {day}"
    return ""


def _properties(instance: Instance, random: Random) -> tuple[tuple[str, str], ...]:
    chosen = {name: random.choice(values) for name, values in random.sample(_SETTINGS, random.randrange(1, 5))}
    chosen["odps.task.quota.name"] = instance.quota.name
    if instance.kind is Kind.CUPID:
        chosen.update({"odps.cupid.application.type": "spark", "spark.executor.instances": "20", "spark.executor.memory": "8g"})
    return (("settings", json.dumps(chosen)), ("uuid", str(UUID(int=random.getrandbits(128), version=4))))


def _volumes(task: Task, sources: list[str], trait: Trait, random: Random) -> tuple[dict[str, Volume], dict[str, int], int]:
    """Records of every stage, of every table read, and of what the last stage writes.

    Each map reads one table, each other stage reads all that the stages before it wrote, so that the numbers agree.
    """
    written: dict[int, int] = {}
    volumes: dict[str, Volume] = {}
    inputs: dict[str, int] = {}
    unread = iter(sources)
    for stage in task.stages:
        if stage.upstream:
            read = sum(written[number] for number in stage.upstream)
        else:
            read = max(stage.workers, int(stage.workers * random.uniform(60_000, 900_000)))
            inputs[next(unread, f"{task.name}_input")] = read
        wrote = max(stage.workers, int(read * _yield(stage.name, random)))
        written[int(stage.name[1:].split("_")[0])] = wrote
        weights = _weights(stage, trait is Trait.SKEWED and stage is task.stages[-1], random)
        volumes[stage.name] = Volume(_shares(read, weights), _shares(wrote, weights))
    return volumes, inputs, next(reversed(written.values()), 0)


def _yield(name: str, random: Random) -> float:
    """Records that a stage writes for each one it reads: a reduce leaves few."""
    return random.uniform(0.0005, 0.02) if name[0] == "R" else random.uniform(0.3, 1.0)


def _weights(stage: Stage, skewed: bool, random: Random) -> list[float]:
    weights = [random.uniform(0.85, 1.15) for _ in range(stage.workers)]
    for rank in range(stage.workers - stage.laggards, stage.workers):
        weights[rank] *= 1.8
    if skewed:
        weights[-1] = sum(weights[:-1]) * _SKEWED_PART / (1 - _SKEWED_PART)
    return weights


def _shares(total: int, weights: list[float]) -> tuple[int, ...]:
    """Cut `total` into whole shares by weight; they add up to it exactly."""
    whole = sum(weights)
    marks = [0, *(int(total * min(1.0, part / whole)) for part in accumulate(weights))]
    marks[-1] = total
    return tuple(after - before for before, after in pairwise(marks))


def _rows(columns: Iterable[tuple[str, str]], random: Random) -> Result:
    """A handful of made-up rows for a select's columns, one NULL among them."""
    described = tuple(columns)
    lines = [",".join(f'"{name}"' for name, _ in described)]
    lines += [",".join(_cell(kind, random) for _, kind in described) for _ in range(random.randrange(3, 12))]
    lines.append(",".join(["\\N", *(_cell(kind, random) for _, kind in described[1:])]))
    return Result("csv", "\n".join(lines) + "\n", described)


def _cell(kind: str, random: Random) -> str:
    if kind == "string":
        return '"' + random.choice(_CITIES).replace('"', '""') + '"'
    return str(random.randrange(1, 900_000)) if kind == "bigint" else f"{random.uniform(1, 9000):.3f}"


def _warnings(instance: Instance, random: Random) -> tuple[str, ...]:
    if instance.trait is Trait.HOSTILE:
        return ("WARNING:[1,8] \x1b[31m\x1b]0;owned\x07[/y][@click=app.quit()]x[/] \u202egnp\u2069",)
    if random.random() < 0.2:
        return ("WARNING:[1,8] implicit conversion from STRING to BIGINT, potential data loss, use CAST function to suppress",)
    return ()


def outcome_text(script: TaskScript, status: str) -> Result:
    """What the result of a task in this final status says: its rows, its error, or that somebody stopped it."""
    if status == Outcome.SUCCESS:
        return script.result
    if status == Outcome.FAILED:
        return Result("text", script.error)
    return Result("text", failures.CANCELLED_TEXT)
