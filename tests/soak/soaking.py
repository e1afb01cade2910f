"""The real program on a pseudo-terminal over crowded projects: somebody moves about, and the kernel tells what it costs."""

from __future__ import annotations

import math
import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from odps_tui.maxcompute.call_budget import PER_SECOND, WINDOW
from tests.soak.crowd import PROJECT, Crowd, crowd
from tests.ui.terminal import Terminal

_CONNECTIONS = 4
"""Descriptors that one peak may have more than another: connections come and go."""
_POOL = 2
"""Threads that may have joined Python's own pool since."""
_STORM = 6.0
_WARM, _PART = 0.4, 0.1
"""The part of the time after which memory, descriptors and threads count; and the part that the last two are taken over."""
_LATEST = 10
"""Samples of memory that count at the end of a visit."""
_DOWN, _UP = 20, 15
_REST = 0.12
"""Seconds between two keys."""
_PATIENCE = 10.0
"""After so many seconds a key counts as not answered; the figure shows it as that long."""
_CURSOR = "│▌"
_COUNT = re.compile(r"([\d,]+) instances ─╯")
_ID = re.compile(r"\b2\d{13,17}g\w{5,9}\b")

# The program, with a watch beside it in its event loop: when each turn came, how late it was, and how much of that the loop's own
# thread was at work. The rest it waited for a processor, or for a thread that decodes.
_SCRIPT = """
import asyncio, os, sys, time
from odps_tui.cli import main
run = asyncio.Runner.run
async def watch(file):
    while True:
        begin, worked = time.perf_counter(), time.thread_time()
        await asyncio.sleep(0.01)
        print(f"{time.time():.3f} {time.perf_counter() - begin - 0.01:.4f} {time.thread_time() - worked:.4f}", file=file)
async def watched(program):
    with open(os.environ["SOAK_TURNS"], "w", buffering=65536) as file:
        task = asyncio.create_task(watch(file))
        try:
            return await program
        finally:
            task.cancel()
asyncio.Runner.run = lambda runner, program, **options: run(runner, watched(program), **options)
sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True)
class Figure:
    """What came out, its goal, and whether it is counted: a timed one is judged only in a long run on a quiet machine."""

    name: str
    value: float
    goal: float
    unit: str
    is_counted: bool = True

    @property
    def is_met(self) -> bool:
        return self.value <= self.goal

    def __str__(self) -> str:
        mark = ("ok" if self.is_met else "OVER") + ("" if self.is_counted else " (timed)")
        return f"{self.name:<84} {self.value:>8.1f} {self.unit:<3} goal ≤ {self.goal:g}  {mark}"


@dataclass(frozen=True)
class Visit:
    """What a place took, in MB, just before it was left, when its list had come in whole: so many instances."""

    memory: float
    instances: int


@dataclass
class Samples:
    """What the kernel told of the program, again and again; and at the end of each visit."""

    memory: list[float] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    _is_whole: bool = False
    descriptors: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)

    def take(self, pid: int) -> None:
        process = Path(f"/proc/{pid}")
        pages = int((process / "statm").read_text().split()[1])
        self.memory.append(pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024)
        self.descriptors.append(len(list((process / "fd").iterdir())))
        self.threads.append(len(list((process / "task").iterdir())))

    def end_visit(self, screen: Sequence[str]) -> None:
        """Note what the place took; nothing, while its list is still coming in or cannot be read."""
        found = next(filter(None, map(_COUNT.search, screen)), None)
        if found is not None and self._is_whole:
            self.visits.append(Visit(_middle(self.memory[-_LATEST:]), int(found[1].replace(",", ""))))
        self._is_whole = False

    def look(self, screen: Sequence[str]) -> None:
        """Note when the list is whole: it stays so, however late the next poll is."""
        self._is_whole |= "● live" in screen[0] and "so far" not in screen[0]

    def part_of(self, values: Sequence[float], begin: float, part: float = _PART) -> Sequence[float]:
        """Return the values of a part of the time."""
        return values[int(len(values) * begin) :][: max(1, int(len(values) * part))]


def soak(seconds: float, *, live: int, projects: int, memory: float = 5.0) -> list[Figure]:
    """Run it for a time; return the figures. `memory` is by how many per cent it may grow."""
    with crowd(live, projects) as service, tempfile.TemporaryDirectory(prefix="odps-tui-soak-") as directory:
        home = Path(directory)
        _write_profiles(home, service)
        environ = {
            "HOME": directory,
            "ODPS_TUI_CONFIG_DIR": directory,
            "ODPS_TUI_STATE_DIR": str(home / "state"),
            "ODPS_TUI_PROFILE": "p0",
            "ALIBABA_CLOUD_ACCESS_KEY_ID": service.access_id,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": service.secret,
            "SOAK_TURNS": str(home / "turns"),
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        }
        with Terminal([], environ, columns=120, lines=40, script=_SCRIPT) as terminal:
            terminal.until(lambda: _at_cursor(terminal) is not None, "the list")
            _press(terminal, "j")  # the list is shown before all that answers keys is loaded; that is no part of the soak
            begun, samples, keys = time.time(), Samples(), list[float]()
            storm = _use(terminal, service, seconds, samples, keys)
            ended = time.time()
            terminal.type("q")
            assert terminal.exit_status() == 0
        turns = [turn for turn in _turns(home / "turns") if begun < turn.at < ended]
        return [
            *_of_the_process(samples, memory),
            *_of_requests(service.requests(), storm),
            *_of_times(keys, turns),
        ]


def _write_profiles(home: Path, service: Crowd) -> None:
    profiles = [
        f'[profiles.p{number}]\nendpoint = "{endpoint}"\nproject = "{PROJECT}"\nauth = "env"\ninterval = 5\n'
        for number, endpoint in enumerate(service.endpoints)
    ]
    (home / "config.toml").write_text("\n".join(profiles))
    (home / "config.toml").chmod(0o600)


def _use(terminal: Terminal, service: Crowd, seconds: float, samples: Samples, keys: list[float]) -> tuple[float, float]:
    """Move about until the time is over; return from when to when the service throttled."""
    _type(terminal, "g")
    begun, step, place, storm = time.monotonic(), 0, 0, (0.0, 0.0)
    switch_every = max(4.0, min(15.0, seconds / 6))
    next_switch = begun + switch_every
    while (now := time.monotonic()) < begun + seconds:
        keys.append(_press(terminal, "j" if step < _DOWN else "k"))
        terminal.read(_REST)
        samples.take(terminal.process.pid)
        samples.look(terminal.screen.display)
        step += 1
        if not storm[0] and now > begun + seconds * 0.4:
            storm = (time.time(), time.time() + _STORM)
            service.throttle(_STORM)
        elif now > next_switch and time.time() > storm[1]:
            samples.end_visit(terminal.screen.display)
            step, place = 0, (place + 1) % len(service.endpoints)
            next_switch = now + switch_every
            _switch(terminal, f"p{place}")
        elif step == _DOWN + _UP:
            step = 0
            _type(terminal, "/", "sql", "\x1b", "]", "[", "\x1b[6~", "g")
        terminal.written = b""
    samples.end_visit(terminal.screen.display)
    return storm


def _switch(terminal: Terminal, profile: str) -> None:
    _type(terminal, ":", f"ctx {profile}", "\r")
    terminal.until(lambda: profile in terminal.screen.display[0] and _at_cursor(terminal), f"the list of {profile}")
    _type(terminal, "g")


def _type(terminal: Terminal, *keys: str) -> None:
    for key in keys:
        terminal.type(key)
        terminal.read(0.2)


def _press(terminal: Terminal, key: str) -> float:
    """Press a key that moves the cursor; return the milliseconds until the terminal had another instance under it."""
    before, pressed = _at_cursor(terminal), time.monotonic()
    terminal.type(key)
    if terminal.read(_PATIENCE, until=lambda: _at_cursor(terminal) not in {before, None}):
        return 1000 * (terminal.arrived_at - pressed)
    return 1000 * _PATIENCE


def _at_cursor(terminal: Terminal) -> str | None:
    """The instance under the cursor: its line may move for other reasons."""
    line = next((line for line in terminal.screen.display if line.startswith(_CURSOR)), "")
    found = _ID.search(line)
    return found[0] if found else None


@dataclass(frozen=True)
class Turn:
    """A turn of the event loop, in seconds: when it came, how late it was, and how long the loop was at work."""

    at: float
    late: float
    worked: float


def _turns(file: Path) -> Iterator[Turn]:
    for line in file.read_text().splitlines():
        yield Turn(*map(float, line.split()))


def _of_the_process(samples: Samples, growth: float) -> Iterator[Figure]:
    yield _growth(samples.visits, growth)
    for name, values, goal in (("descriptors", samples.descriptors, _CONNECTIONS), ("threads", samples.threads, _POOL)):
        warm = max(values[: int(len(values) * (_WARM + _PART))])
        late = max(samples.part_of(values, 1 - 2 * _PART, 2 * _PART))
        yield Figure(f"more {name} at the end than the {warm} when warm", late - warm, goal, "")


def _growth(visits: list[Visit], goal: float) -> Figure:
    """From the end of one visit to that of another: the list is as long, and as much of it is known.

    Those of the first part of the time do not count: what is used for the first time is loaded then, and caches fill.
    """
    assert len(visits) > 1, f"too few visits in which the whole list was read: {visits}"
    settled = visits[min(int(len(visits) * _WARM), len(visits) - 2) :]
    some = max(1, min(3, len(settled) // 2))
    early, late = settled[:some], settled[-some:]
    begin, end = (_middle([visit.memory for visit in part]) for part in (early, late))
    count = f"{_middle([visit.instances for visit in early]):,.0f} to {_middle([visit.instances for visit in late]):,.0f}"
    words = f"growth of memory, {begin:.1f} to {end:.1f} MB, {count} instances, {len(visits)} visits"
    return Figure(words, 100 * (end - begin) / begin, goal, "%")


def _of_requests(requests: list[list[float]], storm: tuple[float, float]) -> Iterator[Figure]:
    """All that came to the service is counted, whatever it asked; acts, which wait for nothing, are not among them here."""
    total = sum(map(len, requests))
    most = max(_most_within(times, WINDOW) for times in requests)
    name = f"requests of a profile in any {WINDOW:g} s, of {total:,}"
    yield Figure(name, most, PER_SECOND * WINDOW, "")
    if storm[0]:
        # What was on its way when it began is answered with a 429 each; from the second window on there is one.
        during = max(sum(storm[0] + 1 < at < storm[1] for at in times) for times in requests)
        yield Figure(f"requests in {_STORM - 1:g} s of a storm of 429 (Retry-After: 1)", during, math.ceil(_STORM), "")


def _of_times(keys: list[float], turns: list[Turn]) -> Iterator[Figure]:
    yield Figure(f"key to paint, p50 of {len(keys):,}", _percentile(keys, 50), 100.0, "ms", is_counted=False)
    yield Figure("key to paint, p99", _percentile(keys, 99), 100.0, "ms", is_counted=False)
    late = [1000 * turn.late for turn in turns]
    yield Figure(f"event loop late, p99 of {len(late):,} turns", _percentile(late, 99), 100.0, "ms", is_counted=False)
    yield Figure("event loop late, at most", max(late), 100.0, "ms", is_counted=False)
    own = max(1000 * min(turn.late, turn.worked) for turn in turns)
    yield Figure("  at most by its own work", own, 100.0, "ms", is_counted=False)


def _middle(values: Sequence[float]) -> float:
    return statistics.median(values)


def _most_within(times: Sequence[float], seconds: float) -> int:
    first = most = 0
    for last, time_ in enumerate(times):
        while time_ - times[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def _percentile(values: Sequence[float], part: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * part // 100)]
