"""What is computed from responses is computed once for those that there are, and anew when more have come."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from auditlib.evidence.answers import Answers
from auditlib.jira.protocol import dialect
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request, post
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


def test_a_history_of_which_a_part_came_is_not_known(tmp_path):
    """Nothing is concluded from it: an issue's history is known only if no response of its batch says that more is missing."""
    store = RawStore(tmp_path / "raw")
    answers = Answers(store, dialect("data-center"))
    entry = {"id": "1", "created": "2026-05-01T00:00:00.000+0000", "items": []}
    issues = [
        {"id": str(number), "key": f"PAY-{number}", "fields": dict.fromkeys(("created", "updated"), entry["created"]),
         "changelog": {"total": total, "histories": [entry]}}
        for number, total in ((1, 1), (2, 2), (3, 1))
    ]  # fmt: skip
    body = json.dumps({"startAt": 0, "maxResults": 50, "total": 3, "issues": issues}).encode()
    request = post("rest/api/2/search", jql="x", fields=["created"], startAt=0, maxResults=50)
    store.keep(topics.FIRST_PASS.of("PAY", 1), request, status=200, headers={}, body=body, at=AT, tries=1)
    assert answers.known_histories.tolist() == [1, 3]


def test_a_part_on_one_page_makes_no_history_whole_on_the_next(tmp_path):
    """Each page of Cloud's histories is asked for by all issues of the batch: one that goes on says nothing of an entry lost."""
    store = RawStore(tmp_path / "raw")
    answers = Answers(store, dialect("cloud"))
    entry = {"id": "1", "created": 1_780_000_000_000, "items": []}
    pages = (
        {"issueChangeLogs": [{"issueId": "2", "changeHistories": [entry, {"id": "odd"}]}], "nextPageToken": "t"},
        {"issueChangeLogs": [{"issueId": "3", "changeHistories": [entry]}]},
    )
    for token, page in zip((None, "t"), pages, strict=True):
        request = post("rest/api/3/changelog/bulkfetch", issueIdsOrKeys=["1", "2", "3"], nextPageToken=token)
        body = json.dumps(page).encode()
        store.keep(topics.HISTORY_FIRST_PASS.of(), request, status=200, headers={}, body=body, at=AT, tries=1)
    assert answers.known_histories.tolist() == [1, 3]
