"""The table, as Markdown: what was found, what did not apply, what could not be run; never a mark that was not earned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from tests.faults.verdict import Finding, Judge, Verdict

_COLUMNS = tuple(Judge)
_PORT = re.compile(r"(?<=127\.0\.0\.1:)\d+|(?<=localhost:)\d+")
_REQUEST = re.compile(r" ?\[request [^]]*\]?")
_LONGEST = 90


def summary(verdicts: Sequence[Verdict]) -> str:
    """How many of how many."""
    survived = sum(verdict.survived for verdict in verdicts)
    not_run = [verdict for verdict in verdicts if verdict.not_run]
    words = f"**{len(verdicts)} faults: {survived} survived**"
    if lost := len(verdicts) - survived - len(not_run):
        words += f", {lost} not"
    return f"{words}, {len(not_run)} not run." if not_run else f"{words}."


def table(verdicts: Sequence[Verdict]) -> str:
    """A table for each group, folded."""
    return "\n\n".join(_group(name, list(of_group)) for name, of_group in groupby(verdicts, lambda verdict: verdict.group))


def complaints(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What was not survived, in words, and what was not run."""
    for verdict in verdicts:
        for words in [*verdict.faults, *([f"not run: {verdict.not_run}"] if verdict.not_run else [])]:
            yield f"✗ {verdict.group}: {verdict.fault}: {words}"
        yield from filter(None, verdict.screens)


def _group(name: str, verdicts: Sequence[Verdict]) -> str:
    survived = sum(verdict.survived for verdict in verdicts)
    head = f"| fault | on the screen | {' | '.join(column.value for column in _COLUMNS if column is not Judge.WORDS)} |"
    rule = "|---" * (len(_COLUMNS) + 1) + "|"
    rows = "\n".join(map(_row, verdicts))
    title = f"{name}: {survived} of {len(verdicts)}"
    return f"<details><summary>{title}</summary>\n\n{head}\n{rule}\n{rows}\n\n</details>"


def _row(verdict: Verdict) -> str:
    if verdict.not_run:
        return f"| {verdict.fault} | *not run: {verdict.not_run}* |{' |' * (len(_COLUMNS) - 1)}"
    marks = [_mark(verdict.findings.get(column), column) for column in _COLUMNS if column is not Judge.WORDS]
    return f"| {verdict.fault} | {_words(verdict)} | {' | '.join(marks)} |"


def _words(verdict: Verdict) -> str:
    finding = verdict.findings.get(Judge.WORDS)
    if finding is None or finding.is_good is None:
        return f"– ({finding.note})" if finding is not None and finding.note else "–"
    if not finding.is_good:
        return "✗"
    words = _REQUEST.sub("", _PORT.sub("…", verdict.said)).replace("|", "\\|").replace("<", "&lt;").strip()
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _mark(finding: Finding | None, column: Judge) -> str:
    if finding is None:
        return "✗"
    if finding.is_good is None:
        return f"– ({finding.note})" if finding.note else "–"
    figure = f" {finding.note}" if finding.note and (finding.is_good or column is Judge.KEY) else ""
    return f"{'✓' if finding.is_good else '✗'}{figure}"
