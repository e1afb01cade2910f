"""Why no answer came, in words: every exception of httpx, and of the sockets below it, ends here."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

from odps_tui.errors import DeadlineExceeded, TransportError
from odps_tui.maxcompute.httpx_alone import httpx

# Raised before a byte of the request was written.
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)

_BY_ERRNO = {
    errno.ECONNREFUSED: ("refused the connection", "Is the service up, and is the port right?"),
    errno.ENETUNREACH: ("cannot be reached: no way leads to its network", "Is the VPN up?"),
    errno.EHOSTUNREACH: ("cannot be reached: no way leads to it", "Is the VPN up?"),
    errno.ETIMEDOUT: ("did not answer the connection in time", "Is the VPN up?"),
    errno.ECONNRESET: ("cut the connection off", ""),
    errno.EPIPE: ("cut the connection off", ""),
}


def no_answer(error: Exception, authority: str, proxy: str | None) -> TransportError:
    """Return the error to raise for an exception on the way, naming host and port and, if one is in use, the proxy's variable.

    The exception's own text is never quoted: it may hold a header's value or a proxy's password.
    """
    who = f"{authority} (asked through the proxy of {proxy})" if proxy else authority
    sent = not isinstance(error, _NEVER_SENT)
    if isinstance(error, httpx.TimeoutException):
        return DeadlineExceeded(f"{who} {_timed_out(error)}", remedy="Is the VPN up?" if not sent else "", sent=sent)
    did, remedy = _what_it_did(error)
    return TransportError(f"{who} {did}", remedy=remedy, sent=sent)


def _timed_out(error: httpx.TimeoutException) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return "did not answer the connection in time"
    return "did not take the request in time" if isinstance(error, httpx.WriteTimeout) else "fell silent in the middle"


def _what_it_did(error: Exception) -> tuple[str, str]:
    """Return what the other side did, in words, and a remedy or nothing: as told by the cause nearest to the network."""
    if isinstance(error, httpx.ProxyError):
        return "could not be reached through the proxy", "Check the proxy and its password."
    told = (_as_told_by(cause) for cause in _causes(error))
    return next((words for words in told if words is not None), _by_kind(error))


def _as_told_by(cause: BaseException) -> tuple[str, str] | None:
    if isinstance(cause, ssl.SSLCertVerificationError):
        remedy = "Name its authority in the profile's tls.ca_file, or in SSL_CERT_FILE."
        return f"shows a certificate that is not trusted ({cause.verify_message})", remedy
    if isinstance(cause, ssl.SSLError):
        return "does not speak TLS as it should", "Is it http:// rather than https://?"
    if isinstance(cause, socket.gaierror):
        return "was not found: its name has no address", "Check the endpoint's name and the VPN."
    return _BY_ERRNO.get(cause.errno or 0) if isinstance(cause, OSError) else None


def _by_kind(error: Exception) -> tuple[str, str]:
    if isinstance(error, httpx.ConnectError):
        return "cannot be reached", ""
    if isinstance(error, httpx.RemoteProtocolError | httpx.NetworkError | OSError):
        return "cut the answer off before its end", ""
    return "and we do not understand each other", "Is it the API that listens there?"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and everything behind it, groups opened; each once."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__context__, cause.__cause__]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions
