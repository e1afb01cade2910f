"""What was submitted: the job, its tasks, their SQL and settings (protocol §4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element

from odps_tui.maxcompute.codec.documents import nested
from odps_tui.maxcompute.codec.secret_values import hide_secrets, without_secrets
from odps_tui.maxcompute.codec.times import rfc1123
from odps_tui.maxcompute.codec.xml import block, children, line, number, parse
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import Job, TaskSource
from odps_tui.safe_text import clean_line

_LOWEST_PRIORITY = 9


def decode_job(response: Response) -> Job:
    """Read the job document."""
    root = parse(response.body, "Job")
    priority = number(root, "Priority")
    return Job(
        name=line(root, "Name"),
        comment=block(root, "Comment") or None,
        owner=line(root, "Owner"),
        creation_time=rfc1123(root.findtext("CreationTime")),
        priority=_LOWEST_PRIORITY if priority is None else priority,
        running_cluster=line(root, "RunningCluster"),
        tasks=tuple(_source(node) for node in children(root, "Tasks", "*")),
    )


def _source(node: Element) -> TaskSource:
    properties = _properties(node)
    return TaskSource(
        name=line(node, "Name") or "",
        type=clean_line(node.tag),
        query=block(node, "Query"),
        settings=_settings(properties.get("settings")),
        properties=properties,
    )


def _properties(node: Element) -> Mapping[str, str]:
    found = {line(entry, "Name") or "": block(entry, "Value") or "" for entry in children(node, "Config", "Property")}
    return MappingProxyType({name: hide_secrets(value) for name, value in without_secrets(found).items()})


def _settings(text: str | None) -> Mapping[str, str]:
    """Read the job's flags, a JSON object of texts inside a property; a value that is no text is written as it stands."""
    told = {key: value if isinstance(value, str) else str(value) for key, value in nested(text).items()}
    return MappingProxyType(without_secrets(told))
