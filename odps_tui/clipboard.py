"""Sending a text to the clipboard of the terminal that the operator sits at, through whatever lies between.

There is no clipboard on this side of an SSH session: the terminal has one, and OSC 52 asks it to take a text. Nothing ever
answers, so a text is *sent*, never *copied*. Two things on the way swallow the sequence silently and are gone around: tmux (by
default it drops it, yet `tmux load-buffer -w` passes a text on), and GNU screen (drops it, or prints a long one as text, unless
it comes wrapped in device control strings).
"""

from __future__ import annotations

import asyncio
import base64
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from odps_tui.safe_text import clean

Write = Callable[[str], object]
"""Hands a raw sequence to the terminal."""

VARIABLE = "ODPS_TUI_CLIPBOARD"
_AUTO = "auto"
_MOST_ENCODED = 74_994
"""Bytes in base64 that common terminals take; of a longer sequence some print the rest on the screen."""
_LOAD_BUFFER = ("tmux", "load-buffer", "-w", "-")
_TMUX_PATIENCE = 1.0
_MOST_IN_SCREEN = 700
"""Bytes of one device control string that GNU screen passes on; its buffer holds 768."""
_DCS, _ST, _BEL = "\x1bP", "\x1b\\", "\a"


class Way(StrEnum):
    """How a text travels."""

    OSC52 = "osc52"
    TMUX = "tmux"
    SCREEN = "screen"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a text. `words` follow the name of what it was: `sent to tmux`, `not sent: …`."""

    done: bool
    words: str


def way_of(environ: Mapping[str, str]) -> Way:
    """Return the way that the environment calls for. Raises ValueError when `ODPS_TUI_CLIPBOARD` names none."""
    chosen = environ.get(VARIABLE, "").strip().lower() or _AUTO
    if chosen != _AUTO:
        return Way(chosen)
    if environ.get("TMUX"):
        return Way.TMUX
    if environ.get("STY") or environ.get("TERM", "").startswith("screen"):
        return Way.SCREEN
    return Way.OSC52


async def send(text: str, write: Write, environ: Mapping[str, str]) -> Sent:
    """Send `text`, cleaned of whatever a terminal would obey when it is pasted; tell what was done."""
    try:
        way = way_of(environ)
    except ValueError:
        return Sent(False, f"not sent: {VARIABLE} must be auto, osc52, tmux, screen or off")
    text = clean(text)
    encoded = base64.b64encode(text.encode()).decode("ascii")
    if problem := _problem(way, encoded):
        return Sent(False, f"not sent: {problem}")
    return await _send(way, text, encoded, write, environ)


def _problem(way: Way, encoded: str) -> str:
    if way is Way.OFF:
        return f"{VARIABLE} is off"
    if not encoded:
        return "it is empty"
    if len(encoded) > _MOST_ENCODED:
        return f"it is {len(encoded) * 3 // 4096} KB long, and terminals take {_MOST_ENCODED * 3 // 4096} KB"
    return ""


async def _send(way: Way, text: str, encoded: str, write: Write, environ: Mapping[str, str]) -> Sent:
    if way is Way.SCREEN:
        write("".join(_for_screen(encoded)))
        return Sent(True, "sent to the terminal through screen (OSC 52)")
    if way is Way.TMUX and await _hand_to_tmux(text, environ):
        return Sent(True, "sent to tmux")
    write(f"\x1b]52;c;{encoded}{_ST}")
    return Sent(True, "sent to the terminal (OSC 52)" + (", as tmux did not take it" if way is Way.TMUX else ""))


def _for_screen(encoded: str) -> Iterator[str]:
    """Cut the sequence into device control strings. It ends with BEL, as ST would end the string around it."""
    sequence = f"\x1b]52;c;{encoded}{_BEL}"
    room = _MOST_IN_SCREEN - len(_DCS) - len(_ST)
    for start in range(0, len(sequence), room):
        yield f"{_DCS}{sequence[start : start + room]}{_ST}"


async def _hand_to_tmux(text: str, environ: Mapping[str, str]) -> bool:
    """Give tmux the text on standard input: every user of this host can read the arguments of every process."""
    try:
        process = await asyncio.create_subprocess_exec(
            *_LOAD_BUFFER, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(environ)
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(_TMUX_PATIENCE):
            await process.communicate(text.encode())
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode == 0
