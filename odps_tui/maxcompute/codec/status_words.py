"""Status words in one spelling. The wire says `Terminated`, `RUNNING`, `Fail` or `Canceled`; unknown words stay as they are."""

from __future__ import annotations

from collections.abc import Mapping

from odps_tui.models import InstanceStatus, StageStatus, TaskStatus
from odps_tui.safe_text import clean_line

_OTHER_SPELLINGS = {"fail": "Failed", "canceled": "Cancelled", "canceling": "Cancelling"}


def _spellings(words: type[InstanceStatus | TaskStatus | StageStatus]) -> dict[str, str]:
    known = {word.value for word in words}
    others = {spelling: word for spelling, word in _OTHER_SPELLINGS.items() if word in known}
    return {word.lower(): word for word in known} | others


_INSTANCE_WORDS = _spellings(InstanceStatus)
_TASK_WORDS = _spellings(TaskStatus)
_STAGE_WORDS = _spellings(StageStatus)


def instance_status(word: str | None) -> str:
    """Return an instance's status in the spelling of `InstanceStatus`; empty when there is none."""
    return _fold(word, _INSTANCE_WORDS)


def task_status(word: str | None) -> str:
    """Return a task's status in the spelling of `TaskStatus`; empty when there is none."""
    return _fold(word, _TASK_WORDS)


def stage_status(word: str | None) -> str | None:
    """Return a stage's or worker's status in the spelling of `StageStatus`; None when there is none."""
    return _fold(word, _STAGE_WORDS) or None


def _fold(word: str | None, spellings: Mapping[str, str]) -> str:
    text = (word or "").strip()
    return spellings.get(text.lower()) or clean_line(text)
