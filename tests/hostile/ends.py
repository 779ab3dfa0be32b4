"""How a question to a hostile server ends: with an answer that can be used, or with a status and a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditlib.errors import AuditError
from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials
from auditlib.jira.protocol import dialect
from auditlib.jira.retries import RetryBudget
from auditlib.responses.store import RawStore
from hostile.server import Heard, reply, speaking

USER, TOKEN = "ana@example.com", "Hush/hush+7tok3n%of tests"
"""A token that looks otherwise in every form: in an address, in JSON, in HTML, in base64."""

ME = {"accountId": "acc:ana", "displayName": "Ana", "name": "ana", "key": "ana"}

Answer = bytes | Callable[[], Iterable[bytes]]
"""The bytes of an answer, or what makes them piece by piece."""


@dataclass(frozen=True)
class Ended:
    """The status with which a command would end, what it would say, and what was kept."""

    status: int
    said: str
    folder: Path

    def require_sentence(self) -> None:
        """Require what holds of every end: a status of the contract, and a sentence without a secret."""
        assert self.status in {0, 1, 2, 3}
        assert self.status == 0 or re.search(r"\w+ \w+", self.said), self.said
        assert self.said.isprintable() or self.said.count("\n") < 3, self.said
        assert len(self.said) < 2000
        require_no_secret(self.said)


class SteppedClock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds


def require_no_secret(text: str) -> None:
    """Require that the token does not stand in a text, in whatever case."""
    assert "hush" not in text.casefold()


def ends(
    folder: Path,
    answer: Answer | Callable[[Heard], Iterable[bytes]],
    ask: Callable[[JiraReader], Any] | None = None,
    *,
    speaks: str = "cloud",
    by_request: bool = False,
    known: bool = True,
    **bounds: float,
) -> Ended:
    """Ask a server that gives this answer to everything but the question who we are."""

    def says(heard: Heard) -> Iterable[bytes]:
        if heard.path.endswith("/myself"):
            return [reply(ME)]
        if by_request:
            return answer(heard)  # type: ignore[operator, call-arg]
        return [answer] if isinstance(answer, bytes) else answer()  # type: ignore[call-arg]

    store = RawStore(folder / "raw")
    question = ask or (lambda reader: reader.answer("project/A", reader.dialect.project("A")))
    limits = {"timeout_seconds": 3.0, "answer_seconds": 5.0, "first_wait_seconds": 0.001, **bounds}
    with speaking(says) as address:
        who, budget = Credentials(TOKEN, USER), RetryBudget(40)
        with JiraReader(
            address, dialect(speaks), who, store, budget=budget, trust_environment=False, **limits
        ) as reader:
            if known:
                reader.answer("account", reader.dialect.myself())
                reader.knows_account = True
            try:
                question(reader)
            except AuditError as error:
                return Ended(error.status, str(error), folder)
    return Ended(0, "", folder)


def kept(folder: Path) -> str:
    """Return all that was kept, unpacked, as one text."""
    store = RawStore(folder / "raw")
    texts = [store.index.read_text(encoding="utf-8")] if store.index.exists() else []
    texts += [store.body(entry).decode("utf-8", "replace") for entry in (*store.entries(), *store.refusals())]
    return "\n".join(texts)
