"""What is computed from responses is computed once for those that there are, and anew when more have come."""

from __future__ import annotations

from datetime import UTC, datetime

from auditlib.evidence.answers import Answers
from auditlib.jira.protocol import dialect
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore

AT = datetime(2026, 10, 1, tzinfo=UTC)


def keep(store: RawStore, number: int) -> Entry:
    request = Request("GET", f"rest/api/3/issue/{number}")
    return store.keep("walk/PAY", request, status=200, headers={}, body=b"{}", at=AT, tries=1)


def test_a_value_is_computed_once_for_the_responses_that_there_are(tmp_path):
    """Looked at twice it is the same; a response that came, or was refused, makes it anew; each name has its own."""
    answers = Answers(RawStore(tmp_path / "raw"), dialect("cloud"))
    computed: list[int] = []

    def count() -> list[int]:
        computed.append(1)
        return [len(answers.store.entries("walk"))]

    assert answers.once("count", count) is answers.once("count", count)
    assert (answers.once("count", count), computed) == ([0], [1])
    entry = keep(answers.store, 1)
    assert answers.once("count", count) == [1]
    assert len(computed) == 2
    keep(answers.store, 2)
    assert answers.once("count", count) == answers.once("other", count) == [2]
    assert len(computed) == 4
    answers.store.refuse(entry, "not what was asked")
    assert answers.once("count", count) == [1]
    assert len(computed) == 5


def test_what_a_pull_asks_next_follows_from_what_came(tmp_path):
    """The kept value is of one store: another package's is its own."""
    one, two = (Answers(RawStore(tmp_path / name), dialect("cloud")) for name in ("one", "two"))
    keep(one.store, 1)
    assert one.once("count", lambda: one.store.count) == 1
    assert two.once("count", lambda: two.store.count) == 0
