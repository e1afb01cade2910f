"""Sequences by which a terminal rings, shows a title or raises a notification; through tmux and screen where they can pass.

A bell and a title pass everywhere. OSC 9, 777 and 99 are eaten by tmux and screen unless they come wrapped in a device control
string (and tmux lets them through only with `allow-passthrough on`). Text is cleaned here once more: a sequence is no place to
trust anybody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from odps_tui.safe_text import clean_line

BELL = "\a"
PUSH_TITLE = "\x1b[22;2t"
POP_TITLE = "\x1b[23;2t"
_ESC, _ST = "\x1b", "\x1b\\"
_MOST = 600
"""Bytes of a text; GNU screen passes on 768 at most, with what is around it."""
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


def title(text: str) -> str:
    """Return what sets the window's title."""
    return f"\x1b]2;{_text(text)}{BELL}"


def osc9(text: str) -> str:
    """Return a notification as iTerm2, Windows Terminal and others take it."""
    return f"\x1b]9;{_text(text)}{BELL}"


def osc777(summary: str, text: str) -> str:
    """Return a notification as urxvt, foot and VTE take it; a semicolon parts its fields, so texts have none."""
    return f"\x1b]777;notify;{_text(summary).replace(';', ',')};{_text(text).replace(';', ',')}{BELL}"


def osc99(summary: str, text: str) -> str:
    """Return a notification as kitty takes it: a title, then a body, under one name."""
    return f"\x1b]99;i=odps-tui:d=0;{_text(summary)}{BELL}\x1b]99;i=odps-tui:d=1:p=body;{_text(text)}{BELL}"


def wrapped(sequences: str, environ: Mapping[str, str]) -> str:
    """Return sequences so that tmux or screen, where there is one, hands them on."""
    if environ.get("TMUX"):
        return f"\x1bPtmux;{sequences.replace(_ESC, _ESC + _ESC)}{_ST}"
    if environ.get("STY") or environ.get("TERM", "").startswith("screen"):
        parts = [part + BELL for part in sequences.split(BELL) if part]
        return "".join(f"\x1bP{part}{_ST}" for part in parts)
    return sequences


def _text(text: str) -> str:
    return _CONTROLS.sub(" ", clean_line(text)).encode()[:_MOST].decode(errors="ignore")
