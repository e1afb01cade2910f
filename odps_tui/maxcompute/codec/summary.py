"""The summary of a task and what it cost (protocol §4.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from odps_tui.maxcompute.codec.documents import nested, parse_object
from odps_tui.maxcompute.codec.numbers import whole
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import TaskCost, TaskSummary


@dataclass(frozen=True, slots=True)
class SummaryAnswer:
    """A summary or none, and whether one may still follow: the service says that the task is not finalized."""

    summary: TaskSummary | None
    may_follow: bool


def decode_summary_answer(response: Response) -> SummaryAnswer:
    """Read a summary that need not be there yet."""
    return SummaryAnswer(decode_task_summary(response), may_follow=_finalized(response) is False)


def decode_task_summary(response: Response) -> TaskSummary | None:
    """Read either shape, `Instance` or odpscmd's `mapReduce`; None while there is no summary."""
    body = parse_object(response.body)
    parts = nested(body.get("Instance")) or nested(body.get("mapReduce"))
    document = nested(parts.get("JsonSummary", parts.get("jsonSummary")))
    text = parts.get("Summary", parts.get("summary"))
    if not document and not text:
        return None
    return TaskSummary(
        text=text if isinstance(text, str) else "",
        document=MappingProxyType(dict(document)),
        cost=_cost(document),
        finalized=_finalized(response),
    )


def _finalized(response: Response) -> bool | None:
    """Read from the header whether the summary can still change; None when the service does not say."""
    return {"true": True, "false": False}.get(response.headers.get("x-odps-task-finalized", "").strip().lower())


def _cost(document: Mapping[str, Any]) -> TaskCost | None:
    cost = nested(document.get("Cost"))
    if not cost:
        return None
    return TaskCost(cpu=whole(cost.get("CPU")), memory=whole(cost.get("Memory")), input=whole(cost.get("Input")))
