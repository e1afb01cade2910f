"""What lies around instances: workflows, projects, who we are, links, and answers as they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SubInstance:
    """An action of an XFlow that became an instance (protocol §7.4). `path` names the sub-workflows it lies in, outermost first.

    `instance_id` is None while the action has not started. `children` are the actions of a sub-workflow.
    """

    name: str
    node_type: str
    instance_id: str | None
    path: tuple[str, ...] = ()
    children: tuple[SubInstance, ...] = ()


@dataclass(frozen=True, slots=True)
class XFlowSource:
    """What an XFlow was asked to run (protocol §7.4)."""

    project: str | None
    xflow: str | None
    parameters: Mapping[str, str]
    priority: int | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the service takes us for (protocol §9). `display_name` compares with an instance's owner."""

    display_name: str
    id: str | None


@dataclass(frozen=True, slots=True)
class Project:
    """A project (protocol §9). `state` is AVAILABLE, READONLY, FROZEN or DELETING."""

    name: str
    owner: str | None
    comment: str | None
    state: str | None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """One page of the list of projects."""

    projects: tuple[Project, ...]
    marker: str | None


@dataclass(frozen=True, slots=True)
class LogviewAddress:
    """A link to an instance's page. `url` of a legacy link carries a bearer token: a secret, shown as `masked` only."""

    url: str = field(repr=False)
    masked: str
    carries_token: bool


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """The service's last answer to one question about an instance, in its own words.

    `question` is method, path and query. `text` is the body, laid out and clean; of a body of `size` bytes only a first part is
    kept when `is_cut`. `headers` are those that mean something (protocol §1.4), never a cookie or a token.
    """

    question: str
    status: int
    headers: tuple[tuple[str, str], ...]
    text: str = field(repr=False)
    size: int
    read_at: datetime
    is_cut: bool = False
