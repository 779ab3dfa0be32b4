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

_ESCAPED: Final = re.compile(rb"\\u00([0-7][0-9A-Fa-f])")
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
    """Return the body of a response, or nothing of it if it repeats a secret; then its headers say so.

    The body of an answer is searched as it is, and with what JSON may escape; that of a refusal in every form.
    """
    secrets = secrets_of(response)
    if not _repeats(body, secrets, deep=response.status_code != 200):
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
    return tuple(sorted({needle.lower() for needle in needles_of(secrets) if needle}))


def _repeats(text: bytes, secrets: tuple[str, ...], *, deep: bool = True) -> bool:
    """Say whether one of the secrets stands in a text, in whatever case."""
    needles = _needles(secrets) if secrets and text else ()
    return bool(needles) and any(needle in form for form in _forms(text, deep=deep) for needle in needles)


def _forms(text: bytes, *, deep: bool) -> Iterable[bytes]:
    """Yield a text in lower case as it is, and with what is escaped in it read."""
    yield text.lower()
    plain = text
    if b"\\" in text and (b"\\/" in text or b"\\u00" in text):
        plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), text).replace(b"\\/", b"/")
        yield plain.lower()
    if deep and b"%" in text:
        yield unquote_to_bytes(plain).lower()
        yield unquote_to_bytes(unquote_to_bytes(plain)).lower()
    if deep and b"&" in text:
        yield html.unescape(plain.decode("utf-8", "replace")).encode("utf-8", "replace").lower()
