"""What was found so far, in a file: a whole run may be made of several, where a machine is to be had for minutes only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from tests.faults.groups import GROUPS
from tests.faults.verdict import Verdict

_VERDICTS = TypeAdapter(list[Verdict])


def recorded(file: Path, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Put these in the place of those of the same faults; return all that is known, in the order of the groups."""
    known = _VERDICTS.validate_json(file.read_bytes()) if file.exists() else []
    by_name = {(verdict.group, verdict.fault): verdict for verdict in [*known, *verdicts]}
    names = [(group, fault.name) for group, faults in GROUPS.items() for fault in faults]
    every = [by_name[name] for name in names if name in by_name]
    file.write_bytes(_VERDICTS.dump_json(every, indent=1))
    return every
