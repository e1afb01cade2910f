"""The loop that keeps the list fresh: when to ask, what to ask for, and how to go on when nothing comes back."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from odps_tui.errors import NoPermission, NoSuchObject, NoSuchProject, OdpsTuiError, Throttled
from odps_tui.models import Instance, QueueingInfo
from odps_tui.monitor.instance_row import Ending
from odps_tui.monitor.poll_pace import LONGEST, PollPace
from odps_tui.monitor.roster import Roster
from odps_tui.monitor.service import InstanceLists
from odps_tui.monitor.snapshot import PollFailed, Snapshot

MAX_BACK_OFF = LONGEST
# An instance can appear in the history a little after its start time; the overlap of two reads covers it.
_OVERLAP = timedelta(minutes=2)
# Instances that left the queue are asked for one by one, a few per poll: at most as many as the client has in flight.
_ASKED_PER_POLL = 8
# Instances that are taken in at once, about 3 ms when all are new, and seconds between: a key passes through many turns of the
# event loop until it is painted, and with a pause of nothing each of them would wait for the next part of a page.
_NOTED_AT_ONCE = 500
_BREATH = 0.005

Wait = Callable[[asyncio.Event, float], Awaitable[None]]


async def _next_of(answers: AsyncIterator[Snapshot | PollFailed]) -> Snapshot | PollFailed:
    return await anext(answers)


def utc_now() -> datetime:
    """Return this moment, aware, in UTC."""
    return datetime.now(UTC)


async def wait_for_event(event: asyncio.Event, seconds: float) -> None:
    """Return when `event` is set or after `seconds`, whichever comes first."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


class Poller:
    """Polls the lists of one project, one poll at a time, and never gives up.

    The first read fetches the live queue and every instance started within `window`; later ones fetch the queue, what started
    since, and one by one what left the queue. `pace` tells how long to rest, and learns from each poll; it may be shared. After a
    failure the pause doubles up to two minutes (±20 %), or lasts as long as the service asks (Retry-After). It catches the errors
    of the service; a bug of ours goes through. `monotonic` tells seconds.
    """

    def __init__(
        self,
        service: InstanceLists,
        *,
        interval: float = 5.0,
        window: timedelta = timedelta(hours=1),
        only_owner: bool = False,
        clock: Callable[[], datetime] = utc_now,
        wait: Wait = wait_for_event,
        pace: PollPace | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.pace = pace or PollPace(interval)
        self._monotonic = monotonic
        self._service = service
        self.window = window
        self._only_owner = only_owner
        self._clock = clock
        self._wait = wait
        self._woken = asyncio.Event()
        self._roster = Roster()
        self._last_read: datetime | None = None
        self._covered = timedelta(0)
        """How far back the history has been read whole."""
        self._asked: dict[str, int] = {}
        self._polls = 0
        self._gap: OdpsTuiError | None = None
        self._kept: frozenset[str] = frozenset()
        self._vanished: set[str] = set()
        """Kept ones that the service does not know."""
        self._begun: AsyncIterator[Snapshot | PollFailed] | None = None
        self._first: asyncio.Future[Snapshot | PollFailed] | None = None

    def begin(self) -> asyncio.Future[Snapshot | PollFailed]:
        """Ask now, before anybody listens; return the first answer to come. `instances` begins with it."""
        self._begun = self._answers()
        self._first = asyncio.ensure_future(_next_of(self._begun))
        return self._first

    def take_first(self) -> Snapshot | PollFailed | None:
        """Return the answer to what was begun if it is there already; `instances` then goes on behind it."""
        first = self._first
        if first is None or not first.done() or first.cancelled() or first.exception() is not None:
            return None
        self._first = None
        return first.result()

    @property
    def interval(self) -> float:
        """Seconds between two polls that somebody wishes for; the pace may be slower."""
        return self.pace.wished

    @interval.setter
    def interval(self, seconds: float) -> None:
        self.pace.wished = seconds

    async def instances(self) -> AsyncIterator[Snapshot | PollFailed]:
        """Yield a snapshot after each read (and while the pages of a long one come in), or why there is none; for ever."""
        answers, first = self._begun or self._answers(), self._first
        self._begun = self._first = None
        if first is not None:
            yield await first
        async for answer in answers:
            yield answer
            del answer

    async def _answers(self) -> AsyncIterator[Snapshot | PollFailed]:
        failures = 0
        if self._last_read is not None:
            yield self._snapshot()
            await self._pause(self.pace.now.seconds)
        while True:
            try:
                async for snapshot in self._read():
                    yield snapshot
                    del snapshot  # what ends this loop keeps its variables, a list of 100,000 among them
            except OdpsTuiError as error:
                failures += 1
                if isinstance(error, Throttled):
                    self.pace.throttled()
                retry_in = self._back_off(error, failures)
                yield PollFailed(error, self._clock(), retry_in, failures)
                await self._pause(retry_in)
            else:
                failures = 0
                await self._pause(self.pace.now.seconds)

    async def read_once(self) -> Snapshot:
        """Read once, raising what goes wrong; `instances` then begins with what was read."""
        last: Snapshot | None = None
        async for snapshot in self._read():
            last = snapshot
        if last is None:
            raise AssertionError("a read yields at least its last snapshot")
        return last

    def wake(self) -> None:
        """Poll now instead of when the interval is over."""
        self._woken.set()

    def reach_back(self, window: timedelta) -> None:
        """From now on show what started within `window`; the next read fetches the whole of it when it has grown."""
        self.window = window
        self.wake()

    def keep(self, instance_ids: Collection[str]) -> None:
        """From now on these stay in the list wherever the window ends; the next read looks up those that are not in it."""
        self._kept = frozenset(instance_ids)
        self._vanished &= self._kept

    @property
    def vanished(self) -> frozenset[str]:
        """Those to be kept that the service said it does not know."""
        return frozenset(self._vanished)

    def forget(self) -> None:
        """Hold nothing of what was read: nobody asks any more."""
        self._roster, self._last_read = Roster(), None

    def note_endings(self, endings: Mapping[str, Ending]) -> Snapshot:
        """Take in how instances ended, learned elsewhere; return the list with it."""
        for instance_id, ending in endings.items():
            self._roster.note_ending(instance_id, ending)
        return self._snapshot()

    def note_instance(self, instance: Instance) -> Snapshot:
        """Take in one instance read elsewhere; return the list with it."""
        self._roster.note_instances([instance])
        return self._snapshot()

    def note_stop_requested(self, instance_id: str) -> Snapshot:
        """Take in that the service accepted a stop; return the list with it."""
        self._roster.note_stop_requested(instance_id, self._clock())
        return self._snapshot()

    async def _read(self) -> AsyncIterator[Snapshot]:
        began, is_whole = self._monotonic(), self._last_read is None or self.window > self._covered
        await self._read_queue()
        # Not before the first answer: only that tells how far the clocks are apart.
        started, window = self._clock(), self.window
        since = self._since(started)
        async for page in self._service.list_instance_pages(start_time=since, only_owner=self._only_owner):
            await self._note_instances(page.instances)
            if page.marker is not None:
                yield self._snapshot()
        await self._read_unaccounted()
        self._roster.forget_before(started - window, self._kept)
        self._last_read, self._covered = started, window
        if not is_whole:  # how long the first one takes says nothing of those that follow
            self.pace.read(self._monotonic() - began)
        yield self._snapshot()

    async def _read_queue(self) -> None:
        queued: set[str] = set()
        try:
            async for page in self._service.list_instance_queueing_pages(only_owner=self._only_owner):
                queued.update(info.instance_id for info in page.infos)
                await self._note_queued(page.infos)
        except NoPermission as error:
            self._gap = error
            return
        self._gap = None
        self._roster.note_left(queued)

    async def _note_queued(self, infos: Sequence[QueueingInfo]) -> None:
        """Take in a page of the queue, which is as long as the service likes, without holding up the screen."""
        for start in range(0, len(infos), _NOTED_AT_ONCE):
            self._roster.note_queued(infos[start : start + _NOTED_AT_ONCE])
            await asyncio.sleep(_BREATH)

    async def _note_instances(self, instances: Sequence[Instance]) -> None:
        """Take in a page of the history likewise."""
        for start in range(0, len(instances), _NOTED_AT_ONCE):
            if start:
                await asyncio.sleep(_BREATH)
            self._roster.note_instances(instances[start : start + _NOTED_AT_ONCE])

    def _since(self, now: datetime) -> datetime:
        if self._last_read is None or self.window > self._covered:
            return now - self.window
        return self._last_read - _OVERLAP

    async def _read_unaccounted(self) -> None:
        self._polls += 1
        unknown = {instance_id for instance_id in self._kept - self._vanished if self._roster.row(instance_id) is None}
        wanted = self._roster.unaccounted | unknown
        candidates = sorted(wanted, key=lambda instance_id: self._asked.get(instance_id, 0))[:_ASKED_PER_POLL]
        for instance_id in candidates:
            self._asked[instance_id] = self._polls
        answers = await asyncio.gather(*(self._ask(instance_id) for instance_id in candidates))
        self._roster.note_instances(answer for answer in answers if answer is not None)
        unaccounted = self._roster.unaccounted
        self._asked = {instance_id: poll for instance_id, poll in self._asked.items() if instance_id in unaccounted}

    async def _ask(self, instance_id: str) -> Instance | None:
        try:
            return await self._service.get_instance(instance_id)
        except NoSuchProject:
            raise
        except NoSuchObject:
            self._roster.forget(instance_id)
            self._vanished |= self._kept & {instance_id}
        except NoPermission:
            pass  # It stays as last known; its detail pane says which right is missing.
        return None

    def _snapshot(self) -> Snapshot:
        complete = self.window <= self._covered
        read_at = self._last_read if complete and self._last_read is not None else self._clock()
        roster = self._roster
        return Snapshot(roster.rows, roster.counts, read_at, read_at - self.window, complete, self._gap, roster.step())

    def _back_off(self, error: OdpsTuiError, failures: int) -> float:
        doubled = self.interval * 2.0 ** min(failures - 1, 10)
        pause = min(MAX_BACK_OFF, doubled) * random.uniform(0.8, 1.2)
        if isinstance(error, Throttled) and error.retry_after is not None:
            return max(pause, error.retry_after)
        return pause

    async def _pause(self, seconds: float) -> None:
        await self._wait(self._woken, seconds)
        self._woken.clear()
