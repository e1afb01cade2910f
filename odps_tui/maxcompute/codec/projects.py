"""Projects: the list, and one of them (protocol §9)."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.xml import block, children, line, parse
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import Project, ProjectPage
from odps_tui.safe_text import clean_line


def decode_project_page(response: Response) -> ProjectPage:
    """Read one page of the list."""
    root = parse(response.body, "Projects")
    return ProjectPage(tuple(_project(node, line(node, "Owner")) for node in children(root, "Project")), line(root, "Marker"))


def decode_project(response: Response) -> Project:
    """Read one project; its owner is in a header."""
    root = parse(response.body, "Project")
    return _project(root, clean_line(response.headers.get("x-odps-owner", "").strip()) or line(root, "Owner"))


def _project(node: Element, owner: str | None) -> Project:
    name = line(node, "Name")
    if name is None:
        raise DecodeError("The reply holds a project without a name")
    return Project(
        name=name, owner=owner, comment=block(node, "Comment") or None, state=line(node, "State"), region=line(node, "Region")
    )
