"""What was found of one fault: one finding for each thing that surviving means."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum


class Judge(StrEnum):
    """What surviving means."""

    CRASH = "no crash"
    WORDS = "cause in words"
    KEY = "key"
    DATA = "last data"
    RECOVERY = "recovers"
    TERMINAL = "terminal restored"
    SECRETS = "no secret"


@dataclass(frozen=True, slots=True)
class Finding:
    """`is_good` None: it does not apply, for the reason in `note`; else `note` is a figure, or what was wrong."""

    is_good: bool | None
    note: str = ""


class CannotRun(Exception):
    """This machine lacks what the fault needs; says what."""


@dataclass
class Verdict:
    """The findings of one fault. `said` is what stood on the screen; `not_run` why it was not run at all.

    `screens` are what was there when something never came.
    """

    group: str
    fault: str
    findings: dict[Judge, Finding] = field(default_factory=dict)
    said: str = ""
    not_run: str = ""
    seconds: float = 0.0
    screens: list[str] = field(default_factory=list)

    @property
    def survived(self) -> bool:
        """True when it was run, every judge was heard and none found fault."""
        return not self.not_run and set(self.findings) == set(Judge) and not self.faults

    @property
    def faults(self) -> list[str]:
        """What was wrong, in words."""
        return [f"{judge}: {finding.note}" for judge, finding in self.findings.items() if finding.is_good is False]

    def find(self, judge: Judge, note: str = "", *, is_good: bool = True) -> None:
        """Note a finding; a bad one is never made good by a later one."""
        if not (judge in self.findings and self.findings[judge].is_good is False):
            self.findings[judge] = Finding(is_good, note)

    def leave_out(self, judge: Judge, reason: str) -> None:
        """Note that a judge has nothing to say here."""
        self.findings[judge] = Finding(None, reason)

    @contextmanager
    def judging(self, judge: Judge) -> Iterator[None]:
        """What does not come true within is a bad finding of this judge; the others are still heard."""
        try:
            yield
        except AssertionError as error:
            words, _, screen = str(error).partition("\n")
            self.find(judge, words, is_good=False)
            self.screens.append(screen)
