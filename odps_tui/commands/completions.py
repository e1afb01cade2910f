"""`odps-tui completions SHELL`: what a shell needs to complete our commands and flags, made from the parser itself."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_BASH_HOW = "# In ~/.bashrc: source <(odps-tui completions bash)\n"
_ZSH_HOW = """\
# In ~/.zshrc, after compinit: source <(odps-tui completions zsh)
autoload -U +X bashcompinit && bashcompinit
"""
# zsh runs it, too, as a function of bash's: there `words` is a name of the shell's own, and a slice of an array is an error.
_FUNCTION = """\
_odps_tui() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command= one= at=0 offers=
    for one in "${{COMP_WORDS[@]}}"; do
        [ $at -lt $COMP_CWORD ] || break
        at=$((at+1))
        case $one in {commands_by_bar}) command=$one; break;; esac
    done
    case "$command $before" in
{values}
    *) case $command in
{flags}
        *) offers={top};;
        esac;;
    esac
    COMPREPLY=($(compgen -W "$offers" -- "$word"))
}}
complete -o default -F _odps_tui odps-tui
"""
_FISH_HOW = "# odps-tui completions fish > ~/.config/fish/completions/odps-tui.fish"


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag or a positional choice: how it is spelt, what it means, which values it takes (empty: any or none)."""

    spellings: tuple[str, ...]
    help: str
    values: tuple[str, ...]
    takes_value: bool


@dataclass(frozen=True, slots=True)
class Command:
    """A command; the empty name is the program without one."""

    name: str
    help: str
    flags: tuple[Flag, ...]

    @property
    def words(self) -> list[str]:
        """What may come after it."""
        return [word for flag in self.flags for word in (flag.spellings or flag.values)]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's flags."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="for which shell")


def run(arguments: argparse.Namespace) -> int:
    """Write the script."""
    from odps_tui.commands.command_line import command_line

    top, *commands = commands_of(command_line())
    match arguments.shell:
        case "bash":
            print(_BASH_HOW + _function(top, commands), end="")
        case "zsh":
            print(_ZSH_HOW + _function(top, commands), end="")
        case _:
            print("\n".join(_fish(top, commands)))
    return 0


def commands_of(parser: argparse.ArgumentParser) -> Iterator[Command]:
    """Yield the program itself, and each of its commands."""
    yield Command("", parser.description or "", tuple(_flags(parser)))
    for action in _actions(parser):
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - argparse has no public name for it
            helps = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001
            for name, command in action.choices.items():
                command.declare()
                yield Command(name, helps.get(name, ""), tuple(_flags(command)))


def _actions(parser: argparse.ArgumentParser) -> Iterable[argparse.Action]:
    return parser._actions  # noqa: SLF001 - argparse tells nobody else what it knows


def _flags(parser: argparse.ArgumentParser) -> Iterator[Flag]:
    for action in _actions(parser):
        if action.help == argparse.SUPPRESS or isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            continue
        values = tuple(str(choice) for choice in action.choices or ())
        if action.option_strings or values:
            yield Flag(tuple(action.option_strings), action.help or "", values, action.nargs != 0)


def _function(top: Command, commands: list[Command]) -> str:
    names = [command.name for command in commands]
    values = [
        f'    "{command.name} {spelling}") offers={shlex.quote(" ".join(flag.values))};;'
        for command in commands
        for flag in command.flags
        if flag.values
        for spelling in flag.spellings
    ]
    flags = [f"        {command.name}) offers={shlex.quote(' '.join(command.words))};;" for command in commands]
    return _FUNCTION.format(
        commands_by_bar="|".join(names),
        values="\n".join(values),
        flags="\n".join(flags),
        top=shlex.quote(" ".join([*names, *top.words])),
    )


def _fish(top: Command, commands: list[Command]) -> Iterator[str]:
    yield _FISH_HOW
    yield "complete -c odps-tui -f"
    names = " ".join(command.name for command in commands)
    for command in commands:
        yield f"complete -c odps-tui -n 'not __fish_seen_subcommand_from {names}' -a {command.name} -d {_quoted(command.help)}"
    for command in (top, *commands):
        seen = command.name or names
        condition = f"{'' if command.name else 'not '}__fish_seen_subcommand_from {seen}"
        for flag in command.flags:
            yield f"complete -c odps-tui -n '{condition}' {' '.join(_fish_words(flag))} -d {_quoted(flag.help)}"


def _fish_words(flag: Flag) -> Iterator[str]:
    for spelling in flag.spellings:
        yield f"-l {spelling[2:]}" if spelling.startswith("--") else f"-s {spelling[1:]}"
    if flag.values:
        yield f"{'-x ' if flag.spellings else ''}-a {_quoted(' '.join(flag.values))}"
    elif flag.takes_value:
        yield "-x"


def _quoted(text: str) -> str:
    """Return a text for fish: between single quotes, where only these and the backslash are special."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
