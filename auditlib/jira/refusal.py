"""Why a Jira, or what stands in front of it, refused: its own words, wherever an answer carries them. Pure, no I/O.

Jira says why in ``errorMessages`` and ``errors``; its gateways, proxies and single sign-on say it in ``message``,
``error``, ``reason``, in XML, in a page of HTML, or only in a header. Sources: docs/jira.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup

from auditlib.text import shorten, visible_text

UNSAID: Final = "without a reason"
"""Stands for the words of an answer that has none."""

LEFT_OUT: Final = "x-auditlib-left-out"
"""Header of our own by which an answer says that something in it was left out (``jira.repeated``)."""

REPEATS: Final = "what it answered repeats a credential, and is neither shown nor kept"

REASON_HEADERS: Final = (
    LEFT_OUT,
    "x-authentication-denied-reason",
    "x-seraph-loginreason",
    "x-failure-category",
    "www-authenticate",
)
"""Headers that may say why, the most telling first."""

_MEMBERS: Final = (
    *("errorMessages", "errors", "message", "errorMessage", "error_description", "error", "reason"),
    *("messages", "title", "detail", "details"),
)
_LONGEST: Final = 300
_LONGEST_HOST: Final = 100
_READ: Final = 1 << 16
_DEPTH: Final = 4
_CHARSET: Final = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_DESCRIPTION: Final = re.compile(r'error(?:_description)?="([^"]+)"')
_XML_HEAD: Final = re.compile(r"\A\s*<\?xml[^>]*>")
_TAG: Final = re.compile(r"<[^>]*>")
_NOTHING_TOLD: Final = frozenset({"OK", ""})


def reason(status: int, headers: Mapping[str, str], body: Any) -> str:
    """Return in Jira's own words why it refused.

    Parameters
    ----------
    status : int
        HTTP status; says nothing that is not in the words, but for its standard name.
    headers : mapping
        Found whatever their case.
    body : bytes or parsed JSON
        As received.

    Returns
    -------
    str
        One line of visible text of at most 300 characters; ``without a reason`` if the answer has no words.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    said = _of_body(lower, body) if isinstance(body, bytes) else list(_said(body))
    lines: list[str] = []
    for line in map(_line, [*said, *_of_headers(lower)]):
        told = line.partition(": ")[2] if line.partition(":")[0] in REASON_HEADERS else line
        if told and not _is_name(line, status) and not any(told in before for before in lines):
            lines.append(line)
    return shorten("; ".join(lines), _LONGEST) if lines else UNSAID


def refusal(status: int, headers: Mapping[str, str], body: Any) -> str:
    """Return a status and why, for a sentence: ``Jira answered 403: You may not see watchers``."""
    words = reason(status, headers, body)
    host = {name.lower(): value for name, value in headers.items()}.get("location", "")
    if 300 <= status < 400 and host:
        shown = shorten(_line(host), _LONGEST_HOST)
        return f"Jira answered {status} and leads to {shown}, which was not asked"
    return f"Jira answered {status}" + ("" if words == UNSAID else f": {words}")


def log_refusal(status: int, headers: Mapping[str, str], body: Any) -> str:
    """Say why the audit log could not be read, with what it takes to read it."""
    words = reason(status, headers, body)
    lower = words.lower()
    if "scope" in lower:
        hint = "a token with scopes needs manage:jira-configuration, or read:audit-log:jira and read:user:jira"
    elif status in {401, 403}:
        hint = "it takes the permission Administer Jira"
    else:
        hint = {404: "no such log at this address", 410: "no such log at this address any more"}.get(status, "")
    return f"Jira answered {status}, {words.removesuffix('.')}" + (f": {hint}" if hint else "")


def wants_captcha(headers: Mapping[str, str]) -> bool:
    """Say whether Jira refuses user and password until somebody has logged in with a browser."""
    lower = {name.lower(): value for name, value in headers.items()}
    return (
        "CAPTCHA" in lower.get("x-authentication-denied-reason", "").upper()
        or "AUTHENTICATION_DENIED" in lower.get("x-seraph-loginreason", "").upper()
    )


def _of_body(headers: Mapping[str, str], body: bytes) -> list[str]:
    """Return what a body says, whatever it is made of."""
    try:
        return list(_said(json.loads(body)))
    except (ValueError, RecursionError):
        pass
    text = _decoded(headers, body[:_READ])
    if "\0" in text:  # a picture, say
        return []
    return _of_markup(text) if "<" in text else [text]


def _decoded(headers: Mapping[str, str], body: bytes) -> str:
    named = _CHARSET.search(headers.get("content-type", ""))
    if named and named[1].lower() != "utf-8":
        with suppress(LookupError, ValueError):
            return body.decode(named[1], "replace")
    return body.decode("utf-8-sig", "replace")


def _of_markup(text: str) -> list[str]:
    """Return the words of a page: title, headings and the first paragraphs; of other markup, the members that say why."""
    try:
        page = BeautifulSoup(_XML_HEAD.sub("", text), "html.parser")
    except ParserRejectedMarkup:
        return [_TAG.sub(" ", text)]
    for unseen in page.find_all(["script", "style", "noscript"]):
        unseen.decompose()
    if page.find(["html", "body", "title", "h1"]) is None:
        named = page.find_all([name.lower() for name in _MEMBERS if name != "errors"])
        return [one.get_text(" ") for one in named if one.get_text(strip=True)] or [page.get_text(" ")]
    parts = [*page.find_all("title", limit=1), *page.find_all(["h1", "h2"], limit=2), *page.find_all("p", limit=2)]
    found = [part.get_text(" ") for part in parts if part.get_text(strip=True)]
    return found or [page.get_text(" ")]


def _said(answer: Any, depth: int = 0) -> Iterator[str]:
    """Yield the words of a JSON answer."""
    if isinstance(answer, str):
        yield answer
    elif depth > _DEPTH:
        return
    elif isinstance(answer, list):
        for one in answer:
            yield from _said(one, depth + 1)
    elif isinstance(answer, dict):
        for name in _MEMBERS:
            value = answer.get(name)
            if name == "errors" and isinstance(value, dict):
                for what, why in value.items():
                    told = "; ".join(_said(why, depth + 1))
                    if told:
                        yield f"{what}: {told}"
            else:
                yield from _said(value, depth + 1)


def _of_headers(headers: Mapping[str, str]) -> list[str]:
    """Return what headers say; of a challenge only what it says of an error."""
    found = []
    for name in REASON_HEADERS:
        value = headers.get(name, "").strip()
        if name == LEFT_OUT:
            found += [REPEATS] if value else []
        elif name == "www-authenticate":
            found += _DESCRIPTION.findall(value)
        elif value.upper() not in _NOTHING_TOLD:
            found.append(f"{name}: {value}")
    return found


def _line(text: str) -> str:
    return visible_text(" ".join(text.split()))


def _is_name(line: str, status: int) -> bool:
    """Say whether a line is nothing but the standard name of the status."""
    try:
        name = HTTPStatus(status).phrase
    except ValueError:
        return line == str(status)
    bare = re.sub(r"[\W_]+", " ", line.casefold()).strip()
    return bare in {
        str(status),
        name.casefold(),
        f"{status} {name}".casefold(),
        f"{name} {status}".casefold(),
        f"http status {status} {name}".casefold(),
    }
