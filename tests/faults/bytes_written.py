"""What the terminal was given: sequences that the program makes, and no other; whatever else came out of a text."""

from __future__ import annotations

import re
import unicodedata

from odps_tui.demo.chaos.texts import HOSTILE
from tests.faults.session import Session

_OURS = re.compile(
    r"\x1b\[[0-9;:?><= ]*[ $!]?[@-~]"  # CSI
    r"|\x1b\]2;odps-tui [^\x07\x1b]*\x07|\x1b\]22;[a-z-]*\x07"  # title and pointer
    r"|\x1b[78=>]|\x1b\([0B]|\r|\n|\x07|\x0f"
)
_UNHEARD = {"CSI": re.compile(r"\x1b\[(?:31m|2J\S{0,3}red|\?1049l\S{0,2}cred)"), "title": re.compile(r"canary title\S*\x07")}
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def stray(session: Session) -> None:
    """Raise AssertionError when a hostile text has got through as anything but text."""
    written = session.written.decode(errors="surrogateescape")
    for what, pattern in _UNHEARD.items():
        assert not pattern.search(written), f"a {what} sequence of a name got through"
    rest = _OURS.sub("", written)
    strays = {character for character in rest if unicodedata.category(character) in {"Cc", "Cs"} or character in _BIDI}
    assert not strays, f"stray control characters got through: {sorted(map(hex, map(ord, strays)))}"
    whole = [name for name, (_, text) in HOSTILE.items() if _controls(text) and text in written]
    assert not whole, f"{whole} got through whole"


def _controls(text: str) -> bool:
    return any(unicodedata.category(character) in {"Cc", "Cf", "Cs"} for character in text)
