"""How a world opens: its stories, its living instances and its history, all drawn from one seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from odps_tui.demo.world import arrivals, quotas, stories
from odps_tui.demo.world.arrivals import Arrivals
from odps_tui.demo.world.births import Midwife
from odps_tui.demo.world.families import family_by_kind, members
from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.population import Population
from odps_tui.demo.world.queueing import Admissions


@dataclass(frozen=True, slots=True)
class Opening:
    """An opened world: who is there, who will come, and the stories' ids."""

    population: Population
    arrivals: Arrivals
    stories: dict[str, str]


def open_world(seed: int, instances: int, opened: float, speed: float, project: str) -> Opening:
    """Return a world of exactly `instances` at `opened` (epoch s)."""
    random = Random(seed)
    telling = instances >= stories.FEWEST
    tempo = arrivals.tempo(instances, *((stories.ALL, stories.LIVING) if telling else (0, 0)), speed)
    admissions = Admissions(tempo.rate)
    midwife = Midwife(random, admissions, speed)
    population = Population()
    ids: dict[str, str] = {}
    if telling:
        told = stories.cast(opened, speed, midwife, project)
        population.add_all(told.instances.values())
        for family in told.families:
            population.expect(family)
        admissions.hold(quotas.BATCH_LOW, stories.queue_is_held_until(opened, speed))
        ids = stories.ids(told)
    population.add_all(arrivals.living(opened, tempo, speed, midwife, random))
    _bear_until(population, opened)
    _add_history(population, instances, arrivals.history(opened, tempo, speed, midwife, random), midwife, project)
    return Opening(population, Arrivals(opened, tempo, midwife, random), ids)


def _bear_until(population: Population, opened: float) -> None:
    while (birth := population.next_birth()) is not None and birth <= opened:
        population.bear()


def _add_history(population: Population, instances: int, past: Iterator[Instance], midwife: Midwife, project: str) -> None:
    """Fill the population up to `instances`. An XFlow whose sub-instances would be too many is passed over."""
    room = instances - len(population)
    found: list[Instance] = []
    for instance in past:
        if len(found) >= room:
            break
        family = family_by_kind(instance, midwife, project)
        steps = members(family)
        if len(found) + 1 + len(steps) <= room:
            population.remember(family)
            found += [instance, *steps]
    population.add_all(found)
