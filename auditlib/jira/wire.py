"""The last place before the wire: one session for one address, that sends nothing which is not on the list."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from auditlib import __version__
from auditlib.jira.credentials import Authorization
from auditlib.jira.network import bundle_of
from auditlib.jira.read_only import require_allowed

_LONGEST_DOWNLOAD: Final = 3600.0

Permit = Callable[[str, str], None]
"""Raises ``ForbiddenRequestError`` unless a method and a path below the base address may be asked."""


class _GuardedAdapter(HTTPAdapter):
    """A request that is not on the list ends here, and so does an endless answer."""

    def __init__(
        self, base_path: str, timeouts: tuple[float, float], longest_answer: float, permit: Permit = require_allowed
    ) -> None:
        self._base_path = base_path
        self._timeouts = timeouts
        self._longest_answer = longest_answer
        self._permit = permit
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        path = urlsplit(request.url or "").path
        self._permit(request.method or "", path.removeprefix(self._base_path).lstrip("/"))
        if kwargs.get("stream"):  # a file, which its reader takes piece by piece
            return super().send(request, *args, **{**kwargs, "timeout": self._timeouts})
        ends = time.monotonic() + self._longest_answer
        response = super().send(request, *args, **{**kwargs, "timeout": self._timeouts})
        try:
            response._content = _read_until(response, ends)  # noqa: SLF001 - as requests does with a body it has read
        except BaseException:
            response.close()
            raise
        return response


class _Session(requests.Session):
    """A session to which a redirect is an answer like others: it is not followed, and its address is not read here."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return that there is none."""
        del resp


def make_session(
    address: str,
    authorization: Authorization,
    *,
    timeouts: tuple[float, float],
    longest_answer: float,
    trust_environment: bool,
    permit: Permit = require_allowed,
) -> requests.Session:
    """Make a session that can send to one address only, and there only what is permitted.

    Parameters
    ----------
    address : str
        Base address: scheme, host, port and path. Whatever lies elsewhere has no way out.
    authorization : Authorization
        Puts the credentials on.
    timeouts : (float, float)
        For a connection; the longest wait for data. In seconds.
    longest_answer : float
        Seconds after which an answer that still drips is ended.
    trust_environment : bool
        Whether the variables for proxies and certificates hold.
    permit : callable
        The list.
    """
    session = _Session()
    session.headers["User-Agent"] = f"auditlib/{__version__}"
    session.auth = authorization
    session.trust_env = trust_environment
    bundle = bundle_of(os.environ) if trust_environment else None
    if bundle is not None:
        session.verify = bundle[1]
    prepared = requests.PreparedRequest()
    prepared.prepare_url(f"{address}/", None)
    parts = urlsplit(prepared.url or address)
    adapter = _GuardedAdapter(parts.path.rstrip("/"), timeouts, longest_answer, permit)
    session.adapters.clear()
    session.mount(f"{parts.scheme}://{parts.netloc}/", adapter)
    return session


def _read_until(response: requests.Response, ends: float) -> bytes:
    """Read a body; the time-out is for each wait for data, so one that drips without end is ended here."""
    body = bytearray()
    for chunk in response.iter_content(2048):  # the larger, the later a drip is noticed
        body += chunk
        if time.monotonic() > ends:
            raise requests.exceptions.ReadTimeout
    return bytes(body)


def pieces_of(response: requests.Response) -> Iterator[bytes]:
    """Yield a file as it comes; one that is shorter than its head says is cut, one that takes an hour is ended."""
    ends = time.monotonic() + _LONGEST_DOWNLOAD
    came, said = 0, response.headers.get("Content-Length", "")
    for piece in response.iter_content(1 << 16):
        came += len(piece)
        yield piece
        if time.monotonic() > ends:
            raise requests.exceptions.ReadTimeout
    if said.isdigit() and "Content-Encoding" not in response.headers and came != int(said):
        raise requests.exceptions.ChunkedEncodingError
