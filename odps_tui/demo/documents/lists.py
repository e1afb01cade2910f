"""Lists: instances, the live queue, projects (Protocol §3, §9)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from odps_tui.demo.documents.markup import DECLARATION, element, escape, http_date
from odps_tui.demo.world.instance import Instance


def marker_after(name: str) -> str:
    """The marker of the page that begins after `name`: base64 of it and a star (Protocol §3.1)."""
    return base64.b64encode(f"{name}*".encode()).decode()


def name_in(marker: str) -> str:
    """The name in a marker that `marker_after` made. Raises ValueError for any other text."""
    try:
        text = base64.b64decode(marker, validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(marker) from error
    if not text.endswith("*"):
        raise ValueError(marker)
    return text[:-1]


def instances(page: Sequence[Instance], marker: str, max_items: int, now: float) -> str:
    """The `<Instances>` document (Protocol §3.1)."""
    rows = "".join([_instance(instance, now) for instance in page])
    return f"{DECLARATION}<Instances>\n{_head(marker, max_items)}{rows}</Instances>\n"


def _head(marker: str, max_items: int) -> str:
    """What every list begins with; the marker is there even when it is empty (Protocol §3.1)."""
    return f"    {element('Marker', marker)}\n    <MaxItems>{max_items}</MaxItems>\n"


def _instance(instance: Instance, now: float) -> str:
    ended = element("EndTime", http_date(instance.ends_at)) if instance.is_terminated(now) else "<EndTime/>"
    return (
        f"    <Instance>\n        <Name>{instance.id}</Name>\n        <Owner>{escape(instance.owner.name)}</Owner>\n"
        f"        <Status>{instance.status(now)}</Status>\n        <StartTime>{http_date(instance.start)}</StartTime>\n"
        f"        {ended}\n    </Instance>\n"
    )


def cached_instances(content: Iterable[dict[str, Any]], marker: str, max_items: int) -> str:
    """The live queue: a JSON array as XML text (Protocol §3.2)."""
    return (
        f"{DECLARATION}<Instances>\n{_head(marker, max_items)}"
        f"    <Content>{_escape_json(json.dumps(list(content)))}</Content>\n</Instances>\n"
    )


def _escape_json(text: str) -> str:
    """JSON is ASCII here, so only the marks of XML need care; not `escape`, whose memory is for short texts."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """A project as the demo tells it. Times are epoch seconds."""

    name: str
    comment: str
    owner: str
    state: str
    created: float
    modified: float


def projects(page: Iterable[ProjectFacts], marker: str, max_items: int) -> str:
    """The `<Projects>` document (Protocol §9)."""
    rows = "".join(
        f"    <Project>\n        <Name>{escape(project.name)}</Name>\n        {element('Comment', project.comment)}\n"
        f"        <Owner>{escape(project.owner)}</Owner>\n        <State>{project.state}</State>\n"
        f"        <LastModifiedTime>{http_date(project.modified)}</LastModifiedTime>\n"
        f"        <CreationTime>{http_date(project.created)}</CreationTime>\n    </Project>\n"
        for project in page
    )
    return f"{DECLARATION}<Projects>\n{_head(marker, max_items)}{rows}</Projects>\n"


def project(facts: ProjectFacts, quota: str, region: str) -> str:
    """One `<Project>`; its owner and times are headers (Protocol §9)."""
    return (
        f"{DECLARATION}<Project>\n    <Name>{escape(facts.name)}</Name>\n    <Type>managed</Type>\n"
        f"    {element('Comment', facts.comment)}\n    <State>{facts.state}</State>\n    <ProjectGroupName/>\n"
        f"    <DefaultQuotaNickname>{escape(quota)}</DefaultQuotaNickname>\n    <TenantId>1122334455</TenantId>\n"
        f"    <Region>{region}</Region>\n    <Properties>\n"
        "        <Property><Name>odps.namespace.schema</Name><Value>false</Value></Property>\n"
        "        <Property><Name>odps.table.lifecycle</Name><Value>optional</Value></Property>\n"
        "        <Property><Name>READ_TABLE_MAX_ROW</Name><Value>10000</Value></Property>\n"
        "    </Properties>\n    <Clusters/>\n</Project>\n"
    )
