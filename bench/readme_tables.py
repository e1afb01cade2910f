"""The README's tables: each figure beside its peers' and its goal. One that is not reached stands there with what bounds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Figures = Mapping[str, float]

PROGRAMS = ("ours", "ours, stock painter", "DataTable", "htop")
FLOORS = {"polls": "polls without a screen: processor", "screen": "an empty Textual app: processor"}
"""What any dashboard of this make takes, by the name by which a bound tells it."""
OTHERS = ("toolong", "posting", "dolphie")


@dataclass(frozen=True)
class Goal:
    """A line of the table. `figure` is looked up as `PROGRAM: FIGURE`, or as it is where only one program has it."""

    what: str
    figure: str
    limit: float
    unit: str = ""
    bound: str = ""
    """What keeps us from it, where we are not there; `{name}` is one of `FLOORS`."""

    def cells(self, figures: Figures) -> tuple[str, ...]:
        """What, ours, three peers, goal, reached; nothing of what has not been measured."""
        ours = figures.get(f"ours: {self.figure}", figures.get(self.figure))
        peers = [figures.get(f"{program}: {self.figure}") for program in PROGRAMS[1:]]
        shown = [self.written(value) for value in (ours, *peers)]
        reached = "not measured" if ours is None else "yes" if ours <= self.limit else self._missed(figures)
        return (self.what, *shown, f"≤ {self.written(self.limit)}", reached)

    def _missed(self, figures: Figures) -> str:
        floors = {name: self.written(figures.get(figure)) for name, figure in FLOORS.items()}
        return f"no: {self.bound.format(**floors)}" if self.bound else "no"

    def written(self, value: float | None) -> str:
        """A figure with its unit; – where there is none."""
        if value is None:
            return "–"
        digits = 0 if value >= 100 or value == int(value) else 2
        return f"{value:,.{digits}f}{self.unit}"


DASHBOARDS = (
    Goal("bytes, first screen", "first screen", 10_000, "", "three frames: headings, rows, and all of it with what was read"),
    Goal("bytes, cursor one row: list, heads, keys", "cursor", 600),
    Goal("bytes, five cells changed by a poll", "five cells", 150),
    Goal("bytes, scroll by one line", "scroll", 700),
    Goal("bytes, page down", "page", 3_500),
    Goal("bytes in 10 s at rest, a clock running", "at rest", 700),
    Goal("first frame on screen, of the DataTable dashboard's", "first_frame/stock", 1 / 6),
    Goal("live list on screen, of the DataTable dashboard's", "live_list/stock", 0.7),
    Goal("live list on screen, of an empty Textual app's", "live_list/empty", 1.2),
    Goal(
        "processor, a poll a second changing 50 rows, service and detail read over HTTP",
        "processor",
        0.7,
        " %",
        "to ask for the list takes {polls} without any screen, and an empty Textual app that counts seconds {screen}; of ours two"
        " fifths are drawing, some 25 lines in a frame or two a second, and a third asking, decoding and comparing",
    ),
    Goal(
        "the same, data made up in the process as the DataTable's is",
        "processor of the screen",
        0.7,
        " %",
        "what changes is drawn by Textual, some 25 lines of list, facts and clock in a frame or two a second; an empty app that"
        " counts seconds takes {screen}",
    ),
    Goal(
        "16 kB/s, key 30 times a second in 10,000 rows: key to far screen, p50", "key to far screen, 16 kB/s, p50 ms", 60, " ms"
    ),
    Goal("8 kB/s: what is left over when the key is let go", "left over, 8 kB/s, ms", 250, " ms"),
    Goal("client: 200 progress look-ups, of PyODPS's time", "look-ups, of PyODPS's time", 0.25),
    Goal("… in flight at most", "look-ups in flight at most", 8),
    Goal("`odps-tui --version`, of `python -c pass`", "version/python", 5),
)
FOLLOWS = (("cursor", "its facts, and its detail once read"), ("scroll", "the same"), ("page", "the same"))


@dataclass(frozen=True)
class ListGoal:
    """A line of the table of lists. The goal is a share of DataTable's, or a limit of our own figure, or there is none."""

    what: str
    figure: str
    share: float = 0.0
    limit: float = 0.0
    unit: str = "ms"

    def cells(self, figures: Figures) -> tuple[str, ...]:
        """What, ours, the peer's, goal, reached."""
        ours, peer = figures.get(f"list: {self.figure}"), figures.get(f"list, DataTable: {self.figure}")
        goal = f"≤ 1/{1 / self.share:.0f}" if self.share else f"≤ {self.limit:g} {self.unit}" if self.limit else ""
        return (self.what, self._written(ours), self._written(peer), goal, self._reached(ours, peer))

    def _reached(self, ours: float | None, peer: float | None) -> str:
        if ours is None or (self.share and peer is None):
            return "not measured"
        is_reached = (not self.share or ours <= self.share * (peer or 0)) and (not self.limit or ours <= self.limit)
        return "" if not (self.share or self.limit) else "yes" if is_reached else "no"

    def _written(self, value: float | None) -> str:
        return "–" if value is None else f"{value:,.{0 if value >= 100 else 1}f} {self.unit}"


LISTS = (
    ListGoal("load to first paint", "load", share=1 / 200),
    ListGoal("… all rows in order behind it", "load_whole"),
    ListGoal("… longest block", "load_gap", limit=16),
    ListGoal("a poll that changes 1 %, sorted by what it changes, to paint", "poll", share=1 / 5),
    ListGoal("… longest block, reading included", "poll_gap", limit=16),
    ListGoal("filter keystroke to paint, of DataTable's refill", "filter", share=1 / 20),
    ListGoal("… by itself", "filter", limit=50),
    ListGoal("… longest block", "filter_gap", limit=16),
    ListGoal("key `j` to paint during polls, p50", "keys_p50", limit=10),
    ListGoal("… p99", "keys_p99", limit=30),
    ListGoal("… longest block", "keys_gap", limit=16),
    ListGoal("the same, sorted by what they change, p50", "keys_sorted_p50", limit=10),
    ListGoal("… p99", "keys_sorted_p99", limit=30),
    ListGoal("… longest block", "keys_sorted_gap", limit=16),
    ListGoal("a page of the first list, taken in and painted: longest block, median page", "page_gap", limit=16),
    ListGoal("… worst of 100 pages", "page_gap_worst", limit=16),
    ListGoal("memory over an empty app, after the polls", "memory_polled", limit=80, unit="MB"),
)


def tables(figures: Figures) -> dict[str, str]:
    """Return what stands in the README, by the name of its place there."""
    return {"bench": _of_dashboards(figures), "list": _of_lists(figures)}


def _of_dashboards(figures: Figures) -> str:
    peers = ("ours", "with Textual's painter", "DataTable dashboard", "htop")
    lines = [_row(("", *peers, "goal", "reached")), "|---|" + "---:|" * 5 + "---|"]
    lines += [_row(goal.cells(figures)) for goal in DASHBOARDS]
    lines += ["", *_followers(figures), "", *_others(figures)]
    return "\n".join(lines)


def _of_lists(figures: Figures) -> str:
    head = [_row(("", "ours", "DataTable", "goal", "reached")), "|---|---:|---:|---:|---|"]
    return "\n".join([*head, *(_row(goal.cells(figures)) for goal in LISTS)])


def _followers(figures: Figures) -> list[str]:
    told = [
        f"{name} {figures[key]:,.0f} ({words})"
        for name, words in FOLLOWS
        if (key := f"ours: {name}, all that follows") in figures
    ]
    seldom = figures.get("ours: processor, every five seconds")
    return [
        *([f"With all that follows once the cursor rests, in bytes: {'; '.join(told)}."] if told else []),
        *([f"With a poll every five seconds, as it is by itself, the processor is at {seldom:.2f} %."] if seldom else []),
    ]


def _others(figures: Figures) -> list[str]:
    columns = ("first screen", "cursor", "page", "at rest")
    rows = []
    if not any(figure.startswith(OTHERS) for figure in figures):
        return []
    for name in OTHERS:
        values = [figures.get(f"{name}: {column}") for column in columns]
        share = figures.get(f"{name}: processor")
        cells = [f"{value:,.0f}" if value is not None else "not measured" for value in values]
        rows.append(_row((name, *cells, f"{share:.2f} %" if share is not None else "not measured")))
    return [
        _row(("bytes", "first screen", "one line down", "page", "10 s as it is", "processor as it is")),
        "|---|" + "---:|" * 5,
        *rows,
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
