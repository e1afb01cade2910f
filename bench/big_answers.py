"""Huge answers in the detail pane beside the tools one would use otherwise: `less` for texts, Textual's DataTable for rows.

    python bench/big_answers.py [--only sql rows wide text]

Each runs in a pseudo-terminal of 120×40 that this program types into. Ours is the whole dashboard over the real client, with the
demo service answering from this process: a query of 5 MB on one line, a result of 10,000 rows, one of 16 MB in 40,000 rows, and a
text of 16 MB. Peers get the same text as a file. "Key to paint" ends with the last byte of what the key has changed. While a tab
opens the key is `p`, which changes a word in the top line. Figures are medians, with the worst behind them, in ms.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from big_answer_apps import run
from terminal_program import Program

from odps_tui.demo import DemoServiceThread, World
from odps_tui.demo.wire.messages import Answer, Request, Response

PATIENCE = 60.0
_QUIET = 0.012
"""Seconds without a byte after which a frame is taken to be whole."""
STORY = "succeeded"
PAGES, ENDS = 40, 12
PAGE_DOWN = b"\x1b[6~"


@dataclass(frozen=True)
class Case:
    """What is huge: the flag whose answer it is, the text, and how many tabs to the right it is shown."""

    title: str
    flag: str
    text: str
    tabs: int
    peer: str
    kind: str = "csv"

    def answer(self) -> bytes:
        """The answer as the service would send it."""
        if self.flag == "source":
            return (
                '<?xml version="1.0"?><Job><Name>big</Name><Priority>9</Priority><Tasks><SQL><Name>AnonymousSQLTask</Name>'
                f"<Query><![CDATA[{self.text}]]></Query></SQL></Tasks></Job>"
            ).encode()
        packed = base64.b64encode(self.text.encode()).decode()
        return (
            '<?xml version="1.0"?><Instance><Tasks><Task Type="SQL"><Name>AnonymousSQLTask</Name>'
            f'<Result Transform="Base64" Format="{self.kind}"><![CDATA[{packed}]]></Result></Task></Tasks></Instance>'
        ).encode()


def _rows(count: int, width: int) -> str:
    note = "n" * width
    return "id,name,amount,note\n" + "".join(
        f'{n},"name {n}, the {n % 97}th",{n * 7919 % 100_000},{note}\n' for n in range(count)
    )


CASES = {
    "sql": Case(
        "5 MB of SQL on one line", "source", "select 0 " + "".join(f"union all select {n} " for n in range(230_000)), 1, "less"
    ),
    "rows": Case("10,000 rows", "result", _rows(10_000, 20), 3, "table"),
    "wide": Case("16 MB in 40,000 rows", "result", _rows(40_000, 370), 3, "table"),
    "text": Case("16 MB of text", "result", " ".join(f"{n} {'x' * (n % 90)}" for n in range(320_000)), 3, "less", "text"),
}


@dataclass
class Course:
    """What one program did."""

    open_ms: float = 0.0
    held_ms: float = 0.0
    """The longest that the event loop was held up meanwhile; 0 for a peer that has none."""
    while_opening: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    memory: float = 0.0
    """MB that came on top."""


class Terminal(Program):
    """A program in a pseudo-terminal, with what it reports."""

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str], *, reports: bool) -> None:
        self.reports: dict[str, float] = {}
        super().__init__(argv, {"TEXTUAL_ANIMATIONS": "none", **environ}, reports=reports)

    def key(self, keys: bytes) -> float | None:
        """Type, or only look; return the ms until what it changed has been painted, None when nothing came."""
        self.gather(0.05)
        before, begin = self.total, self.type(keys)
        self.gather(PATIENCE, until=lambda: self.total > before)
        if self.total == before:
            return None
        self.gather(PATIENCE, quiet=_QUIET)
        return (self.bursts[-1][0] - begin) * 1e3

    def until_reported(self, fact: str) -> float:
        """Read until the app reports something; return it."""
        self.gather(PATIENCE, until=lambda: fact in self.reports or self._process.poll() is not None)
        if fact not in self.reports:
            raise SystemExit(f"the app did not come to {fact}")
        return self.reports.pop(fact)

    def memory(self) -> float:
        """MB that the program has."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def reported(self, facts: dict[str, Any]) -> None:
        """What it has measured."""
        self.reports.update(facts)


def ours(case: Case) -> Course:
    """Open the tab in the dashboard, and page about in it."""
    answer = case.answer()

    def disturb(usual: Answer) -> Answer:
        async def answering(request: Request) -> Response:
            return Response(body=answer) if request.has(case.flag) else await usual(request)

        return answering

    course = Course()
    with DemoServiceThread(World(seed=7, instances=60), disturb=disturb) as service:
        here = {"ODPS_TUI_BENCH_ENDPOINT": service.endpoint, "ODPS_TUI_BENCH_INSTANCE": service.world.stories[STORY]}
        with Terminal([sys.executable, str(Path(__file__).resolve()), "--app", "ours"], here, reports=True) as app:
            app.until_reported("ready")
            app.gather(1.0)
            before = app.memory()
            begin = time.perf_counter()
            for _ in range(case.tabs):
                app.key(b"]")
            while "shown" not in app.reports:
                took = app.key(b"p")
                if took is not None:
                    course.while_opening.append(took)
                if time.perf_counter() - begin > PATIENCE:
                    raise SystemExit(f"{case.title} was never shown")
            course.open_ms = (time.perf_counter() - begin) * 1e3
            course.held_ms = app.reports["held"]
            if len(course.while_opening) % 2:
                app.key(b"p")
            app.gather(1.0)
            course.memory = app.memory() - before
            page_about(app, course, PAGE_DOWN, b"G", b"g")
    return course


def peer(case: Case) -> Course:
    """Open the same text in `less`, or the same rows in a DataTable, and page about in it."""
    course = Course()
    with _file_of(case.text) as path:
        is_less = case.peer == "less"
        arguments = (
            ["less", path] if is_less else [sys.executable, str(Path(__file__).resolve()), "--app", "table", "--file", path]
        )
        begin = time.perf_counter()
        with Terminal(arguments, {"LESS": "-Ps"}, reports=not is_less) as app:
            if is_less:
                app.key(b"")
            else:
                course.memory = -app.until_reported("ready")
                begin = time.perf_counter()
                app.key(b"o")
                course.held_ms = app.until_reported("held")
            course.open_ms = (time.perf_counter() - begin) * 1e3
            app.gather(0.5)
            course.memory += app.memory()
            page_about(app, course, b" " if is_less else PAGE_DOWN, *((b"G", b"g") if is_less else (b"\x1b[1;5F", b"\x1b[1;5H")))
    return course


@contextlib.contextmanager
def _file_of(text: str) -> Iterator[str]:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        yield file.name


def page_about(app: Terminal, course: Course, page: bytes, end: bytes, start: bytes) -> None:
    """Page down, and go to either end."""
    course.pages = [took for _ in range(PAGES) if (took := app.key(page)) is not None]
    course.ends = [took for n in range(ENDS) if (took := app.key(start if n % 2 else end)) is not None]


def written(times: Sequence[float]) -> str:
    """`12 (40)`: median and worst."""
    return f"{statistics.median(times):6.1f} ({max(times):.0f})" if times else "-"


def main() -> None:
    """Print the table, or be one of the apps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=CASES, default=list(CASES))
    parser.add_argument("--app", choices=["ours", "table"])
    parser.add_argument("--file", default="")
    parser.add_argument("--report", type=int, default=-1)
    chosen = parser.parse_args()
    if chosen.app:
        run(chosen.app, chosen.file, chosen.report)
        return
    print(f"{'':<26}{'shown after':>12}{'held up':>9}{'key while opening':>19}{'page down':>14}{'G, g':>16}{'MB more':>9}")
    for name in chosen.only:
        case = CASES[name]
        courses = {"ours": ours(case), "less" if case.peer == "less" else "DataTable": peer(case)}
        print(case.title)
        for program, course in courses.items():
            print(
                f"  {program:<24}{course.open_ms:12.0f}{course.held_ms:9.0f}{written(course.while_opening):>19}"
                f"{written(course.pages):>14}{written(course.ends):>16}{course.memory:9.0f}"
            )
        mine, theirs = courses.values()
        print(f"  ratio of page down       {statistics.median(mine.pages) / statistics.median(theirs.pages):12.2f}")


if __name__ == "__main__":
    main()
