"""The quota group of a task (protocol §4.9)."""

from __future__ import annotations

from types import MappingProxyType

from odps_tui.maxcompute.codec.documents import nested, parse_object
from odps_tui.maxcompute.codec.numbers import whole
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import Resources, TaskQuota
from odps_tui.safe_text import clean_line


def decode_task_quota(response: Response) -> TaskQuota | None:
    """Read the quota of the task's first job; None when the service answers `{}`, as it does within 30 s of an answer."""
    quotas = nested(parse_object(response.body).get("quotaInfos"))
    document = next((quota for quota in map(nested, quotas.values()) if quota), None)
    if document is None:
        return None
    return TaskQuota(
        group=_line(document.get("GroupAlias")),
        group_id=_line(document.get("GroupId")),
        used=_resources(document.get("UsedQuota")),
        requested=_resources(document.get("GroupRequest")),
        runtime=_resources(document.get("RuntimeQuota")),
        maximum=_resources(document.get("GroupMaxQuota")),
        document=MappingProxyType(dict(document)),
    )


def _resources(value: object) -> Resources | None:
    amounts = nested(value)
    return Resources(cpu=whole(amounts.get("CPU")), memory=whole(amounts.get("Memory"))) if amounts else None


def _line(value: object) -> str | None:
    return clean_line(str(value).strip()) or None if isinstance(value, str | int) else None
