"""What is watched: pinned instances with their deadlines, rules, and alerts that nobody has acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from odps_tui.errors import OdpsTuiError
from odps_tui.monitor import InstanceRow
from odps_tui.monitor.watching import Firing, Kind, Rule, Verdict
from odps_tui.monitor.worker_watch import FOLLOWED, PAUSE
from odps_tui.screens.watch_flow import WatchFlow
from odps_tui.widgets.notation import clock_time, id_tail, plain, short_duration, short_owner
from odps_tui.widgets.state_words import STATE_COLORS, STATE_WORDS

_VERDICT_COLORS = {
    Verdict.ON_TIME: "$text-success",
    Verdict.AT_RISK: "bold $text-warning",
    Verdict.LATE: "bold $text-error",
    Verdict.UNKNOWN: "$foreground-muted",
}
_PLACEHOLDER = "i gives a rule: fails owner:etl · waits>20m · stalls>10m pinned · deadline 10:00 this"

_BASES = {
    True: f"workers are asked every {PAUSE.seconds}s, of {FOLLOWED} at most",
    False: "~by the progress in the queue",
}
"""What a rule about progress goes by: a request for each instance and look is fair for a few."""

_LONG_ENOUGH = timedelta(minutes=1)
"""A shorter while without a worker that finishes is ordinary."""

_SHOWN = 200

Thing = str | Rule | Firing
"""What a line is about: a pinned instance's id, a rule, an alert."""


class WatchDialog(ModalScreen[str | None]):
    """Shows what `flow` watches, and gives and takes rules. Dismissed with the id of an instance to go to, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "close", key_display="esc", id="watch.close"),
        Binding("q", "dismiss(None)", "close", id="watch.quit", show=False),
        Binding("i", "give", "give a rule", id="watch.give"),
        Binding("d,delete", "take_away", "take away", id="watch.take_away"),
        Binding("a", "acknowledge", "acknowledge", id="watch.acknowledge"),
        Binding("A", "acknowledge_all", "acknowledge all", id="watch.acknowledge_all"),
        Binding("j", "move(1)", "down", id="watch.down", show=False),
        Binding("k", "move(-1)", "up", id="watch.up", show=False),
    ]

    things = getters.query_one("#watched", OptionList)
    rule = getters.query_one("#rule", Input)

    def __init__(self, flow: WatchFlow, clock: Callable[[], datetime], ways: str, *, this: InstanceRow | None) -> None:
        super().__init__()
        self._flow = flow
        self._clock = clock
        self._ways = ways
        self._this = this
        self._listed: list[tuple[Thing | None, Content]] = []

    def compose(self) -> ComposeResult:
        """Everything in one list, a line for a new rule, and what went wrong with it."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = "Watch"
            dialog.border_subtitle = "i give · d take away · a/A acknowledge · ⏎ go to · esc"
            yield OptionList(id="watched")
            yield Input(placeholder=_PLACEHOLDER, id="rule", compact=True)
            yield Static(id="watch-hint")

    def on_mount(self) -> None:
        """Show it, and keep it true."""
        self._hint()
        self._list()
        self.things.focus()
        self.set_interval(1.0, self._list)

    # What is shown -----------------------------------------------------------------------------------------------------------

    def _list(self) -> None:
        listed = [*self._pins(), *self._rules(), *self._alerts()]
        if listed == self._listed:
            return
        thing, index = self._thing, self.things.highlighted
        self._listed = listed
        self.things.clear_options()
        self.things.add_options(Option(line, disabled=about is None) for about, line in listed)
        places = [place for place, (about, _) in enumerate(listed) if about is not None]
        same = [place for place in places if listed[place][0] == thing]
        near = [place for place in places if index is not None and place <= index]
        best = same or near[-1:] or places[:1]
        self.things.highlighted = best[0] if best else None

    def _pins(self) -> Iterator[tuple[Thing | None, Content]]:
        ids = self._flow.pins.ids
        yield _heading("Pinned" if ids else "Nothing is pinned: w pins the instance under the cursor")
        for id_ in ids:
            row = self._flow.row(id_)
            line = Content.assemble(f"★ {id_tail(id_)}  ", ("not read yet", "$foreground-muted"))
            yield id_, (line if row is None else self._pin(row))

    def _pin(self, row: InstanceRow) -> Content:
        now = self._flow.read_at or self._clock()
        line = Content.assemble(
            f"★ {id_tail(row.id)}  {short_owner(row.owner):<8.8}  ",
            (f"{STATE_WORDS[row.state]:<11}", STATE_COLORS[row.state]),
            f" {short_duration(row.run_time(now)):>5}  {plain(row.job_name):.18}",
        )
        pinned = frozenset(self._flow.pins.ids)
        for rule in self._flow.book.rules:
            if rule.kind is Kind.DEADLINE and rule.whom.concerns(row, now, pinned):
                line = Content.assemble(line, "  ", self._deadline(rule, row, now))
        standstill = self._flow.book.standstill(row.id)
        if standstill is not None and standstill.duration >= _LONG_ENOUGH:
            line = Content.assemble(
                line, (f"  no worker finished for {short_duration(standstill.duration)}", "$foreground-muted")
            )
        return line

    def _deadline(self, rule: Rule, row: InstanceRow, now: datetime) -> Content:
        moment = rule.deadline(row)
        name = f"{moment.astimezone():%H:%M} " if moment is not None else "? "
        if self._flow.silence(rule):
            return Content.assemble(name, ("unknown", "$foreground-muted"), ": the data is old")
        judged = self._flow.book.judgement(rule, row, now)
        return Content.assemble(name, (judged.verdict.value, _VERDICT_COLORS[judged.verdict]), f": {judged.reason}")

    def _rules(self) -> Iterator[tuple[Thing | None, Content]]:
        rules = self._flow.book.rules
        yield _heading(f"Rules · told by {self._ways}" if rules else "No rules")
        for rule in rules:
            silence = self._flow.silence(rule)
            concerns = "" if str(rule.whom) else "  of any instance"
            fired = self._flow.book.firings.count(rule)
            basis = f"{_BASES[rule.whom.is_narrow]}  " if rule.kind is Kind.STALLS else ""
            state = (silence, "$text-warning") if silence else (f"fired {fired}×" if fired else "", "$foreground-muted")
            yield (
                rule,
                Content.assemble((rule.what, "bold"), f" {rule.whom}{concerns}  ", (basis, "$foreground-muted"), state),
            )

    def _alerts(self) -> Iterator[tuple[Thing | None, Content]]:
        firings = list(self._flow.book.firings.unacknowledged.values())
        more = f": {len(firings)}, here the latest {_SHOWN}" if len(firings) > _SHOWN else ""
        yield _heading(f"Not acknowledged{more}" if firings else "No alert waits for you")
        for firing in islice(reversed(firings), _SHOWN):
            yield (
                firing,
                Content.assemble(
                    (f"{clock_time(firing.at)}  ", "$foreground-muted"),
                    f"{id_tail(firing.row.id)}  {short_owner(firing.row.owner):<8.8}  ",
                    (firing.words, "$text-warning"),
                    (f"  {firing.rule.what}", "$foreground-muted"),
                ),
            )

    def _hint(self, problem: str = "") -> None:
        this = f"this is {id_tail(self._this.id)}" if self._this is not None else "there is no instance at hand"
        words = (
            Content.styled(problem, "$text-error")
            if problem
            else Content.styled(f"{this} · pinned: all pinned ones · or a filter as in the list; none: all", "$foreground-muted")
        )
        self.query_one("#watch-hint", Static).update(words)

    # What is done ------------------------------------------------------------------------------------------------------------

    @property
    def _thing(self) -> Thing | None:
        index = self.things.highlighted
        return self._listed[index][0] if index is not None and index < len(self._listed) else None

    def action_give(self) -> None:
        """Type a rule."""
        self.rule.focus()

    @on(Input.Submitted, "#rule")
    def give(self, message: Input.Submitted) -> None:
        """Take the rule; one that cannot be read stays as it was typed."""
        if not message.value.strip():
            self.things.focus()
            return
        try:
            self._flow.add_rule(message.value, self._this)
        except OdpsTuiError as error:
            self._hint(str(error))
            return
        self._hint()
        self.rule.value = ""
        self.things.focus()
        self._list()

    def action_take_away(self) -> None:
        """Take a rule away, let a pinned one go, or acknowledge an alert: whatever the cursor is on."""
        match self._thing:
            case Rule() as rule:
                self._flow.remove_rule(rule)
            case Firing() as firing:
                self._flow.acknowledge([firing.key])
            case str() as instance_id:
                self._flow.unpin(instance_id)
        self._list()

    def action_acknowledge(self) -> None:
        """You know of the alert under the cursor."""
        if isinstance(thing := self._thing, Firing):
            self._flow.acknowledge([thing.key])
            self._list()

    def action_acknowledge_all(self) -> None:
        """You know of all alerts."""
        self._flow.acknowledge()
        self._list()

    @on(OptionList.OptionSelected)
    def choose(self) -> None:
        """Go to the instance that the line is about."""
        match self._thing:
            case Firing() as firing:
                self.dismiss(firing.row.id)
            case str() as instance_id:
                self.dismiss(instance_id)

    def action_move(self, lines: int) -> None:
        """As in the list."""
        (self.things.action_cursor_down if lines > 0 else self.things.action_cursor_up)()

    def action_leave(self) -> None:
        """One step back: out of the line for a rule, then out of the dialog."""
        if self.rule.has_focus:
            self.rule.value = ""
            self._hint()
            self.things.focus()
        else:
            self.dismiss(None)


def _heading(text: str) -> tuple[None, Content]:
    return None, Content.styled(text, "bold $text-accent")
