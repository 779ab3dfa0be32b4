"""A secret that comes back: what stands in front of a Jira may repeat the credentials in what it answers.

Some gateways put the headers of a request into their page of errors. So each answer is searched for the secrets that went
out with its question, in all forms in which they may stand there, before anyone reads it. What repeats one is left out as a
whole, a header or the body: a part that was blackened would be neither what came nor safe. The answer then carries the header
`LEFT_OUT`, which says so wherever its words would stand, and in ``raw/index.jsonl``.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

import requests

from auditlib.jira.refusal import LEFT_OUT, REPEATS
from auditlib.secret_forms import needles_of

_COOKIE: Final = 16
"""Characters of a cookie that may be a session; shorter ones are settings."""

_ESCAPED: Final = re.compile(rb"\\u00([0-7][0-9a-f])")
_IN_JSON: Final = re.compile(rb"\\u00[0-7][0-9a-f](?:\\u00[0-7][0-9a-f]){5}")
_IN_ADDRESS: Final = re.compile(rb"%(?:25)?[0-9a-f]{2}(?:%(?:25)?[0-9a-f]{2}){5}")
_IN_HTML: Final = re.compile(rb"&#x?[0-9a-f]{2,4};(?:&#x?[0-9a-f]{2,4};){5}")
"""Six characters in a row that need not be written so: only then it is worth reading a text in another way."""
_OF_ACCOUNT: Final = "client_secret"


def cleanse(response: requests.Response, *, with_body: bool = True) -> requests.Response:
    """Leave out of a response what repeats a secret; its body too, unless that is a file's. Returns the same response."""
    secrets = secrets_of(response)
    if not secrets:
        return response
    for name, value in list(response.headers.items()):
        if name.lower() != "set-cookie" and _repeats(value.encode("utf-8", "replace"), secrets):
            response.headers[name] = ""
            response.headers[LEFT_OUT] = REPEATS
    if _repeats((response.reason or "").encode("utf-8", "replace"), secrets):
        response.reason = ""
    if with_body:
        response._content = without_secret(response, response.content)  # noqa: SLF001 - as requests keeps a body
    return response


def without_secret(response: requests.Response, body: bytes) -> bytes:
    """Return the body of a response, or nothing of it if it repeats a secret; then its headers say so."""
    if not _repeats(body, secrets_of(response)):
        return body
    response.headers[LEFT_OUT] = REPEATS
    return b""


def tells_secret(request: requests.PreparedRequest | None, text: str) -> bool:
    """Say whether a text, such as that of an error, repeats what went out with a request."""
    return request is not None and _repeats(text.encode("utf-8", "replace"), _sent(request))


def secrets_of(response: requests.Response) -> tuple[str, ...]:
    """Return the secrets that went out with the question of a response, and the sessions that came with it."""
    came = (value for value in response.cookies.values() if value and len(value) >= _COOKIE)
    return (*_sent(response.request), *came)


def _sent(request: requests.PreparedRequest) -> tuple[str, ...]:
    """Return the secrets that a request carries: credentials, sessions, the secret of a service account."""
    found = [*_of_authorization(str(request.headers.get("Authorization", "")))]
    for cookie in str(request.headers.get("Cookie", "")).split(";"):
        value = cookie.partition("=")[2].strip()
        found += [value] if len(value) >= _COOKIE else []
    if request.body and _OF_ACCOUNT in str(request.body):
        with suppress(ValueError, TypeError, AttributeError):
            found.append(str(json.loads(request.body)[_OF_ACCOUNT]))
    return tuple(found)


def _of_authorization(header: str) -> Iterator[str]:
    kind, _, value = header.partition(" ")
    if not value:
        return
    yield value
    if kind == "Basic":
        pair = base64.b64decode(value).decode("utf-8", "replace")
        yield pair
        yield pair.partition(":")[2]


@lru_cache(maxsize=64)
def _needles(secrets: tuple[str, ...]) -> tuple[bytes, ...]:
    plain = {needle.lower() for needle in needles_of(secrets) if needle}
    again = {needle.replace(b"%", b"%25") for needle in plain} | {needle.replace(b"/", b"\\/") for needle in plain}
    found = plain | again
    # What holds another one stands nowhere without it.
    return tuple(sorted(one for one in found if not any(other != one and other in one for other in found)))


def _repeats(text: bytes, secrets: tuple[str, ...]) -> bool:
    """Say whether one of the secrets stands in a text, in whatever case."""
    needles = _needles(secrets) if secrets and text else ()
    return bool(needles) and any(needle in form for form in _forms(text) for needle in needles)


def _forms(text: bytes) -> Iterable[bytes]:
    """Yield a text in lower case as it is; and where whole words are written in numbers, with those read."""
    lower = text.lower()
    yield lower
    if rb"\u00" in lower and _IN_JSON.search(lower):
        yield _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), lower).lower()
    if b"%" in lower and _IN_ADDRESS.search(lower):
        once = unquote_to_bytes(lower)
        yield once.lower()
        yield unquote_to_bytes(once).lower()
    if b"&#" in lower and _IN_HTML.search(lower):
        yield html.unescape(lower.decode("utf-8", "replace")).encode("utf-8", "replace").lower()
