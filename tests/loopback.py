"""A response as it comes over HTTP, from a server on loopback that answers everything alike; and a client of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from carrier import Answer, Ask, listening

from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials
from auditlib.jira.protocol import dialect
from auditlib.jira.retries import RetryBudget
from auditlib.responses.store import RawStore


def answered(answer: Answer, path: str = "/rest/api/2/myself", **headers: str) -> requests.Response:
    """Return what a server answers to one request."""
    with listening(lambda _: answer) as address:
        return requests.get(f"{address}{path}", headers=headers, allow_redirects=False, timeout=5)


@contextmanager
def client_of(
    answer: Callable[[Ask], Answer], folder: Path, *, speaks: str = "data-center", retries: int = 9
) -> Iterator[JiraReader]:
    """Let a client ask a server on loopback."""
    with listening(answer) as address:
        store, budget = RawStore(folder / "raw"), RetryBudget(retries, 0.0)
        with JiraReader(
            address,
            dialect(speaks),
            Credentials("t"),
            store,
            budget=budget,
            first_wait_seconds=0.001,
            timeout_seconds=5,
        ) as reader:
            yield reader
