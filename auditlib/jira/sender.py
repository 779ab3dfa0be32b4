"""Sending one request, once: through the gate, over a connection of the thread's own, with a line in the log."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import requests
from atlassian import Jira
from atlassian.jira import JiraCloud
from urllib3.exceptions import HTTPError

from auditlib.errors import AnswerError, SourceError
from auditlib.jira.credentials import Authorization
from auditlib.jira.gate import Gate
from auditlib.jira.identity import Identity, words_of
from auditlib.jira.network import Cause, bundle_problem, cause_of
from auditlib.jira.rate_limits import Reply, read_reply
from auditlib.jira.read_only import require_allowed
from auditlib.jira.request_log import Trip, log_request
from auditlib.jira.retries import FAULTS, HEAVY, FaultError
from auditlib.jira.service_desk import headers_of
from auditlib.jira.wire import Permit, make_session
from auditlib.responses.request import Request

_JSON: Final = {"Accept": "application/json", "Content-Type": "application/json"}


class Sender:
    """Sends requests to one Jira; may be used by many threads at once, each with a connection of its own.

    Parameters
    ----------
    identity : Identity
        As whom, and where.
    gate : Gate
        What every request passes.
    is_cloud : bool
        Whether atlassian-python-api's client for Cloud is used, or the one for Data Center.
    timeouts : (float, float)
        For a connection; the longest wait for data. In seconds.
    longest_answer : float
        Seconds after which an answer that still drips is ended.
    trust_environment : bool
        Whether the variables for proxies and certificates hold.
    permit : callable
        Refuses what may not be sent.
    """

    def __init__(
        self,
        identity: Identity,
        gate: Gate,
        *,
        is_cloud: bool,
        timeouts: tuple[float, float],
        longest_answer: float,
        trust_environment: bool,
        permit: Permit = require_allowed,
    ) -> None:
        self._identity = identity
        self._gate = gate
        self._make = JiraCloud if is_cloud else Jira
        self._timeouts = timeouts
        self._longest_answer = longest_answer
        self._trust_environment = trust_environment
        self._permit = permit
        self._own = threading.local()
        self._lock = threading.Lock()
        self._connections: list[Any] = []

    def connection(self, address: str, *, anonymous: bool = False) -> Any:
        """Return the calling thread's own connection: a session of requests is not made for many threads."""
        own: dict[tuple[str, bool], Any] = self._own.__dict__.setdefault("connections", {})
        known = own.get((address, anonymous))
        if known is None:
            known = own[address, anonymous] = self._connect(address, anonymous=anonymous)
            with self._lock:
                self._connections.append(known)
        return known

    def _connect(self, address: str, *, anonymous: bool) -> Any:
        session = make_session(
            address,
            Authorization(None if anonymous else self._identity.header),
            timeouts=self._timeouts,
            longest_answer=self._longest_answer,
            trust_environment=self._trust_environment,
            permit=self._permit,
        )
        return self._make(address, session=session, backoff_and_retry=False, retry_with_header=False)

    def close(self) -> None:
        """Close the connections of all threads; none may be asking any more."""
        with self._lock:
            connections, self._connections = self._connections, []
        for connection in connections:
            connection.close()

    def send(self, request: Request, sent: int = 1, *, anonymous: bool = False) -> requests.Response | None:
        """Send a request once, when it may go; None if the server has too much to do.

        Parameters
        ----------
        request : Request
            The question.
        sent : int
            Which try of it this is.
        anonymous : bool
            Whether without credentials.

        Raises
        ------
        FaultError
            If it is worth asking again.
        AnswerError
            If it holds what no address can hold, so that an answer before it was wrong.
        SourceError
            If the server can't be asked as things are.
        """
        reply = Reply("lost")
        trip = self._depart(request, sent)
        address = self._identity.base_url if anonymous else self._identity.address
        response: requests.Response
        try:
            response = self.connection(address, anonymous=anonymous).request(
                method=request.method,
                path=request.path,
                params=request.parameters or None,
                data=request.body,
                headers={**_JSON, **headers_of(request.path)},
                advanced_mode=True,
                allow_redirects=False,
            )
            reply = read_reply(response.status_code, response.headers)
            trip.status, trip.size = response.status_code, len(response.content)
        except (requests.exceptions.RequestException, HTTPError) as error:
            cause = cause_of(error, address)
            trip.lost = cause.words
            raise _fault(cause, address) from None
        except UnicodeEncodeError:  # of an address and a query alone: a body may hold whatever JSON may
            said = "half of a surrogate pair, which no address can hold; an answer before named it"
            raise AnswerError(f"{request.kind} would ask for {said}", found=said) from None
        except OSError as error:  # a file of certificates that is not there, say
            raise SourceError(f"{address} can't be asked: {bundle_problem(error)}") from None
        finally:
            self._arrive(trip, reply)
        if reply.kind != "passed":
            return None
        if response.status_code in FAULTS:
            said = f"status {response.status_code}{words_of(response)}"
            raise FaultError(said, heavy=response.status_code in HEAVY, response=response)
        return response

    @contextmanager
    def stream(self, request: Request, sent: int) -> Iterator[tuple[requests.Response | None, Trip]]:
        """Send a request for a file, once; yield the response unread, None if the server has too much to do."""
        reply = Reply("lost")
        trip = self._depart(request, sent)
        address = self._identity.address
        try:
            session = self.connection(address)._session  # noqa: SLF001 - its own methods decode every body as text
            with session.get(
                f"{address}/{request.path}", params=request.parameters or None, stream=True, allow_redirects=False
            ) as response:
                reply, trip.status = read_reply(response.status_code, response.headers), response.status_code
                yield (response if reply.kind == "passed" else None), trip
        finally:
            self._arrive(trip, reply)

    def _depart(self, request: Request, sent: int) -> Trip:
        """Wait at the gate, and note when the question went."""
        came = time.monotonic()
        sent_at = self._gate.enter(request.kind)
        return Trip(request, sent, came, sent_at, time.monotonic())

    def _arrive(self, trip: Trip, reply: Reply) -> None:
        """Tell the gate what came of a question, and the log."""
        self._gate.leave(trip.sent_at, reply, trip.request.kind)
        log_request(trip, time.monotonic())


def _fault(cause: Cause, address: str) -> FaultError | SourceError:
    """Return what to raise for a cause: an end if it lasts, else something to ask again after."""
    if cause.lasting:
        return SourceError(f"{address} can't be asked: {cause.words}")
    return FaultError(cause.words, heavy=cause.heavy, odd=cause.odd)
