"""Is a response an answer? Its status, content type, completeness, account and form are checked before anyone reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from auditlib.errors import AnswerError, FormError, RefusedError, SourceError
from auditlib.jira.identity import Identity, asked_by, words_of
from auditlib.jira.network import led_to, proxy_wants_password
from auditlib.jira.refusal import LEFT_OUT, REPEATS, wants_captcha
from auditlib.jira.retries import FaultError, Wanted
from auditlib.responses.bounds import BoundError, require_readable
from auditlib.responses.forms.resources import require_form
from auditlib.responses.forms.text import NotUsableError, NotWholeError, read_json
from auditlib.responses.request import Request

PART_REFUSALS: Final = frozenset({400, 401, 403, 404, 405, 410, 501})
"""Statuses that say of a part (the log, watchers, a file): this account may not read it, or this Jira does not have it."""


class CutAnswerError(AnswerError):
    """The answer is not whole JSON."""


class OverfullAnswerError(CutAnswerError):
    """The answer breaks a bound: it is larger, or would make more objects, than any that is asked for, or does not end."""


class OtherTypeError(AnswerError):
    """The answer is not Jira's JSON at all."""


class Judge:
    """Tells an answer of Jira from what is none.

    Parameters
    ----------
    identity : Identity
        For whom every answer must be.
    ask_who : callable
        Asks once more who we are; returns the response, or None if there is none.
    """

    def __init__(self, identity: Identity, ask_who: Callable[[], requests.Response | None]) -> None:
        self.identity = identity
        self._ask_who = ask_who

    def judged(
        self, response: requests.Response, wanted: Wanted, request: Request | None = None
    ) -> tuple[Any, SourceError | None]:
        """Return the parsed body of a response, and why it can't be used as an answer, or None.

        Its form is that of what was asked for; of a question that is none to Jira, without a request, there is no form.
        """
        refused = wanted.part and self.identity.known and response.status_code in PART_REFUSALS
        if refused and not wants_captcha(response.headers):
            self.require_account(response)
            return None, self.identity.problem(response)
        problem = self._head_problem(response, wanted.statuses)
        if problem is not None:
            return None, problem
        if response.headers.get(LEFT_OUT) and not response.content:
            return None, AnswerError(
                f"{asked_by(response)} was answered with a credential of this account: {REPEATS}. What stands in front of Jira "
                "sends back what it is sent; ask its administrator",
                request=asked_by(response),
            )
        try:
            require_readable(response.content)
            body = read_json(response.content)
        except BoundError as error:
            return None, OverfullAnswerError(
                f"{asked_by(response)} is too much to be read: {error}", request=asked_by(response)
            )
        except NotUsableError as error:
            asked = asked_by(response)
            return None, FormError(f"the answer to {asked} is no JSON that can be used: {error}", request=asked)
        except NotWholeError as error:
            return None, CutAnswerError(
                f"{asked_by(response)} answered {len(response.content)} bytes that are not whole JSON: {error}",
                request=asked_by(response),
                expected=f"{response.headers.get('Content-Length') or 'some'} bytes of JSON",
                found=response.content[:80].decode("utf-8", "replace"),
            )
        if response.status_code not in wanted.statuses:
            said = f"{asked_by(response)} answered {response.status_code}{words_of(response)}"
            kind = RefusedError if 400 <= response.status_code < 500 else SourceError
            return body, kind(f"{said}{self._is_base(response.status_code)}")
        problem = self.identity.problem(response)
        if problem is None and request is not None:
            problem = _form_problem(request, response.status_code, body)
        return body, problem

    def require_account(self, response: requests.Response) -> None:
        """After a part was refused with 401, ask once more who we are: a token that ended meanwhile refuses everything.

        Raises
        ------
        AccountRefusedError
            If it did.
        """
        if response.status_code != 401 or not self.identity.known:
            return
        with suppress(FaultError):
            again = self._ask_who()
            if again is not None and again.status_code == 401:
                raise self.identity.refused(again)

    def _is_base(self, status: int) -> str:
        """Ask, before a Jira has answered at all, whether this is its address."""
        if self.identity.known or not 400 <= status < 500:
            return ""
        base = self.identity.base_url
        like = "" if urlsplit(base).path.strip("/") else ", like /jira"
        return f". Is {base} the base address, with its context path{like}? A browser shows it before /browse"

    def _head_problem(self, response: requests.Response, allowed: Sequence[int]) -> SourceError | None:
        """Return what the head of this response says against its use, or None."""
        identity = self.identity
        asked, status = asked_by(response), response.status_code
        refused = {401} if identity.known else {401, 403} - set(allowed)
        if status in refused or wants_captcha(response.headers):
            return identity.refused(response)
        if status == 407:
            return SourceError(f"{identity.address} can't be asked: {proxy_wants_password(identity.address)}")
        if 300 <= status < 400:
            request = Request(response.request.method or "GET", identity.path_of(response))
            led = led_to(request, identity.address, response.headers.get("Location", ""))
            return AnswerError(f"{asked} {led} ({status})")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind == "application/json":
            return None
        if 400 <= status < 500:
            return RefusedError(f"{asked} answered {status}{words_of(response)}{self._is_base(status)}")
        hint = _NO_JIRA if kind == "text/html" else "not Jira's REST API"
        return OtherTypeError(
            f"{asked} answered {status} with {kind or 'no content type'} instead of JSON{_in_brackets(response)}: {hint}",
            request=asked,
            expected="application/json",
            found=kind,
        )


def _in_brackets(response: requests.Response) -> str:
    """Return the words of an answer that is none, its title say, to stand within a sentence."""
    words = words_of(response).removeprefix(": ")
    return f" (“{words}”)" if words else ""


_NO_JIRA: Final = (
    "a login page, a VPN's portal or a proxy answered instead of Jira. Open jira_url in a browser of this machine: what it "
    "shows is to be passed first"
)


def _form_problem(request: Request, status: int, body: Any) -> FormError | None:
    """Return what speaks against the form of an answer, or None."""
    try:
        require_form(request, status, body)
    except FormError as error:
        return error
    return None
