"""Stages on which the machine itself is the trouble: its disk, its home, its locale, its terminal."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from tests.faults.machine import in_mounts_of_its_own
from tests.faults.stages.demo import demo_service
from tests.faults.stages.stage import Stage, furnished

_GARBAGE = b"\x00\xff{ half a docu"


def plain(**environ: str) -> Callable[[Path], AbstractContextManager[Stage]]:
    """A stage with nothing but some variables of its own."""

    @contextmanager
    def stage(directory: Path) -> Iterator[Stage]:
        with demo_service() as demo:
            yield Stage(furnished(directory), {**demo.environ, **environ}, secrets=(demo.secret,))

    return stage


@contextmanager
def full_disk(directory: Path) -> Iterator[Stage]:
    """The state directory lies on a disk of 64 kB that somebody else fills."""
    with demo_service() as demo:
        stage = Stage(furnished(directory), demo.environ, secrets=(demo.secret,))
        stage.state.mkdir(parents=True)
        stage.before = in_mounts_of_its_own(f"mount -t tmpfs -o size=64k none {stage.state}", f"touch {stage.state}/mounted")
        disk = Path("nowhere")

        def meet(pid: int) -> None:
            nonlocal disk
            disk = Path(f"/proc/{pid}/root{stage.state}")

        stage.meet, stage.begin, stage.end = meet, lambda: _fill(disk), lambda: _empty(disk)
        yield stage


def _fill(disk: Path) -> None:
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as file:
        while file.write(b"\0" * 4096):
            pass


def _empty(disk: Path) -> None:
    (disk / "filler").unlink(missing_ok=True)


@contextmanager
def read_only_home(directory: Path) -> Iterator[Stage]:
    """Nothing below the home can be written, from the start on."""
    with demo_service() as demo:
        home = furnished(directory / "home")
        before = in_mounts_of_its_own(f"mount --bind {home} {home}", f"mount -o remount,ro,bind {home}")
        yield Stage(home, {**demo.environ, "TMPDIR": str(directory)}, before=before, secrets=(demo.secret,))


@contextmanager
def corrupt_state(directory: Path) -> Iterator[Stage]:
    """What was kept is garbage, or a directory, and somebody holds a lock on it."""
    with demo_service() as demo:
        stage = Stage(furnished(directory), demo.environ, secrets=(demo.secret,))
        stage.state.mkdir(parents=True)
        (stage.state / "watch.json").write_bytes(_GARBAGE)
        (stage.state / "audit.jsonl").write_bytes(_GARBAGE)
        (stage.state / "views.json").mkdir()
        with (stage.state / "watch.json").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield stage
