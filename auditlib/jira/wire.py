"""The last place before the wire: one session for one address, that sends nothing which is not on the list."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from auditlib import __version__
from auditlib.jira.credentials import Authorization
from auditlib.jira.network import bundle_of
from auditlib.jira.read_only import require_allowed
from auditlib.jira.refusal import REPEATS
from auditlib.jira.repeated import cleanse, tells_secret
from auditlib.jira.watch import OddAnswerError, TooLargeError, TooLongError, Watch, WatchedAdapter, watched
from auditlib.responses.bounds import LARGEST_ANSWER, LARGEST_FILE

LONGEST_DOWNLOAD: Final = 3600.0
"""Seconds that one file may take: two gigabytes at 600 kB a second."""

_PIECE: Final = 1 << 16

# It would log headers that it can't read, as a warning with all their text: what a gateway repeats stands in it.
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

Permit = Callable[[str, str], None]
"""Raises ``ForbiddenRequestError`` unless a method and a path below the base address may be asked."""


class _GuardedAdapter(WatchedAdapter):
    """A request that is not on the list ends here, and so does an endless answer; a secret that comes back goes no further."""

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
        kwargs["timeout"] = self._timeouts
        try:
            return cleanse(self._answer(request, *args, **kwargs), with_body=not kwargs.get("stream"))
        except (requests.exceptions.RequestException, HTTPError) as error:
            if tells_secret(request, repr(error)):
                raise OddAnswerError(REPEATS) from None
            raise

    def _answer(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request; return its response with its body, unless it is a file, which its reader takes piece by piece."""
        watch, ends = Watch(self._longest_answer), time.monotonic() + self._longest_answer
        with watched(watch):
            response = super().send(request, *args, **kwargs)
            if kwargs.get("stream"):
                return response
            watch.head_ended()
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
    """Read a body up to the bounds of an answer; a time-out is for each wait for data, so one that drips is ended here."""
    body = bytearray()
    try:
        _fill(body, response, ends)
    except BaseException:
        body.clear()  # the traceback would hold it, for each of the threads and tries that met the bound
        raise
    return bytes(body)


def _fill(body: bytearray, response: requests.Response, ends: float) -> None:
    for chunk in response.iter_content(_PIECE):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise TooLargeError(f"the answer holds more than {LARGEST_ANSWER:,} bytes", heavy=True)
        if time.monotonic() > ends:
            raise TooLongError("the answer did not end in time", heavy=True)


@contextmanager
def reading_file(response: requests.Response) -> Iterator[None]:
    """Watch what is read of a file meanwhile: it drips no longer than any answer, and has an hour.

    Raises
    ------
    OddAnswerError
        If it breaks a bound.
    """
    with watched(Watch(LONGEST_DOWNLOAD, LARGEST_FILE, in_head=False, once_begun=LONGEST_DOWNLOAD), response):
        yield


def pieces_of(response: requests.Response, most: int = LARGEST_FILE) -> Iterator[bytes]:
    """Yield a file as it comes; one that is shorter than its head says is cut, one that is larger than it may be is ended."""
    ends = time.monotonic() + LONGEST_DOWNLOAD
    came, said = 0, response.headers.get("Content-Length", "")
    with reading_file(response):  # to the end of it: what was cut looks like an end
        for piece in response.iter_content(_PIECE):
            came += len(piece)
            if came > most:
                raise TooLargeError(f"it holds more than {most:,} bytes")
            yield piece
            if time.monotonic() > ends:
                raise TooLongError(f"it did not end within {LONGEST_DOWNLOAD:,.0f} s")
    if said.isdigit() and "Content-Encoding" not in response.headers and came != int(said):
        raise requests.exceptions.ChunkedEncodingError
