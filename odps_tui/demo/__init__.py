"""A loopback MaxCompute with a life of its own, for demonstrations and tests.

    world = World(seed=7, instances=200)
    async with DemoService(world) as service:
        ...  # any MaxCompute client, at service.endpoint with service.identity

It imports nothing else of ours. From the socket inwards: `wire` (HTTP, signatures, tokens), `routes` (which question gets which
answer), `documents` (XML, JSON, HTML), `world` (the life of the instances).
"""

from odps_tui.demo.identity import DemoIdentity
from odps_tui.demo.service import DemoService
from odps_tui.demo.service_thread import DemoServiceThread
from odps_tui.demo.world import World

__all__ = ["DemoIdentity", "DemoService", "DemoServiceThread", "World"]
