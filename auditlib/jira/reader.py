"""The read-only client: one question in, one kept response out. Over atlassian-python-api, with what that lacks.

What is added: an allow-list in front of the wire, retries out of one budget, checks of content type, completeness and
identity, and every response written to disk before anyone reads it.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Self
from urllib.parse import urlsplit

import requests
import tenacity
from atlassian import Jira
from atlassian.jira import JiraCloud
from requests.adapters import HTTPAdapter

from auditlib import __version__
from auditlib.errors import AccountRefusedError, AnswerError, SourceError, UnreachableError
from auditlib.jira import cloud
from auditlib.jira.allowed import require_allowed
from auditlib.jira.dialect import Dialect
from auditlib.jira.request import Request
from auditlib.raw import Entry, RawStore

RETRIED: Final = frozenset({429, 500, 502, 503, 504})
TRIES_PER_QUESTION: Final = 6
IDENTITY_HEADER: Final = "x-aaccountid"


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
    """The last place before the wire: a request that is not on the list ends here."""

    def __init__(self, base_path: str) -> None:
        self._base_path = base_path
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        path = urlsplit(request.url or "").path
        require_allowed(request.method or "", path.removeprefix(self._base_path).lstrip("/"))
        return super().send(request, *args, **kwargs)


class RetryBudget:
    """Retries that a whole run may spend; shared by all its questions."""

    def __init__(self, retries: int) -> None:
        self._left = retries
        self._lock = threading.Lock()

    def spend(self) -> bool:
        """Take one retry; False when none is left."""
        with self._lock:
            self._left -= 1
            return self._left >= 0


class _AgainError(Exception):
    """An answer, or the lack of one, that is worth asking for again."""

    def __init__(self, why: str, wait_seconds: float | None = None) -> None:
        self.why = why
        self.wait_seconds = wait_seconds
        super().__init__(why)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that ``Retry-After`` asks for (a number or a date), or None."""
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


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
    timeout_seconds : float
        For connecting, and for each wait for data.
    budget : RetryBudget
        For the whole run.
    first_wait_seconds : float
        Before the first retry; doubles up to 30 s. The base of 2 s is Atlassian's advice.
    """

    def __init__(
        self,
        base_url: str,
        dialect: Dialect,
        credentials: Credentials,
        store: RawStore,
        *,
        timeout_seconds: float = 60.0,
        budget: RetryBudget | None = None,
        first_wait_seconds: float = 2.0,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.dialect = dialect
        self.store = store
        self.account_id: str | None = None
        self._credentials = credentials
        self._timeout = timeout_seconds
        self._budget = budget or RetryBudget(200)
        self._first_wait = first_wait_seconds
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
        adapter = _ReadOnlyAdapter(urlsplit(self.base_url).path.rstrip("/"))
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        make = JiraCloud if self.dialect.NAME == cloud.NAME else Jira
        token, user = self._credentials.token, self._credentials.user
        who = {"token": token} if user is None else {"username": user, "password": token}
        return make(
            self.base_url,
            session=session,
            timeout=self._timeout,
            backoff_and_retry=False,
            retry_with_header=False,
            **who,
        )

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            clients, self._clients = self._clients, []
        for client in clients:
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(
        self, topic: str, request: Request, *, allowed: Sequence[int] = (200,), most_tries: int = TRIES_PER_QUESTION
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
        most_tries : int
            Fewer for the first contact, so that a wrong address is told at once.

        Returns
        -------
        Entry
            The kept response; its body is complete and JSON.

        Raises
        ------
        AccountRefusedError
            On 401.
        UnreachableError
            If no answer came within the tries and the budget.
        AnswerError
            If the answer is not JSON, is cut, or was given to another account. What came is kept as a refused response.
        SourceError
            On any other status.
        """
        known, asked = self._known_or_asked(topic, request)
        if known is not None:
            return known.result()
        try:
            entry = self._ask(topic, request, allowed, most_tries)
        except BaseException as error:
            asked.set_exception(error)
            raise
        else:
            asked.set_result(entry)
            return entry
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

    def _ask(self, topic: str, request: Request, allowed: Sequence[int], most_tries: int) -> Entry:
        require_allowed(request.method, request.path)
        tries = 0

        def once() -> requests.Response:
            nonlocal tries
            tries += 1
            return self._send(request)

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_AgainError),
            stop=lambda state: state.attempt_number >= most_tries or not self._budget.spend(),
            wait=self._wait,
            reraise=True,
        )
        try:
            response = retrying(once)
        except _AgainError as error:
            message = f"{self.base_url} gave no usable answer to {request} in {tries} tries: {error.why}"
            raise UnreachableError(message) from None
        problem = self._problem(response, allowed)
        entry = self.store.keep(
            topic,
            request,
            status=response.status_code,
            headers=response.headers,
            body=response.content,
            at=datetime.now(UTC),
            tries=tries,
            refused="" if problem is None else str(problem),
        )
        if problem is not None:
            raise problem
        return entry

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_seconds if isinstance(error, _AgainError) else None
        doubled = min(30.0, self._first_wait * 2.0 ** (state.attempt_number - 1))
        jittered = doubled * random.uniform(0.7, 1.3)  # noqa: S311 - spreads retries, hides nothing
        return jittered if asked is None else max(asked, jittered if asked == 0 else asked)

    def _send(self, request: Request) -> requests.Response:
        try:
            response: requests.Response = self._client.request(
                method=request.method,
                path=request.path,
                params=dict(request.query) or None,
                data=request.body,
                headers={"Accept": "application/json", "Content-Type": "application/json"},
                advanced_mode=True,
                allow_redirects=False,
            )
        except requests.exceptions.SSLError as error:
            raise SourceError(f"{self.base_url}: the certificate can't be verified: {error}") from None
        except requests.exceptions.RequestException as error:
            raise _AgainError(_short(error)) from None
        if response.status_code in RETRIED:
            raise _AgainError(f"status {response.status_code}", _retry_after(response.headers))
        return response

    def _problem(self, response: requests.Response, allowed: Sequence[int]) -> SourceError | None:
        """Return why this response can't be used, or None."""
        asked = f"{response.request.method} {urlsplit(response.url).path}"
        status = response.status_code
        if status == 401:
            return AccountRefusedError(
                f"{self.base_url} does not accept the account (401). Check JIRA_USER and JIRA_TOKEN; "
                "the token may have expired or been revoked"
            )
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if 300 <= status < 400:
            return AnswerError(
                f"{asked} was redirected ({status}): is this the base address, and is the account logged in?"
            )
        if kind != "application/json":
            hint = "a login page or a proxy answered instead of Jira" if kind == "text/html" else "not Jira's REST API"
            return AnswerError(
                f"{asked} answered {status} with {kind or 'no content type'} instead of JSON: {hint}",
                request=asked,
                expected="application/json",
                found=kind,
            )
        length = response.headers.get("Content-Length")
        try:
            body = json.loads(response.content)
        except ValueError as error:
            return AnswerError(
                f"{asked} answered {len(response.content)} bytes that are not whole JSON: {error}",
                request=asked,
                expected=f"{length or 'some'} bytes of JSON",
                found=response.content[:80].decode("utf-8", "replace"),
            )
        if status not in allowed:
            said = "; ".join(map(str, body.get("errorMessages", []))) if isinstance(body, dict) else ""
            return SourceError(f"{asked} answered {status}{': ' + said if said else ''}")
        seen = response.headers.get(IDENTITY_HEADER)
        if self.account_id is not None and seen is not None and seen != self.account_id:
            return AnswerError(
                f"{asked} was answered for account {seen}, not for {self.account_id}",
                request=asked,
                expected=self.account_id,
                found=seen,
            )
        return None

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
            entry = self.ask(topic, request)
            page = self.dialect.read_search(request, self.store.json(entry))
            yield entry, page.issues
            cursor = page.cursor
            if cursor is None:
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
                entry = self.ask(topic, self.dialect.histories(batch, cursor))
                cursor = self.dialect.read_histories(self.store.json(entry)).cursor
                if cursor is None:
                    break
                if cursor in seen:
                    raise AnswerError(f"{topic}: the page token {cursor[:40]!r} came back twice", found=cursor)
                seen.add(cursor)
            tell(len(batch))


def _short(error: requests.exceptions.RequestException) -> str:
    """Return what happened on the wire in a few words, without addresses or credentials."""
    names = {
        requests.exceptions.ConnectTimeout: "no connection within the time-out",
        requests.exceptions.ReadTimeout: "no data within the time-out",
        requests.exceptions.ChunkedEncodingError: "the answer was cut",
        requests.exceptions.ContentDecodingError: "the answer could not be decompressed",
        requests.exceptions.ConnectionError: "the connection was refused or reset",
    }
    return next((text for kind, text in names.items() if isinstance(error, kind)), type(error).__name__)
