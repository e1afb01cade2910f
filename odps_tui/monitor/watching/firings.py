"""A rule that came true for an instance: what is told, once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from odps_tui.monitor.instance_row import InstanceRow
from odps_tui.monitor.watching.rules import Kind, Rule

_KEPT = 2000
"""Keys for the next session."""
_MUCH = 10_000


@dataclass(frozen=True, slots=True)
class Firing:
    """`rule` came true for `row` at `at`; `words` say what, without the instance's name."""

    rule: Rule
    row: InstanceRow
    at: datetime
    words: str

    @property
    def key(self) -> tuple[str, str]:
        """One rule fires once per instance."""
        return self.rule.text, self.row.id

    @property
    def kind(self) -> Kind:
        """What the rule waits for."""
        return self.rule.kind


class Firings:
    """What has fired, and what nobody has acknowledged yet. The keys outlive a session, so that no restart tells it again."""

    def __init__(self, keys: Iterable[tuple[str, str]] = ()) -> None:
        self._seen: dict[tuple[str, str], None] = dict.fromkeys(keys)
        self._open: dict[tuple[str, str], Firing] = {}

    def add(self, firing: Firing) -> bool:
        """Take in a firing; False when it has been told already."""
        if firing.key in self._seen:
            return False
        self._seen[firing.key] = None
        self._open[firing.key] = firing
        return True

    def prune(self, rows: Container[str]) -> None:
        """Let go of what has left the list for good, once it is much. What is still there must never be told again."""
        if len(self._seen) > _MUCH:
            self._seen = {key: None for key in self._seen if key[1] in rows or key in self._open}

    def has(self, rule: Rule, instance_id: str) -> bool:
        """Tell whether a rule has fired for an instance."""
        return (rule.text, instance_id) in self._seen

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """What has fired, to be kept: the latest."""
        return tuple(self._seen)[-_KEPT:]

    def count(self, rule: Rule) -> int:
        """Return for how many instances a rule has fired."""
        text = rule.text
        return sum(1 for key in self._seen if key[0] == text)

    @property
    def unacknowledged(self) -> Mapping[tuple[str, str], Firing]:
        """What is waiting for somebody to say that he knows, the oldest first."""
        return self._open

    def acknowledge(self, keys: Iterable[tuple[str, str]] | None = None) -> int:
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
