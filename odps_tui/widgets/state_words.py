"""How each state looks: a word and a sign, so that colour is never the only bearer of meaning."""

from __future__ import annotations

from odps_tui.monitor import InstanceState

STATE_WORDS = {
    InstanceState.RUNNING: "● running",
    InstanceState.COMPILING: "● compiling",
    InstanceState.WAITING: "○ waiting",
    InstanceState.SUSPENDED: "‖ suspended",
    InstanceState.STOPPING: "◌ stopping",
    InstanceState.SUCCESS: "✓ success",
    InstanceState.FAILED: "✗ failed",
    InstanceState.CANCELLED: "⊘ cancelled",
    InstanceState.ENDED: "· ended",
    InstanceState.UNKNOWN: "? unknown",
}

STATE_COLORS = {
    InstanceState.RUNNING: "$text-primary",
    InstanceState.COMPILING: "$text-primary",
    InstanceState.WAITING: "$text-warning",
    InstanceState.SUSPENDED: "$text-warning",
    InstanceState.STOPPING: "$text-accent",
    InstanceState.SUCCESS: "$text-success",
    InstanceState.FAILED: "$text-error",
    InstanceState.CANCELLED: "$foreground-muted",
    InstanceState.ENDED: "$foreground-muted",
    InstanceState.UNKNOWN: "$foreground-muted",
}
"""The colour of a state in a pane, as a theme variable; the table takes the same from styles.tcss."""
