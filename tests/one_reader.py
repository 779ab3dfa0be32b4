"""One reader on one embedded Jira, for the tests of what is sent and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.demo.story.company import Company
from auditlib.jira import jql
from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials
from auditlib.jira.protocol import dialect
from auditlib.jira.retries import RetryBudget
from auditlib.responses.store import RawStore

QUERY = jql.key_walk("PAY")

Tamper = Callable[[Asked, Answer], Answer]


@contextmanager
def reading(
    company: Company,
    folder: Path,
    *,
    speaks: str = "cloud",
    tamper: Tamper | None = None,
    page_size: int | None = None,
    token: str | None = None,
    retries: int = 50,
    path: str = "",
) -> Iterator[tuple[JiraReader, EmbeddedJira]]:
    with EmbeddedJira(company.world, speaks, tamper=tamper, page_size=page_size, context_path=path) as jira:
        who = Credentials(jira.token if token is None else token, jira.user)
        budget = RetryBudget(retries)
        store = RawStore(folder / "raw")
        with JiraReader(
            jira.url, dialect(speaks), who, store, budget=budget, first_wait_seconds=0.01, timeout_seconds=5
        ) as reader:
            yield reader, jira


def keys_of(reader: JiraReader, fields: tuple[str, ...] = ("key",)) -> list[str]:
    return [issue["key"] for _, page in reader.search("walk/PAY", QUERY, fields) for issue in page]
