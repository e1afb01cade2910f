"""The quota of an instance's task, asked as rarely as the service wants it, and kept in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from odps_tui.errors import NoPermission, OdpsTuiError
from odps_tui.models import TaskQuota
from odps_tui.monitor.reading import Reading

PAUSE = timedelta(seconds=31)
"""Within 30 s of an answer the service says `{}` (protocol §4.9); a second more for the way there."""
_REMEMBERED = 64

T = TypeVar("T")


class TellsQuota(Protocol):
    """The one call."""

    async def get_task_quota(self, instance_id: str, task_name: str) -> TaskQuota | None:
        """Return the quota; None within 30 s of the last answer."""
        ...


class QuotaReader:
    """Asks for the quota of an instance at most every 30 s, however often the instance is opened; keeps the last good answer."""

    def __init__(self, service: TellsQuota, clock: Callable[[], datetime]) -> None:
        self._service = service
        self._clock = clock
        self._asked: dict[str, datetime] = {}
        self._told: dict[str, Reading[TaskQuota]] = {}

    async def read(self, instance_id: str, task_name: str) -> Reading[TaskQuota]:
        """Return the latest answer, a new one when it is time; an error stands beside the last good one."""
        told = self._told.get(instance_id, Reading())
        if not self._is_due(instance_id, told):
            return told
        _note(self._asked, instance_id, self._clock())
        told = await self._ask(told, instance_id, task_name)
        _note(self._told, instance_id, told)
        return told

    async def _ask(self, told: Reading[TaskQuota], instance_id: str, task_name: str) -> Reading[TaskQuota]:
        try:
            quota = await self._service.get_task_quota(instance_id, task_name)
        except OdpsTuiError as error:
            return replace(told, error=error)
        # `{}`: somebody else has asked meanwhile, or there is nothing to tell. What was told before still stands, with its time.
        return replace(told, error=None) if quota is None else Reading(quota, self._clock())

    def _is_due(self, instance_id: str, told: Reading[TaskQuota]) -> bool:
        if isinstance(told.error, NoPermission):
            return False
        asked = self._asked.get(instance_id)
        return asked is None or self._clock() - asked >= PAUSE


def _note(notes: dict[str, T], instance_id: str, note: T) -> None:
    notes.pop(instance_id, None)
    notes[instance_id] = note
    while len(notes) > _REMEMBERED:
        del notes[next(iter(notes))]
