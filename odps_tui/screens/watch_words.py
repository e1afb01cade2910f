"""How watching is put into words: log, event line, alerts, title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from odps_tui.models import Outcome
from odps_tui.monitor.watching import Change, Firing, Kind, Summary, Tone, Transition
from odps_tui.widgets.notation import id_tail, short_owner
from odps_tui.widgets.state_words import STATE_WORDS

_NAMED = 3


def entry_words(transition: Transition) -> str:
    """Say a transition in the log. An end without an outcome is `ended`, and is completed when the outcome is known."""
    if transition.change not in (Change.ENDED, Change.LEARNED):
        return transition.change
    outcome = transition.row.outcome
    return "ended" if outcome is None else f"ended {outcome}"


def end_tone(transition: Transition) -> Tone:
    """How a transition sounds."""
    if transition.change not in (Change.ENDED, Change.LEARNED):
        return Tone.PLAIN
    match transition.row.outcome:
        case Outcome.FAILED:
            return Tone.BAD
        case Outcome.SUCCESS:
            return Tone.GOOD
    return Tone.PLAIN


def event_words(counted: Mapping[Change, int]) -> str:
    """Say many transitions at once: `5 new, 2 ended`."""
    return ", ".join(f"{counted[change]} {change}" for change in Change if change in counted)


def alert_words(firings: Sequence[Firing]) -> str:
    """Say what a rule told: of one instance everything, of several how many and the first ones."""
    if len(firings) == 1:
        firing = firings[0]
        names = ", ".join(filter(None, (short_owner(firing.row.owner), firing.row.job_name)))
        return f"{id_tail(firing.row.id)} {firing.words} ({names})"
    first = ", ".join(id_tail(firing.row.id) for firing in firings[:_NAMED])
    more = f" and {len(firings) - _NAMED} more" if len(firings) > _NAMED else ""
    return f"{len(firings)}× {firings[0].rule}: {first}{more}"


def facts_of(firing: Firing) -> dict[str, object]:
    """Return what a program may know of a firing: names, times, states; neither SQL nor an error's text, which may quote it."""
    row = firing.row
    return {
        "id": row.id,
        "owner": row.owner,
        "job_name": row.job_name,
        "status": row.status,
        "outcome": row.outcome.value if row.outcome is not None else None,
        "start_time": row.start_time.strftime("%Y-%m-%dT%H:%M:%SZ") if row.start_time else None,
        "end_time": row.end_time.strftime("%Y-%m-%dT%H:%M:%SZ") if row.end_time else None,
        "words": firing.words,
    }


def title_words(place: str, firings: Iterable[Firing]) -> str:
    """Say what nobody has acknowledged: `odps-tui PLACE ●3 failed`. One instance counts once for each thing to say of it."""
    seen = {(_title_word(firing), firing.row.id) for firing in firings}
    counts = Counter(word for word, _ in seen)
    words = [f"●{counts[word]} {word}" for word in ("failed", "deadline", "stalled", "waiting long", "ended") if counts[word]]
    return " ".join(["odps-tui", place, *words])


def _title_word(firing: Firing) -> str:
    match firing.kind:
        case Kind.WAITS:
            return "waiting long"
        case Kind.STALLS:
            return "stalled"
        case Kind.DEADLINE:
            return "deadline"
    return "failed" if firing.row.outcome is Outcome.FAILED else "ended"


def summary_words(summary: Summary) -> str:
    """Say what happened since somebody looked: `3 failed · 2 ended · 5 new`."""
    counts = (
        (summary.failed, "failed"),
        (summary.cancelled, "cancelled"),
        (summary.succeeded, "succeeded"),
        (summary.unknown, "ended, outcome ?"),
        (summary.alerts, "alert" if summary.alerts == 1 else "alerts"),
        (summary.long_waits, "long wait" if summary.long_waits == 1 else "long waits"),
        (summary.new, "new"),
    )
    parts = [f"{count} {word}" for count, word in counts if count]
    for gap in summary.gaps:
        end = f"{gap.end.astimezone():%H:%M}" if gap.end is not None else "now"
        parts.append(f"nothing read {gap.begin.astimezone():%H:%M}–{end}")
    return " · ".join(parts)


def row_words(firing: Firing) -> str:
    """Say where a firing's instance is now."""
    return STATE_WORDS[firing.row.state]
