"""What an XFlow was asked to run, and its actions (protocol §7.4)."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from xml.etree.ElementTree import Element

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.xml import block, children, line, number, parse
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import XFlowSource
from odps_tui.safe_text import clean_line


@dataclass(frozen=True, slots=True)
class Action:
    """One action of an XFlow: `node_type` is Instance, SubWorkflow or Local. Without an `instance_id` it has not started."""

    name: str
    node_type: str
    instance_id: str | None


def decode_xflow_actions(response: Response) -> tuple[Action, ...]:
    """Read the actions in the order of the document; a document without actions has none."""
    root = parse(response.body, "Xinstance")
    return tuple(_action(node) for node in children(root, "Actions", "Action"))


def _action(node: Element) -> Action:
    return Action(line(node, "Name") or "", clean_line(node.get("NodeType", "").strip()), line(node, "InstanceId"))


def decode_xflow_source(response: Response) -> XFlowSource:
    """Read what was asked to run. Raises `DecodeError` for an instance that is no XFlow."""
    source = parse(response.body, "Instance").find("XflowInstance")
    if source is None:
        raise DecodeError("The instance is no XFlow")
    parameters = {line(entry, "Key") or "": block(entry, "Value") or "" for entry in children(source, "Parameters", "Parameter")}
    return XFlowSource(
        project=line(source, "Project"),
        xflow=line(source, "Xflow"),
        parameters=MappingProxyType(parameters),
        priority=number(source, "Priority"),
    )
