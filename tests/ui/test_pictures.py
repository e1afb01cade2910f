"""The pictures of the dashboard."""

from __future__ import annotations

import pytest

from tests.ui.conftest import Session, open_dashboard
from tests.ui.pictures import SCREENSHOTS, assert_looks_like

PICTURES = [
    ("dashboard-80x24", (80, 24), "skewed", ()),
    ("dashboard-120x40", (120, 40), "skewed", ()),
    ("dashboard-200x60", (200, 60), "skewed", ()),
    ("opened-80x24", (80, 24), "skewed", ("enter",)),
    ("stop-dialog-80x24", (80, 24), "skewed", ("K",)),
    ("failed-120x40", (120, 40), "failed", ()),
    ("xflow-120x40", (120, 40), "xflow", ()),
    ("hostile-120x40", (120, 40), "hostile", ()),
]


# Taken after two minutes of watching: by then rates, times and a time line have something to tell.
WATCHED = [
    ("progress-table-80x24", (80, 24), "multi_task", ("enter", "tab")),
    ("progress-tree-120x40", (120, 40), "multi_task", ("T", "tab", "tab")),
    ("progress-timeline-120x40", (120, 40), "skewed", ("W", "escape", "T", "T")),
    ("workers-120x40", (120, 40), "skewed", ("W",)),
    ("worker-log-120x40", (120, 40), "skewed", ("W", "L", "slash", *"started", "enter")),
    ("xflow-jump-120x40", (120, 40), "xflow", ("tab", "tab", "G", "enter")),
]


@pytest.mark.parametrize(("name", "size", "story", "keys"), PICTURES, ids=[picture[0] for picture in PICTURES])
async def test_picture(name: str, size: tuple[int, int], story: str, keys: tuple[str, ...]) -> None:
    async with open_dashboard(size=size) as session:
        await session.select(story)
        await session.until(lambda: session.screen.detail is not None and "reading" not in session.text)
        await session.pilot.press(*keys)
        await session.settle()
        assert "demo_project" in session.text
        await assert_looks_like(name, session.pilot)


@pytest.mark.parametrize(("name", "size", "story", "keys"), WATCHED, ids=[picture[0] for picture in WATCHED])
async def test_picture_of_progress(name: str, size: tuple[int, int], story: str, keys: tuple[str, ...]) -> None:
    async with open_dashboard(size=size) as session:
        await session.select(story)
        for _ in range(12):
            await watch(session, 10)
        for key in keys:
            await session.pilot.press(key)
            await session.until(lambda: "reading" not in session.text)
        await session.settle()
        await assert_looks_like(name, session.pilot)


async def watch(session: Session, seconds: float) -> None:
    """Let time go on, and wait until all that is shown is as of now."""
    session.clock.advance(seconds)
    now = session.clock.utc_now()
    await session.pilot.press("r")
    screen = session.screen

    def is_read() -> bool:
        detail, snapshot = screen.detail, screen.snapshot
        if detail is None or snapshot is None or snapshot.read_at != now or screen.drawn_now != now:
            return False
        family = all(
            reading.read_at == now or not (reading.value and reading.value.is_live) for reading in detail.family.values()
        )
        living = {task.name for task in detail.tasks.value or () if task.status == "Running"}
        return family and all(name in detail.progress and detail.progress[name].read_at == now for name in living)

    await session.until(is_read, "everything as of now")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_pictures_of_what_is_watched(size: tuple[int, int]) -> None:
    """Pins on top, a rule that fired and a deadline, the log, and the line for who comes back."""
    async with open_dashboard(size=size) as session:
        for story in ("skewed", "waiting"):
            await session.select(story)
            await session.pilot.press("w")
        for text in ("watch deadline 23:30 pinned", "watch waits>20m", "watch fails owner:etl"):
            await session.pilot.press("colon", *("space" if key == " " else key for key in text), "enter")
        for _ in range(4):
            session.clock.advance(120)
            await session.poll()
            await session.settle()
        await session.until(lambda: session.screen.detail is not None and "reading" not in session.text)
        name = f"{size[0]}x{size[1]}"
        await assert_looks_like(f"pins-{name}", session.pilot)
        for text in ("watch", "log"):
            await session.pilot.press("colon", *text, "enter")
            await session.settle()
            await assert_looks_like(f"{text}-{name}", session.pilot)
            await session.pilot.press("escape")


def test_the_readme_shows_a_picture_that_exists() -> None:
    readme = (SCREENSHOTS.parent / "README.md").read_text(encoding="utf-8")
    first = readme.partition("](")[2].partition(")")[0]
    assert (SCREENSHOTS.parent / first).is_file()
    assert readme.index("](") < 200, "picture first"
