"""What can be typed after a colon. Each room brings its own commands; here they are found by name and obeyed."""

from __future__ import annotations

import difflib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from odps_tui.errors import OdpsTuiError


class CommandError(OdpsTuiError):
    """A command that does not exist, or that cannot be done so."""


@dataclass(frozen=True, slots=True)
class Command:
    """`run` gets what follows the name, stripped; `usage` shows what may follow (`10m`), `words` say what it does.

    `run` raises an OdpsTuiError for an argument that makes no sense.
    """

    name: str
    run: Callable[[str], Awaitable[object] | object]
    words: str
    usage: str = ""


class Commands:
    """All commands there are, by name."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands = {command.name: command for command in commands}

    @property
    def suggested(self) -> tuple[str, ...]:
        """What to offer while one types."""
        return tuple(f"{command.name} {command.usage.partition('|')[0]}".strip() for command in self._commands.values())

    @property
    def lines(self) -> list[tuple[str, str]]:
        """Each command with what may follow it, and what it does: for the help."""
        return [(f":{command.name} {command.usage}".strip(), command.words) for command in self._commands.values()]

    async def obey(self, text: str) -> None:
        """Do what was typed. Raises CommandError with the nearest name there is, or what the command itself raises."""
        name, _, argument = text.partition(" ")
        command = self._commands.get(name)
        if command is None:
            raise CommandError(f"No command :{name[:30]}", remedy=did_you_mean(name, list(self._commands), ":"))
        done = command.run(argument.strip())
        if isinstance(done, Awaitable):
            await done


def one_of(argument: str, choices: Sequence[str], what: str) -> str:
    """Return the argument if it is a choice. Raises CommandError with the nearest one."""
    if argument in choices:
        return argument
    cause = f"There is no {what} {argument[:30]!r}" if argument else f"Say which {what}"
    raise CommandError(cause, remedy=did_you_mean(argument, choices))


def did_you_mean(name: str, choices: Sequence[str], mark: str = "") -> str:
    """The nearest of the choices, or all of them."""
    near = difflib.get_close_matches(name, choices, 1)
    return f"Did you mean {mark}{near[0]}?" if near else f"There are {', '.join(mark + choice for choice in choices)}."
