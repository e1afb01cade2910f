"""Summary of an ended task: records, bytes, cost, as JSON and as odpscmd's text (Protocol §4.6)."""

from __future__ import annotations

import json
from typing import Any

from odps_tui.demo.documents.queueing import CPU_PER_WORKER, MEMORY_PER_WORKER
from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.script import BYTES_PER_RECORD, TaskScript, Volume
from odps_tui.demo.world.stages import Stage
from odps_tui.demo.world.tasks import Task, worker_seconds


def summary(instance: Instance, task: Task, script: TaskScript, now: float) -> dict[str, Any]:
    """The JSON object of `?instancesummary`; `{"Instance": {}}` while there is nothing to sum up."""
    if not _is_ready(instance, task, now):
        return {"Instance": {}}
    told = json.dumps(_json_summary(instance, task, script, now), indent=4)
    return {"Instance": {"JsonSummary": told, "Summary": _text(instance, task, script, now)}}


def map_reduce_summary(instance: Instance, task: Task, script: TaskScript, now: float) -> dict[str, Any]:
    """The older shape that odpscmd asks for: `?summary`."""
    if not _is_ready(instance, task, now):
        return {"mapReduce": {}}
    told = json.dumps(_json_summary(instance, task, script, now))
    return {"mapReduce": {"jsonSummary": told, "summary": _text(instance, task, script, now)}}


def is_final(instance: Instance, task: Task, now: float) -> bool:
    """True when the summary will not change any more (header x-odps-task-finalized)."""
    return task.ended_at(instance, now) is not None


def _is_ready(instance: Instance, task: Task, now: float) -> bool:
    return bool(task.stages) and is_final(instance, task, now)


def _json_summary(instance: Instance, task: Task, script: TaskScript, now: float) -> dict[str, Any]:
    at = task.at(instance, now)
    seconds = worker_seconds(instance, (task,), now)
    begun = [stage for stage in task.stages if stage.start <= at]
    return {
        "Inputs": {table: [records, records * BYTES_PER_RECORD] for table, records in script.inputs.items()},
        "Outputs": {table: [records, records * BYTES_PER_RECORD] for table, records in _outputs(task, script, at).items()},
        "Stages": {stage.id: _stage(task, stage, script.volumes[stage.name], at) for stage in begun},
        "Cost": {
            "CPU": int(CPU_PER_WORKER * seconds),
            "Memory": int(MEMORY_PER_WORKER * seconds),
            "Input": sum(script.inputs.values()) * BYTES_PER_RECORD,
        },
    }


def _outputs(task: Task, script: TaskScript, at: float) -> dict[str, int]:
    """Records by table written; nothing when the last stage did not finish."""
    return dict(script.outputs) if at >= task.stages[-1].end else {}


def _stage(task: Task, stage: Stage, volume: Volume, at: float) -> dict[str, Any]:
    read, written = _shares(stage, volume, at)
    target = readers_of(task, stage)
    return {
        "InputRecordCountStats": {"input": _statistics(read)},
        "InputRecordCounts": {"input": sum(read)},
        "OutputRecordCountStats": {target: _statistics(written)},
        "OutputRecordCounts": {target: {target: sum(written)}},
        "UserCounters": {},
        "WorkerCount": stage.workers,
        "WriterBytes": {target: {target: sum(written) * BYTES_PER_RECORD}},
    }


def readers_of(task: Task, stage: Stage) -> str:
    """Where a stage's output goes: the name of the stage that reads it, or a file sink."""
    number = int(stage.name[1:].split("_")[0])
    return next((other.name for other in task.stages if number in other.upstream), f"{stage.name}FS_1")


def _shares(stage: Stage, volume: Volume, at: float) -> tuple[list[int], list[int]]:
    pairs = [volume.at(stage, rank, at) for rank in range(stage.workers)]
    return [read for read, _ in pairs], [written for _, written in pairs]


def _statistics(shares: list[int]) -> list[int]:
    """[least, most, mean] as the service has it."""
    return [min(shares), max(shares), sum(shares) // len(shares)]


def _text(instance: Instance, task: Task, script: TaskScript, now: float) -> str:
    at = task.at(instance, now)
    seconds = worker_seconds(instance, (task,), now)
    lines = [
        f"resource cost: cpu {seconds / 60:.2f} Core * Min, memory {seconds * MEMORY_PER_WORKER / 1024 / 60:.2f} GB * Min",
        "inputs:",
        *(f"\t{table}: {records} ({records * BYTES_PER_RECORD} bytes)" for table, records in script.inputs.items()),
        "outputs:",
        *(f"\t{table}: {n} ({n * BYTES_PER_RECORD} bytes)" for table, n in _outputs(task, script, at).items()),
        f"Job run time: {at - task.start:.3f}",
        "Job run mode: service job",
        "Job run engine: execution engine",
    ]
    for stage in task.stages:
        if stage.start <= at:
            lines += _stage_text(stage, script.volumes[stage.name], at)
    return "\n".join(lines) + "\n"


def _stage_text(stage: Stage, volume: Volume, at: float) -> list[str]:
    lengths = [max(0.0, min(at, stage.ends(rank)) - min(at, stage.starts(rank))) for rank in range(stage.workers)]
    read, written = _shares(stage, volume, at)
    source = "StreamLineRead1" if stage.upstream else "TableScan1"
    return [
        f"{stage.id}:",
        f"\tinstance count: {stage.workers}",
        f"\trun time: {min(at, stage.end) - stage.start:.3f}",
        "\tinstance time:",
        f"\t\tmin: {min(lengths):.3f}, max: {max(lengths):.3f}, avg: {sum(lengths) / len(lengths):.3f}",
        "\tinput records:",
        f"\t\t{source}: {sum(read)}  ({_statistics_text(read)})",
        "\toutput records:",
        f"\t\tStreamLineWrite1: {sum(written)}  ({_statistics_text(written)})",
        "\twriter dumps:",
        "\t\tStreamLineWrite1: (min: 0, max: 0, avg: 0)",
    ]


def _statistics_text(shares: list[int]) -> str:
    least, most, mean = _statistics(shares)
    return f"min: {least}, max: {most}, avg: {mean}"
