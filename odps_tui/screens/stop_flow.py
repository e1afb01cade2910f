"""Stopping, from the key to the last word: the plan, the dialog, the requests, and what is written down of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from textual.app import App

from odps_tui.errors import OdpsTuiError
from odps_tui.messages import StopAnswered
from odps_tui.models import Instance
from odps_tui.monitor import InstanceDetail, InstanceRow
from odps_tui.monitor.stop_plan import StopPlan
from odps_tui.monitor.stopping import InstanceStops, StopAnswer, StopResult, stop_instance
from odps_tui.screens.dashboard_service import Records
from odps_tui.screens.place import Place
from odps_tui.screens.stop_dialog import StopDialog
from odps_tui.widgets.notation import id_tail, short_owner

_AT_A_TIME = 4


class StopFlow:
    """Asks, stops and writes down. `answered` gets what became of each instance; `said` what is worth an event line."""

    def __init__(
        self,
        service: InstanceStops,
        place: Place,
        audit: Records | None,
        *,
        may_stop: Callable[[], bool],
        answered: Callable[[StopAnswered], object],
        said: Callable[[str], object],
    ) -> None:
        self._service = service
        self._place = place
        self._audit = audit
        self._may_stop = may_stop
        self._answered = answered
        self._said = said

    async def run(self, app: App[None], plan: StopPlan, detail: InstanceDetail | None, now: datetime) -> None:
        """Ask, then stop what the plan names, a few at a time; each is read again just before."""
        if not plan.rows:
            self._said(_nothing_to_stop(plan))
            return
        dialog = StopDialog(plan, detail, place=self._place, now=now, warning=self._audit_problem())
        if not await app.push_screen_wait(dialog):
            return
        if not self._may_stop():
            self._said("not stopped: this place has become read-only again meanwhile")
        else:
            slots = asyncio.Semaphore(_AT_A_TIME)
            await asyncio.gather(*(self._stop(row, slots) for row in plan.rows))

    async def _stop(self, row: InstanceRow, slots: asyncio.Semaphore) -> None:
        async with slots:
            answer = await stop_instance(self._service, row.id, confirmed_owner=row.owner, confirmed_status=row.status)
        self._write(row, answer)
        self._answered(StopAnswered(row, answer))

    def _audit_problem(self) -> str:
        if self._audit is None:
            return ""
        try:
            self._audit.check()
        except OdpsTuiError as error:
            return f"{error}. This stop would leave no trace here."
        return ""

    def _write(self, row: InstanceRow, answer: StopAnswer) -> None:
        if self._audit is None:
            return
        where = {"project": self._place.project, "endpoint": self._place.endpoint}
        facts = {**where, "instance_id": row.id, "owner": row.owner, **answer.facts}
        try:
            self._audit.write("stop", facts)
        except OdpsTuiError as problem:
            self._said(str(problem))


def _nothing_to_stop(plan: StopPlan) -> str:
    if not plan.skipped:
        return "no instance is selected"
    return "nothing to stop: " + ", ".join(f"{id_tail(skipped.row.id)} {skipped.reason}" for skipped in plan.skipped[:3])


def stop_words(row: InstanceRow, answer: StopAnswer) -> str:
    """Say what became of a stop; the word "stopped" is the service's to say."""
    name = id_tail(row.id)
    match answer.result:
        case StopResult.REQUESTED:
            return f"stop requested {name} · awaiting the service · not yet ended"
        case StopResult.ENDED_BEFORE:
            return f"{name} had ended before the stop arrived: nothing was stopped"
        case StopResult.CHANGED:
            return f"{name} not stopped: {_change(row, answer.instance)}"
        case StopResult.UNANSWERED:
            return f"no answer to the stop of {name}; it may have arrived, its state will tell ({answer.error})"
        case StopResult.REFUSED:
            return f"{name} not stopped: {answer.error}"


def _change(row: InstanceRow, now: Instance | None) -> str:
    if now is None or (now.owner and row.owner and now.owner != row.owner):
        return f"it belongs to {short_owner(now.owner if now is not None else None)}, not to {short_owner(row.owner)}"
    return f"it is {now.status} now, it was {row.status} when you were asked"


def end_words(row: InstanceRow) -> str:
    """Say how an instance ended whose stop the service had taken."""
    name = id_tail(row.id)
    if row.outcome == "Cancelled":
        return f"{name} ended Cancelled: stopped"
    return f"{name} ended {row.outcome} before the stop arrived"
