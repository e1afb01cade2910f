"""The life of the instances: who is born when, what each one does, and how far it is at a given second.

Nothing here knows HTTP, XML or JSON. Every answer is a function of the seed, the clock's reading and the commands received
(stop, submit); there is no loop that ticks.
"""

from odps_tui.demo.world.instance import Instance, Kind, Outcome
from odps_tui.demo.world.world import World

__all__ = ["Instance", "Kind", "Outcome", "World"]
