"""A handful of the faults, one of each group at least; `make faults` runs them all."""

from __future__ import annotations

import pytest

from tests.faults.groups import GROUPS
from tests.faults.running import chosen, tried
from tests.faults.table import complaints, summary, table
from tests.faults.verdict import Finding, Judge, Verdict

FEW = ("connection refused", "reset in body", "502, a page of HTML", "XML with a DTD", "OSC 52", "half-written", "SIGHUP")
# Tests share this machine with others: here nobody measures, that is for `make faults`.
_BY_TIME = {Judge.KEY}


@pytest.mark.parametrize("name", FEW)
def test_a_fault_is_survived(name: str) -> None:
    [key] = chosen([name])
    verdict = tried(key)
    slow = [f"{judge}: {finding.note}" for judge, finding in verdict.findings.items() if judge in _BY_TIME]
    assert not [words for words in verdict.faults if words not in slow], "\n".join(complaints([verdict]))
    assert set(verdict.findings) == set(Judge)


def test_the_groups_are_those_of_the_design_and_no_two_faults_have_one_name() -> None:
    assert {group: len(faults) for group, faults in GROUPS.items()} == {
        "Connect": 8, "Mid-stream": 9, "HTTP": 11, "Payload": 14, "Text": 12, "Time and auth": 8, "Host": 10,
    }  # fmt: skip
    names = [fault.name for faults in GROUPS.values() for fault in faults]
    assert len(set(names)) == len(names) == 72


def found(**changes: Finding) -> dict[Judge, Finding]:
    return {judge: changes.get(judge.name, Finding(True)) for judge in Judge}


def test_a_verdict_is_good_only_when_every_judge_was_heard() -> None:
    verdict = Verdict("Connect", "dog bites cable", found())
    assert verdict.survived
    del verdict.findings[Judge.DATA]
    assert not verdict.survived
    verdict.find(Judge.DATA, "nothing left", is_good=False)
    verdict.find(Judge.DATA)
    assert verdict.faults == ["last data: nothing left"]


def test_what_does_not_apply_or_was_not_run_is_no_mark() -> None:
    signal = Verdict("Host", "SIGTERM", found(RECOVERY=Finding(None, "it has left")))
    slow = Verdict("Host", "tar pit", found(KEY=Finding(False, "300 ms")))
    unrun = Verdict("Host", "disk | full", not_run="needs root, to mount")
    text = table([signal, slow, unrun])
    assert "Host: 1 of 3" in text
    assert "– (it has left)" in text
    assert "✗ 300 ms" in text
    assert "*not run: needs root, to mount*" in text
    assert summary([signal, slow, unrun]) == "**3 faults: 1 survived**, 1 not, 1 not run."
    assert list(complaints([slow, unrun])) == [
        "✗ Host: tar pit: key: 300 ms", "✗ Host: disk | full: not run: needs root, to mount",
    ]  # fmt: skip
