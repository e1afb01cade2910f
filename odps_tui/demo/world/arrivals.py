"""Who is there when the world opens, and who arrives afterwards.

The living are drawn so that the population starts in balance: as many end as arrive. Arrivals are drawn one after the other,
each with its own start, so they do not depend on when somebody looks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from odps_tui.demo.world.births import MEAN_LENGTH, Draft, Midwife, draft, length, length_of_living
from odps_tui.demo.world.families import family_by_kind
from odps_tui.demo.world.instance import Instance, Kind
from odps_tui.demo.world.xflows import XFlow

_DAY = 86_400.0
_HISTORY = 7 * _DAY
_RECENT_PART = 0.8
_MOST_LIVING = 4500
_LIVING_PART = 0.06
_FEWEST_LIVING = 8
# Arrivals a second of world time, at most: a bigger world has longer instances, not a storm of short ones.
_MOST_ARRIVALS = 4.0
# Data definition and compile errors are short, whatever length they drew; so the mean is less than MEAN_LENGTH.
_SHORTENED = 0.8
# Seconds in the queue, on average, and the steps of XFlows, which nobody counts as arrivals.
_BESIDE_WORK = 18.0


@dataclass(frozen=True, slots=True)
class Tempo:
    """How many ambient instances live at any time, how much longer than usual they work, and how often one arrives.

    `rate` is arrivals a second of real time: speed is in it.
    """

    living: int
    stretch: float
    rate: float


def tempo(instances: int, stories: int, story_living: int, speed: float) -> Tempo:
    """Return the tempo of a world of `instances`, of which so many are stories and so many of these live."""
    most = max(0, instances - stories)
    living = min(most, max(_FEWEST_LIVING, min(_MOST_LIVING, round(_LIVING_PART * instances)) - story_living))
    stretch = max(1.0, living / (MEAN_LENGTH * _MOST_ARRIVALS))
    return Tempo(living, stretch, speed * living / (_SHORTENED * MEAN_LENGTH * stretch + _BESIDE_WORK))


def living(opened: float, tempo: Tempo, speed: float, midwife: Midwife, random: Random) -> list[Instance]:
    """Return the ambient instances that are alive at `opened`, in order of their starts."""
    cast = []
    for _ in range(tempo.living):
        seconds = length_of_living(random) * tempo.stretch
        cast.append((opened - random.random() * seconds / speed, _undisturbed(random, seconds)))
    cast.sort(key=lambda entry: entry[0])
    return [midwife.deliver(drawn, start) for start, drawn in cast]


def _undisturbed(random: Random, seconds: float) -> Draft:
    """A draft that does work for `seconds`: none whose kind or failure makes it shorter, and no XFlow half way."""
    while True:
        drawn = draft(random, seconds)
        if drawn.length == seconds and drawn.kind is not Kind.XFLOW:
            return drawn


def history(opened: float, tempo: Tempo, speed: float, midwife: Midwife, random: Random) -> Iterator[Instance]:
    """Yield instances that ended before `opened`, in no order, for ever: most in the last day, none over a week ago."""
    while True:
        drawn = draft(random, length(random) * tempo.stretch)
        end = opened - _ago(random)
        admitted = end - drawn.length / speed
        yield midwife.place(drawn, admitted - drawn.wait / speed, admitted, end)


def _ago(random: Random) -> float:
    """Seconds since an instance of the history ended."""
    chance = random.random()
    if random.random() < _RECENT_PART:
        return 0.001 + _DAY * chance**2
    # The longest instance, too, must have started within the week.
    return _DAY + (_HISTORY - 2 * _DAY) * chance


class Arrivals:
    """The endless line of instances that arrive after `opened`."""

    def __init__(self, opened: float, tempo: Tempo, midwife: Midwife, random: Random) -> None:
        self._tempo = tempo
        self._midwife = midwife
        self._random = random
        self._next = opened
        self._draw_next()

    @property
    def next_start(self) -> float | None:
        """When the next one starts, epoch seconds; None when nobody ever comes."""
        return self._next if self._tempo.rate else None

    def arrive(self, project: str) -> tuple[Instance, list[XFlow]]:
        """Return the next one and, if it is an XFlow, its family."""
        drawn = draft(self._random, length(self._random) * self._tempo.stretch)
        instance = self._midwife.deliver(drawn, self._next)
        self._draw_next()
        return instance, family_by_kind(instance, self._midwife, project)

    def _draw_next(self) -> None:
        if self._tempo.rate:
            self._next += self._random.expovariate(self._tempo.rate)
