"""A stop, done carefully: read again, ask once, and tell what really happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from odps_tui.errors import InternalServerError, InvalidStateSetting, NoSuchObject, OdpsTuiError, ServiceError, TransportError
from odps_tui.models import Instance, InstanceStatus

_LIVING = {InstanceStatus.RUNNING, InstanceStatus.SUSPENDED}
"""The two words between which an instance changes; the queue may have others, and those say nothing against a stop."""


class InstanceStops(Protocol):
    """The calls a stop needs."""

    async def get_instance(self, instance_id: str) -> Instance:
        """Return one instance's status, owner and times."""
        ...

    async def stop_instance(self, instance_id: str) -> str | None:
        """Ask the service to end an instance; return the id of the request. Returns before it has ended."""
        ...


class StopResult(Enum):
    """What became of a stop."""

    REQUESTED = "requested"
    """The service took it; the instance still runs until the service says Terminated."""
    ENDED_BEFORE = "ended before"
    """The instance had ended by itself; nothing was lost and nothing was stopped."""
    CHANGED = "changed"
    """The owner or the status is not the one that was confirmed; nothing was sent."""
    REFUSED = "refused"
    """The service said no, or could not be asked; nothing was stopped."""
    UNANSWERED = "unanswered"
    """The request was sent and no answer of the service's came back: the instance's state will tell."""


@dataclass(frozen=True, slots=True)
class StopAnswer:
    """How a stop went: the instance as read before (or after) it, the error behind it, the service's id of the request."""

    result: StopResult
    instance: Instance | None = None
    error: OdpsTuiError | None = None
    request_id: str | None = None

    @property
    def facts(self) -> Mapping[str, object]:
        """What an audit keeps of it."""
        error = self.error
        return {
            "result": self.result.value,
            "request_id": self.request_id or (error.request_id if isinstance(error, ServiceError) else None),
            "error": str(error) if error is not None else None,
        }


async def stop_instance(
    service: InstanceStops, instance_id: str, *, confirmed_owner: str | None, confirmed_status: str | None = None
) -> StopAnswer:
    """Stop an instance that was confirmed as `confirmed_owner`'s and in `confirmed_status`; None: that was not known.

    Status and owner are read once more first: the dialog may be minutes old. One request is sent and never repeated; when its
    answer is lost, the state is what tells.
    """
    try:
        instance = await service.get_instance(instance_id)
    except OdpsTuiError as error:
        return StopAnswer(StopResult.REFUSED, error=error)
    if instance.is_terminated:
        return StopAnswer(StopResult.ENDED_BEFORE, instance)
    if _differs(instance.owner, confirmed_owner) or {instance.status, confirmed_status} == _LIVING:
        return StopAnswer(StopResult.CHANGED, instance)
    return await _send_stop(service, instance)


def _differs(now: str | None, confirmed: str | None) -> bool:
    return bool(now and confirmed) and now != confirmed


async def _send_stop(service: InstanceStops, instance: Instance) -> StopAnswer:
    try:
        request_id = await service.stop_instance(instance.id)
    except (InvalidStateSetting, NoSuchObject) as error:
        return StopAnswer(StopResult.ENDED_BEFORE, await _read_again(service, instance), error)
    except InternalServerError as error:
        return StopAnswer(StopResult.UNANSWERED, instance, error)
    except TransportError as error:
        return StopAnswer(StopResult.UNANSWERED if error.sent else StopResult.REFUSED, instance, error)
    except OdpsTuiError as error:
        return StopAnswer(StopResult.REFUSED, instance, error)
    return StopAnswer(StopResult.REQUESTED, instance, request_id=request_id)


async def _read_again(service: InstanceStops, instance: Instance) -> Instance:
    try:
        return await service.get_instance(instance.id)
    except OdpsTuiError:
        return instance
