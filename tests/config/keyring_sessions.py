"""Keyrings to test against: real daemons on a bus of their own, each as long as one program runs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNLOCKED = "printf 'pw\\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
LOCKED = "gnome-keyring-daemon --start --components=secrets >/dev/null"
SILENT = f'{sys.executable} {Path(__file__).with_name("silent_secret_service.py")} & read -r _ < "$OWNED"'
"""Owns the bus name of a keyring, and never answers."""

_PROGRAMS = ("gnome-keyring-daemon", "dbus-run-session", "secret-tool")
_MISSING = [program for program in _PROGRAMS if shutil.which(program) is None]
needs_daemon = pytest.mark.skipif(
    bool(_MISSING) and not os.environ.get("ODPS_TUI_REQUIRE_KEYRING"),
    reason=f"no {', '.join(_MISSING)} here; make test-keyring installs them",
)


def environ_of(home: Path, **more: str) -> dict[str, str]:
    """An environment without anything of this machine's user."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
    home.mkdir(exist_ok=True)
    (home / "runtime").mkdir(mode=0o700, exist_ok=True)
    return {
        **kept,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": str(home / "runtime"),
        "ODPS_TUI_CONFIG_DIR": str(home / "config"),
        "OWNED": str(home / "owned"),
        **more,
    }


_BUS_WITHOUT_SERVICES = """\
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""


def run_in_session(
    daemon: str, home: Path, script: str, *, starts_services: bool = True, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a shell script on a bus of its own, on which `daemon` was started before.

    A bus starts the keyring of this machine by itself when somebody asks for one, unless it is told of no services.
    """
    variables = environ_of(home, **environ)
    if daemon == SILENT:
        os.mkfifo(variables["OWNED"])
    config = home / "bus.conf"
    config.write_text(_BUS_WITHOUT_SERVICES)
    options = [] if starts_services else [f"--config-file={config}"]
    return subprocess.run(
        ["dbus-run-session", *options, "--", "bash", "-c", f"{daemon}\n{script}"],
        env=variables,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def run_without_bus(home: Path, *argv: str, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a program where there is no bus at all."""
    return subprocess.run(
        argv, env=environ_of(home, **environ), input=stdin, capture_output=True, text=True, timeout=120, check=False
    )
