"""Running the user's command for an alert: an argv and no shell; the facts on its standard input and in its environment."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections.abc import Mapping, Sequence

from odps_tui.notifying.alert import Alert

PATIENCE = 10.0
_SECRETS = re.compile(r"SECRET|TOKEN|PASSWORD|ACCESS_KEY|CREDENTIAL|ACCOUNT_FILE|WEBHOOK", re.IGNORECASE)


async def run_command(command: Sequence[str], alert: Alert, environ: Mapping[str, str], patience: float = PATIENCE) -> str:
    """Run it and wait; return why it did not work, or nothing. It gets none of the secrets in our environment."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**_without_secrets(environ), **alert.environment()},
            start_new_session=True,
        )
    except OSError as error:
        return f"the command cannot be run: {error.strerror}"
    try:
        async with asyncio.timeout(patience):
            await process.communicate(alert.document())
    except TimeoutError:
        return f"the command took longer than {patience:g} s and was ended"
    except (BrokenPipeError, ConnectionResetError):
        await process.wait()  # it did not want to know the facts
    finally:
        if process.returncode is None:
            _end_group(process.pid)
            await process.wait()
    return f"the command left with status {process.returncode}" if process.returncode else ""


def _end_group(process_id: int) -> None:
    """End it with whatever it started: its group is its own."""
    try:
        os.killpg(process_id, 9)
    except ProcessLookupError:
        return


def _without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if _SECRETS.search(name) is None}
