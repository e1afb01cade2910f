"""How far the stages of a task are (protocol §4.5)."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from odps_tui.maxcompute.codec.status_words import stage_status
from odps_tui.maxcompute.codec.xml import children, number, parse
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import StageProgress, TaskProgress
from odps_tui.safe_text import clean_line


def decode_task_progress(response: Response) -> TaskProgress:
    """Read the stages; `<Progress/>` (queueing, or no plan) is a progress without stages."""
    root = parse(response.body, "Progress")
    return TaskProgress(tuple(_stage(node) for node in children(root, "Stage")))


def _stage(node: Element) -> StageProgress:
    return StageProgress(
        name=clean_line(node.get("ID", "").strip()),
        status=stage_status(node.findtext("Status")),
        total_workers=number(node, "TotalWorkers"),
        terminated_workers=number(node, "TerminatedWorkers"),
        running_workers=number(node, "RunningWorkers"),
        backup_workers=number(node, "BackupWorkers"),
        input_records=number(node, "InputRecords"),
        output_records=number(node, "OutputRecords"),
        finished_percentage=number(node, "FinishedPercentage"),
    )
