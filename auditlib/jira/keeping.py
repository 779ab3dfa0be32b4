"""Keeping responses: each is written to disk before anyone reads it, with what speaks against its use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests

from auditlib.errors import AnswerError, AuditError, SourceError
from auditlib.jira.identity import Identity
from auditlib.jira.wire import pieces_of
from auditlib.phrases import counted
from auditlib.responses.bounds import LARGEST_FILE
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore
from auditlib.text import shorten


class Keeper:
    """Keeps what came of requests in the store.

    Parameters
    ----------
    store : RawStore
        Where responses go.
    identity : Identity
        Knows where it was asked.
    """

    def __init__(self, store: RawStore, identity: Identity) -> None:
        self.store = store
        self._identity = identity

    def keep(
        self, topic: str, request: Request, response: requests.Response, body: bytes, *, sent: int, refused: str = ""
    ) -> Entry:
        """Keep a response with this body, after so many requests."""
        return self.store.keep(
            topic,
            request,
            status=response.status_code,
            headers=response.headers,
            body=body,
            at=datetime.now(UTC),
            tries=sent,
            refused=refused,
            asked_at=self._identity.other_address,
        )

    def take(
        self, topic: str, request: Request, response: requests.Response, problem: SourceError | None, *, sent: int
    ) -> Entry:
        """Keep a response as an answer; with a problem, keep it as refused, and raise that."""
        refused = "" if problem is None else str(problem)
        entry = self.keep(topic, request, response, response.content, sent=sent, refused=refused)
        if problem is not None:
            raise problem
        return entry

    def keep_file(
        self,
        topic: str,
        request: Request,
        response: requests.Response,
        target: Path,
        *,
        sent: int,
        most: int = LARGEST_FILE,
    ) -> Entry:
        """Keep an attachment as it comes, at its place; at most so many bytes of it."""
        return self.store.keep_file(
            topic,
            request,
            pieces_of(response, most),
            target,
            status=200,
            headers=response.headers,
            tries=sent,
            asked_at=self._identity.other_address,
        )

    def keep_missed(self, topic: str, request: Request, sent: int, fault: str) -> Entry:
        """Keep that a part or a file never came whole: it is missed in its record, and everything else goes on."""
        return self.store.keep(
            topic,
            request,
            status=200,
            headers={},
            body=b"",
            at=datetime.now(UTC),
            tries=sent,
            refused=f"{request} gave no whole answer in {counted(sent, 'try', 'tries')}: {fault}",
            asked_at=self._identity.other_address,
        )

    @contextmanager
    def reading(self, entry: Entry) -> Iterator[None]:
        """Take back a response that turns out not to be readable; as ``JiraReader.reading``."""
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
