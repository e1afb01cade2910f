"""The way to the service: its name, a proxy, the connection, its certificate."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from odps_tui.doctor.finding import Finding, State, good, skipped
from odps_tui.maxcompute.certificates import Certificates
from odps_tui.maxcompute.endpoint import Endpoint
from odps_tui.maxcompute.environment import proxy_address, proxy_variable

_PORTS = {"http": 80, "https": 443}
_EXPIRES_SOON = 14
"""Days before its end at which a certificate is worth a word."""


async def name_of(endpoint: Endpoint) -> Finding:
    """Does the name have an address? Behind a proxy that is the proxy's affair."""
    if proxy_variable(endpoint) is not None and not endpoint.is_loopback:
        return skipped("dns", "the proxy looks names up")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(endpoint.host, None, type=socket.SOCK_STREAM)
    except OSError:
        return Finding("dns", State.BAD, f"{endpoint.host} has no address", "Check the endpoint's name, and the VPN.")
    addresses = list(dict.fromkeys(str(address[4][0]) for address in found))
    return good("dns", f"{endpoint.host} is {', '.join(addresses[:3])}")


async def proxy_for(endpoint: Endpoint) -> Finding:
    """Is there a proxy in between, and does it listen?"""
    if endpoint.is_loopback:
        return skipped("proxy", "never asked for this machine itself")
    variable = proxy_variable(endpoint)
    if variable is None:
        return good("proxy", "none")
    parts = urlsplit(proxy_address(variable))
    try:
        _, writer = await asyncio.open_connection(parts.hostname, parts.port or _PORTS.get(parts.scheme, 80))
    except (OSError, ValueError):
        return Finding("proxy", State.BAD, f"the proxy of {variable} does not listen", "Correct the variable, or unset it.")
    writer.close()
    return good("proxy", f"the one of {variable} listens")


async def connection_to(endpoint: Endpoint, certificates: Certificates) -> Finding:
    """Does it listen, and does it show a certificate that is good?"""
    if proxy_variable(endpoint) is not None and not endpoint.is_loopback:
        return skipped("connection", "goes through the proxy")
    context = certificates.context() if endpoint.scheme == "https" else None
    port = endpoint.port or _PORTS[endpoint.scheme]
    try:
        _, writer = await asyncio.open_connection(endpoint.host, port, ssl=context)
    except ssl.SSLCertVerificationError as error:
        return Finding(
            "connection",
            State.BAD,
            f"{endpoint.authority} shows a certificate that is not trusted ({error.verify_message})",
            "Name its authority in the profile's tls.ca_file, or in SSL_CERT_FILE.",
        )
    except ssl.SSLError:
        return Finding("connection", State.BAD, f"{endpoint.authority} does not speak TLS", "Is it http:// rather than https://?")
    except OSError as error:
        words = f"{endpoint.authority} cannot be reached: {_reason(error)}"
        return Finding("connection", State.BAD, words, "Check the port, the VPN and the firewall.")
    try:
        return _connected(endpoint, writer.get_extra_info("peercert"))
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


def _reason(error: OSError) -> str:
    return "the connection was refused" if isinstance(error, ConnectionRefusedError) else (error.strerror or "no route").lower()


def _connected(endpoint: Endpoint, certificate: Mapping[str, Any] | None) -> Finding:
    if endpoint.scheme == "http":
        words = f"{endpoint.authority} listens, without TLS"
        if endpoint.is_on_the_internet:
            return Finding("connection", State.DOUBTFUL, words, "SQL and results can be read on the way: use https://.")
        return good("connection", words)
    words = f"{endpoint.authority} listens, with a good certificate"
    end = certificate.get("notAfter") if certificate else None
    if end is None:
        return good("connection", words)
    days = (datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC) - datetime.now(UTC)).days
    if days < _EXPIRES_SOON:
        return Finding("connection", State.DOUBTFUL, f"{words} that ends in {days} days", "Tell whoever runs the endpoint.")
    return good("connection", words)
