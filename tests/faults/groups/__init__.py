"""The seven groups of faults, each a list."""

from tests.faults.fault import Fault
from tests.faults.groups.connect import CONNECT
from tests.faults.groups.host import HOST
from tests.faults.groups.http import HTTP
from tests.faults.groups.midstream import MIDSTREAM
from tests.faults.groups.payload import PAYLOAD
from tests.faults.groups.text import TEXT
from tests.faults.groups.time_and_auth import TIME_AND_AUTH

GROUPS: dict[str, tuple[Fault, ...]] = {
    "Connect": CONNECT,
    "Mid-stream": MIDSTREAM,
    "HTTP": HTTP,
    "Payload": PAYLOAD,
    "Text": TEXT,
    "Time and auth": TIME_AND_AUTH,
    "Host": HOST,
}
