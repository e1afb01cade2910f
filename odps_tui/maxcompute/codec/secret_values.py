"""Secrets among the settings of a job: Spark jobs, for one, carry an access key in theirs. They go no further than this.

They are found by their names, so a secret that is named otherwise, or stands in the SQL, is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

HIDDEN = "(hidden: its name says that it is a secret)"

_NAMES = r"secret|passw(?:or)?d|credential|token|access[._-]?key(?![._-]?id)|private[._-]?key"
_WORDS = ("secret", "passw", "credential", "token", "access", "private")
"""One of them is in each of these names."""
_NAME = re.compile(_NAMES, re.IGNORECASE)
# A pair of JSON, also where the quotes are written for a string in a string, or for XML.
_PAIR = re.compile(rf'((\\?"|&quot;)[\w.-]*(?:{_NAMES})[\w.-]*\2\s*:\s*\2).*?\2', re.IGNORECASE)


def without_secrets(settings: Mapping[str, str]) -> dict[str, str]:
    """Return settings with those hidden that are secrets by their names."""
    return {name: HIDDEN if _NAME.search(name) and value else value for name, value in settings.items()}


def hide_secrets(text: str) -> str:
    """Return a text with the values hidden that stand behind such a name in a JSON object, name and value on one line."""
    lowered = text.lower()
    if not any(word in lowered for word in _WORDS):
        return text  # as good as always, and a hundred times faster than to look for pairs
    return "\n".join(_PAIR.sub(rf"\1{HIDDEN}\2", line) if _NAME.search(line) else line for line in text.split("\n"))
