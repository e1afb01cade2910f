"""XFlow: an instance made of instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odps_tui.errors import ClockSkewed, CredentialsRefused, DecodeError, ServiceError, Throttled
from odps_tui.maxcompute import codec, requests
from odps_tui.maxcompute.calls.asking import Asking
from odps_tui.maxcompute.xflow import flattened, read_tree

if TYPE_CHECKING:
    from odps_tui.models import SubInstance, XFlowSource


class XFlowCalls(Asking):
    """Protocol §7.4."""

    async def get_xflow_actions(self, instance_id: str, *, project: str | None = None) -> tuple[SubInstance, ...]:
        """Return the actions of an XFlow as a tree; empty for an instance that has none."""

        async def fetch(workflow: str) -> tuple[codec.Action, ...]:
            return await self._ask(requests.xflow_actions(project or self.project, workflow), codec.decode_xflow_actions)

        return await read_tree(fetch, instance_id)

    async def get_xflow_sub_instances(self, instance_id: str, *, project: str | None = None) -> dict[str, SubInstance]:
        """Return the instances of an XFlow by name, those of sub-workflows among them; of two with one name, the later."""
        return flattened(await self.get_xflow_actions(instance_id, project=project))

    async def get_xflow_source(self, instance_id: str, *, project: str | None = None) -> XFlowSource:
        """Return what an XFlow was asked to run. Raises for an instance that is no XFlow."""
        return await self._ask(requests.xflow_source(project or self.project, instance_id), codec.decode_xflow_source)

    async def is_xflow_instance(self, instance_id: str, *, project: str | None = None) -> bool:
        """Tell whether an instance is an XFlow: whether the service has an XFlow's source for it.

        Which error a plain instance answers is not known (protocol §7.4), so any means no, but those that say nothing of it.
        """
        try:
            await self.get_xflow_source(instance_id, project=project)
        except (CredentialsRefused, ClockSkewed, Throttled):
            raise
        except (ServiceError, DecodeError):
            return False
        return True
