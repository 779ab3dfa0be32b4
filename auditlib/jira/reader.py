"""The read-only client: one question in, one kept response out. Over atlassian-python-api, with what that lacks.

What is added: an allow-list in front of the wire, retries out of one budget, checks of content type, completeness and
identity, and every response written to disk before anyone reads it.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

import requests
from atlassian import Jira
from atlassian.jira import JiraCloud
from requests.adapters import HTTPAdapter

from auditlib import __version__
from auditlib.errors import AccountRefusedError, AnswerError, SourceError, UnreachableError
from auditlib.jira import cloud
from auditlib.jira.allowed import require_allowed
from auditlib.jira.dialect import Dialect
from auditlib.jira.refusal import UNSAID, reason, wants_captcha
from auditlib.jira.request import Request
from auditlib.jira.throttle import Reply, Throttle, read_reply
from auditlib.raw import Entry, RawStore

FAULTS: Final = frozenset({500, 502, 503, 504})
TRIES_PER_QUESTION: Final = 6
TRIES_OF_ANOTHER_TYPE: Final = 2
"""A login page may be a gateway's hiccup once; twice it is an answer."""
PART_REFUSALS: Final = frozenset({400, 401, 403, 404, 405, 410, 501})
"""Statuses that say of a part (the log, watchers, a file): this account may not read it, or this Jira does not have it."""
IDENTITY_HEADER: Final = "x-aaccountid"
LEAST_RETRIES: Final = 200
RETRIED_SHARE: Final = 0.2
_LONGEST_WAIT: Final = 30.0
_LONGEST_DOWNLOAD: Final = 3600.0
_LONGEST_REFUSAL: Final = 1 << 16
_ON_DISK: Final = object()  # stands for the body of an answer that came before


@dataclass(frozen=True)
class Credentials:
    """What proves who asks; never shown.

    Attributes
    ----------
    token : str
        API token, password or personal access token.
    user : str or None
        E-mail address (Cloud) or user name (Data Center); None sends the token as a bearer.
    """

    token: str = field(repr=False)
    user: str | None = field(default=None, repr=False)


class _ReadOnlyAdapter(HTTPAdapter):
    """The last place before the wire: a request that is not on the list ends here, and so does an endless answer."""

    def __init__(self, base_path: str, timeouts: tuple[float, float], longest_answer: float) -> None:
        self._base_path = base_path
        self._timeouts = timeouts
        self._longest_answer = longest_answer
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        path = urlsplit(request.url or "").path
        require_allowed(request.method or "", path.removeprefix(self._base_path).lstrip("/"))
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


def _read_until(response: requests.Response, ends: float) -> bytes:
    """Read a body; the time-out is for each wait for data, so one that drips without end is ended here."""
    body = bytearray()
    for chunk in response.iter_content(2048):  # the larger, the later a drip is noticed
        body += chunk
        if time.monotonic() > ends:
            raise requests.exceptions.ReadTimeout
    return bytes(body)


def _pieces(response: requests.Response, ends: float) -> Iterator[bytes]:
    """Yield a file as it comes; one that is shorter than its head says is cut."""
    came, said = 0, response.headers.get("Content-Length", "")
    for piece in response.iter_content(1 << 16):
        came += len(piece)
        yield piece
        if time.monotonic() > ends:
            raise requests.exceptions.ReadTimeout
    if said.isdigit() and "Content-Encoding" not in response.headers and came != int(said):
        raise requests.exceptions.ChunkedEncodingError


class RetryBudget:
    """Retries after faults that a whole run may spend; shared by all its questions.

    Parameters
    ----------
    retries : int
        Granted whatever the length of the run.
    share : float
        Granted as a share of the requests sent so far, if that is more: a long run meets more faults.
    """

    def __init__(self, retries: int = LEAST_RETRIES, share: float = RETRIED_SHARE) -> None:
        self._least = retries
        self._share = share
        self._spent = 0
        self._lock = threading.Lock()

    def spend(self, sent: int) -> bool:
        """Take one retry after ``sent`` requests; False when none is left."""
        with self._lock:
            if self._spent >= max(self._least, self._share * sent):
                return False
            self._spent += 1
            return True


class _FaultError(Exception):
    """An answer, or the lack of one, that is worth asking for again."""


class _CutAnswerError(AnswerError):
    """The answer is not whole JSON."""


class _OtherTypeError(AnswerError):
    """The answer is not Jira's JSON at all."""


@dataclass(frozen=True)
class _Wanted:
    """Which statuses are an answer, and whether a refusal is one too, for the rest goes on without it."""

    statuses: Sequence[int]
    part: bool = False


class JiraReader:
    """Asks one Jira as one account, and keeps what it answers.

    Parameters
    ----------
    base_url : str
        Base address, with context path if there is one.
    dialect : Dialect
        Cloud or Data Center.
    credentials : Credentials
        From the environment, or the embedded Jira's.
    store : RawStore
        Where responses go.
    timeout_seconds, connect_seconds, answer_seconds : float
        The longest wait for data; for a connection; for a whole answer.
    budget : RetryBudget
        Of retries after faults, for the whole run.
    first_wait_seconds : float
        Before the first retry; doubles up to 30 s. The base of 2 s is Atlassian's advice.
    throttle : Throttle
        The gate that every request passes; at most 8 at once if left out.

    Attributes
    ----------
    account_id : str or None
        Of the account that every answer must be for, where Jira tells it (Cloud).
    knows_account : bool
        Whether Jira said who we are: from then on, a refusal is one of what was asked for, not of the account.
    on_answer : callable or None
        Is shown each usable answer that came just now, parsed, by the thread that asked.

    Notes
    -----
    May be used by many threads at once. Each has a connection of its own; a question that another thread is asking is
    not sent again.
    """

    def __init__(
        self,
        base_url: str,
        dialect: Dialect,
        credentials: Credentials,
        store: RawStore,
        *,
        timeout_seconds: float = 60.0,
        connect_seconds: float = 10.0,
        answer_seconds: float = 300.0,
        budget: RetryBudget | None = None,
        first_wait_seconds: float = 2.0,
        throttle: Throttle | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.dialect = dialect
        self.store = store
        self.account_id: str | None = None
        self.knows_account = False
        self.on_answer: Callable[[Entry, Any], None] | None = None
        self.throttle = throttle or Throttle()
        self._credentials = credentials
        self._timeouts = (min(connect_seconds, timeout_seconds), timeout_seconds)
        self._longest_answer = max(answer_seconds, timeout_seconds)
        self._budget = budget or RetryBudget()
        self._first_wait = first_wait_seconds
        self._stopped = threading.Event()
        self._own = threading.local()
        self._lock = threading.Lock()
        self._clients: list[Any] = []
        self._asking: dict[tuple[str, str], Future[Entry]] = {}

    @property
    def _client(self) -> Any:
        """The calling thread's own client: a session of requests is not made for many threads."""
        client = getattr(self._own, "client", None)
        if client is None:
            client = self._own.client = self._make_client()
            with self._lock:
                self._clients.append(client)
        return client

    def _make_client(self) -> Any:
        session = requests.Session()
        session.headers["User-Agent"] = f"auditlib/{__version__}"
        adapter = _ReadOnlyAdapter(urlsplit(self.base_url).path.rstrip("/"), self._timeouts, self._longest_answer)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        # A proxy of the environment has no way to this machine's own loopback.
        session.trust_env = urlsplit(self.base_url).hostname not in {"127.0.0.1", "::1", "localhost"}
        make = JiraCloud if self.dialect.NAME == cloud.NAME else Jira
        token, user = self._credentials.token, self._credentials.user
        who = {"token": token} if user is None else {"username": user, "password": token}
        return make(
            self.base_url,
            session=session,
            backoff_and_retry=False,
            retry_with_header=False,
            **who,
        )

    def stop(self, why: str) -> None:
        """Ask nothing more: every thread that waits or comes gets an ``UnreachableError`` that says why."""
        self.throttle.stop(why)
        self._stopped.set()

    def close(self) -> None:
        """Close the connections of all threads; none may be asking any more."""
        with self._lock:
            clients, self._clients = self._clients, []
        for client in clients:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(
        self,
        topic: str,
        request: Request,
        *,
        allowed: Sequence[int] = (200,),
        part: bool = False,
        most_tries: int = TRIES_PER_QUESTION,
    ) -> Entry:
        """Answer a question from disk if it was asked before under this topic, else from Jira.

        Parameters
        ----------
        topic : str
            What it is asked for; the folder of the response.
        request : Request
            The question.
        allowed : sequence of int
            Statuses that are an answer; 404 where "no" is one.
        part : bool
            Whether the rest goes on without it: then its refusal, whatever it is written in, is an answer too, once Jira
            said who we are. ``jira.refusal`` reads why.
        most_tries : int
            Fewer for the first contact, so that a wrong address is told at once.

        Returns
        -------
        Entry
            The kept response; its body is complete, and JSON but for the refusal of a part.

        Raises
        ------
        AccountRefusedError
            On 401.
        UnreachableError
            If no answer came within the tries and the budget, or the server refused for too long.
        AnswerError
            If the answer is not JSON, is cut, or was given to another account. What came is kept as a refused response.
            A cut answer is asked for again like after any fault, one of another type once.
        SourceError
            On any other status.
        """
        return self._answer(topic, request, _Wanted(allowed, part), most_tries)[0]

    def answer(
        self, topic: str, request: Request, *, allowed: Sequence[int] = (200,), part: bool = False
    ) -> tuple[Entry, Any]:
        """As ``ask``, with the parsed body, None for the refusal of a part.

        The body is read from disk only if it did not come just now.
        """
        entry, body = self._answer(topic, request, _Wanted(allowed, part), TRIES_PER_QUESTION)
        if part and entry.status not in allowed:
            return entry, None
        return entry, self.store.json(entry) if body is _ON_DISK else body

    def download(self, topic: str, request: Request, target: Path) -> Entry:
        """Fetch a file as a stream, to its place in a dossier; from disk if it came before.

        Any other answer is kept as that answer: the file is not to be had, and that is told where it is missed.

        Raises
        ------
        UnreachableError, AccountRefusedError, SourceError
            As ``ask``.
        """
        known = self.store.find(topic, request)
        if known is not None and (known.status != 200 or target.is_file()):
            return known
        require_allowed(request.method, request.path)
        sent = faults = 0
        while True:
            sent += 1
            try:
                entry = self._download(topic, request, target, sent)
            except (_FaultError, requests.exceptions.RequestException) as error:
                faults += 1
                fault = _short(error) if isinstance(error, requests.exceptions.RequestException) else str(error)
                if faults >= TRIES_PER_QUESTION or not self._budget.spend(self.throttle.requests):
                    message = f"{self.base_url} did not give the file of {request} in {sent} tries: {fault}"
                    raise UnreachableError(message) from None
                self._wait(faults)
                continue
            if entry is not None:
                return entry

    def _download(self, topic: str, request: Request, target: Path, sent: int) -> Entry | None:
        """Fetch a file once; None if the server has too much to do."""
        reply = Reply("lost")
        sent_at = self.throttle.enter()
        address = f"{self.base_url}/{request.path}"
        try:
            with self._client._session.get(  # noqa: SLF001 - its own methods decode every body as text
                address, params=dict(request.query) or None, stream=True, allow_redirects=False
            ) as response:
                reply = read_reply(response.status_code, response.headers)
                if reply.kind != "passed":
                    return None
                if response.status_code in FAULTS:
                    raise _FaultError(f"status {response.status_code}")
                problem = self._identity_problem(response)
                if problem is not None:
                    raise problem
                if response.status_code != 200:
                    self._require_account(response)
                    return self.store.keep(
                        topic,
                        request,
                        status=response.status_code,
                        headers=response.headers,
                        body=response.raw.read(_LONGEST_REFUSAL, decode_content=True) or b"",
                        at=datetime.now(UTC),
                        tries=sent,
                    )
                return self.store.keep_file(
                    topic,
                    request,
                    _pieces(response, time.monotonic() + _LONGEST_DOWNLOAD),
                    target,
                    status=200,
                    headers=response.headers,
                    tries=sent,
                )
        finally:
            self.throttle.leave(sent_at, reply)

    def _answer(self, topic: str, request: Request, wanted: _Wanted, most_tries: int) -> tuple[Entry, Any]:
        known, asked = self._known_or_asked(topic, request)
        if known is not None:
            return known.result(), _ON_DISK
        try:
            entry, body = self._ask(topic, request, wanted, most_tries)
        except BaseException as error:
            asked.set_exception(error)
            raise
        else:
            asked.set_result(entry)
            return entry, body
        finally:
            with self._lock:
                del self._asking[topic, request.digest]

    def _known_or_asked(self, topic: str, request: Request) -> tuple[Future[Entry] | None, Future[Entry]]:
        """Find the answer on disk, or the question on its way; else note that this thread asks."""
        place: Future[Entry] = Future()
        with self._lock:
            known = self.store.find(topic, request)
            if known is not None:
                place.set_result(known)
                return place, place
            under_way = self._asking.setdefault((topic, request.digest), place)
        return (None if under_way is place else under_way), place

    def _ask(self, topic: str, request: Request, wanted: _Wanted, most_tries: int) -> tuple[Entry, Any]:
        require_allowed(request.method, request.path)
        sent = faults = others = 0
        while True:
            sent += 1
            try:
                response = self._send(request)
            except _FaultError as fault:
                faults += 1
                if faults >= most_tries or not self._budget.spend(self.throttle.requests):
                    message = f"{self.base_url} gave no usable answer to {request} in {sent} tries: {fault}"
                    raise UnreachableError(message) from None
                self._wait(faults)
                continue
            if response is None:
                continue  # refused for load: the gate says when to come again, and when to give up
            body, problem = self._judged(response, wanted)
            if isinstance(problem, _CutAnswerError | _OtherTypeError):
                faults += 1
                others += isinstance(problem, _OtherTypeError)
                hopeless = faults >= most_tries or others >= TRIES_OF_ANOTHER_TYPE
                if not hopeless and self._budget.spend(self.throttle.requests):
                    self._wait(faults)
                    continue
            break
        entry = self.store.keep(
            topic,
            request,
            status=response.status_code,
            headers=response.headers,
            body=response.content,
            at=datetime.now(UTC),
            tries=sent,
            refused="" if problem is None else str(problem),
        )
        if problem is not None:
            raise problem
        if self.on_answer is not None and entry.status in wanted.statuses:
            self.on_answer(entry, body)
        return entry, body

    def _require_account(self, response: requests.Response) -> None:
        """After a part was refused with 401, ask once more who we are: a token that ended meanwhile refuses everything."""
        if response.status_code != 401 or not self.knows_account:
            return
        with suppress(_FaultError):
            again = self._send(self.dialect.myself())
            if again is not None and again.status_code == 401:
                raise self._account_refused(again)

    def _wait(self, faults: int) -> None:
        doubled = min(_LONGEST_WAIT, self._first_wait * 2.0 ** (faults - 1))
        self._stopped.wait(doubled * random.uniform(0.7, 1.3))  # noqa: S311 - spreads retries, hides nothing

    def _send(self, request: Request) -> requests.Response | None:
        """Send a question once, when it may go; None if the server has too much to do."""
        reply = Reply("lost")
        sent_at = self.throttle.enter()
        response: requests.Response
        try:
            response = self._client.request(
                method=request.method,
                path=request.path,
                params=dict(request.query) or None,
                data=request.body,
                headers={"Accept": "application/json", "Content-Type": "application/json"},
                advanced_mode=True,
                allow_redirects=False,
            )
            reply = read_reply(response.status_code, response.headers)
        except requests.exceptions.RequestException as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise SourceError(f"{self.base_url}: the certificate can't be verified: {error}") from None
            raise _FaultError(_short(error)) from None
        except OSError as error:  # a file of certificates that is not there, say
            raise SourceError(f"{self.base_url} can't be asked: {error}") from None
        finally:
            self.throttle.leave(sent_at, reply)
        if reply.kind != "passed":
            return None
        if response.status_code in FAULTS:
            raise _FaultError(f"status {response.status_code}")
        return response

    def _judged(self, response: requests.Response, wanted: _Wanted) -> tuple[Any, SourceError | None]:
        """Return the parsed body, and why this response can't be used, or None."""
        refused = wanted.part and self.knows_account and response.status_code in PART_REFUSALS
        if refused and not wants_captcha(response.headers):
            self._require_account(response)
            return None, self._identity_problem(response)
        problem = self._head_problem(response)
        if problem is not None:
            return None, problem
        try:
            body = json.loads(response.content)
        except (ValueError, RecursionError) as error:
            return None, _CutAnswerError(
                f"{_asked(response)} answered {len(response.content)} bytes that are not whole JSON: {error}",
                request=_asked(response),
                expected=f"{response.headers.get('Content-Length') or 'some'} bytes of JSON",
                found=response.content[:80].decode("utf-8", "replace"),
            )
        return body, self._body_problem(response, wanted.statuses)

    def _head_problem(self, response: requests.Response) -> SourceError | None:
        """Return what the head of this response says against its use, or None."""
        asked, status = _asked(response), response.status_code
        if status == 401:
            return self._account_refused(response)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if 300 <= status < 400:
            return _OtherTypeError(
                f"{asked} was redirected ({status}): is this the base address, and is the account logged in?"
            )
        if kind != "application/json":
            hint = "a login page or a proxy answered instead of Jira" if kind == "text/html" else "not Jira's REST API"
            return _OtherTypeError(
                f"{asked} answered {status} with {kind or 'no content type'} instead of JSON: {hint}",
                request=asked,
                expected="application/json",
                found=kind,
            )
        return None

    def _account_refused(self, response: requests.Response) -> AccountRefusedError:
        return AccountRefusedError(
            f"{self.base_url} does not accept the account ({response.status_code}{_words(response)}). Check JIRA_USER and "
            "JIRA_TOKEN; the token may have expired or been revoked"
        )

    def _body_problem(self, response: requests.Response, allowed: Sequence[int]) -> SourceError | None:
        """Return why this response can't be used although it is JSON, or None."""
        asked, status = _asked(response), response.status_code
        if status not in allowed:
            return SourceError(f"{asked} answered {status}{_words(response)}")
        return self._identity_problem(response)

    def _identity_problem(self, response: requests.Response) -> AnswerError | None:
        """Return what speaks against an answer that was given to another account, or None."""
        asked, seen = _asked(response), response.headers.get(IDENTITY_HEADER)
        if self.account_id is None or seen is None or seen == self.account_id:
            return None
        message = f"{asked} was answered for account {seen}, not for {self.account_id}"
        return AnswerError(message, request=asked, expected=self.account_id, found=seen)

    def search(
        self, topic: str, jql: str, fields: Sequence[str], *, history: bool = False
    ) -> Iterator[tuple[Entry, Sequence[Mapping[str, Any]]]]:
        """Yield each page of a search, kept first. Ends when Jira says so, never on a short or empty page.

        Raises
        ------
        AnswerError
            If a page token comes back a second time, or a page carries a warning of incompleteness.
        """
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            request = self.dialect.search(jql, fields, cursor, history=history)
            entry, answer = self.answer(topic, request)
            page = self.dialect.read_search(request, answer)
            yield entry, page.issues
            cursor = page.cursor
            if cursor is None or (page.is_last and cursor in seen):
                return
            if cursor in seen:
                message = f"{request}: the page token {cursor[:40]!r} came back twice; going on would never end"
                raise AnswerError(message, request=str(request), found=cursor)
            seen.add(cursor)

    def histories(self, topic: str, ids: Sequence[int], size: int, tell: Callable[[int], None]) -> None:
        """Ask for the whole history of issues, ``size`` issues a question, each followed to its end.

        Raises
        ------
        AnswerError
            If a page token comes back a second time.
        """
        for start in range(0, len(ids), size):
            batch = ids[start : start + size]
            cursor: str | None = None
            seen: set[str] = set()
            while True:
                _, answer = self.answer(topic, self.dialect.histories(batch, cursor))
                cursor = self.dialect.read_histories(answer).cursor
                if cursor is None:
                    break
                if cursor in seen:
                    raise AnswerError(f"{topic}: the page token {cursor[:40]!r} came back twice", found=cursor)
                seen.add(cursor)
            tell(len(batch))


def _words(response: requests.Response) -> str:
    """Return Jira's own words on why it refused, to follow the status."""
    words = reason(response.status_code, response.headers, response.content)
    return "" if words == UNSAID else f": {words}"


def _asked(response: requests.Response) -> str:
    return f"{response.request.method} {urlsplit(response.url).path}"


def _short(error: requests.exceptions.RequestException) -> str:
    """Return what happened on the wire in a few words, without addresses or credentials."""
    names = {
        requests.exceptions.ConnectTimeout: "no connection within the time-out",
        requests.exceptions.ReadTimeout: "no data within the time-out",
        requests.exceptions.ChunkedEncodingError: "the answer was cut",
        requests.exceptions.ContentDecodingError: "the answer could not be decompressed",
        requests.exceptions.SSLError: "the encrypted connection broke",
        requests.exceptions.ConnectionError: "the connection was refused or reset",
    }
    return next((text for kind, text in names.items() if isinstance(error, kind)), type(error).__name__)
