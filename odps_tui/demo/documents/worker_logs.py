"""Worker logs and the log ids that name them (Protocol §4.7, §4.8)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from odps_tui.demo.documents.markup import http_date
from odps_tui.demo.world.instance import Instance, Trait
from odps_tui.demo.world.stages import Stage

_FILLER = "abc"
_INNER = re.compile(
    r"[\d.:]+,Odps/(?P<job>[^/]+)_SQL_(?P<task>\d+)_0_0_job_0/(?P<stage>[A-Z][\d_]+)@[^#]+#(?P<index>\d+)_(?P<attempt>\d+)"
)
_MOST_LINES = 500
_KINDS = ("stdout", "stderr", "waterfall_summary", "jstack", "pstack", "coreinfo.tmp")


@dataclass(frozen=True, slots=True)
class WorkerName:
    """Which worker: its task by its place, its stage's name, its number in the stage, and 0 for itself or 1 for its backup."""

    task: int
    stage: str
    index: int
    attempt: int


def job_name(instance: Instance, project: str, task: int) -> str:
    """The name that the workers of a task know it by. `task` is its place: each task of an instance has an `M1` of its own."""
    return f"{project}_{instance.id}_SQL_{task}_0_0_job_0"


def log_id(instance: Instance, project: str, worker: WorkerName) -> str:
    """The opaque LogID: base64 twice, the inner text turned by one character and filled up by three (Protocol §4.7)."""
    host = 10 + (instance.seed + worker.index) % 200
    name = f"Odps/{job_name(instance, project, worker.task)}/{worker.stage}@host{host}.tbc#{worker.index}_{worker.attempt}"
    inner = base64.b64encode(f"192.0.2.{host}:40089,{name}".encode()).decode()
    return base64.b64encode((inner[-1] + inner[:-1] + _FILLER).encode()).decode()


def worker_in(identity: str, instance: Instance, project: str) -> WorkerName:
    """The worker that a LogID of this instance names. Raises ValueError for any other text."""
    try:
        turned = base64.b64decode(identity, validate=True).decode("ascii")
        inner = base64.b64decode(turned[1:-3] + turned[:1], validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(identity) from error
    named = _INNER.fullmatch(inner)
    if named is None or named["job"] != f"{project}_{instance.id}":
        raise ValueError(identity)
    return WorkerName(int(named["task"]), named["stage"], int(named["index"]), int(named["attempt"]))


def log_text(instance: Instance, stage: Stage, worker: WorkerName, *, kind: str, records: tuple[int, int], at: float) -> str:
    """The log of one kind (`stdout`, `stderr`, `jstack` …) as far as it is written at `at`; empty when it does not exist.

    `records` are those that the worker has read and written by then.
    """
    rank = stage.rank(worker.index)
    begun, ends = stage.starts(rank), min(stage.ends(rank), stage.end)
    if at < begun or kind.lower() not in _KINDS:
        return ""
    if kind.lower() in {"jstack", "pstack"}:
        return f'"main" #1 prio=5 runnable\n\tat com.example.worker.{stage.name}.run(Worker.java:{40 + worker.index})\n'
    if kind.lower() == "stderr":
        return "\x1b[31mWARN\x1b[0m \x1b]0;owned\x07[/y]\n" if instance.trait is Trait.HOSTILE else ""
    name, last = f"{stage.name}#{worker.index}_{worker.attempt}", min(at, ends)
    lines = [f"{http_date(begun)} [INFO] {name} started", f"{http_date(begun)} [INFO] {name} opened its input"]
    lines += [f"{http_date(begun + part * (last - begun))} {_read(name, records, part)}" for part in _parts(last - begun)]
    if at >= ends:
        lines.append(f"{http_date(ends)} [INFO] {name} finished")
    return "\n".join(lines) + "\n"


def _parts(seconds: float) -> Iterator[float]:
    """The parts of its time so far at which a worker writes down how far it is: every ten seconds, but not for ever."""
    steps = max(1, min(_MOST_LINES, int(seconds // 10)))
    return ((step + 1) / steps for step in range(steps))


def _read(name: str, records: tuple[int, int], part: float) -> str:
    read, written = (int(count * part) for count in records)
    return f"[INFO] {name} read {read} records, wrote {written}"
