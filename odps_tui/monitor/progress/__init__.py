"""What samples of progress tell: how far, how fast, since when not at all, until when. Pure: no request is made here."""

from odps_tui.monitor.progress.eta import Estimate, NoEstimate, estimate
from odps_tui.monitor.progress.news import BackupStarted, DownToOne, Fell, News, StageFailed, news
from odps_tui.monitor.progress.overall import Overall, overall
from odps_tui.monitor.progress.pace import Pace, finished_per_minute, recent_pace
from odps_tui.monitor.progress.sample_book import SampleBook
from odps_tui.monitor.progress.samples import Sample, Samples, stage_of
from odps_tui.monitor.progress.sight import TaskSight, sight
from odps_tui.monitor.progress.skew import Spread, WorkerTime, WorkerTimes, spread, worker_times
from odps_tui.monitor.progress.spans import Moment, Span, spans
from odps_tui.monitor.progress.stage_graph import StageGraph, TreeLine, parse_stage_name
from odps_tui.monitor.progress.stage_state import has_begun, is_down_to_one, is_over, is_running
from odps_tui.monitor.progress.stall import Stall, find_stall

__all__ = [
    "BackupStarted",
    "DownToOne",
    "Estimate",
    "Fell",
    "Moment",
    "News",
    "NoEstimate",
    "Overall",
    "Pace",
    "Sample",
    "SampleBook",
    "Samples",
    "Span",
    "Spread",
    "StageFailed",
    "StageGraph",
    "Stall",
    "TaskSight",
    "TreeLine",
    "WorkerTime",
    "WorkerTimes",
    "estimate",
    "find_stall",
    "finished_per_minute",
    "has_begun",
    "is_down_to_one",
    "is_over",
    "is_running",
    "news",
    "overall",
    "parse_stage_name",
    "recent_pace",
    "sight",
    "spans",
    "spread",
    "stage_of",
    "worker_times",
]
