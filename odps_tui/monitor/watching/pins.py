"""Pinned instances, and what has to be known of them in the next session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from odps_tui.monitor.instance_row import InstanceRow

MAX_PINS = 50


@dataclass(frozen=True, slots=True)
class Pin:
    """An instance, and whether it was alive when last seen."""

    id: str
    was_live: bool = True


@dataclass(frozen=True, slots=True)
class Pins:
    """Pinned instances in the order in which they were pinned."""

    pins: tuple[Pin, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids, in order."""
        return tuple(pin.id for pin in self.pins)

    def __contains__(self, instance_id: str) -> bool:
        return any(pin.id == instance_id for pin in self.pins)

    def toggled(self, row: InstanceRow) -> Pins:
        """Return these with one more, or without it."""
        if row.id in self:
            return self.without(row.id)
        return Pins((*self.pins, Pin(row.id, row.is_live)))

    def without(self, instance_id: str) -> Pins:
        """Return these without one."""
        return Pins(tuple(pin for pin in self.pins if pin.id != instance_id))

    def ended_unseen(self, rows: Mapping[str, InstanceRow]) -> list[InstanceRow]:
        """Return the rows of those that were alive when last seen and are not any more."""
        return [rows[pin.id] for pin in self.pins if pin.was_live and pin.id in rows and not rows[pin.id].is_live]

    def seen(self, rows: Mapping[str, InstanceRow]) -> Pins:
        """Return these as they are now."""
        pins = tuple(replace(pin, was_live=rows[pin.id].is_live) if pin.id in rows else pin for pin in self.pins)
        return self if pins == self.pins else Pins(pins)


def read_pins(value: object) -> Pins:
    """Read what `write_pins` wrote; what cannot be read is left out."""
    pairs = [pair for pair in value if isinstance(pair, list | tuple) and len(pair) == 2] if isinstance(value, list) else []
    pins = {id_: Pin(id_, was_live is not False) for id_, was_live in pairs if isinstance(id_, str) and 0 < len(id_) <= 100}
    return Pins(tuple(pins.values())[:MAX_PINS])


def write_pins(pins: Pins) -> list[Iterable[object]]:
    """Return plain values for a file."""
    return [[pin.id, pin.was_live] for pin in pins.pins]
