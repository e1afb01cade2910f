"""How often we ask and how much, in words: for the top line, the event line and `:calls`."""

from __future__ import annotations

from textual.content import Content

from odps_tui.models import CallRate
from odps_tui.monitor import Pace, Why

_NEAR = 0.8
"""The share of the limit from which on the rate is worth the place of something else."""


def rate_forms(rate: CallRate | None) -> tuple[Content, ...]:
    """Return ` · 0.4 of 5 calls/s`, longest form first; one that matters has a colour."""
    if rate is None:
        return ()
    style = "$text-warning" if matters(rate) else "$foreground-muted"
    waiting = f", {rate.waiting} waiting" if rate.waiting else ""
    now = f"{rate.per_second:.1f}"
    forms = (f" · {now} of {rate.limit:g} calls/s{waiting}", f" · {now}/{rate.limit:g} calls/s", f" · {now}/s")
    return tuple(Content.styled(form, style) for form in forms)


def matters(rate: CallRate) -> bool:
    """Tell whether somebody waits, or is about to, because of the limit."""
    return bool(rate.waiting) or rate.per_second >= _NEAR * rate.limit


def every(seconds: float, why: Why) -> str:
    """Say how often the list is read, and why not more often: `every 20s, throttled`."""
    return f"every {seconds:.0f}s" + (f", {why}" if why is not Why.WISHED else "")


def change_words(before: Pace, now: Pace) -> str:
    """Say that the pace has changed and why; nothing when it is for the same reason, or because nobody looks."""
    told = (Why.THROTTLED, Why.SLOW)
    if now.why is before.why or now.why is Why.BEHIND or (before.why not in told and now.why not in told):
        return ""
    return f"polls {_every(now)}{' again' if now.why is Why.WISHED else ''}"


def calls_words(rate: CallRate | None, pace: Pace) -> str:
    """Say everything about it."""
    parts = [f"polls {_every(pace)}"]
    if rate is not None:
        parts.insert(0, f"{rate.per_second:.1f} of {rate.limit:g} calls/s in the last 10 s")
        if rate.waiting:
            parts.append(f"{rate.waiting} calls wait for their turn")
        if rate.quiet:
            parts.append(f"the service wants quiet for {rate.quiet:.0f} s more")
    return " · ".join(parts)


def _every(pace: Pace) -> str:
    match pace.why:
        case Why.THROTTLED:
            return f"every {pace.seconds:.0f}s: the service throttles us"
        case Why.SLOW:
            return f"every {pace.seconds:.0f}s: a poll takes {pace.took:.1f}s"
        case Why.BEHIND:
            return f"every {pace.seconds:.0f}s: this terminal is not focused"
    return f"every {pace.seconds:.0f}s"
