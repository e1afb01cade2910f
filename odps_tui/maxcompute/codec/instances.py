"""The list of instances, one instance's status, and the body that stops one (protocol §3.1, §4.1, §5)."""

from __future__ import annotations

from collections.abc import Mapping

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.rows import read_rows
from odps_tui.maxcompute.codec.status_words import instance_status
from odps_tui.maxcompute.codec.times import rfc1123
from odps_tui.maxcompute.codec.xml import document, line, parse
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import Instance, InstancePage
from odps_tui.safe_text import clean_line

STOP_BODY = document("<Instance>", "  <Status>Terminated</Status>", "</Instance>")


def decode_instance_page(response: Response) -> InstancePage:
    """Read one page of the list."""
    instances: list[Instance] = []
    fields = read_rows(response.body, "Instances", "Instance", lambda row: instances.append(_listed(row)))
    return InstancePage(tuple(instances), clean_line(fields.get("Marker", "").strip()) or None)


def _listed(row: Mapping[str, str]) -> Instance:
    return Instance(
        _id(row.get("Name")),
        clean_line(row.get("Owner", "").strip()) or None,
        instance_status(row.get("Status")),
        rfc1123(row.get("StartTime")),
        rfc1123(row.get("EndTime")),
    )


def _id(text: str | None) -> str:
    instance_id = (text or "").strip()
    if not instance_id:
        raise DecodeError("The list holds an instance without an id")
    return clean_line(instance_id)


def decode_instance(response: Response, instance_id: str) -> Instance:
    """Read a status answer: the word is in the body, everything else in the headers."""
    root = parse(response.body, "Instance")
    status = line(root, "Status")
    if status is None:
        raise DecodeError("The reply tells no status of the instance")
    headers = response.headers
    return Instance(
        id=instance_id,
        owner=clean_line(headers.get("x-odps-owner", "").strip()) or None,
        status=instance_status(status),
        start_time=rfc1123(headers.get("x-odps-start-time")),
        end_time=rfc1123(headers.get("x-odps-end-time")),
    )
