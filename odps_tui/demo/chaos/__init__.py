"""What goes wrong between a client and a service, each fault by its name, for as long as it is wanted."""

from odps_tui.demo.chaos.chaos import FAULTS, Chaos
from odps_tui.demo.chaos.fault import Fault

__all__ = ["FAULTS", "Chaos", "Fault"]
