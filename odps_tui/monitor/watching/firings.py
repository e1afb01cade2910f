"""A rule that came true for an instance: what is told, once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from odps_tui.monitor.instance_row import InstanceRow
from odps_tui.monitor.watching.rules import Kind, Rule
from odps_tui.monitor.watching.verdict import Verdict

_KEPT = 2000
"""Keys for the next session."""
_MUCH = 10_000

Key = tuple[str, str, str]
"""A rule, an instance, and which of the things that the rule can tell of it: a deadline is at risk, and then late."""


@dataclass(frozen=True, slots=True)
class Firing:
    """`rule` came true for `row` at `at`; `words` say what, without the instance's name."""

    rule: Rule
    row: InstanceRow
    at: datetime
    words: str
    verdict: str = ""
    """Of a deadline: what is said of it."""

    @property
    def key(self) -> Key:
        """One rule tells one thing of an instance once."""
        return self.rule.text, self.row.id, self.verdict

    @property
    def kind(self) -> Kind:
        """What the rule waits for."""
        return self.rule.kind


class Firings:
    """What has fired, and what nobody has acknowledged yet. The keys outlive a session, so that no restart tells it again."""

    def __init__(self, keys: Iterable[Key] = ()) -> None:
        self._seen: dict[Key, None] = dict.fromkeys(keys)
        self._open: dict[Key, Firing] = {}

    def add(self, firing: Firing) -> bool:
        """Take in a firing; False when it has been told already. What the rule told of the instance before is settled by it."""
        if firing.key in self._seen:
            return False
        rule, id_, _ = firing.key
        for verdict in Verdict:
            self._open.pop((rule, id_, verdict), None)
        self._seen[firing.key] = None
        self._open[firing.key] = firing
        return True

    def prune(self, rows: Container[str]) -> None:
        """Let go of what has left the list for good, once it is much. What is still there must never be told again."""
        if len(self._seen) > _MUCH:
            self._seen = {key: None for key in self._seen if key[1] in rows or key in self._open}

    def has(self, rule: Rule, instance_id: str, verdict: str = "") -> bool:
        """Tell whether a rule has fired for an instance, and told this."""
        return (rule.text, instance_id, verdict) in self._seen

    @property
    def keys(self) -> tuple[Key, ...]:
        """What has fired, to be kept: the latest."""
        return tuple(self._seen)[-_KEPT:]

    def count(self, rule: Rule) -> int:
        """Return for how many instances a rule has fired."""
        text = rule.text
        return len({key[1] for key in self._seen if key[0] == text})

    @property
    def unacknowledged(self) -> Mapping[Key, Firing]:
        """What is waiting for somebody to say that he knows, the oldest first."""
        return self._open

    def acknowledge(self, keys: Iterable[Key] | None = None) -> int:
        """Somebody knows of these (None: of all); return of how many."""
        known = list(self._open if keys is None else (key for key in keys if key in self._open))
        for key in known:
            self._open.pop(key, None)
        return len(known)

    def forget(self, rule: Rule) -> None:
        """A rule that is taken away may fire again when it is given again."""
        text = rule.text
        for key in [key for key in self._seen if key[0] == text]:
            del self._seen[key]
            self._open.pop(key, None)
