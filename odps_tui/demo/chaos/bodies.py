"""Faults in what an answer says: bodies that are not what they seem, or far more than anybody asked for."""

from __future__ import annotations

import gzip
import re
import time
import zlib
from dataclasses import replace

from odps_tui.demo.chaos.fault import Fault, afterwards, instead
from odps_tui.demo.documents.markup import http_date
from odps_tui.demo.wire.messages import JSON, XML, Response

_BOMB_BYTES = 300 * 1024 * 1024
_ZEROS = b"\0" * (1024 * 1024)
_HUGE_BYTES = 200 * 1024 * 1024
_HEADER_BYTES = 200_000
_MANY = 20_000
_OPTIONAL = re.compile(rb"<(Owner|StartTime|EndTime|MaxItems|Marker)>[^<]*</\1>|<(Owner|StartTime|EndTime|Marker)/>")
_DOCTYPE = b'<?xml version="1.0"?>\n<!DOCTYPE Instances [<!ENTITY who "nobody">]>\n<Instances><Owner>&who;</Owner></Instances>'
_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
_ENTITY_BOMB = f'<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY e0 "lol">{_ENTITIES}]>\n<Instances>&e9;</Instances>'


def _zipped(body: bytes) -> Response:
    return Response(200, body, XML, (("Content-Encoding", "gzip"),))


def bomb(size: int = _BOMB_BYTES) -> bytes:
    """Return gzip that inflates to `size` zeros."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(_ZEROS) for _ in range(size // len(_ZEROS))]
    return b"".join([*parts, packer.flush()])


def _bad_gzip(response: Response) -> Response:
    packed = bytearray(gzip.compress(response.body))
    packed[len(packed) // 2] ^= 0xFF
    return replace(response, body=bytes(packed), headers=(*response.headers, ("Content-Encoding", "gzip")))


def _huge_header(response: Response) -> Response:
    return replace(response, headers=(*response.headers, ("X-Long", "x" * _HEADER_BYTES)))


def _truncated(response: Response) -> Response:
    return replace(response, body=response.body[: len(response.body) * 2 // 3])


def _wrong_charset(response: Response) -> Response:
    """Says UTF-8 and has bytes of GB 18030 at its end, which are no UTF-8."""
    return replace(response, body=response.body + "<!-- 作业 -->".encode("gb18030"))


def _without_fields(response: Response) -> Response:
    return replace(response, body=_OPTIONAL.sub(b"", response.body))


def _unknown_status(response: Response) -> Response:
    body = response.body.replace(b"<Status>Running", b"<Status>Hibernating").replace(b'"Running"', b'"Hibernating"')
    return replace(response, body=body)


def _many_rows(response: Response) -> Response:
    """A list of instances gets 20,000 more, which ended within the last minutes."""
    if b"<Status>" not in response.body:
        return response
    now = int(time.time())
    rows = "".join(
        f"<Instance><Name>{time.strftime('%Y%m%d%H%M%S', time.gmtime(now - 600 + number % 300))}{number:05d}gmany</Name>"
        f"<Owner>many</Owner><Status>Terminated</Status><StartTime>{http_date(now - 600 + number % 300)}</StartTime>"
        f"<EndTime>{http_date(now - 200)}</EndTime></Instance>"
        for number in range(_MANY)
    )
    return replace(response, body=response.body.replace(b"</Instances>", rows.encode() + b"</Instances>"))


BODIES = (
    Fault("bad-gzip", "gzip that is broken in the middle", afterwards(_bad_gzip)),
    Fault("gzip-bomb", "300 MB of zeros in 300 kB of gzip", instead(lambda _: _zipped(bomb()))),
    Fault("huge-body", "a body of 200 MB", instead(lambda _: Response(200, b" " * _HUGE_BYTES, XML))),
    Fault("huge-header", "a header of 200 kB", afterwards(_huge_header)),
    Fault("charset", "bytes of another character set than is said", afterwards(_wrong_charset)),
    Fault("truncated", "a document that ends in the middle", afterwards(_truncated)),
    Fault("empty", "200 and nothing", instead(lambda _: Response(200, b"", XML))),
    Fault("json", "JSON where XML belongs", instead(lambda _: Response.of('{"Instances": []}', JSON))),
    Fault("dtd", "XML with a DOCTYPE", instead(lambda _: Response(200, _DOCTYPE, XML))),
    Fault("entity-bomb", "XML whose entities grow to 3 GB", instead(lambda _: Response.of(_ENTITY_BOMB))),
    Fault("fields-missing", "documents without their optional parts", afterwards(_without_fields)),
    Fault("many-rows", "a list of 20,000 instances in one answer", afterwards(_many_rows)),
    Fault("unknown-status", "a status that nobody knows", afterwards(_unknown_status)),
)
