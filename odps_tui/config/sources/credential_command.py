"""A program that prints a key: argv as a list, no shell, a minute at most.

Both spellings are read, that of odpscmd's `processCommand` (AccessKeyId …) and that of the aliyun CLI's `process_command`
(access_key_id …). What it prints, on either stream, is never shown.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from odps_tui.config.credentials import Credentials, access_key, expiration
from odps_tui.config.sources.documents import parsed_object
from odps_tui.errors import NoCredentials

LIMIT = 60.0
_SPELLINGS = (
    ("AccessKeyId", "AccessKeySecret", "SecurityToken"),
    ("access_key_id", "access_key_secret", "sts_token"),
)


def from_command(argv: Sequence[str], environ: Mapping[str, str], *, source: str = "", limit: float = LIMIT) -> Credentials:
    """Run the program and return the key it prints. Raises NoCredentials."""
    program = Path(argv[0]).name if argv else ""
    if not argv:
        raise NoCredentials("The credential command is empty")
    if environ.get("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "").lower() in {"1", "true"}:
        raise NoCredentials(f"The credential command {program} may not be run: ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS is set")
    document = parsed_object(_printed(argv, environ, program, limit), f"What the credential command {program} printed")
    names = _SPELLINGS["access_key_id" in document]
    account = access_key(document, names, f"What the credential command {program} printed")
    return Credentials(
        account,
        source or f"credential command {program}",
        expiration(document.get("Expiration") or document.get("expiration")),
        renew=partial(from_command, tuple(argv), environ, source=source, limit=limit),
    )


def _printed(argv: Sequence[str], environ: Mapping[str, str], program: str, limit: float) -> str:
    """Run it without our terminal: a question of its own would be written across the screen, and never answered."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own command, by its own file or profile
            [str(Path(argv[0]).expanduser()), *argv[1:]],
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no command"
        raise NoCredentials(f"The credential command {program} cannot be run: {reason}") from None
    with process:
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            _end(process)
            raise NoCredentials(f"The credential command {program} did not answer in {limit:g} s") from None
    if process.returncode != 0:
        raise NoCredentials(
            f"The credential command {program} failed with exit status {process.returncode}", remedy="Run it by hand to see why."
        )
    return output.decode("utf-8-sig", errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it and whatever it has started, which may hold its output open."""
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
