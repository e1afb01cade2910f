"""Which stage reads from which, as their names tell: `R3_1_2` is stage 3 and reads from 1 and 2 (protocol §4.5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

_NAME = re.compile(r"(?P<kind>[A-Za-z]+)(?P<number>\d+)(?P<reads>(?:_\d+)*)(?:_(?P<job>job_\d+))?")


@dataclass(frozen=True, slots=True)
class StageName:
    """A stage's name, taken apart. `number` is None for a name of another form, which then tells nothing."""

    whole: str
    short: str
    kind: str = ""
    number: int | None = None
    reads: tuple[int, ...] = ()
    job: str = ""


def parse_stage_name(name: str) -> StageName:
    """Take a name apart: `R2_1_job_0` is R, 2, reads 1, in job_0; short `R2_1`."""
    found = _NAME.fullmatch(name)
    if found is None:
        return StageName(name, name.partition("_job_")[0] or name)
    reads = tuple(int(number) for number in found["reads"].split("_") if number)
    return StageName(
        name, f"{found['kind']}{found['number']}{found['reads']}", found["kind"], int(found["number"]), reads, found["job"] or ""
    )


@dataclass(frozen=True, slots=True)
class TreeLine:
    """A stage's place in the tree of what reads from what. `again` marks one that stands above already, with its own tree."""

    stage: str
    lead: str
    again: bool = False


class StageGraph:
    """The stages of one task. Names of another form, double numbers and circles do no harm: such edges are left out."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [parse_stage_name(name) for name in dict.fromkeys(names)]

    @cached_property
    def inputs(self) -> Mapping[str, tuple[str, ...]]:
        """By stage, the stages it reads from, in the order of its name."""
        numbered: dict[tuple[str, int], str] = {}
        for name in self._names:
            if name.number is not None:
                numbered.setdefault((name.job, name.number), name.whole)
        inputs = {}
        for name in self._names:
            found = (numbered.get((name.job, number)) for number in name.reads)
            inputs[name.whole] = tuple(dict.fromkeys(one for one in found if one is not None and one != name.whole))
        return inputs

    @cached_property
    def sinks(self) -> tuple[str, ...]:
        """The stages that no other reads from."""
        read = {name for inputs in self.inputs.values() for name in inputs}
        return tuple(name.whole for name in self._names if name.whole not in read)

    def tree(self) -> tuple[TreeLine, ...]:
        """Return the stages as a tree, each sink a root, below a stage what it reads from. Every stage stands in full once."""
        seen: set[str] = set()
        lines: list[TreeLine] = []
        for root in (*self.sinks, *(name.whole for name in self._names)):  # behind the sinks: what lies in a circle only
            if root not in seen:
                lines += self._branch(root, "", "", seen)
        return tuple(lines)

    def _branch(self, stage: str, lead: str, below: str, seen: set[str]) -> Iterator[TreeLine]:
        """Walk without recursion: a plan may be deeper than Python's stack."""
        waiting = [(stage, lead, below)]
        while waiting:
            name, lead, below = waiting.pop()
            yield TreeLine(name, lead, again=name in seen)
            if name in seen:
                continue
            seen.add(name)
            inputs = self.inputs[name]
            for place in range(len(inputs) - 1, -1, -1):
                is_last = place == len(inputs) - 1
                waiting.append((inputs[place], below + ("└─" if is_last else "├─"), below + ("  " if is_last else "│ ")))

    def way_to(self, stage: str, ended: Callable[[str], float | None]) -> tuple[str, ...]:
        """Return the way that took longest to `stage`, from `stage` back: at each step the input that ended last.

        `ended` tells when a stage ended (seconds), None when nobody knows; where that decides, the way is not known further back.
        """
        way = [stage]
        while inputs := [name for name in self.inputs.get(way[-1], ()) if name not in way]:
            known = [(moment, name) for name in inputs if (moment := ended(name)) is not None]
            if len(inputs) > 1 and len(known) < len(inputs):
                break
            way.append(max(known)[1] if len(inputs) > 1 else inputs[0])
        return tuple(way)
