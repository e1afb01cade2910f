"""What to ask of a service, when, and what has changed. Knows neither HTTP nor Textual.

Each module is loaded for the first of its names: the list is asked for before there is anything that shows an instance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from odps_tui.later import names_of

if TYPE_CHECKING:
    from odps_tui.monitor.detail import ALL_PARTS, DetailPart, DetailPoller, InstanceDetail
    from odps_tui.monitor.instance_row import LIVE_STATES, Ending, InstanceRow, InstanceState, ending_of
    from odps_tui.monitor.listing import Change, Heading, Line, Listing, Shown
    from odps_tui.monitor.ordered_view import SortKey
    from odps_tui.monitor.poll_pace import Pace, PollPace, Why
    from odps_tui.monitor.poller import Poller, Wait, utc_now, wait_for_event
    from odps_tui.monitor.reading import Reading
    from odps_tui.monitor.roster import Roster
    from odps_tui.monitor.service import InstanceDetails, InstanceLists, InstanceService
    from odps_tui.monitor.sight import GroupOf, Selects
    from odps_tui.monitor.snapshot import PollFailed, Snapshot

__all__ = [
    "ALL_PARTS",
    "LIVE_STATES",
    "Change",
    "DetailPart",
    "DetailPoller",
    "Ending",
    "GroupOf",
    "Heading",
    "InstanceDetail",
    "InstanceDetails",
    "InstanceLists",
    "InstanceRow",
    "InstanceService",
    "InstanceState",
    "Line",
    "Listing",
    "Pace",
    "PollFailed",
    "PollPace",
    "Poller",
    "Reading",
    "Roster",
    "Selects",
    "Shown",
    "Snapshot",
    "SortKey",
    "Wait",
    "Why",
    "ending_of",
    "utc_now",
    "wait_for_event",
]

__getattr__ = names_of(
    __name__,
    {
        "detail": ["ALL_PARTS", "DetailPart", "DetailPoller", "InstanceDetail"],
        "instance_row": ["LIVE_STATES", "Ending", "InstanceRow", "InstanceState", "ending_of"],
        "listing": ["Change", "Heading", "Line", "Listing", "Shown"],
        "ordered_view": ["SortKey"],
        "poll_pace": ["Pace", "PollPace", "Why"],
        "poller": ["Poller", "Wait", "utc_now", "wait_for_event"],
        "reading": ["Reading"],
        "roster": ["Roster"],
        "service": ["InstanceDetails", "InstanceLists", "InstanceService"],
        "sight": ["GroupOf", "Selects"],
        "snapshot": ["PollFailed", "Snapshot"],
    },
)
