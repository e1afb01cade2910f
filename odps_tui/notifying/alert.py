"""What is told: a line for people, and facts for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

FACTS_TOLD = 100
_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Alert:
    """What one look at the list brought, of `count` instances.

    `instances` are facts of each, or of the first `FACTS_TOLD`: id, owner, state …; nothing that a user wrote in SQL.
    """

    place: str
    rule: str
    words: str
    at: datetime
    count: int
    instances: Sequence[Mapping[str, object]] = field(default=())

    @property
    def line(self) -> str:
        """For a terminal or a phone."""
        return f"{self.place}: {self.words}"

    def document(self) -> bytes:
        """Return the facts as JSON; of a great many instances the first hundred, and how many there are."""
        facts = {
            "schema": _SCHEMA,
            "at": self.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "place": self.place,
            "rule": self.rule,
            "words": self.words,
            "count": self.count,
            "instances": list(self.instances[:FACTS_TOLD]),
        }
        return json.dumps(facts, ensure_ascii=False).encode()

    def environment(self) -> dict[str, str]:
        """Return the facts as variables, for a command that reads no JSON."""
        first = self.instances[0] if self.instances else {}
        return {
            "ODPS_TUI_PLACE": self.place,
            "ODPS_TUI_RULE": self.rule,
            "ODPS_TUI_WORDS": self.words,
            "ODPS_TUI_COUNT": str(self.count),
            "ODPS_TUI_INSTANCE_ID": str(first.get("id") or ""),
            "ODPS_TUI_OWNER": str(first.get("owner") or ""),
            "ODPS_TUI_OUTCOME": str(first.get("outcome") or ""),
        }
