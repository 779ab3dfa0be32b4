"""Jira's audit log, followed: by what names the next page, else by time; and never called whole where it is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auditlib.errors import AnswerError, TooHeavyError
from auditlib.jira.log_pages import follow_log
from auditlib.jira.protocol import dialect
from auditlib.responses.request import Request
from auditlib.times import format_utc, parse_instant

CLOUD, CENTER = dialect("cloud"), dialect("data-center")
NEWEST = datetime(2026, 9, 30, tzinfo=UTC)
RECORDS = [{"id": number, "created": format_utc(NEWEST - timedelta(hours=number))} for number in range(25)]


def cloud_log(page: int = 10, *, offsets: bool = True, most: int = 1000) -> Callable[[Request], Any]:
    """Answer like Cloud's log of `RECORDS`; perhaps deaf to offsets, perhaps too weak for large pages."""

    def ask(request: Request) -> Any:
        query = dict(request.query)
        limit, offset = int(query["limit"]), int(query["offset"]) if offsets else 0
        if limit > most:
            raise TooHeavyError("too much")
        until = parse_instant(query["to"]) if "to" in query else NEWEST
        found = [one for one in RECORDS if parse_instant(one["created"]) <= until]
        came = found[offset : offset + min(page, limit)]
        return {"records": came, "offset": offset, "total": len(came)}

    return ask


def followed(ask: Callable[[Request], Any], **window: datetime) -> tuple[list[int], bool]:
    pages = [page for _, page in follow_log(CLOUD, ask, window.get("begins"), window.get("ends"))]
    return [one["id"] for page in pages for one in page.records], pages[-1].ended


@pytest.mark.parametrize(("page", "offsets"), [(1, True), (7, True), (25, True), (2, False), (7, False), (30, False)])
def test_each_record_comes_once_whatever_leads_on(page, offsets):
    """Where offsets bring nothing new, what is older is asked for by time."""
    assert followed(cloud_log(page, offsets=offsets))[0] == list(range(25))


def test_a_log_that_was_followed_to_its_end_says_so():
    """The page after the last is empty, at the count that came."""
    assert followed(cloud_log())[1]


def test_a_page_that_is_too_heavy_is_halved():
    """A page that is short because it is half is not taken for the last one."""
    asked: list[int] = []
    ask = cloud_log(1000, most=6)

    def noting(request: Request) -> Any:
        asked.append(int(dict(request.query)["limit"]))
        return ask(request)

    assert followed(noting) == (list(range(25)), True)
    assert asked[:9] == [1000, 500, 250, 125, 62, 31, 15, 7, 3]
    assert set(asked[9:]) == {3}


def test_a_page_of_one_record_that_is_too_heavy_is_an_error():
    """There is no half of it."""
    with pytest.raises(TooHeavyError):
        followed(cloud_log(most=0))


def test_an_end_of_the_window_is_kept():
    """Nothing newer is asked for, by whatever the pages are followed."""
    ends = NEWEST - timedelta(hours=5)
    for offsets in (True, False):
        assert followed(cloud_log(7, offsets=offsets), ends=ends)[0] == list(range(5, 25))


def test_more_records_of_one_instant_than_a_page_are_not_called_whole():
    """By time there is no way past them."""
    same = [{"id": number, "created": format_utc(NEWEST)} for number in range(9)]
    found, ended = followed(lambda _: {"records": same[:4], "offset": 0})
    assert found == [0, 1, 2, 3]
    assert not ended


def test_a_cursor_that_comes_back_leads_nowhere():
    """Data Center's log is then followed by time; where that brings nothing new, it ends there, and not as whole."""
    event = {"timestamp": "2026-06-01T10:00:00.000Z", "n": 1}
    paging = {"lastPage": False, "nextPageCursor": "1,2"}
    pages = [page for _, page in follow_log(CENTER, lambda _: {"entities": [event], "pagingInfo": paging}, None, None)]
    assert [one for page in pages for one in page.records] == [event]
    assert not pages[-1].ended


def test_a_page_of_another_form_is_an_error():
    """It is never taken for the end."""
    with pytest.raises(AnswerError):
        followed(lambda _: {"records": None})
