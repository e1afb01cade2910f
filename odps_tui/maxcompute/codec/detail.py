"""Stages and their workers (protocol §4.7), from either of the two shapes the service has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.documents import nested, parse_text
from odps_tui.maxcompute.codec.numbers import whole
from odps_tui.maxcompute.codec.status_words import stage_status
from odps_tui.maxcompute.codec.times import epoch
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import StageDetail, TaskDetail, Worker
from odps_tui.safe_text import clean, clean_line


def decode_task_detail(response: Response) -> TaskDetail:
    """Read the detail document; text that is no JSON stays text, and an empty body is an empty detail."""
    text = response.body.decode("utf-8", errors="replace").strip()
    if not text:
        return TaskDetail()
    try:
        document = parse_text(text)
    except DecodeError:
        if text.startswith("{"):
            raise  # cut short, not text
        return TaskDetail(text=clean(text))
    if not isinstance(document, dict):
        return TaskDetail(text=clean(text))
    return TaskDetail(stages=tuple(_stages(document)), document=MappingProxyType(document))


def _stages(document: Mapping[str, Any]) -> Iterator[StageDetail]:
    listed = nested(document.get("Instance")).get("Stages")
    if isinstance(listed, list):
        yield from (_stage_v1(stage) for stage in listed if isinstance(stage, dict))
    else:
        yield from _worker_groups(document)


def _stage_v1(stage: Mapping[str, Any]) -> StageDetail:
    return StageDetail(
        name=_line(stage, "StageId") or "",
        workers=tuple(_worker_v1(worker) for worker in _objects(stage.get("Workers"))),
        status=stage_status(_line(stage, "Status")),
        start_time=epoch(stage.get("StartTime")),
        end_time=epoch(stage.get("EndTime")),
    )


def _worker_v1(worker: Mapping[str, Any]) -> Worker:
    counters = nested(worker.get("GblCounter"))
    return Worker(
        id=_line(worker, "WorkerID") or "",
        log_id=_verbatim(worker, "LogID"),
        status=stage_status(_line(worker, "Status")),
        start_time=epoch(worker.get("StartTime")),
        end_time=epoch(worker.get("EndTime")),
        input_records=_total(counters.get("InputCounters"), "records"),
        output_records=_total(counters.get("OutputCounters"), "records"),
        input_bytes=_total(counters.get("InputCounters"), "bytes"),
        output_bytes=_total(counters.get("OutputCounters"), "bytes"),
    )


def _total(counters: object, key: str) -> int | None:
    """Add up one figure over the inputs (or outputs) of a worker; None when none of them tells it."""
    figures = [whole(counter.get(key)) for counter in nested(counters).values() if isinstance(counter, dict)]
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


def _worker_groups(value: object) -> Iterator[StageDetail]:
    """Walk the second shape: any object that has `instances` is one group of workers, wherever it stands."""
    waiting: list[object] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(reversed(node))
        elif isinstance(node, dict) and "instances" in node:
            yield _stage_v2(node)
        elif isinstance(node, dict):
            waiting.extend(reversed(node.values()))


def _stage_v2(group: Mapping[str, Any]) -> StageDetail:
    return StageDetail(
        name=_line(group, "name") or "",
        workers=tuple(_worker_v2(worker) for worker in _objects(group.get("instances"))),
        status=stage_status(_line(group, "status")),
        start_time=epoch(group.get("startTime")),
        end_time=epoch(group.get("endTime")),
    )


def _worker_v2(worker: Mapping[str, Any]) -> Worker:
    return Worker(
        id=_line(worker, "id") or "",
        log_id=_verbatim(worker, "logId"),
        status=stage_status(_line(worker, "status")),
        start_time=epoch(worker.get("startTime")),
        end_time=epoch(worker.get("endTime")),
        input_records=whole(worker.get("input_records")),
        output_records=whole(worker.get("output_records")),
        input_bytes=whole(worker.get("input_bytes")),
        output_bytes=whole(worker.get("output_bytes")),
    )


def _objects(value: object) -> Iterator[Mapping[str, Any]]:
    return (entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else iter(())


def _line(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    return clean_line(str(value).strip()) or None if isinstance(value, str | int | float) else None


def _verbatim(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    return value if isinstance(value, str) and value else None
