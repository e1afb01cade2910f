"""The guards of a stop: conditions on the very read that comes right before the request."""

from __future__ import annotations

from dataclasses import dataclass

from odps_tui.commands.exits import Guarded
from odps_tui.models import Instance
from odps_tui.monitor.stopping import InstanceStops


@dataclass(frozen=True, slots=True)
class Guard:
    """What must be so. None asks nothing; an owner or a status that nobody told is not the one that is asked for."""

    status: str | None = None
    owner: str | None = None

    def check(self, instance: Instance) -> None:
        """Raise `Guarded` for an instance that is not so. One that has ended passes: there is nothing left to guard."""
        if instance.is_terminated:
            return
        if self.status is not None and instance.status.casefold() != self.status.casefold():
            raise Guarded(f"It is {instance.status or 'in an unknown state'}, not {self.status}")
        if self.owner is not None and instance.owner != self.owner:
            raise Guarded(f"Its owner is {instance.owner or 'unknown'}, not {self.owner}")


class GuardedStops:
    """The calls of a stop, with a guard on the read."""

    def __init__(self, service: InstanceStops, guard: Guard) -> None:
        self._service = service
        self._guard = guard

    async def get_instance(self, instance_id: str) -> Instance:
        """Return the instance. Raises `Guarded`."""
        instance = await self._service.get_instance(instance_id)
        self._guard.check(instance)
        return instance

    async def stop_instance(self, instance_id: str) -> str | None:
        """Ask the service to end an instance; return the id of the request."""
        return await self._service.stop_instance(instance_id)
