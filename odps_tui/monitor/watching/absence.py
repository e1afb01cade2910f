"""Since you looked: what happened while nobody pressed a key, or while the terminal was not in front."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from odps_tui.models import Outcome
from odps_tui.monitor.watching.firings import Firing, Key
from odps_tui.monitor.watching.rules import Kind
from odps_tui.monitor.watching.transitions import Change, Transition

AWAY_AFTER = timedelta(minutes=1)
SHOWN_FOR = timedelta(seconds=30)
"""How long the summary stays once somebody is back: as long as it takes to read a line, twice."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing was read from `begin` to `end`; None while it still lasts."""

    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened since somebody looked. `unknown` have ended and nobody told how."""

    since: datetime
    failed: int = 0
    cancelled: int = 0
    succeeded: int = 0
    unknown: int = 0
    new: int = 0
    long_waits: int = 0
    alerts: int = 0
    gaps: tuple[Gap, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to tell."""
        counts = (self.failed, self.cancelled, self.succeeded, self.unknown, self.new, self.long_waits, self.alerts)
        return not any(counts) and not self.gaps


class Absence:
    """Counts from the last key on. `looked` on every key, `blurred` and `focused` when the terminal says so."""

    def __init__(self, now: datetime) -> None:
        self._begin(now)
        self._blurred_at: datetime | None = None
        self._told: tuple[datetime, Summary] | None = None

    def _begin(self, now: datetime) -> None:
        self._since = now
        self._new: set[str] = set()
        self._ends: dict[str, Outcome | None] = {}
        self._waits: set[str] = set()
        self._alerts: set[Key] = set()
        self._gaps: list[Gap] = []

    def looked(self, now: datetime) -> None:
        """Somebody pressed a key: whoever was away is told, and counting begins anew."""
        self._come_back(now)
        self._begin_with_open_gap(now)
        if self._blurred_at is not None:
            self._blurred_at = None  # who types has it in front, whatever the terminal said

    def blurred(self, now: datetime) -> None:
        """Another window came to the front."""
        if not self._is_away(now):
            self._begin_with_open_gap(now)
        self._blurred_at = self._blurred_at or now

    def focused(self, now: datetime) -> None:
        """The terminal is in front again."""
        if self._blurred_at is not None:
            self.looked(now)

    def take(self, transitions: Iterable[Transition], firings: Iterable[Firing]) -> None:
        """Count what a look brought."""
        for one in transitions:
            if one.change is Change.NEW:
                self._new.add(one.row.id)
            elif one.change is Change.ENDED or (one.change is Change.LEARNED and one.row.id in self._ends):
                self._ends[one.row.id] = one.row.outcome
        for firing in firings:
            (self._waits.add(firing.row.id) if firing.kind is Kind.WAITS else self._alerts.add(firing.key))

    def lost(self, at: datetime) -> None:
        """A read failed; nothing has been read since `at`."""
        if not self._gaps or self._gaps[-1].end is not None:
            self._gaps.append(Gap(at, None))

    def found(self, at: datetime) -> None:
        """A read came through."""
        if self._gaps and self._gaps[-1].end is None:
            self._gaps[-1] = Gap(self._gaps[-1].begin, at)

    def summary(self, now: datetime) -> Summary | None:
        """Return what is to be shown: while somebody is away, and for a while after that; None when there is nothing."""
        if self._is_away(now):
            summary = self._summary()
            return None if summary.is_empty else summary
        if self._told is not None and now - self._told[0] <= SHOWN_FOR:
            return self._told[1]
        return None

    def dismiss(self) -> bool:
        """It has been read; False when nothing was shown."""
        told, self._told = self._told, None
        return told is not None

    def _is_away(self, now: datetime) -> bool:
        return now - self._since > AWAY_AFTER

    def _come_back(self, now: datetime) -> None:
        if self._is_away(now):
            summary = self._summary()
            self._told = None if summary.is_empty else (now, summary)

    def _begin_with_open_gap(self, now: datetime) -> None:
        open_gap = self._gaps[-1] if self._gaps and self._gaps[-1].end is None else None
        self._begin(now)
        if open_gap is not None:
            self._gaps.append(open_gap)

    def _summary(self) -> Summary:
        outcomes = list(self._ends.values())
        failed, cancelled, succeeded = (
            outcomes.count(outcome) for outcome in (Outcome.FAILED, Outcome.CANCELLED, Outcome.SUCCESS)
        )
        return Summary(
            self._since,
            failed,
            cancelled,
            succeeded,
            len(outcomes) - failed - cancelled - succeeded,
            len(self._new),
            len(self._waits),
            len(self._alerts),
            tuple(self._gaps),
        )
