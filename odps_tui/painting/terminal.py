"""What the painter has to know of the terminal and of Textual before it may draw."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import Final

KNOWN_TEXTUAL: Final = frozenset({"8.2.8"})
"""The versions whose private parts are known: `App._display`, its updates; `Widget._styles_cache`, how it draws."""


def objection(version: str | None = None) -> str:
    """Return why the frugal painter cannot be used with this Textual, in a sentence; empty when it can."""
    version = version or _installed_textual()
    if version not in KNOWN_TEXTUAL:
        return f"Textual {version} is not known to the frugal painter (it knows {', '.join(sorted(KNOWN_TEXTUAL))})"
    return ""


def erases_in_colour(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal gives erased cells the background of the pen (`bce`). What terminfo does not know, does not.

    GNU screen does so only when told in its settings, whatever TERM says inside it.
    """
    if "STY" in environ:
        return False
    try:
        import curses  # noqa: PLC0415 - not in every Python

        curses.setupterm(environ.get("TERM", ""), sys.__stdout__.fileno() if sys.__stdout__ else -1)
        return curses.tigetflag("bce") == 1
    except (ImportError, ValueError, OSError, curses.error):
        return False


@cache
def _installed_textual() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - slow, and not on every way through this module

    return version("textual")
