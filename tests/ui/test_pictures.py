"""The README's pictures are the baselines: taken inside a running app, compared cell for cell."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.ui.conftest import open_dashboard

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
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


@pytest.mark.parametrize(("name", "size", "story", "keys"), PICTURES, ids=[picture[0] for picture in PICTURES])
async def test_picture(name: str, size: tuple[int, int], story: str, keys: tuple[str, ...]) -> None:
    async with open_dashboard(size=size) as session:
        await session.select(story)
        await session.until(lambda: session.screen.detail is not None and "reading" not in session.text)
        await session.pilot.press(*keys)
        await session.settle()
        assert "demo_project" in session.text
        picture = session.app.export_screenshot(title="odps-tui")
    file = SCREENSHOTS / f"{name}.svg"
    if os.environ.get("ODPS_TUI_TAKE_SCREENSHOTS"):
        file.write_text(picture, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == picture, f"{name} looks different; look at it, then `make screenshots`"


def test_the_readme_shows_a_picture_that_exists() -> None:
    readme = (SCREENSHOTS.parent / "README.md").read_text(encoding="utf-8")
    first = readme.partition("](")[2].partition(")")[0]
    assert (SCREENSHOTS.parent / first).is_file()
    assert readme.index("](") < 200, "picture first"
