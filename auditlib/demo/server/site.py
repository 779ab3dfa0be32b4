"""The embedded Jira: a made-up or recorded Jira, served over loopback in a thread of its own.

Nothing can be written through it; what it serves is as wilful as the real thing: caps on pages, hidden issues that
look deleted, keys that moved, times in the account's zone.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self
from urllib.parse import unquote

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from auditlib.demo.server import data_center, render
from auditlib.demo.server.cloud import organization
from auditlib.demo.server.cloud import routes as cloud
from auditlib.demo.server.exchange import (
    Answer,
    Asked,
    RefusalError,
    Request,
    Route,
    Served,
    Site,
    Tamper,
    json_answer,
    refusal_answer,
)
from auditlib.demo.server.forms import Forms
from auditlib.demo.server.known_forms import Dialect
from auditlib.demo.server.shape import Shape, part_of, refusal_of_part, refuse_part
from auditlib.demo.server.weather import Faults, Limiter, Rate, limit_headers, refusal, spoilt
from auditlib.demo.world.records import World

__all__ = ["Answer", "Asked", "EmbeddedJira", "Faults", "Rate", "Served", "Tamper"]

_ROUTES = {"cloud": cloud.ROUTES, "data-center": data_center.ROUTES}


class EmbeddedJira:
    """A Jira on loopback; a context manager, or `start` and `stop`.

    Parameters
    ----------
    world : World
        What it holds. It may be changed while it is served: the next request sees the change.
    dialect : {"cloud", "data-center"}
        Which Jira it plays.
    port : int
        0 takes a free one.
    context_path : str
        Put before every path, e.g. ``/jira``.
    page_size : int, optional
        Caps every page, whatever is asked.
    tamper : callable, optional
        Gets each request and its answer, and returns the answer to send: so a test spoils it.
    clock : callable, optional
        Tells the time for ``now()`` and ``serverTime``.
    latency : float
        Seconds that every answer takes longer, many at once.
    rate : Rate, optional
        Refuses requests above it.
    faults : Faults, optional
        What goes wrong, and how often.
    forms : mapping of str to str, optional
        How it answers where sites differ: values of ``forms.FORMS`` by name; those of the world if left out.

    Attributes
    ----------
    forms : Forms
        The forms in use.
    url, user, token : str
        Base address, and basic credentials that work.
    lacks : tuple of str
        What the world lacks of a Jira, in sentences.
    org_key : str
        Key of the organisation, which answers at the same address (Cloud).
    requests : list of Served
        Every request so far, in order, refused and failed ones too.

    Raises
    ------
    UsageError
        If there is no such form.
    """

    def __init__(
        self,
        world: World,
        dialect: Dialect,
        *,
        port: int = 0,
        context_path: str = "",
        page_size: int | None = None,
        tamper: Tamper | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        latency: float = 0.0,
        rate: Rate | None = None,
        faults: Faults | None = None,
        forms: Mapping[str, str] | None = None,
    ) -> None:
        self.world = world
        self.dialect = dialect
        self.forms = Forms(dialect, world.forms if forms is None else forms)
        self.context_path = context_path.rstrip("/")
        self.url = ""
        self.user = world.account.email if dialect == "cloud" else world.account.name
        self.token = world.password
        self.lacks = world.lacks
        self.org_key = world.organization.key
        self._port = port
        self._page_size = page_size
        self._tamper = tamper
        self._clock = clock
        self._latency = latency
        self._limiter = None if rate is None else Limiter(rate)
        self._shape = Shape(self.forms)
        self._fate: Callable[[], str] = (lambda: "") if faults is None else faults.drawing()
        self._served: list[Served] = []
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None

    @property
    def requests(self) -> list[Served]:
        """A copy of the list of requests served, safe to read while more come."""
        return list(self._served)

    def start(self) -> Self:
        """Open the port and serve.

        Raises
        ------
        OSError
            If the port is taken.
        """
        listening = socket.create_server(("127.0.0.1", self._port))
        listening.setblocking(False)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}{self.context_path}"
        site = Site(self.world, self.forms, self.url, self._clock, self._page_size)
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(site, listening, ready)), name="embedded-jira", daemon=True
        )
        self._thread.start()
        ready.wait()
        return self

    def stop(self) -> None:
        """Close all connections, free the port and end the thread; harmless if it does not run."""
        if self._thread is None or self._loop is None or self._ended is None:
            return
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._thread = self._loop = self._ended = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _serve(self, site: Site, listening: socket.socket, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        settings = {"jira": self, "site": site}
        # Tornado would log every 404 as a warning; here they are what is asked for.
        application = Application([(r".*", _Handler, settings)], log_function=lambda _: None)
        server = HTTPServer(application)
        server.add_socket(listening)
        ready.set()
        await self._ended.wait()
        server.stop()
        await server.close_all_connections()

    def answer(self, site: Site, asked: Asked, headers: Mapping[str, str]) -> Answer:
        """Answer one request, refused, failed or spoilt if it is to be, and note it."""
        came = time.monotonic()
        answer = self._limited(site, asked, headers)
        if self._tamper is not None:
            answer = self._tamper(asked, answer)
        self._served.append(Served(asked.method, asked.path, answer.status, came))
        return replace(answer, delay=answer.delay + self._latency) if self._latency else answer

    def _limited(self, site: Site, asked: Asked, headers: Mapping[str, str]) -> Answer:
        if self._limiter is None:
            return self._spoilt(site, asked, headers)
        verdict = self._limiter.take()
        if not verdict.passes:
            return refusal(self._limiter.rate, verdict, self.forms)
        answer = self._spoilt(site, asked, headers)
        told = limit_headers(self._limiter.rate, verdict, self.forms)
        return replace(answer, headers={**answer.headers, **told})

    def _spoilt(self, site: Site, asked: Asked, headers: Mapping[str, str]) -> Answer:
        return spoilt(self._shape(asked.path, _answer(site, asked, headers)), self._fate())


class _Handler(RequestHandler):  # type: ignore[misc,unused-ignore]
    """Takes every request of every method to `EmbeddedJira.answer`."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

    def initialize(self, jira: EmbeddedJira, site: Site) -> None:
        self.jira = jira
        self.site = site

    def compute_etag(self) -> str | None:
        """Make none: it would cost a digest of each body."""
        return None

    def check_xsrf_cookie(self) -> None:
        """Do nothing: there are no cookies."""

    async def _any(self) -> None:
        path = unquote(self.request.path)
        if not path.startswith(self.jira.context_path + "/"):
            await self._send(json_answer({"errorMessages": ["Not found"], "errors": {}}, 404))
            return
        query = {
            name: tuple(value.decode("utf-8", "replace") for value in values)
            for name, values in self.request.query_arguments.items()
        }
        asked = Asked(
            self.request.method or "", path.removeprefix(self.jira.context_path), query, self.request.body or b""
        )
        await self._send(self.jira.answer(self.site, asked, self.request.headers))

    get = head = post = put = patch = delete = options = _any  # type: ignore[assignment,unused-ignore]

    async def _send(self, answer: Answer) -> None:
        if answer.delay:
            await asyncio.sleep(answer.delay)
        if answer.silent or answer.reset:
            await self._hang_up(silent=answer.silent)
            return
        if answer.cut:
            await self._send_half(answer)
            return
        self.set_status(answer.status)
        for name, value in answer.headers.items():
            self.set_header(name, value)
        if answer.status not in {204, 304}:
            self.write(answer.body)

    async def _hang_up(self, *, silent: bool) -> None:
        """Send nothing: wait until the caller gives up, or reset the connection."""
        stream = self.detach()
        if silent:
            gone = asyncio.Event()
            stream.set_close_callback(gone.set)
            await gone.wait()
        else:
            # With no time to linger, closing resets.
            stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        stream.close()

    async def _send_half(self, answer: Answer) -> None:
        """Promise the whole body, send half of it, and hang up."""
        lines = [f"HTTP/1.1 {answer.status} Cut", *(f"{name}: {value}" for name, value in answer.headers.items())]
        head = "\r\n".join([*lines, f"Content-Length: {len(answer.body)}", "", ""]).encode()
        stream = self.detach()
        await stream.write(head + answer.body[: len(answer.body) // 2])
        stream.close()


def _answer(site: Site, asked: Asked, headers: Mapping[str, str]) -> Answer:
    if site.cloud and asked.path.startswith(organization.PLACE):
        return organization.answer(site, asked, headers)
    try:
        known = _known(site, headers.get("Authorization", ""))
    except RefusalError:
        if site.forms.uses("wrong-credentials", "refused"):
            return _unauthorized(site)
        if site.forms.uses("wrong-credentials", "log-in-page"):
            return Answer(200, {"Content-Type": "text/html;charset=UTF-8"}, _LOG_IN_PAGE)
        known = False
    if known and not site.cloud and headers["Authorization"].lower().startswith("basic"):
        barred = _barred(site)
        if barred is not None:
            return barred
    answer = _routed(site, asked, known=known)
    if not known or site.forms.uses("account-header", "absent"):
        return answer
    account = site.world.account
    own = {"X-AAccountId": account.account_id} if site.cloud else {"X-AUSERNAME": _for_header(account.name)}
    return replace(answer, headers={**answer.headers, **own})


_LOG_IN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form><h1>Log in</h1></form></body></html>"
)


def _barred(site: Site) -> Answer | None:
    """Refuse a right password, if the form does."""
    if site.forms.uses("log-in", "open"):
        return None
    headers = {"Content-Type": "text/html;charset=UTF-8"}
    words = "Basic Authentication has been disabled on this instance."
    if site.forms.uses("log-in", "captcha"):
        headers |= {
            "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
            "X-Authentication-Denied-Reason": f"CAPTCHA_CHALLENGE; login-url={site.url}/login.jsp",
        }
        words = "Basic Authentication Failure - Reason : AUTHENTICATION_DENIED"
    body = (
        f"<html><head><title>Forbidden (403)</title></head><body><h1>Forbidden (403)</h1><p>{words}</p></body></html>"
    )
    return Answer(403, headers, body.encode())


def _routed(site: Site, asked: Asked, *, known: bool) -> Answer:
    try:
        route, parts = _find(_ROUTES[site.dialect], asked)
        if not known and not route.anonymous:
            return _unauthorized(site)
        refuse_part(site.forms, asked.path)
        value = route.endpoint(Request(site, asked, known, parts))
    except RefusalError as refusal:
        return refusal_of_part(site.forms, refusal) if part_of(asked.path) else refusal_answer(refusal)
    return value if isinstance(value, Answer) else json_answer(value, default=partial(render.value, site))


def _for_header(text: str) -> str:
    """Make a text fit for a header."""
    return text.encode("ascii", "replace").decode()


def _find(routes: tuple[Route, ...], asked: Asked) -> tuple[Route, dict[str, str]]:
    """Find the operation; 405 if there is one of this path, but with another method."""
    seen = False
    method = "GET" if asked.method == "HEAD" else asked.method
    for route in routes:
        parts = route.match(asked.path)
        if parts is not None and route.method == method:
            return route, parts
        seen = seen or parts is not None
    raise RefusalError(405, "Method Not Allowed") if seen else RefusalError(404, "Not Found")


def _known(site: Site, authorization: str) -> bool:
    """Say whether the credentials are right; no credentials make an anonymous caller, wrong ones are refused.

    Raises
    ------
    RefusalError
        401.
    """
    if not authorization:
        return False
    scheme, _, value = authorization.partition(" ")
    right = False
    if scheme.lower() == "basic":
        right = _basic(site, value.strip())
    elif scheme.lower() == "bearer" and not site.cloud:
        right = secrets.compare_digest(value.strip().encode(), site.world.password.encode())
    if not right:
        raise RefusalError(401)
    return True


def _basic(site: Site, value: str) -> bool:
    try:
        name, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (ValueError, binascii.Error):
        return False
    wanted = site.world.account.email if site.cloud else site.world.account.name
    same_name = name.casefold() == wanted.casefold()
    return secrets.compare_digest(password.encode(), site.world.password.encode()) and same_name


def _unauthorized(site: Site) -> Answer:
    if site.cloud:
        body: Any = {"message": "Client must be authenticated to access this resource.", "status-code": 401}
        return json_answer(body, 401)
    page = b"<html><head><title>Unauthorized (401)</title></head><body><h1>Unauthorized (401)</h1></body></html>"
    headers = {"Content-Type": "text/html;charset=UTF-8", "WWW-Authenticate": 'OAuth realm="embedded"'}
    return Answer(401, headers, page)
