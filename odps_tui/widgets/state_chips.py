"""The second line: how many instances are in which state, each count a key that shows only those, and what limits the list."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from odps_tui.monitor import InstanceState, Snapshot
from odps_tui.widgets.state_words import STATE_COLORS


@dataclass(frozen=True, slots=True)
class Chip:
    """A key, a short word, and the states it stands for; an empty set stands for all.

    `perhaps` are states that may turn out to be one of them: shown, so that they are asked for, and not counted.
    """

    key: str
    word: str
    states: frozenset[InstanceState]
    color: str = "$foreground-muted"
    perhaps: frozenset[InstanceState] = frozenset()


_RUNNING = frozenset({InstanceState.RUNNING, InstanceState.COMPILING, InstanceState.STOPPING})
_ENDED = frozenset({InstanceState.SUCCESS, InstanceState.FAILED, InstanceState.CANCELLED, InstanceState.ENDED})

CHIPS = (
    Chip("1", "run", _RUNNING, STATE_COLORS[InstanceState.RUNNING]),
    Chip("2", "wait", frozenset({InstanceState.WAITING}), STATE_COLORS[InstanceState.WAITING]),
    Chip("3", "susp", frozenset({InstanceState.SUSPENDED}), STATE_COLORS[InstanceState.SUSPENDED]),
    Chip(
        "4",
        "fail",
        frozenset({InstanceState.FAILED}),
        STATE_COLORS[InstanceState.FAILED],
        perhaps=frozenset({InstanceState.ENDED}),
    ),
    Chip("5", "ended", _ENDED),
    Chip("6", "all", frozenset()),
)
FAULTS = CHIPS[3]
ALL = CHIPS[5]


class StateChips(Widget):
    """Counts of the whole list, not of what fits on the screen or passes the filter."""

    snapshot: reactive[Snapshot | None] = reactive(None)
    chip: reactive[Chip] = reactive(ALL)
    scope: reactive[str] = reactive("")
    """What limits and orders the list, in words."""

    @dataclass
    class Chosen(Message):
        """A chip was clicked."""

        chip: Chip

    def render(self) -> Content:
        """`1 run 12 · 2 wait 5 · … · 6 all 53   mine · 1h · by age`; nothing before the first answer."""
        if self.snapshot is None:
            return Content()
        chips = Content(" · ").join(self._chip(chip) for chip in CHIPS)
        room = self.size.width - 2 - chips.cell_length - 2
        scope = Content.styled(self.scope, "$foreground-muted").truncate(max(0, room), ellipsis=True)
        return Content.assemble(chips, " " * max(2, room + 2 - scope.cell_length), scope)

    def _chip(self, chip: Chip) -> Content:
        count = self._count(chip)
        is_chosen = chip is self.chip and chip is not ALL
        unknown = "?" if chip is FAULTS and self._outcomes_unknown() else ""
        return Content.assemble(
            (chip.key, "$text-accent"),
            (f" {chip.word} ", "bold reverse" if is_chosen else "$foreground-muted"),
            (f"{count}{unknown}", chip.color if count else "$foreground-muted"),
        )

    def _count(self, chip: Chip) -> int:
        if self.snapshot is None:
            return 0
        if not chip.states:
            return len(self.snapshot.rows)
        return sum(count for state, count in self.snapshot.counts.items() if state in chip.states)

    def _outcomes_unknown(self) -> bool:
        """Outcomes are asked for what is on the screen: below it may lie failures nobody has asked for."""
        return bool(self.snapshot and self.snapshot.counts.get(InstanceState.ENDED))

    def on_click(self, event: events.Click) -> None:
        """A click on a chip chooses it."""
        offset = event.get_content_offset(self)
        begin = 0
        for chip in CHIPS:
            end = begin + self._chip(chip).cell_length
            if offset is not None and begin <= offset.x < end:
                self.post_message(self.Chosen(chip))
            begin = end + 3
