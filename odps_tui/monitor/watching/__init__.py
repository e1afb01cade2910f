"""Pins, rules and deadlines, the log of what happened, and what happened while nobody looked. Pure: no clock, no screen."""

from odps_tui.monitor.watching.absence import Absence, Gap, Summary
from odps_tui.monitor.watching.finished_workers import FinishedWorkers, Standstill
from odps_tui.monitor.watching.firings import Firing, Firings, Key
from odps_tui.monitor.watching.journal import Entry, Journal, Tone
from odps_tui.monitor.watching.pins import MAX_PINS, Pin, Pins, read_pins, write_pins
from odps_tui.monitor.watching.rule_book import RuleBook
from odps_tui.monitor.watching.rules import MAX_RULES, Kind, Rule, RuleError, Whom, next_time, parse_rule
from odps_tui.monitor.watching.trail import Trail, Trails
from odps_tui.monitor.watching.transitions import Change, Comparison, Look, Transition
from odps_tui.monitor.watching.verdict import Judgement, Verdict, judge
from odps_tui.monitor.watching.waiting_time import waiting_since

__all__ = [
    "MAX_PINS",
    "MAX_RULES",
    "Absence",
    "Change",
    "Comparison",
    "Entry",
    "FinishedWorkers",
    "Firing",
    "Firings",
    "Gap",
    "Journal",
    "Judgement",
    "Key",
    "Kind",
    "Look",
    "Pin",
    "Pins",
    "Rule",
    "RuleBook",
    "RuleError",
    "Standstill",
    "Summary",
    "Tone",
    "Trail",
    "Trails",
    "Transition",
    "Verdict",
    "Whom",
    "judge",
    "next_time",
    "parse_rule",
    "read_pins",
    "waiting_since",
    "write_pins",
]
