"""The time-stamping authority asked for a token, over HTTP: the one request that goes to no Jira and to no Atlassian.

It carries the digest of the tag manifest, which is not secret, and no credential: neither a Jira's nor one of this machine's.
The read-only list of requests (``jira/read_only.py``) is that of Jiras, and does not know it; what may be sent here is this one
form alone. Whatever answers is bounded in size and time, a redirect is not followed, and what is no token over these bytes, asked
for with this number, is not kept.

Notes
-----
RFC 3161, section 3.4: ``POST`` of ``application/timestamp-query``.
"""

from __future__ import annotations

import os
import time
from typing import Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from auditlib import __version__
from auditlib.errors import AuditError
from auditlib.jira.network import bundle_of, proxy_of, proxy_wants_password
from auditlib.jira.watch import OddAnswerError, Watch, WatchedAdapter, watched
from auditlib.package.time_stamp import LARGEST_STAMP, Stamp, StampError, question, require_answer
from auditlib.text import shorten, visible_text

_CONNECTS_WITHIN: Final = 10.0
ANSWERS_WITHIN: Final = 30.0
"""Seconds for the whole answer, which has a few thousand bytes."""

_TRIES: Final = 2
_WAITS: Final = 2.0
_PIECE: Final = 1 << 14
_LONGEST: Final = 160


class AuthorityError(AuditError):
    """The authority gave no token; says why, and names its address without what follows a question mark."""


def ask_for_stamp(content: bytes, address: str, *, seconds: float = ANSWERS_WITHIN) -> tuple[bytes, Stamp]:
    """Ask an authority for a token over bytes.

    Parameters
    ----------
    content : bytes
        The tag manifest; its SHA-256 alone is sent.
    address : str
        ``timestamp_url``.
    seconds : float
        For one answer.

    Returns
    -------
    answer : bytes
        All of it, as it is to be kept.
    stamp : Stamp
        What it says.

    Raises
    ------
    AuthorityError
        If none came that answers the question.
    """
    asked = question(content)
    shown = _shown(address)
    for left in reversed(range(_TRIES)):
        try:
            answer = _post(asked.as_bytes(), address, seconds)
            return answer, require_answer(asked, content, answer)
        except _PassingError as error:
            if not left:
                raise AuthorityError(f"{shown} gives no time stamp: {error}") from None
            time.sleep(_WAITS)
        except (StampError, OddAnswerError, _LastingError) as error:
            raise AuthorityError(f"{shown} gives no time stamp: {error}") from None
    raise AuthorityError(f"{shown} was not asked")  # of no tries


class _PassingError(Exception):
    """What asking once more may mend."""


class _LastingError(Exception):
    """What asking once more does not mend."""


class _NoCredential(requests.auth.AuthBase):
    """Puts nothing on a request; so the library does not look for a password of this machine either."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class _Session(requests.Session):
    """A session that follows nothing, and takes no cookie along."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return that there is none."""
        del resp


def _post(query: bytes, address: str, seconds: float) -> bytes:
    """Send a question once; return the body of its answer."""
    with _Session() as session:
        adapter = WatchedAdapter(max_retries=0)
        session.adapters.clear()
        session.mount(f"{urlsplit(address).scheme}://", adapter)
        bundle = bundle_of(os.environ)
        if bundle is not None:
            session.verify = bundle[1]
        heads = {
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
            "Accept-Encoding": "identity",
            "User-Agent": f"auditlib/{__version__}",
        }
        watch = Watch(seconds, LARGEST_STAMP, once_begun=seconds)
        try:
            with (
                watched(watch),
                session.post(
                    address,
                    data=query,
                    headers=heads,
                    auth=_NoCredential(),
                    timeout=(min(_CONNECTS_WITHIN, seconds), seconds),
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                watch.head_ended()
                return _body(response, address)
        except OddAnswerError:
            raise
        except (requests.exceptions.RequestException, HTTPError, OSError, UnicodeError) as error:
            raise _fault(error, address, seconds) from None


def _body(response: requests.Response, address: str) -> bytes:
    """Return the body of an answer, if it is one."""
    where = visible_text(response.headers.get("Location", "").partition("?")[0]).strip()
    if where and 300 <= response.status_code < 400:
        raise _LastingError(f"it leads to {shorten(where, _LONGEST)}; put that into timestamp_url")
    if response.status_code == 407:
        raise _LastingError(proxy_wants_password(address))
    if response.status_code == 429 or response.status_code >= 500:
        raise _PassingError(f"it answered with status {response.status_code}")
    if response.status_code != 200:
        raise _LastingError(f"it answered with status {response.status_code}; is timestamp_url its address?")
    body = bytearray()
    for piece in response.iter_content(_PIECE):
        body += piece
        if len(body) > LARGEST_STAMP:
            raise _LastingError(f"its answer has more than {LARGEST_STAMP:,} bytes, which no time stamp has")
    return bytes(body)


def _fault(error: Exception, address: str, seconds: float) -> Exception:
    """Return what to raise of an error below, in words."""
    if isinstance(error, requests.exceptions.ProxyError):
        return _PassingError(f"the proxy {proxy_of(address)} lets nothing through; check HTTPS_PROXY and HTTP_PROXY")
    if isinstance(error, requests.exceptions.SSLError):
        said = shorten(visible_text(" ".join(str(error).split())), _LONGEST)
        return _LastingError(f"its certificate can't be verified, or it does not speak TLS there ({said})")
    if isinstance(error, requests.exceptions.Timeout):
        return _PassingError(f"no answer came within {seconds:g} s")
    if isinstance(error, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return _PassingError("its answer was cut, or can't be unpacked")
    if isinstance(error, requests.exceptions.ConnectionError | HTTPError):
        return _PassingError("no connection came about, or it broke; is the address right, and does it answer?")
    said = shorten(visible_text(" ".join(str(error).split())), _LONGEST)
    return _LastingError(f"it can't be asked: {said or type(error).__name__}")


def _shown(address: str) -> str:
    """Return an address without what follows a question mark, which may be a key."""
    return visible_text(address.partition("?")[0])
