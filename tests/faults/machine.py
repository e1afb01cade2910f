"""What this machine lends: namespaces for mounts, a compiler, and a quiet moment to measure in."""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.faults.verdict import CannotRun

_LOCK = Path(tempfile.gettempdir()) / f"odps-tui-faults-{os.getuid()}.lock"


@contextmanager
def busy() -> Iterator[None]:
    """While something starts or ends, which takes a processor: beside others that do the same, beside none that measures."""
    with _LOCK.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def quiet() -> Iterator[None]:
    """While a time is measured: no other fault of this run starts, ends or measures."""
    with _LOCK.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def in_mounts_of_its_own(*mounts: str) -> Sequence[str]:
    """Return what to put before a command so that it sees `mounts` (shell commands), which nobody else does. Raises CannotRun."""
    if not _has_mounts():
        raise CannotRun("needs root, to mount")
    return ("unshare", "--mount", "sh", "-ec", "\n".join([*mounts, 'exec "$@"']), "sh")


@functools.cache
def _has_mounts() -> bool:
    if shutil.which("unshare") is None:
        return False
    trial = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"]
    return subprocess.run(trial, capture_output=True, check=False).returncode == 0


def compiled(source: str, library: Path) -> Path:
    """Return a shared library made of C. Raises CannotRun."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise CannotRun("needs a C compiler")
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-xc", "-", "-o", str(library), "-ldl"], input=source.encode(), check=True
    )
    return library
