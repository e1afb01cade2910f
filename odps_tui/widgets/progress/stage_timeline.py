"""When each stage ran, as bars over time: what the service told, what was watched, and what nobody knows, each drawn apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from textual.content import Content

from odps_tui.models import StageProgress
from odps_tui.monitor.progress import Samples, Span, TaskSight
from odps_tui.widgets.notation import clock_time
from odps_tui.widgets.progress.cells import MUTED, PaneLine, fit
from odps_tui.widgets.progress.keys import StageKey
from odps_tui.widgets.progress.stage_words import color_of, elapsed_words, name_of

_RAN, _ONE_LEFT, _UNWATCHED, _UNKNOWN = "█", "▓", "▒", "╌"
_LEGEND = {_RAN: "ran", _ONE_LEFT: "one worker left", _UNWATCHED: "ran, nobody watched", _UNKNOWN: "not known"}
_TIME_CELLS = 7
_TICK_CELLS = 11
_FEWEST_CELLS = 8


@dataclass(frozen=True, slots=True)
class Scale:
    """`cells` cells from `begin` to `end`."""

    begin: datetime
    end: datetime
    cells: int

    @property
    def cell(self) -> timedelta:
        """How much time a cell is."""
        return (self.end - self.begin) / self.cells

    def middle(self, place: int) -> datetime:
        """The moment that a cell speaks for."""
        return self.begin + self.cell * (place + 0.5)


def stage_timeline(sight: TaskSight, width: int) -> Iterator[PaneLine]:
    """Yield an axis, a bar for each stage, what its signs mean, and when a stage came down to one worker."""
    label = max((len(name_of(stage)) for stage in sight.progress.stages), default=0) + 1
    scale = _scale(sight, width - label - _TIME_CELLS - 1)
    if scale is None:
        yield Content.styled("too little was seen to draw a time line yet", MUTED), None
        return
    yield Content.styled(" " * label + _axis(scale), f"{MUTED} underline"), None
    signs: set[str] = set()
    holes = _holes(sight.samples)
    for stage in sight.progress.stages:
        span = sight.spans.get(stage.name)
        drawn = _bar(span, scale, holes)
        signs |= set(drawn)
        yield _line(stage, span, drawn, label, sight), StageKey(sight.task.name, stage.name)
    yield from _below(sight, signs)


def _line(stage: StageProgress, span: Span | None, drawn: str, label: int, sight: TaskSight) -> Content:
    elapsed = fit(elapsed_words(span, sight.read_at), _TIME_CELLS, left=False)
    return Content.assemble((fit(name_of(stage), label), "bold"), (drawn, color_of(stage)), " ", elapsed)


def _scale(sight: TaskSight, cells: int) -> Scale | None:
    """From the task's start, or the first thing known of it, to its end or the last look."""
    last, first = sight.samples.last_with_stages, sight.samples.first
    if last is None or first is None or cells < _FEWEST_CELLS:
        return None
    begins = [sight.task.start_time or first.at, *(span.began.latest for span in sight.spans.values() if span.began)]
    end = sight.task.end_time if sight.is_ended and sight.task.end_time else last.until
    begin = min(begins)
    return Scale(begin, end, cells) if end - begin > timedelta(seconds=1) else None


def _axis(scale: Scale) -> str:
    """Times at even distances, each over the cell that it names."""
    text = ""
    seconds = scale.end - scale.begin < timedelta(minutes=10)
    for place in range(0, scale.cells - (7 if seconds else 4), _TICK_CELLS):
        moment = clock_time(scale.begin + scale.cell * place)
        text = fit(text, place) + (moment if seconds else moment[:5])
    return fit(text, scale.cells)


def _holes(samples: Samples) -> list[tuple[datetime, datetime]]:
    return [(before.until, after.at) for before, after in pairwise(samples) if after.gap]


def _bar(span: Span | None, scale: Scale, holes: Sequence[tuple[datetime, datetime]]) -> str:
    if span is None or span.began is None:
        return " " * scale.cells
    return "".join(_sign(scale.middle(place), span, scale, holes) for place in range(scale.cells))


def _sign(moment: datetime, span: Span, scale: Scale, holes: Sequence[tuple[datetime, datetime]]) -> str:
    began, ended = span.began, span.ended
    if began is None or (began.earliest is not None and moment < began.earliest):
        return " "
    if moment < began.latest:
        # What happened within less than a cell before a look is as good as seen.
        return " " if began.earliest is not None and began.latest - began.earliest < scale.cell else _UNKNOWN
    if ended is not None and moment >= ended.latest:
        return " "
    if ended is not None and (ended.earliest is None or moment > ended.earliest) and not ended.is_told:
        return _RAN if ended.earliest is not None and ended.latest - ended.earliest < scale.cell else _UNKNOWN
    if span.one_left is not None and moment >= span.one_left:
        return _ONE_LEFT
    return _UNWATCHED if any(begin < moment < end for begin, end in holes) else _RAN


def _below(sight: TaskSight, signs: set[str]) -> Iterator[PaneLine]:
    for stage in sight.progress.stages:
        span = sight.spans.get(stage.name)
        if span is not None and span.one_left is not None:
            yield Content.assemble((f"▲ {clock_time(span.one_left)}", MUTED), f" {name_of(stage)} down to its last worker"), None
    legend = "  ".join(f"{sign} {words}" for sign, words in _LEGEND.items() if sign in signs)
    first = sight.samples.first
    watched = f"watched from {clock_time(first.at)}" if first is not None else ""
    asks = ", W asks" if _UNKNOWN in signs else ""
    yield Content.styled(f"{legend}{asks}   {watched}".strip(), MUTED), None
