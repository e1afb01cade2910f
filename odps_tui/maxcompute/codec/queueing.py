"""The scheduler's live queue (protocol §3.2, §3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.documents import parse_object, parse_text
from odps_tui.maxcompute.codec.numbers import fraction, whole
from odps_tui.maxcompute.codec.status_words import instance_status
from odps_tui.maxcompute.codec.times import queue_time
from odps_tui.maxcompute.codec.xml import line, parse
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import QueueingInfo, QueueingPage, SubStatus
from odps_tui.safe_text import clean_line


def decode_queueing_page(response: Response) -> QueueingPage:
    """Read one page: a JSON array inside XML. An item without an id, `{}`, has left the queue meanwhile and is dropped."""
    root = parse(response.body, "Instances")
    content = (root.findtext("Content") or "").strip()
    items = parse_text(content) if content else []
    if not isinstance(items, list):
        raise DecodeError("The live queue is no JSON array")
    infos = [_info(item) for item in items if isinstance(item, dict)]
    return QueueingPage(tuple(info for info in infos if info is not None), line(root, "Marker"))


def decode_queueing_info(response: Response) -> QueueingInfo | None:
    """Read what the scheduler knows of one instance; None when it no longer knows it (`{}`)."""
    return _info(parse_object(response.body))


def _info(item: Mapping[str, Any]) -> QueueingInfo | None:
    instance_id = _line(item, "instanceId")
    if instance_id is None:
        return None
    return QueueingInfo(
        instance_id=instance_id,
        project=_line(item, "projectName"),
        job_name=_line(item, "jobName"),
        task_type=_line(item, "taskType"),
        task_name=_line(item, "taskName"),
        owner=_line(item, "userAccount"),
        node_id=_line(item, "skynetId"),
        status=instance_status(_line(item, "status")) or None,
        priority=whole(item.get("instancePriority")),
        progress=fraction(item.get("instanceProgress", item.get("instanceProcess"))),
        start_time=queue_time(item.get("startTime")),
        cpu_usage=whole(item.get("cpuUsage")),
        memory_usage=whole(item.get("memUsage")),
        total_cpu_usage=whole(item.get("totalCpuUsage")),
        total_memory_usage=whole(item.get("totalMemUsage")),
        wait_pos=whole(item.get("waitPos")),
        queue_length=whole(item.get("queueLength")),
        sub_status=_sub_status(item.get("subStatus")),
        sub_status_history=_history(item.get("subStatusHistory")),
    )


def _history(value: object) -> tuple[SubStatus, ...]:
    if not isinstance(value, list):
        return ()
    statuses = [_sub_status(entry) for entry in value]
    return tuple(status for status in statuses if status is not None)


def _sub_status(value: object) -> SubStatus | None:
    if not isinstance(value, dict) or not value:
        return None
    told = value.get("description"), value.get("code"), value.get("start_time")
    try:
        return _read_before(*told)
    except TypeError:  # not what it should be: a list, a table
        return _read_sub_status(*told)


def _read_sub_status(description: object, code: object, started: object) -> SubStatus:
    return SubStatus(_text(description) or "", whole(code), queue_time(started))


_read_before = lru_cache(maxsize=8192, typed=True)(_read_sub_status)
"""Each poll tells the whole history of each instance again."""


def _line(item: Mapping[str, Any], key: str) -> str | None:
    return _text(item.get(key))


def _text(value: object) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    return clean_line(str(value).strip()) or None
