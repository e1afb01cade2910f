"""Request bodies as values (Protocol §4.10, §4.12, §5, §7.2, §9). Every reader raises ValueError for a body it cannot use."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

from odps_tui.demo.world.jobs import SubmittedJob, SubmittedTask, SubmittedXFlow

_LOWEST_PRIORITY = 9
_LOGVIEW_RESOURCE = re.compile(r"acs:odps:\*:projects/(?P<project>[^/]+)/instances/(?P<instance>[^/]+)")


def submission(body: bytes) -> SubmittedJob:
    """The job in the body of `POST …/instances`: a `<Job>` or an `<XflowInstance>` in an `<Instance>`."""
    root = _root(body, "Instance")
    if (xflow := root.find("XflowInstance")) is not None:
        return _xflow(xflow)
    if (job := root.find("Job")) is not None:
        return _job(job)
    raise ValueError("neither Job nor XflowInstance")


def wanted_status(body: bytes) -> str:
    """The status that the body of `PUT …/instances/{id}` asks for."""
    return _text(_root(body, "Instance"), "Status")


def information(body: bytes) -> tuple[str, str]:
    """(key, value) in the body of `PUT …?info`."""
    root = _root(body, "Instance")
    return _text(root, "Key"), _text(root, "Value")


def query(body: bytes) -> str:
    """The security query in the body of `POST …/authorization`."""
    return _text(_root(body, "Authorization"), "Query")


def token_request(body: bytes) -> tuple[str, str, float]:
    """(project, instance, hours) of a `?sign_bearer_token` request for one instance."""
    try:
        asked: Any = json.loads(body)
        hours = float(asked["expires_in_hours"])
        resource = asked["policy"]["Statement"][0]["Resource"]
        named = _LOGVIEW_RESOURCE.fullmatch(resource[0] if isinstance(resource, list) else resource)
    except (LookupError, TypeError) as error:
        raise ValueError("policy") from error
    if named is None or not 0 < hours <= 24 * 365:
        raise ValueError("policy")
    return named["project"], named["instance"], hours


def _root(body: bytes, name: str) -> ElementTree.Element:
    """Parse XML. No document type: nothing that we take needs one, and entities can be made to explode."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise ValueError("document type")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - refused above
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    if root.tag != name:
        raise ValueError(f"root is {root.tag}, not {name}")
    return root


def _text(parent: ElementTree.Element, name: str) -> str:
    return (parent.findtext(name) or "").strip()


def _job(job: ElementTree.Element) -> SubmittedJob:
    tasks = tuple(_task(task) for task in job.findall("Tasks/*"))
    if not tasks:
        raise ValueError("no task")
    return SubmittedJob(_text(job, "Name"), _priority(job), tasks)


def _priority(parent: ElementTree.Element) -> int:
    text = _text(parent, "Priority")
    return int(text) if text else _LOWEST_PRIORITY


def _task(task: ElementTree.Element) -> SubmittedTask:
    if not task.tag.isidentifier():
        raise ValueError("task type")
    properties = ((_text(item, "Name"), item.findtext("Value") or "") for item in task.findall("Config/Property"))
    return SubmittedTask(_text(task, "Name"), task.tag, task.findtext("Query") or "", tuple(properties))


def _xflow(xflow: ElementTree.Element) -> SubmittedJob:
    parameters = ((_text(item, "Key"), item.findtext("Value") or "") for item in xflow.findall("Parameters/Parameter"))
    source = SubmittedXFlow(_text(xflow, "Project"), _text(xflow, "Xflow"), tuple(parameters))
    if not source.name:
        raise ValueError("no Xflow")
    return SubmittedJob("", _priority(xflow), xflow=source)
