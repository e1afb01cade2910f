"""What happened in a task, as a sentence for the event line."""

from __future__ import annotations

from odps_tui.monitor.progress import BackupStarted, DownToOne, Fell, News, StageFailed, parse_stage_name


def news_words(news: News) -> str:
    """Say what happened."""
    match news:
        case Fell():
            return f"progress went from ~{news.before}% to ~{news.after}%: {_why(news)}"
        case DownToOne():
            return f"{_short(news.stage)} is down to its last worker of {news.total}"
        case BackupStarted():
            return f"backup worker started in {_short(news.stage)}"
        case StageFailed():
            return f"{_short(news.stage)} failed"


def _why(fell: Fell) -> str:
    reasons = [
        (fell.begun, "began"),
        (fell.grown, "got more workers"),
        (fell.rerun, "lost finished workers (rerun)"),
    ]
    said = [f"{', '.join(map(_short, stages))} {words}" for stages, words in reasons if stages]
    return "; ".join(said) or "the service counts otherwise"


def _short(stage: str) -> str:
    return parse_stage_name(stage).short
