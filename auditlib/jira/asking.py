"""One question: sent, retried after faults, asked in another way where the account is refused, and its answer kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import BoundedSemaphore
from typing import Any, Final

import requests

from auditlib.errors import FormError, UnreachableError
from auditlib.jira.judging import CutAnswerError, Judge, OtherTypeError, OverfullAnswerError
from auditlib.jira.keeping import Keeper
from auditlib.jira.read_only import require_allowed
from auditlib.jira.refusal import wants_captcha
from auditlib.jira.retries import FaultError, Retries, Tries, Wanted, is_own_fault
from auditlib.jira.sender import Sender
from auditlib.jira.wire import Permit
from auditlib.phrases import counted
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request

READ_AT_ONCE: Final = 3
"""Answers that are parsed, judged and written at once. Python parses one at a time anyway, and an answer of six megabytes is
fifty as objects: of a dozen at once most would only take memory, which later is full of holes."""


class Asker:
    """Asks single questions, with what the client has for it.

    Parameters
    ----------
    sender : Sender
        Sends each try.
    retries : Retries
        Says whether there is another.
    judge : Judge
        Tells an answer from what is none.
    keeper : Keeper
        Keeps what came.
    permit : callable
        Refuses what may not be sent.
    """

    def __init__(
        self, sender: Sender, retries: Retries, judge: Judge, keeper: Keeper, permit: Permit = require_allowed
    ) -> None:
        self._identity = judge.identity
        self._sender = sender
        self._retries = retries
        self._judge = judge
        self._keeper = keeper
        self._permit = permit
        self._few_at_once = BoundedSemaphore(READ_AT_ONCE)

    def ask(
        self, topic: str, request: Request, wanted: Wanted, on_answer: Callable[[Entry, Any], None] | None
    ) -> tuple[Entry, Any]:
        """Send a question until there is an answer; return it as it was kept, and its parsed body.

        Parameters
        ----------
        topic : str
            What it is asked for.
        request : Request
            The question.
        wanted : Wanted
            How it is asked, and what is an answer to it.
        on_answer : callable or None
            Is shown a usable answer.

        Raises
        ------
        SourceError, TooHeavyError
            As ``JiraReader.ask`` and ``JiraReader.answer``.
        """
        self._permit(request.method, request.path)
        tries = Tries()
        while True:
            tries.sent += 1
            try:
                response = self._sender.send(request, tries.sent, anonymous=wanted.anonymous)
            except FaultError as fault:
                tries.of_another_type += fault.odd
                if self._retries.again(tries, wanted, heavy=fault.heavy, kind=request.kind):
                    continue
                return self._unanswered(topic, request, wanted, fault, tries)
            if response is None:
                continue  # refused for load: the gate says when to come again, and when to give up
            self._retries.passed(request.kind)
            other = self._otherwise(request, wanted, response, tries)
            if other is not None:
                wanted = other
                continue
            with self._few_at_once:
                body, problem = self._judge.judged(response, wanted, request)
                if problem is None:
                    return self._kept(topic, request, response, body, wanted, tries, on_answer), body
            tries.of_another_type += isinstance(problem, OtherTypeError | OverfullAnswerError | FormError)
            cut = isinstance(problem, CutAnswerError)
            if (cut or isinstance(problem, OtherTypeError | FormError)) and self._retries.again(
                tries, wanted, heavy=cut
            ):
                continue
            self._keeper.take(topic, request, response, problem, sent=tries.sent)

    def _kept(  # noqa: PLR0917 - all that is known of the answer
        self,
        topic: str,
        request: Request,
        response: requests.Response,
        body: Any,
        wanted: Wanted,
        tries: Tries,
        on_answer: Callable[[Entry, Any], None] | None,
    ) -> Entry:
        """Keep an answer, and show it to whoever wants to see it."""
        entry = self._keeper.take(topic, request, response, None, sent=tries.sent)
        if response.status_code == 200 and not wanted.anonymous and not _is_server_info(request):
            self._identity.settle()
        if on_answer is not None and entry.status in wanted.statuses:
            with self._keeper.reading(entry):
                on_answer(entry, body)
        return entry

    def _unanswered(
        self, topic: str, request: Request, wanted: Wanted, fault: FaultError, tries: Tries
    ) -> tuple[Entry, None]:
        """Return the fault of Jira's own that is the answer of a part, as it was kept.

        Raises
        ------
        OverfullAnswerError
            For a part whose answer breaks a bound; that is kept as refused.
        UnreachableError
            For anything else.
        """
        if wanted.part and self._identity.known and is_own_fault(fault.response):
            self._retries.failed(request.kind)
            return self._keeper.take(topic, request, fault.response, None, sent=tries.sent), None
        if wanted.part and self._identity.known and fault.odd:
            missed = self._keeper.keep_missed(topic, request, tries.sent, str(fault))
            raise OverfullAnswerError(missed.refused, request=str(request))
        often = counted(tries.sent, "try", "tries")
        message = f"{self._identity.base_url} gave no usable answer to {request} in {often}: {fault}"
        raise UnreachableError(message)

    def _otherwise(self, request: Request, wanted: Wanted, response: requests.Response, tries: Tries) -> Wanted | None:
        """Return how to ask once more after a 401, if there is another way."""
        if response.status_code != 401 or wanted.anonymous or wants_captcha(response.headers):
            return None
        if _is_server_info(request):  # it is told to anybody; whether the account is accepted, myself says
            return replace(wanted, anonymous=True)
        if self._identity.has_another_way(response):
            return wanted
        if not self._identity.known or wanted.part or 401 in wanted.statuses or tries.excused:
            return None
        tries.excused = True
        self._judge.require_account(response)  # one of several nodes may not know a session that the others know
        return wanted


def _is_server_info(request: Request) -> bool:
    """Say whether this is the question that Jira answers to anybody."""
    return request.path.endswith("/serverInfo")
