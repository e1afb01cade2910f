"""The second line: how many instances are in which state."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from odps_tui.monitor import InstanceState, Snapshot
from odps_tui.widgets.notation import short_duration
from odps_tui.widgets.state_words import STATE_COLORS

_LIVE = (
    (InstanceState.RUNNING, "run"),
    (InstanceState.COMPILING, "comp"),
    (InstanceState.WAITING, "wait"),
    (InstanceState.SUSPENDED, "susp"),
    (InstanceState.STOPPING, "stopping"),
)
_ENDED = (
    (InstanceState.SUCCESS, "ok"),
    (InstanceState.FAILED, "fail"),
    (InstanceState.CANCELLED, "cancel"),
    (InstanceState.ENDED, "outcome ?"),
)
_ALWAYS_SHOWN = frozenset({InstanceState.RUNNING, InstanceState.WAITING})


class InstanceCounts(Widget):
    """Counts of the whole list, not of what fits on the screen."""

    snapshot: reactive[Snapshot | None] = reactive(None)

    def render(self) -> Content:
        """`run 12 · wait 5 │ ended 1h: ok 3 · fail 1 · 29 not asked how`; nothing before the first answer."""
        if self.snapshot is None:
            return Content()
        counts = self.snapshot.counts
        live = [self._count(state, word, counts.get(state, 0)) for state, word in _LIVE if state in _ALWAYS_SHOWN | counts.keys()]
        ended = [self._count(state, word, counts[state]) for state, word in _ENDED if state in counts]
        window = short_duration(self.snapshot.read_at - self.snapshot.since).replace("h00", "h")
        ended_words = Content.styled(f"  │  ended {window}: ", "$foreground-muted")
        return Content.assemble(Content(" · ").join(live), ended_words, Content(" · ").join(ended) if ended else "0")

    def _count(self, state: InstanceState, word: str, count: int) -> Content:
        return Content.assemble(
            (f"{word} ", "$foreground-muted"), (str(count), STATE_COLORS[state] if count else "$foreground-muted")
        )
