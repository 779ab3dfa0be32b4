"""Downloads: attachments as streams, to their place in a dossier, out of the same budget of retries as every question."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import requests
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError

from auditlib.errors import UnreachableError
from auditlib.jira.judging import Judge
from auditlib.jira.keeping import Keeper
from auditlib.jira.network import cause_of
from auditlib.jira.read_only import require_allowed
from auditlib.jira.refusal import refusal
from auditlib.jira.repeated import without_secret
from auditlib.jira.retries import FAULTS, FaultError, Retries, Tries, Wanted, is_own_fault
from auditlib.jira.sender import Sender
from auditlib.jira.wire import reading_file
from auditlib.responses.bounds import LARGEST_FILE
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.store import kept_headers

_LONGEST_REFUSAL: Final = 1 << 16
_FILE: Final = Wanted(part=True)

_BROKEN: Final = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    ProtocolError,
    DecodeError,
)
"""Of an answer that came and can't be read: it is about this file alone, where no answer at all would be about Jira."""


class Downloads:
    """Downloads files; parameters as of ``jira.asking.Asker``."""

    def __init__(self, sender: Sender, retries: Retries, judge: Judge, keeper: Keeper) -> None:
        self._identity = judge.identity
        self._sender = sender
        self._retries = retries
        self._judge = judge
        self._keeper = keeper

    def download(self, topic: str, request: Request, target: Path, most: int = LARGEST_FILE) -> Entry:
        """Download an attachment; as ``JiraReader.download``."""
        known = self._keeper.store.find(topic, request)
        if known is not None and (known.status != 200 or target.is_file()):
            return known
        require_allowed(request.method, request.path)
        tries = Tries()
        while True:
            tries.sent += 1
            try:
                entry = self._fetch(topic, request, target, tries, most)
            except (FaultError, requests.exceptions.RequestException, HTTPError) as error:
                cause = None if isinstance(error, FaultError) else cause_of(error, self._identity.address)
                odd = cause is not None and cause.odd
                tries.of_another_type += odd
                if self._retries.again(tries, _FILE, kind=request.kind):
                    continue
                fault = str(error) if cause is None else cause.words
                if self._identity.known and (odd or isinstance(error, _BROKEN)):
                    return self._keeper.keep_missed(topic, request, tries.sent, fault)
                where = self._identity.base_url
                message = f"{where} did not give the file of {request} in {tries.sent} tries: {fault}"
                raise UnreachableError(message) from None
            if entry is not None:
                return entry

    def _fetch(self, topic: str, request: Request, target: Path, tries: Tries, most: int) -> Entry | None:
        """Fetch a file once; None if the server has too much to do. At the last try, a fault of its own is its answer."""
        last = self._retries.is_last(tries, _FILE, request.kind)
        with self._sender.stream(request, tries.sent) as (response, trip):
            if response is None:
                return None
            if response.status_code in FAULTS and not (last and self._identity.known and is_own_fault(response)):
                raise FaultError(f"status {response.status_code}")
            problem = self._identity.problem(response)
            if problem is not None:
                raise problem
            if response.status_code != 200:
                with reading_file(response):
                    body = response.raw.read(_LONGEST_REFUSAL, decode_content=True) or b""
                body = without_secret(response, body)
                self._judge.require_account(response)
                if is_own_fault(response):
                    self._retries.failed(request.kind)
                why = _neither(request, response)
                return self._keeper.keep(topic, request, response, body, sent=tries.sent, refused=why)
            entry = self._keeper.keep_file(topic, request, response, target, sent=tries.sent, most=most)
            self._retries.passed(request.kind)
            trip.size = entry.size
            return entry


def _neither(request: Request, response: requests.Response) -> str:
    """Say of an answer that is neither the file nor a refusal of it, such as 204 or 302, why it can't be used; else nothing."""
    status, told = response.status_code, kept_headers(response.status_code, response.headers)
    if status >= 400:
        return ""
    if "location" in told:
        return refusal(status, told, b"")
    return f"{request} answered {status}, which is neither the file nor a refusal"
