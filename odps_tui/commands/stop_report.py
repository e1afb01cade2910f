"""What became of a stop: a row, a sentence and an exit status."""

from __future__ import annotations

from dataclasses import dataclass, replace

from odps_tui.commands.exits import Exit, exit_of
from odps_tui.commands.facts import instance_facts
from odps_tui.commands.waiting import End
from odps_tui.errors import OdpsTuiError
from odps_tui.models import Instance, Outcome
from odps_tui.monitor.stopping import StopAnswer, StopResult

REPORT_KEYS = ("id", "result", "owner", "status", "outcome", "error")

_EXITS = {
    StopResult.REQUESTED: Exit.OK,
    StopResult.ENDED_BEFORE: Exit.ENDED_BEFORE,
    StopResult.CHANGED: Exit.GUARDED,
    StopResult.UNANSWERED: Exit.UNREACHABLE,
}
_SENTENCES = {
    "requested": "was asked to stop; it still runs until the service says Terminated",
    "stopped": "was stopped",
    "ended_before": "had already ended",
    "changed": "is not of the owner that was confirmed; nothing was sent",
    "unanswered": "was sent a stop, and no answer came back: its status will tell",
    "declined": "was left alone",
    "not_stopped": "was not stopped",
    "still_running": "was asked to stop, and its end was not seen in time",
}


@dataclass(frozen=True, slots=True)
class Report:
    """`result` is one word of `_SENTENCES`, `exit` the status of this one alone."""

    id: str
    result: str
    exit: Exit
    instance: Instance | None = None
    outcome: Outcome | None = None
    error: OdpsTuiError | None = None

    @property
    def may_end(self) -> bool:
        """True when the request may have reached the service."""
        return self.result in {"requested", "unanswered"}

    @property
    def facts(self) -> dict[str, object]:
        """The report as a row."""
        known = instance_facts(self.instance, self.outcome) if self.instance is not None else {"id": self.id}
        row = {**dict.fromkeys(REPORT_KEYS), **known, "result": self.result}
        return {**row, "error": None if self.error is None else str(self.error)}

    @property
    def sentence(self) -> str:
        """The report for people."""
        return f"{self.id} {_SENTENCES[self.result]}{f': {self.error}' if self.error is not None else ''}"


def answered(instance_id: str, answer: StopAnswer) -> Report:
    """Report what the service said, or a guard before it."""
    if answer.result is StopResult.REFUSED and answer.error is not None:
        return failed(instance_id, answer.error, answer.instance)
    error = answer.error if answer.result is StopResult.UNANSWERED else None
    return Report(instance_id, answer.result.value.replace(" ", "_"), _EXITS[answer.result], answer.instance, error=error)


def failed(instance_id: str, error: OdpsTuiError, instance: Instance | None = None) -> Report:
    """Report that nothing was stopped, and why."""
    return Report(instance_id, "not_stopped", exit_of(error), instance, error=error)


def declined(instance: Instance) -> Report:
    """Report a no to the question."""
    return Report(instance.id, "declined", Exit.GUARDED, instance)


def ended_before(instance: Instance) -> Report:
    """Report an instance for which it is too late."""
    return Report(instance.id, "ended_before", Exit.ENDED_BEFORE, instance)


def ended(report: Report, end: End) -> Report:
    """Report the end after a stop. An instance that made it to another end than Cancelled was faster than the stop."""
    if end.outcome is None:
        return replace(report, result="still_running", exit=Exit.END_NOT_SEEN, error=end.error)
    is_ours = end.outcome is Outcome.CANCELLED
    result, status = ("stopped", Exit.OK) if is_ours else ("ended_before", Exit.ENDED_BEFORE)
    return Report(report.id, result, status, end.instance, end.outcome)


def not_seen(report: Report) -> Report:
    """Report that the end did not come in time."""
    return replace(report, result="still_running", exit=Exit.END_NOT_SEEN)
