"""What happened since somebody looked: one line, there only while there is something to say."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class SinceLine(Static):
    """`since 09:12: 3 failed · 2 succeeded · 5 new`."""

    def say(self, since: str, words: str) -> None:
        """Show a summary; empty words take the line away."""
        self.display = bool(words)
        if words:
            self.update(Content.assemble(("since you looked ", "$foreground-muted"), (f"({since}) ", "bold"), words))
