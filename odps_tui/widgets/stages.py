"""The stages of an instance in one line, for a peek and for a dialog."""

from __future__ import annotations

from textual.content import Content

from odps_tui.models import TaskProgress
from odps_tui.monitor import InstanceDetail
from odps_tui.widgets.progress.stage_words import counts, name_of


def one_line(detail: InstanceDetail) -> Content:
    """Return all stages in one line: `M1 2000/2000 · R3_2 1999/2000`."""
    stages = [stage for reading in detail.progress.values() for stage in (reading.value or TaskProgress()).stages]
    return Content(" · ").join(Content.assemble(f"{name_of(stage)} ", counts(stage)) for stage in stages)
