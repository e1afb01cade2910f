"""Progress of a task, stage by stage (Protocol §4.5)."""

from __future__ import annotations

from odps_tui.demo.documents.markup import DECLARATION, escape
from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.script import TaskScript
from odps_tui.demo.world.stages import Stage
from odps_tui.demo.world.tasks import Task, stage_status


def progress(instance: Instance, task: Task, script: TaskScript, now: float) -> str:
    """The `<Progress>` document; `<Progress/>` for a task that waits or has no stages."""
    if not task.stages or not task.has_begun(instance, now):
        return f"{DECLARATION}<Progress/>\n"
    stages = "".join(_stage(instance, task, stage, script, now) for stage in task.stages)
    return f"{DECLARATION}<Progress>\n{stages}</Progress>\n"


def _stage(instance: Instance, task: Task, stage: Stage, script: TaskScript, now: float) -> str:
    at = task.at(instance, now)
    status = stage_status(instance, task, stage, now)
    ended = stage.ended_count(at)
    backups = stage.backup_count(at) if status == "Running" else 0
    running = stage.started_count(at) - ended + backups if status == "Running" else 0
    read, written = script.volumes[stage.name].total_at(stage, at)
    return (
        f'    <Stage ID="{escape(stage.id)}">\n        <Status>{status}</Status>\n'
        f"        <BackupWorkers>{backups}</BackupWorkers>\n        <TerminatedWorkers>{ended}</TerminatedWorkers>\n"
        f"        <RunningWorkers>{running}</RunningWorkers>\n        <TotalWorkers>{stage.workers}</TotalWorkers>\n"
        f"        <InputRecords>{read}</InputRecords>\n        <OutputRecords>{written}</OutputRecords>\n"
        f"        <FinishedPercentage>{100 * ended // stage.workers}</FinishedPercentage>\n    </Stage>\n"
    )
