"""Every request the client can make, as the protocol writes it (§10): nearly all are one address, told apart by a flag."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from odps_tui.maxcompute import codec
from odps_tui.maxcompute.body import MEGABYTE
from odps_tui.maxcompute.codec.instances import STOP_BODY
from odps_tui.maxcompute.codec.status_words import instance_status
from odps_tui.maxcompute.exchange import Request

_DETAIL_LIMIT = 4 * MEGABYTE
_TEXT_LIMIT = 4 * MEGABYTE
_RESULT_LIMIT = 24 * MEGABYTE
"""Sixteen megabytes of rows, in Base64."""
_HOST_LIMIT = 4096

# PyODPS's names for the logs of a worker, and the service's (protocol §4.8).
LOG_TYPES: Mapping[str, str] = {
    "stdout": "stdout",
    "stderr": "stderr",
    "waterfall_summary": "waterfall_summary",
    "jstack": "jstack",
    "pstack": "pstack",
    "hs_err_log": "hs_err_*.log",
    "coreinfo": "coreinfo.tmp",
}


def list_instances(
    project: str,
    *,
    status: str | None,
    start_time: datetime | None,
    end_time: datetime | None,
    only_owner: bool | None,
    quota_index: str | None,
    job_name: str | None,
    max_items: int | None,
    marker: str | None,
) -> Request:
    """Protocol §3.1. What is None is not sent; the service then decides."""
    return _get(
        ("projects", project, "instances"),
        status=None if status is None else instance_status(status),
        daterange=_date_range(start_time, end_time),
        onlyowner=_yes_or_no(only_owner),
        maxitems=_text(max_items),
        jobname=job_name,
        quotaindex=quota_index,
        marker=marker,
    )


def list_queueing_infos(
    project: str,
    *,
    status: str | None,
    only_owner: bool | None,
    quota_index: str | None,
    max_items: int | None,
    marker: str | None,
) -> Request:
    """Protocol §3.2."""
    return _get(
        ("projects", project, "cachedinstances"),
        status=None if status is None else instance_status(status),
        onlyowner=_yes_or_no(only_owner),
        maxitems=_text(max_items),
        quotaindex=quota_index,
        marker=marker,
    )


def status(project: str, instance_id: str, *, blocking: bool) -> Request:
    """Protocol §4.1. A blocking one is held for some five seconds, less when the instance ends."""
    return _of_instance(project, instance_id, "instancestatus" if blocking else None)


def stop(project: str, instance_id: str) -> Request:
    """Protocol §5."""
    return Request("PUT", ("projects", project, "instances", instance_id), (), "application/xml", STOP_BODY)


def queueing_info(project: str, instance_id: str) -> Request:
    """Protocol §3.3."""
    return _of_instance(project, instance_id, "cached")


def task_statuses(project: str, instance_id: str) -> Request:
    """Protocol §4.2."""
    return _of_instance(project, instance_id, "taskstatus")


def job(project: str, instance_id: str) -> Request:
    """Protocol §4.3."""
    return _of_instance(project, instance_id, "source")


def task_results(project: str, instance_id: str) -> Request:
    """Protocol §4.4. The whole results are in one body."""
    return _of_instance(project, instance_id, "result", _RESULT_LIMIT)


def task_progress(project: str, instance_id: str, task_name: str) -> Request:
    """Protocol §4.5. PyODPS and Java name the task twice."""
    return Request(
        "GET",
        ("projects", project, "instances", instance_id),
        (("instanceprogress", task_name), ("taskname", task_name)),
    )


def task_summary(project: str, instance_id: str, task_name: str) -> Request:
    """Protocol §4.6."""
    return _of_instance(project, instance_id, "instancesummary", _DETAIL_LIMIT, taskname=task_name)


def task_summary_of_odpscmd(project: str, instance_id: str, task_name: str) -> Request:
    """Protocol §4.6: the older action."""
    return _of_instance(project, instance_id, "summary", _DETAIL_LIMIT, taskname=task_name)


def task_detail(project: str, instance_id: str, task_name: str) -> Request:
    """Protocol §4.7: the first shape."""
    return _of_instance(project, instance_id, "instancedetail", _DETAIL_LIMIT, taskname=task_name)


def task_detail2(project: str, instance_id: str, task_name: str) -> Request:
    """Protocol §4.7: the second shape."""
    return _of_instance(project, instance_id, "detail", _DETAIL_LIMIT, taskname=task_name)


def worker_log(project: str, instance_id: str, log_id: str, log_type: str, size: int) -> Request:
    """Protocol §4.8. A `size` of 0 asks for everything."""
    if log_type not in LOG_TYPES:
        raise ValueError(f"a worker has no log {log_type!r}: it is one of {', '.join(LOG_TYPES)}")
    query = [("log", ""), ("id", log_id), ("logtype", LOG_TYPES[log_type])]
    if size > 0:
        query.append(("size", str(size)))
    return Request("GET", ("projects", project, "instances", instance_id), tuple(query))


def task_quota(project: str, instance_id: str, task_name: str) -> Request:
    """Protocol §4.9."""
    return _of_instance(project, instance_id, "instancequota", _TEXT_LIMIT, taskname=task_name)


def task_info(project: str, instance_id: str, task_name: str, key: str) -> Request:
    """Protocol §4.10."""
    return _of_instance(project, instance_id, "info", _TEXT_LIMIT, taskname=task_name, key=key)


def xflow_actions(project: str, instance_id: str) -> Request:
    """Protocol §7.4."""
    return _of_instance(project, instance_id, "xresult")


def xflow_source(project: str, instance_id: str) -> Request:
    """Protocol §7.4."""
    return _of_instance(project, instance_id, "xsource")


def logview_host() -> Request:
    """Protocol §7.1."""
    return Request("GET", ("logview", "host"), max_body=_HOST_LIMIT)


def webconsole_host() -> Request:
    """Protocol §7.1."""
    return Request("GET", ("webconsole", "host"), max_body=_HOST_LIMIT)


def read_token(project: str, instance_id: str, hours: int) -> Request:
    """Protocol §7.2."""
    body = codec.read_token_body(project, instance_id, hours)
    return Request("POST", ("projects", project, "authorization"), (("sign_bearer_token", None),), "application/json", body)


def whoami(project: str) -> Request:
    """Protocol §9."""
    return Request("POST", ("projects", project, "authorization"), (), "application/xml", codec.WHOAMI_BODY)


def authorization_query(project: str, query_id: str) -> Request:
    """Protocol §9: the answer to a query asked before."""
    return _get(("projects", project, "authorization", query_id))


def list_projects(*, name: str | None, owner: str | None, max_items: int | None, marker: str | None) -> Request:
    """Protocol §9. `name` is the beginning of one."""
    return _get(("projects",), expectmarker="true", name=name, owner=owner, maxitems=_text(max_items), marker=marker)


def project(name: str) -> Request:
    """Protocol §9."""
    return _get(("projects", name))


def _of_instance(
    project: str, instance_id: str, flag: str | None, max_body: int | None = None, **parameters: str | None
) -> Request:
    flags: tuple[tuple[str, str | None], ...] = () if flag is None else ((flag, None),)
    path = ("projects", project, "instances", instance_id)
    return Request("GET", path, flags + _given(parameters), max_body=max_body)


def _get(path: tuple[str, ...], **parameters: str | None) -> Request:
    return Request("GET", path, _given(parameters))


def _given(parameters: Mapping[str, str | None]) -> tuple[tuple[str, str | None], ...]:
    return tuple((name, value) for name, value in parameters.items() if value is not None)


def _date_range(start: datetime | None, end: datetime | None) -> str | None:
    if start is None and end is None:
        return None
    return f"{_epoch(start)}:{_epoch(end)}"


def _epoch(moment: datetime | None) -> str:
    if moment is None:
        return ""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be asked for: make it aware")
    return str(int(moment.timestamp()))


def _yes_or_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
