"""The seven groups of faults, each a list."""

from tests.faults.fault import Fault
from tests.faults.groups.connect import CONNECT
from tests.faults.groups.http import HTTP
from tests.faults.groups.midstream import MIDSTREAM
from tests.faults.groups.payload import PAYLOAD

GROUPS: dict[str, tuple[Fault, ...]] = {
    "Connect": CONNECT,
    "Mid-stream": MIDSTREAM,
    "HTTP": HTTP,
    "Payload": PAYLOAD,
}
