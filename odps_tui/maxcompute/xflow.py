"""The actions of an XFlow and of the workflows inside it (protocol §7.4): as a tree, and flat as PyODPS gives them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from odps_tui import models
from odps_tui.errors import DecodeError
from odps_tui.maxcompute import codec

# The service promises neither; a workflow that contains itself must not be followed for ever.
MAX_DEPTH = 16
MAX_WORKFLOWS = 256

_LOCAL, _INSTANCE, _SUB_WORKFLOW = "Local", "Instance", "SubWorkflow"


async def read_tree(
    fetch: Callable[[str], Awaitable[tuple[codec.Action, ...]]], instance_id: str
) -> tuple[models.SubInstance, ...]:
    """Return the actions of an XFlow, those of its sub-workflows as their `children`; Local actions, no instances, are left out.

    `fetch` returns the actions of one workflow. A workflow that lies inside itself, or deeper than `MAX_DEPTH`, is not opened
    again. Raises `DecodeError` beyond `MAX_WORKFLOWS` workflows.
    """
    return await _Reader(fetch).children(instance_id, path=(), ancestors=frozenset())


def flattened(actions: Iterable[models.SubInstance]) -> dict[str, models.SubInstance]:
    """Return the instances by name, each sub-workflow replaced by its own; of two with one name the later wins, as in PyODPS."""
    flat: dict[str, models.SubInstance] = {}
    for action in actions:
        if action.node_type == _SUB_WORKFLOW:
            flat.update(flattened(action.children))
        elif action.node_type == _INSTANCE:
            flat[action.name] = action
    return flat


@dataclass
class _Reader:
    fetch: Callable[[str], Awaitable[tuple[codec.Action, ...]]]
    known: dict[str, tuple[codec.Action, ...]] = field(default_factory=dict)

    async def children(self, workflow: str, path: tuple[str, ...], ancestors: frozenset[str]) -> tuple[models.SubInstance, ...]:
        if workflow in ancestors or len(path) >= MAX_DEPTH:
            return ()
        actions = [action for action in await self._actions(workflow) if action.node_type != _LOCAL]
        return tuple([await self._sub_instance(action, path, ancestors | {workflow}) for action in actions])

    async def _sub_instance(self, action: codec.Action, path: tuple[str, ...], ancestors: frozenset[str]) -> models.SubInstance:
        inner: tuple[models.SubInstance, ...] = ()
        if action.node_type == _SUB_WORKFLOW and action.instance_id is not None:
            inner = await self.children(action.instance_id, (*path, action.name), ancestors)
        return models.SubInstance(action.name, action.node_type, action.instance_id, path, inner)

    async def _actions(self, workflow: str) -> tuple[codec.Action, ...]:
        if workflow not in self.known:
            if len(self.known) >= MAX_WORKFLOWS:
                raise DecodeError(f"The XFlow holds more than {MAX_WORKFLOWS} workflows; it was not read further")
            self.known[workflow] = await self.fetch(workflow)
        return self.known[workflow]
