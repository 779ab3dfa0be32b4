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
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol, Self, TypeGuard
from urllib.parse import urlsplit

import requests
from atlassian import Jira
from atlassian.jira import JiraCloud
from urllib3.exceptions import HTTPError

from auditlib.errors import AccountRefusedError, AnswerError, AuditError, SourceError, TooHeavyError, UnreachableError
from auditlib.jira import cloud
from auditlib.jira.credentials import Authorization, Credentials, header_of
from auditlib.jira.gate import Throttle
from auditlib.jira.network import Cause, bundle_problem, cause_of, led_to, proxy_wants_password
from auditlib.jira.protocol import Dialect
from auditlib.jira.rate_limits import Reply, read_reply
from auditlib.jira.read_only import require_allowed
from auditlib.jira.refusal import UNSAID, reason, wants_captcha
from auditlib.jira.request_log import Trip, log_request
from auditlib.jira.wire import make_session, pieces_of
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore
from auditlib.text import shorten

FAULTS: Final = frozenset({413, 500, 502, 503, 504})
TRIES_PER_QUESTION: Final = 6
TRIES_OF_ANOTHER_TYPE: Final = 2
"""A login page may be a gateway's hiccup once; twice it is an answer."""
PART_REFUSALS: Final = frozenset({400, 401, 403, 404, 405, 410, 501})
"""Statuses that say of a part (the log, watchers, a file): this account may not read it, or this Jira does not have it."""
IDENTITY_HEADER: Final = "x-aaccountid"
LEAST_RETRIES: Final = 200
RETRIED_SHARE: Final = 0.2
_LONGEST_WAIT: Final = 30.0
_LONGEST_REFUSAL: Final = 1 << 16
_HEAVY_TRIES: Final = 2
"""After so many faults in a row that a smaller question may mend, it is made smaller."""
_HEAVY: Final = frozenset({413, 504})
"""Statuses that may say that so much at once is too much: as told, or of what waits for Jira."""
_ON_DISK: Final = object()  # stands for the body of an answer that came before


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
    """An answer, or the lack of one, that is worth asking for again; ``heavy`` if it may have been too much at once."""

    def __init__(self, message: str, *, heavy: bool = False, response: requests.Response | None = None) -> None:
        self.heavy = heavy
        self.response = response
        super().__init__(message)


class _SplitError(Exception):
    """A batch that is to be asked for in halves, from pages of this size on."""

    def __init__(self, page: int | None) -> None:
        self.page = page
        super().__init__()


class _CutAnswerError(AnswerError):
    """The answer is not whole JSON."""


class _OtherTypeError(AnswerError):
    """The answer is not Jira's JSON at all."""


@dataclass(frozen=True)
class _Wanted:
    """How a question is asked, and what is an answer to it; as the parameters of ``JiraReader.ask``."""

    statuses: Sequence[int] = (200,)
    part: bool = False
    anonymous: bool = False
    most_tries: int = TRIES_PER_QUESTION
    may_be_halved: bool = False


@dataclass
class _Tries:
    """How often a question was sent, and what came of it: faults, heavy ones in a row, answers of another type."""

    sent: int = 0
    faults: int = 0
    heavy: int = 0
    of_another_type: int = 0
    excused: bool = False


class Renewable(Protocol):
    """Credentials that end, and can be had anew."""

    def header(self) -> str:
        """Return the value of ``Authorization`` at this moment."""

    def renewed(self, refused: str) -> bool:
        """Say whether there is a new value, after this one was refused."""


class JiraReader:
    """The read-only client: asks one Jira as one account, and stores its responses.

    Parameters
    ----------
    base_url : str
        Base address of the site, with context path if there is one.
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
    trust_environment : bool
        Whether the variables for proxies and certificates hold; not for the embedded Jira.
    address : str, optional
        Where the questions go, if not to the site.
    authorization : callable, optional
        Returns the header at this moment, if not made of the credentials alone; told of one that was refused, it may
        have a new one.
    is_cloud : bool or None
        What is known of the site, for advice; None if nothing is.

    Attributes
    ----------
    address : str
        Where questions go: the site, or Atlassian's gateway to it.
    account_id : str or None
        Of the account that every answer must be for, where Jira tells it (Cloud).
    knows_account : bool
        Whether Jira said who we are: from then on, a refusal is one of what was asked for, not of the account.
    elsewhere : callable or None
        Finds the other address at which the same Jira may accept the account, or None; asked at most once, after a 401.
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
        trust_environment: bool = True,
        address: str | None = None,
        authorization: Renewable | None = None,
        is_cloud: bool | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.address = (address or base_url).rstrip("/")
        self.is_cloud = is_cloud
        self.dialect = dialect
        self.store = store
        self.account_id: str | None = None
        self.knows_account = False
        self.on_answer: Callable[[Entry, Any], None] | None = None
        self.throttle = throttle or Throttle()
        self._credentials = credentials
        self._authorization = authorization
        self._trust_environment = trust_environment
        self.elsewhere: Callable[[], str | None] | None = None
        self._settled = False
        self._moving = threading.Lock()
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
        return self._client_for(self.address, anonymous=False)

    def _client_for(self, address: str, *, anonymous: bool) -> Any:
        clients: dict[tuple[str, bool], Any] = self._own.__dict__.setdefault("clients", {})
        client = clients.get((address, anonymous))
        if client is None:
            client = clients[address, anonymous] = self._make_client(address, anonymous=anonymous)
            with self._lock:
                self._clients.append(client)
        return client

    def _make_client(self, address: str, *, anonymous: bool) -> Any:
        session = make_session(
            address,
            Authorization(None if anonymous else self._header),
            timeouts=self._timeouts,
            longest_answer=self._longest_answer,
            trust_environment=self._trust_environment,
        )
        make = JiraCloud if self.dialect.NAME == cloud.NAME else Jira
        return make(address, session=session, backoff_and_retry=False, retry_with_header=False)

    def _header(self) -> str:
        return header_of(self._credentials) if self._authorization is None else self._authorization.header()

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
        anonymous: bool = False,
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
        anonymous : bool
            Whether to ask without credentials.
        most_tries : int
            Fewer for the first contact, so that a wrong address is told at once.

        Returns
        -------
        Entry
            The kept response; its body is complete, and JSON but for the refusal of a part.

        Raises
        ------
        AccountRefusedError
            On 401, or if Jira wants somebody to log in with a browser first.
        UnreachableError
            If no answer came within the tries and the budget, or the server refused for too long.
        AnswerError
            If the answer is a redirect, not JSON, cut, or was given to another account. What came is kept as a refused
            response. A cut answer is asked for again like after any fault, one of another type once.
        SourceError
            On any other status, or if the server can't be asked as things are: a certificate, a proxy.
        """
        return self._answer(topic, request, _Wanted(allowed, part, anonymous, most_tries))[0]

    def answer(
        self,
        topic: str,
        request: Request,
        *,
        allowed: Sequence[int] = (200,),
        part: bool = False,
        may_be_halved: bool = False,
    ) -> tuple[Entry, Any]:
        """Ask as ``ask`` does, and return the parsed body of the response; None for the refusal of a part.

        The body is read from disk only if it did not come just now; one that is damaged there is asked for again.

        Raises
        ------
        TooHeavyError
            With ``may_be_halved``, if it came to nothing twice in a way that asking for less at once may mend.
        """
        wanted = _Wanted(allowed, part, may_be_halved=may_be_halved)
        entry, body = self._answer(topic, request, wanted)
        if part and entry.status not in allowed:
            return entry, None
        if body is _ON_DISK:
            try:
                return entry, self.store.json(entry)
            except AnswerError as error:
                self.store.refuse(entry, str(error))
                return self.answer(topic, request, allowed=allowed, part=part, may_be_halved=may_be_halved)
        return entry, body

    @contextmanager
    def reading(self, entry: Entry) -> Iterator[None]:
        """Take back an answer that turns out not to be readable: it is kept as refused, and asked for again.

        Raises
        ------
        AnswerError
            Also for what a form that nobody foresaw does to the code that reads it.
        """
        try:
            yield
        except AuditError as error:
            self.store.refuse(entry, str(error))
            raise
        except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            message = (
                f"the answer to {entry.request} (raw/{entry.file}) has a form that is not known: "
                f"{type(error).__name__}: {shorten(' '.join(str(error).split()), 120)}"
            )
            self.store.refuse(entry, message)
            raise AnswerError(message, request=str(entry.request)) from error

    def download(self, topic: str, request: Request, target: Path) -> Entry:
        """Download an attachment as a stream, to its place in a dossier; from disk if it came before.

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
                entry = self._download(topic, request, target, sent, last=faults + 1 >= TRIES_PER_QUESTION)
            except (_FaultError, requests.exceptions.RequestException, HTTPError) as error:
                faults += 1
                fault = str(error) if isinstance(error, _FaultError) else cause_of(error, self.address).words
                if faults >= TRIES_PER_QUESTION or not self._budget.spend(self.throttle.requests):
                    if self.knows_account and isinstance(error, requests.exceptions.ChunkedEncodingError):
                        return self._cut_file(topic, request, sent, fault)
                    message = f"{self.base_url} did not give the file of {request} in {sent} tries: {fault}"
                    raise UnreachableError(message) from None
                self._wait(faults)
                continue
            if entry is not None:
                return entry

    def _download(self, topic: str, request: Request, target: Path, sent: int, *, last: bool) -> Entry | None:
        """Fetch a file once; None if the server has too much to do. At the last try, a fault of its own is its answer."""
        reply = Reply("lost")
        trip = self._depart(request, sent)
        address = f"{self.address}/{request.path}"
        try:
            with self._client._session.get(  # noqa: SLF001 - its own methods decode every body as text
                address, params=dict(request.query) or None, stream=True, allow_redirects=False
            ) as response:
                reply, trip.status = read_reply(response.status_code, response.headers), response.status_code
                if reply.kind != "passed":
                    return None
                if response.status_code in FAULTS and not (last and self.knows_account and _is_own_fault(response)):
                    raise _FaultError(f"status {response.status_code}")
                problem = self._identity_problem(response)
                if problem is not None:
                    raise problem
                if response.status_code != 200:
                    refusal = response.raw.read(_LONGEST_REFUSAL, decode_content=True) or b""
                    self._require_account(response)
                    return self._keep(topic, request, response, refusal, sent=sent)
                entry = self.store.keep_file(
                    topic,
                    request,
                    pieces_of(response),
                    target,
                    status=200,
                    headers=response.headers,
                    tries=sent,
                    asked_at=self._other_address,
                )
                trip.size = entry.size
                return entry
        finally:
            self._arrive(trip, reply)

    def _cut_file(self, topic: str, request: Request, sent: int, fault: str) -> Entry:
        """Keep that a file never came whole: it is missed in its record, and everything else goes on."""
        refused = f"{request} gave no whole file in {sent} tries: {fault}"
        now = datetime.now(UTC)
        return self.store.keep(
            topic,
            request,
            status=200,
            headers={},
            body=b"",
            at=now,
            tries=sent,
            refused=refused,
            asked_at=self._other_address,
        )

    @property
    def _other_address(self) -> str:
        """Where it is asked, if that is not the site."""
        return "" if self.address == self.base_url else self.address

    def _keep(
        self, topic: str, request: Request, response: requests.Response, body: bytes, *, sent: int, refused: str = ""
    ) -> Entry:
        return self.store.keep(
            topic,
            request,
            status=response.status_code,
            headers=response.headers,
            body=body,
            at=datetime.now(UTC),
            tries=sent,
            refused=refused,
            asked_at=self._other_address,
        )

    def _answer(self, topic: str, request: Request, wanted: _Wanted) -> tuple[Entry, Any]:
        known, asked = self._known_or_asked(topic, request)
        if known is not None:
            return known.result(), _ON_DISK
        try:
            entry, body = self._ask(topic, request, wanted)
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

    def _ask(self, topic: str, request: Request, wanted: _Wanted) -> tuple[Entry, Any]:
        require_allowed(request.method, request.path)
        tries = _Tries()
        while True:
            tries.sent += 1
            try:
                response = self._send(request, tries.sent, anonymous=wanted.anonymous)
            except _FaultError as fault:
                if self._again(tries, wanted, heavy=fault.heavy):
                    continue
                if wanted.part and self.knows_account and _is_own_fault(fault.response):
                    return self._taken(topic, request, fault.response, None, sent=tries.sent), None
                message = f"{self.base_url} gave no usable answer to {request} in {tries.sent} tries: {fault}"
                raise UnreachableError(message) from None
            if response is None:
                continue  # refused for load: the gate says when to come again, and when to give up
            other = self._otherwise(request, wanted, response, tries)
            if other is not None:
                wanted = other
                continue
            judged = self._judged(response, wanted)
            tries.of_another_type += isinstance(judged[1], _OtherTypeError)
            cut = isinstance(judged[1], _CutAnswerError)
            if (cut or isinstance(judged[1], _OtherTypeError)) and self._again(tries, wanted, heavy=cut):
                continue
            entry = self._taken(topic, request, response, judged[1], sent=tries.sent)
            if response.status_code == 200 and not wanted.anonymous and not _is_server_info(request):
                self._settled = True
            if self.on_answer is not None and entry.status in wanted.statuses:
                with self.reading(entry):
                    self.on_answer(entry, judged[0])
            return entry, judged[0]

    def _again(self, tries: _Tries, wanted: _Wanted, *, heavy: bool) -> bool:
        """Say, after a fault and a wait, whether to ask once more.

        Raises
        ------
        TooHeavyError
            If asking for less is the better way.
        """
        tries.faults += 1
        tries.heavy = tries.heavy + 1 if heavy else 0
        if wanted.may_be_halved and tries.heavy >= _HEAVY_TRIES:
            raise TooHeavyError("the answer is too much at once")
        hopeless = tries.faults >= wanted.most_tries or tries.of_another_type >= TRIES_OF_ANOTHER_TYPE
        if hopeless or not self._budget.spend(self.throttle.requests):
            return False
        self._wait(tries.faults)
        return True

    def _taken(
        self, topic: str, request: Request, response: requests.Response, problem: SourceError | None, *, sent: int
    ) -> Entry:
        """Keep what came; raise what speaks against its use."""
        refused = "" if problem is None else str(problem)
        entry = self._keep(topic, request, response, response.content, sent=sent, refused=refused)
        if problem is not None:
            raise problem
        return entry

    def _otherwise(
        self, request: Request, wanted: _Wanted, response: requests.Response, tries: _Tries
    ) -> _Wanted | None:
        """Return how to ask once more after a 401, if there is another way."""
        if response.status_code != 401 or wanted.anonymous or wants_captcha(response.headers):
            return None
        if _is_server_info(request):  # it is told to anybody; whether the account is accepted, myself says
            return replace(wanted, anonymous=True)
        if self._has_another_way(response):
            return wanted
        if not self.knows_account or wanted.part or 401 in wanted.statuses or tries.excused:
            return None
        tries.excused = True
        self._require_account(response)  # one of several nodes may not know a session that the others know
        return wanted

    def _has_another_way(self, response: requests.Response) -> bool:
        """After a 401, say whether to ask once more: with a new token, or at the other address of the same Jira."""
        if self._authorization is not None and self._authorization.renewed(
            response.request.headers.get("Authorization", "")
        ):
            return True
        if self._settled:
            return False
        with self._moving:
            if not (response.url or "").startswith(f"{self.address}/"):
                return True  # another thread has moved meanwhile
            find, self.elsewhere = self.elsewhere, None
            other = None if find is None else find()
            if other is None:
                return False
            self.address = other
            return True

    def _require_account(self, response: requests.Response) -> None:
        """After a part was refused with 401, ask once more who we are: a token that ended meanwhile refuses everything."""
        if response.status_code != 401 or not self.knows_account:
            return
        with suppress(_FaultError):
            again = self._send(self.dialect.myself(), 1)
            if again is not None and again.status_code == 401:
                raise self._account_refused(again)

    def _wait(self, faults: int) -> None:
        doubled = min(_LONGEST_WAIT, self._first_wait * 2.0 ** (faults - 1))
        self._stopped.wait(doubled * random.uniform(0.7, 1.3))  # noqa: S311 - spreads retries, hides nothing

    def _depart(self, request: Request, sent: int) -> Trip:
        """Wait at the gate, and note when the question went."""
        came = time.monotonic()
        sent_at = self.throttle.enter(request.kind)
        return Trip(request, sent, came, sent_at, time.monotonic())

    def _arrive(self, trip: Trip, reply: Reply) -> None:
        """Tell the gate what came of a question, and the log."""
        self.throttle.leave(trip.sent_at, reply, trip.request.kind)
        log_request(trip, time.monotonic())

    def _send(self, request: Request, sent: int, *, anonymous: bool = False) -> requests.Response | None:
        """Send a question once, when it may go; None if the server has too much to do."""
        reply = Reply("lost")
        trip = self._depart(request, sent)
        address = self.base_url if anonymous else self.address
        response: requests.Response
        try:
            response = self._client_for(address, anonymous=anonymous).request(
                method=request.method,
                path=request.path,
                params=dict(request.query) or None,
                data=request.body,
                headers={"Accept": "application/json", "Content-Type": "application/json"},
                advanced_mode=True,
                allow_redirects=False,
            )
            reply = read_reply(response.status_code, response.headers)
            trip.status, trip.size = response.status_code, len(response.content)
        except (requests.exceptions.RequestException, HTTPError) as error:
            cause = cause_of(error, address)
            trip.lost = cause.words
            raise self._fault(cause, address) from None
        except OSError as error:  # a file of certificates that is not there, say
            raise SourceError(f"{address} can't be asked: {bundle_problem(error)}") from None
        finally:
            self._arrive(trip, reply)
        if reply.kind != "passed":
            return None
        if response.status_code in FAULTS:
            words = _words(response)
            raise _FaultError(
                f"status {response.status_code}{words}", heavy=response.status_code in _HEAVY, response=response
            )
        return response

    def _fault(self, cause: Cause, address: str) -> _FaultError | SourceError:
        """Return what to raise for a cause: an end if it lasts, else something to ask again after."""
        if cause.lasting:
            return SourceError(f"{address} can't be asked: {cause.words}")
        return _FaultError(cause.words, heavy=cause.heavy)

    def _judged(self, response: requests.Response, wanted: _Wanted) -> tuple[Any, SourceError | None]:
        """Return the parsed body, and why this response can't be used, or None."""
        refused = wanted.part and self.knows_account and response.status_code in PART_REFUSALS
        if refused and not wants_captcha(response.headers):
            self._require_account(response)
            return None, self._identity_problem(response)
        problem = self._head_problem(response, wanted.statuses)
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

    def _head_problem(self, response: requests.Response, allowed: Sequence[int]) -> SourceError | None:
        """Return what the head of this response says against its use, or None."""
        asked, status = _asked(response), response.status_code
        refused = {401} if self.knows_account else {401, 403} - set(allowed)
        if status in refused or wants_captcha(response.headers):
            return self._account_refused(response)
        if status == 407:
            return SourceError(f"{self.address} can't be asked: {proxy_wants_password(self.address)}")
        if 300 <= status < 400:
            request = Request(response.request.method or "GET", self._path_of(response))
            return AnswerError(
                f"{asked} {led_to(request, self.address, response.headers.get('Location', ''))} ({status})"
            )
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            return None
        if 400 <= status < 500:
            here = "" if self.knows_account else f". Is {self.base_url} the base address, with its context path?"
            return SourceError(f"{asked} answered {status}{_words(response)}{here}")
        hint = "a login page or a proxy answered instead of Jira" if kind == "text/html" else "not Jira's REST API"
        return _OtherTypeError(
            f"{asked} answered {status} with {kind or 'no content type'} instead of JSON: {hint}{_words(response)}",
            request=asked,
            expected="application/json",
            found=kind,
        )

    def _path_of(self, response: requests.Response) -> str:
        """Return the path of a request below the base address."""
        return urlsplit(response.url).path.removeprefix(urlsplit(self.address).path).lstrip("/")

    def _account_refused(self, response: requests.Response) -> AccountRefusedError:
        """Say why the account is refused, in Jira's words, and what to do."""
        status, words = response.status_code, _words(response)
        where = f"{self.base_url} (at {self.address})" if self._other_address else self.base_url
        if wants_captcha(response.headers):
            return AccountRefusedError(
                f"{where} wants a CAPTCHA from this user, after failed log-ins ({status}{words}). Log in with a browser once, "
                "or use a personal access token; each further try with the password is one more failed log-in"
            )
        message = f"{where} does not accept the account ({status}{words}). {self._remedy(status, words)}"
        return AccountRefusedError(message, answered=status)

    def _remedy(self, status: int, words: str) -> str:
        """Return what to do about a refused account."""
        said, who = words.lower(), self._credentials
        if "basic auth" in said and ("disabled" in said or "not allowed" in said):
            return "Use a personal access token: JIRA_TOKEN alone, without JIRA_USER"
        if "scope" in said:
            return "The token lacks a scope for this; docs/administrators.md lists the scopes"
        if who.client is not None:
            return "Check JIRA_CLIENT_ID and JIRA_CLIENT_SECRET, and that the service account may use this site"
        if self.knows_account:
            return "It was accepted before: the token may have expired or been revoked meanwhile"
        if who.user is None and self.is_cloud is not False:
            return (
                "JIRA_USER is not set, so JIRA_TOKEN went as a personal access token (Data Center) or one of a service account; "
                "on Cloud, JIRA_USER must be set to the e-mail address of a person's API token. It may have expired, too"
            )
        if status == 403:
            return "Ask Jira's administrator whether this account may use the REST API from here"
        return "Check JIRA_USER and JIRA_TOKEN; the token may have expired or been revoked"

    def _body_problem(self, response: requests.Response, allowed: Sequence[int]) -> SourceError | None:
        """Return why this response can't be used although it is JSON, or None."""
        asked, status = _asked(response), response.status_code
        if status not in allowed:
            return SourceError(f"{asked} answered {status}{_words(response)}")
        return self._identity_problem(response)

    def _identity_problem(self, response: requests.Response) -> AccountRefusedError | None:
        """Return what speaks against an answer that was given to another account, or to nobody, or None.

        Notes
        -----
        Once credentials have ended, a Jira with public projects may go on answering 200 as to anybody; then Cloud says
        ``X-Seraph-LoginReason: AUTHENTICATED_FAILED`` and a node of Data Center ``X-AUSERNAME: anonymous``
        (n8n-io/n8n#16325, atlassian/data-center-helm-charts#204).
        """
        asked, seen = _asked(response), response.headers.get(IDENTITY_HEADER)
        if self.knows_account and _is_anonymous(response.headers):
            return AccountRefusedError(
                f"{asked} was answered as to nobody: the credentials were accepted before, and are not any more"
            )
        if self.account_id is None or seen is None or seen == self.account_id:
            return None
        return AccountRefusedError(f"{asked} was answered for account {seen}, not for {self.account_id}")

    def search(
        self, topic: str, jql: str, fields: Sequence[str], *, history: bool = False
    ) -> Iterator[tuple[Entry, Sequence[Mapping[str, Any]]]]:
        """Yield each page of a search, kept first. Ends when Jira says so, never on a short or empty page.

        A page that is too heavy for Jira is asked for in halves, and so are those after it.

        Raises
        ------
        AnswerError
            If a page token comes back a second time, or a page carries a warning of incompleteness.
        """
        cursor: str | None = None
        size: int | None = None
        seen: set[str] = set()
        while True:
            request = self.dialect.search(jql, fields, cursor, history=history, size=size)
            try:
                entry, answer = self.answer(topic, request, may_be_halved=request.half is not None)
            except TooHeavyError:
                size = request.half
                continue
            with self.reading(entry):
                page = self.dialect.read_search(request, answer)
                ended = page.is_last and page.cursor in seen
                cursor = None if ended else _new_cursor(request, page.cursor, seen)
            yield entry, page.issues
            if cursor is None:
                return

    def histories(self, topic: str, ids: Sequence[int], size: int, tell: Callable[[int], None]) -> None:
        """Ask for the whole history of issues, ``size`` issues a question, each followed to its end.

        What is too heavy for Jira is asked for in halves: fewer issues, and fewer entries a page.

        Raises
        ------
        AnswerError
            If a page token comes back a second time.
        """
        start, count = 0, size
        page: int | None = None
        while start < len(ids):
            batch = ids[start : start + count]
            try:
                page = self._batch(topic, batch, page)
            except _SplitError as split:
                count, page = len(batch) // 2, split.page
                continue
            start += len(batch)
            tell(len(batch))

    def _batch(self, topic: str, batch: Sequence[int], page: int | None) -> int | None:
        """Follow the history of some issues to its end; return the size of page that Jira could give.

        Raises
        ------
        _SplitError
            If even the first page was too heavy: fewer issues, and a smaller page, are the next to be tried.
        """
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            request = self.dialect.histories(batch, cursor, size=page)
            splits = cursor is None and len(batch) > 1
            try:
                entry, answer = self.answer(topic, request, may_be_halved=splits or request.half is not None)
            except TooHeavyError:
                page = request.half or page
                if splits:
                    raise _SplitError(page) from None
                continue
            with self.reading(entry):
                if self.on_answer is None:  # else it has read the answer already
                    self.dialect.read_histories(answer)
                cursor = _new_cursor(request, self.dialect.histories_cursor(answer), seen)
            if cursor is None:
                return page


def _new_cursor(request: Request, cursor: str | None, seen: set[str]) -> str | None:
    """Return what to ask for next, and remember it; one that came before would never end."""
    if cursor is None:
        return None
    if cursor in seen:
        message = f"{request}: the page token {cursor[:40]!r} came back twice; going on would never end"
        raise AnswerError(message, request=str(request), found=cursor)
    seen.add(cursor)
    return cursor


def _words(response: requests.Response) -> str:
    """Return Jira's own words on why it refused, to follow the status."""
    words = reason(response.status_code, response.headers, response.content)
    return "" if words == UNSAID else f": {words}"


def _is_server_info(request: Request) -> bool:
    """Say whether this is the question that Jira answers to anybody."""
    return request.path.endswith("/serverInfo")


def _is_own_fault(response: requests.Response | None) -> TypeGuard[requests.Response]:
    """Say whether an answer tells of a fault in Jira itself, which may be that of the one thing asked for."""
    return response is not None and response.status_code == 500


def _is_anonymous(headers: Mapping[str, str]) -> bool:
    """Say whether an answer tells that it was given to nobody."""
    return (
        headers.get("X-AUSERNAME", "").casefold() == "anonymous"
        or headers.get("X-Seraph-LoginReason", "").upper() == "AUTHENTICATED_FAILED"
    )


def _asked(response: requests.Response) -> str:
    return f"{response.request.method} {urlsplit(response.url).path}"
