"""The read-only client: one question in, one kept response out. Over atlassian-python-api, with what that lacks.

What is added: an allow-list in front of the wire, retries out of one budget, checks of content type, completeness and
identity, and every response written to disk before anyone reads it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, Self

from auditlib.errors import AnswerError
from auditlib.jira import cloud
from auditlib.jira.asking import Asker
from auditlib.jira.credentials import Credentials
from auditlib.jira.downloads import Downloads
from auditlib.jira.gate import Gate
from auditlib.jira.identity import Identity, Renewable
from auditlib.jira.judging import Judge
from auditlib.jira.keeping import Keeper
from auditlib.jira.listings import follow_histories, follow_part, follow_search
from auditlib.jira.organization import Organization
from auditlib.jira.pages import MOST_RECORDS
from auditlib.jira.protocol import Dialect
from auditlib.jira.retries import TRIES_PER_QUESTION, Retries, RetryBudget, Wanted
from auditlib.jira.sender import Sender
from auditlib.jira.watch import LONGEST_ANSWER
from auditlib.responses.bounds import LARGEST_FILE
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore

_ON_DISK: Final = object()  # stands for the body of an answer that came before


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
        Before the first retry; doubles up to 10 s. The base of 2 s is Atlassian's advice.
    gate : Gate
        What every request passes; at most 8 at once if left out.
    trust_environment : bool
        Whether the variables for proxies and certificates hold; not for the embedded Jira.
    address : str, optional
        Where the questions go, if not to the site.
    authorization : Renewable, optional
        Returns the header at this moment, if not made of the credentials alone; told of one that was refused, it may
        have a new one.
    is_cloud : bool or None
        What is known of the site, for advice; None if nothing is.

    Attributes
    ----------
    identity : Identity
        As whom Jira is asked, and where.
    organization : Organization or None
        The organisation that the site belongs to, asked with a key of its own; None without one.
    open_gateway : callable
        Opens a reader of the same account at the gateway's own host, for what is of more than Jira; returns it with the cloud
        id of the site, or None where there is no gateway.
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
        answer_seconds: float = LONGEST_ANSWER,
        budget: RetryBudget | None = None,
        first_wait_seconds: float = 2.0,
        gate: Gate | None = None,
        trust_environment: bool = True,
        address: str | None = None,
        authorization: Renewable | None = None,
        is_cloud: bool | None = None,
    ) -> None:
        self.dialect = dialect
        self.store = store
        self.on_answer: Callable[[Entry, Any], None] | None = None
        self.organization: Organization | None = None
        self.open_gateway: Callable[[], tuple[JiraReader, str] | None] = _no_gateway
        self.identity = Identity(base_url, credentials, address=address, authorization=authorization, is_cloud=is_cloud)
        self._gate = gate or Gate()
        self._sender = Sender(
            self.identity,
            self._gate,
            is_cloud=dialect.NAME == cloud.NAME,
            timeouts=(min(connect_seconds, timeout_seconds), timeout_seconds),
            longest_answer=max(answer_seconds, timeout_seconds),
            trust_environment=trust_environment,
        )
        self._retries = Retries(budget or RetryBudget(), self._gate, first_wait_seconds)
        self._keeper = Keeper(store, self.identity)
        self.asks_who = dialect.myself()
        judge = Judge(self.identity, lambda: self._sender.send(self.asks_who))
        self._asker = Asker(self._sender, self._retries, judge, self._keeper)
        self._downloads = Downloads(self._sender, self._retries, judge, self._keeper)
        self._lock = threading.Lock()
        self._asking: dict[tuple[str, str], Future[Entry]] = {}

    @property
    def base_url(self) -> str:
        """The base address of the site."""
        return self.identity.base_url

    @property
    def address(self) -> str:
        """The address where questions go: the site, or Atlassian's gateway to it."""
        return self.identity.address

    @property
    def account_id(self) -> str | None:
        """The account that every answer must be for, where Jira tells it (Cloud)."""
        return self.identity.account_id

    @account_id.setter
    def account_id(self, account_id: str | None) -> None:
        self.identity.account_id = account_id

    @property
    def knows_account(self) -> bool:
        """Whether Jira said who we are: from then on, a refusal is one of what was asked for, not of the account."""
        return self.identity.known

    @knows_account.setter
    def knows_account(self, known: bool) -> None:
        self.identity.known = known

    def tell_waits(self, tell: Callable[[float], None]) -> None:
        """Have somebody told of each long wait that the server asks for, in seconds."""
        self._gate.on_wait = tell

    def stop(self, why: str) -> None:
        """Ask nothing more: every thread that waits or comes gets an ``UnreachableError`` that says why."""
        self._gate.stop(why)
        self._retries.stop()
        if self.organization is not None:
            self.organization.stop(why)

    def close(self) -> None:
        """Close the connections of all threads; none may be asking any more."""
        self._sender.close()
        if self.organization is not None:
            self.organization.close()

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
        """Send a request, and return its kept response; from disk if it was asked before under this topic.

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
        return self._answer(topic, request, Wanted(allowed, part, anonymous, most_tries))[0]

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
        wanted = Wanted(allowed, part, may_be_halved=may_be_halved)
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

    def reading(self, entry: Entry) -> AbstractContextManager[None]:
        """Take back a response that turns out not to be readable: it is kept as refused, and asked for again.

        Raises
        ------
        AnswerError
            Also for what a form that nobody foresaw does to the code that reads it.
        """
        return self._keeper.reading(entry)

    def kept(self, topic: str, request: Request) -> Entry | None:
        """Return the usable response to a question that came before, None if there is none."""
        return self.store.find(topic, request)

    def take_back(self, entry: Entry, why: str) -> None:
        """Let a response that was kept count no longer; it stays in its place as refused, and is asked for again."""
        self.store.refuse(entry, why)

    def download(self, topic: str, request: Request, target: Path, most: int = LARGEST_FILE) -> Entry:
        """Download an attachment as a stream, to its place in a dossier, at most so many bytes; from disk if it came before.

        Any other answer is kept as that answer: the file is not to be had, and that is told where it is missed.

        Raises
        ------
        UnreachableError, AccountRefusedError, SourceError
            As ``ask``.
        """
        return self._downloads.download(topic, request, target, most)

    def search(
        self, topic: str, jql: str, fields: Sequence[str], *, history: bool = False, most: int = MOST_RECORDS
    ) -> Iterator[tuple[Entry, Sequence[Mapping[str, Any]]]]:
        """Yield each page of a search, kept first. Ends when Jira says so, never on a short or empty page.

        A page that is too heavy for Jira is asked for in halves, and so are those after it.

        Raises
        ------
        AnswerError
            If a page token comes back a second time, pages bring nothing new or more than ``most`` issues, or a page carries
            a warning of incompleteness.
        """
        return follow_search(self, topic, jql, fields, history=history, most=most)

    def histories(self, topic: str, ids: Sequence[int], size: int, tell: Callable[[int], None]) -> None:
        """Ask for the whole history of issues, ``size`` issues a question, each followed to its end.

        What is too heavy for Jira is asked for in halves: fewer issues, and fewer entries a page.

        Raises
        ------
        AnswerError
            If a page token comes back a second time.
        """
        follow_histories(self, topic, ids, size, tell)

    def issue_part(self, topic: str, part: str, issue_id: int) -> bool:
        """Ask for the history, comments or another part of an issue to its end; False if it was refused.

        Raises
        ------
        AnswerError
            If its form can't be read, or its pages do not get on.
        """
        return follow_part(self, topic, part, issue_id)

    def _answer(self, topic: str, request: Request, wanted: Wanted) -> tuple[Entry, Any]:
        known, asked = self._known_or_asked(topic, request)
        if known is not None:
            return known.result(), _ON_DISK
        try:
            entry, body = self._asker.ask(topic, request, wanted, self.on_answer)
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


def _no_gateway() -> None:
    """Say that there is none."""
