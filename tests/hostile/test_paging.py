"""Pages that never end: ever new tokens, growing totals, the same again, nothing, or more than there can be."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from auditlib.jira import listings, log_pages, pages
from auditlib.jira.client import JiraReader
from auditlib.jira.log_pages import follow_log, logs_of
from auditlib.jira.workspace_events import events
from auditlib.pull.workspace_events import _follow
from auditlib.responses import topics
from hostile.ends import ends
from hostile.server import Heard, reply

Pages = Callable[[int, Heard], Any]


def searched(reader: JiraReader, **more: int) -> None:
    for _ in reader.search("walk/A", "project = A ORDER BY key", ("id", "key"), **more):
        pass


def commented(reader: JiraReader) -> None:
    reader.issue_part("dossier/A-1/comments", "comments", 7)


def remembered(reader: JiraReader) -> None:
    reader.histories("history/1", [7, 8], 100, lambda _: None)


def logged(reader: JiraReader) -> None:
    def ask(request: Any) -> Any:
        return reader.answer("log", request, part=True)[1]

    *_, (_, last) = follow_log(logs_of(reader.dialect)[0], ask, None, None)
    assert not last.ended, "a log without end is not called whole"


def issues(first: int, count: int, **more: Any) -> dict[str, Any]:
    found = [{"id": str(number), "key": f"A-{number}", "fields": {}} for number in range(first, first + count)]
    return {"issues": found, **more}


def comments(first: int, count: int) -> list[dict[str, Any]]:
    return [{"id": str(number), "body": "x"} for number in range(first, first + count)]


def start_of(heard: Heard) -> int:
    return int(heard.target.partition("startAt=")[2].partition("&")[0] or 0)


def entries(number: int, count: int) -> list[dict[str, Any]]:
    made = [{"id": str(number * 1000 + one), "created": 1_780_000_000_000, "items": []} for one in range(count)]
    return [{"issueId": "7", "changeHistories": made}]


def record(number: int) -> dict[str, Any]:
    return {"id": number, "summary": "x", "created": f"2026-05-01T00:00:{number % 60:02d}.{number % 1000:03d}+0000"}


CLOUD: dict[str, tuple[Pages, Callable[[JiraReader], None]]] = {
    "the same page, ever new tokens": (lambda n, _: issues(1, 5, nextPageToken=f"t{n}"), searched),
    "two pages in turns": (lambda n, _: issues(n % 2 * 5, 5, nextPageToken=f"t{n}"), searched),
    "the same page, shuffled": (lambda n, _: {**issues(1, 5), "issues": issues(1, 5)["issues"][:: (-1) ** n],
                                              "nextPageToken": f"t{n}"}, searched),
    "nothing, ever new tokens": (lambda n, _: issues(0, 0, nextPageToken=f"t{n}"), searched),
    "one issue a page": (lambda n, _: issues(n, 1, nextPageToken=f"t{n}"), searched),
    "the same token": (lambda n, _: issues(n * 5, 5, nextPageToken="t"), searched),
    "a last page with ever new tokens": (lambda n, _: issues(1, 5, nextPageToken=f"t{n}", isLast=True), searched),
    "more issues than there are": (lambda n, _: issues(n * 50, 50, nextPageToken=f"t{n}"), lambda r: searched(r, most=200)),
    "a token of a megabyte": (lambda n, _: issues(1, 5, nextPageToken=f"{n}" * 1_000_000), searched),
    "histories, ever new tokens": (lambda n, _: {"issueChangeLogs": entries(1, 3), "nextPageToken": f"t{n}"}, remembered),
    "histories of nothing": (lambda n, _: {"issueChangeLogs": [], "nextPageToken": f"t{n}"}, remembered),
    "histories that grow": (lambda n, _: {"issueChangeLogs": entries(n, 2), "nextPageToken": f"t{n}"}, remembered),
    "comments that grow": (lambda _, h: {"comments": comments(start_of(h), 40), "startAt": start_of(h), "maxResults": 40,
                                         "total": start_of(h) + 80}, commented),
    "the same comments again": (lambda _, h: {"comments": comments(1, 40), "startAt": start_of(h), "maxResults": 40,
                                              "total": 10**12}, commented),
    "a log that grows": (lambda n, _: {"records": [record(n * 9 + one) for one in range(9)], "total": 10**9,
                                       "offset": n * 9, "limit": 9}, logged),
}  # fmt: skip

DATA_CENTER: dict[str, tuple[Pages, Callable[[JiraReader], None]]] = {
    "a total that grows": (
        lambda _, h: issues(start_of(h), 50, startAt=start_of(h), total=start_of(h) + 500),
        searched,
    ),
    "the same issues, a larger total": (lambda _, h: issues(1, 5, startAt=start_of(h), total=10**15), searched),
    "an empty page before the total": (lambda _, h: issues(0, 0, startAt=start_of(h), total=9), searched),
    "a page that begins elsewhere": (lambda *_: issues(0, 5, startAt=5_000, total=10_000), searched),
    "a total that is text": (lambda *_: issues(0, 5, startAt=0, total="many"), searched),
    "a log with ever new cursors": (lambda n, _: {"entities": [], "pagingInfo": {"nextPageCursor": f"c{n}"}}, logged),
}


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch):
    """What would be millions of records are hundreds here."""
    monkeypatch.setattr(pages, "MANY_PAGES", 60)
    monkeypatch.setattr(listings, "MOST_OF_ISSUE", 500)
    monkeypatch.setattr(log_pages, "MOST_OF_LOG", 300)


def serving(make: Pages) -> Callable[[Heard], Iterable[bytes]]:
    counted = itertools.count()
    return lambda heard: [reply(json.dumps(make(next(counted), heard)).encode())]


def ended_of(folder, case, speaks, **more):
    make, ask = case
    return ends(folder, serving(make), ask, speaks=speaks, by_request=True, **more)


@pytest.mark.parametrize("name", CLOUD)
def test_pages_of_a_cloud_that_never_end_do(name, tmp_path):
    """Going on would bring nothing new, next to nothing, or more than there can be: it is said, or the log is not whole."""
    ended = ended_of(tmp_path, CLOUD[name], "cloud")
    ended.require_sentence()
    assert ended.status == (0 if name == "a log that grows" else 3)


@pytest.mark.parametrize("name", DATA_CENTER)
def test_pages_of_a_data_center_that_never_end_do(name, tmp_path, monkeypatch):
    """As on Cloud; here totals grow."""
    monkeypatch.setattr(listings, "MOST_RECORDS", 1000)
    case = DATA_CENTER[name]
    if name == "a total that grows":
        case = (case[0], lambda reader: searched(reader, most=1000))
    ended = ended_of(tmp_path, case, "data-center")
    ended.require_sentence()
    assert ended.status == (0 if "log" in name else 3)


def test_events_with_ever_new_cursors_are_kept_as_refused(tmp_path):
    """The last page is kept with the reason, so that the package says what is missing."""
    day = datetime(2026, 5, 1, tzinfo=UTC)
    make = lambda n, _: {"data": [{"id": "1"}], "meta": {"next": f"c{n}"}}  # noqa: E731
    follow = lambda reader: _follow(reader, topics.EVENTS, lambda at: events("c", day, day, at), lambda _: None)  # noqa: E731
    ended = ends(tmp_path, serving(make), follow, by_request=True)
    assert "bring what came before" in ended.said
    index = (tmp_path / "raw" / "index.jsonl").read_text(encoding="utf-8").splitlines()
    assert "bring what came before" in index[-1]


def test_an_empty_page_or_one_that_comes_twice_is_no_end(tmp_path):
    """Jira may give a page of nothing, or one issue again, and go on."""
    held = [
        issues(1, 5, nextPageToken="a"),
        issues(0, 0, nextPageToken="b"),
        issues(1, 5, nextPageToken="c"),
        issues(6, 2),
    ]
    ended = ends(tmp_path, serving(lambda n, _: held[n]), searched, by_request=True)
    assert ended.status == 0
