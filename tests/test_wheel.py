"""What people install: the wheel, from somewhere else than the checkout."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
MOUNT = """
import asyncio
from datetime import timedelta
from pathlib import Path
import odps_tui
from odps_tui.app import OdpsApp
from odps_tui.monitor import DetailPoller, PollPace
from odps_tui.screens.place import Place

class NoService:
    clock_offset = rate = None
    acts = background = property(lambda self: self)
    def __getattr__(self, name):
        raise AssertionError(name)

class NoPoller:
    pace = PollPace()
    window = timedelta(hours=1)
    def keep(self, ids):
        assert not ids
    def take_first(self):
        return None
    async def instances(self):
        return
        yield

async def main():
    app = OdpsApp(NoService(), NoPoller(), DetailPoller(NoService()), Place("p", "http://127.0.0.1/api"))
    async with app.run_test(size=(120, 40)):
        assert app.screen.table.styles.height is not None
        assert app.screen.query_one("#panes").styles.layout.name == "grid", "the stylesheet is there"
    print(Path(odps_tui.__file__).parent / "styles.tcss")

asyncio.run(main())
"""


def test_the_wheel_holds_the_stylesheet_and_mounts(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), cwd=CHECKOUT)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    site = tmp_path / "site"
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel), cwd=tmp_path)
    shown = run(sys.executable, "-c", MOUNT, cwd=tmp_path, PYTHONPATH=str(site), ODPS_TUI_STATE_DIR=str(tmp_path))
    assert Path(shown.strip()) == site / "odps_tui" / "styles.tcss"


def run(*command: str, cwd: Path, **environ: str) -> str:
    done = subprocess.run(command, cwd=cwd, env={"PATH": "", **environ}, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
