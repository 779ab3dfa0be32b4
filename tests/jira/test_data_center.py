"""Data Center's answers, read by hand: where a page or a history ends, and where it only seems to."""

from __future__ import annotations

import pytest

from auditlib.errors import AnswerError
from auditlib.jira import data_center

ASKED = data_center.search("x", ["key"], "2", size=2)


def page(count: int, total: int, *, start: int = 2, most: int = 2) -> dict[str, object]:
    issues = [{"id": str(number), "key": f"PAY-{number}", "fields": {}} for number in range(1, count + 1)]
    return {"startAt": start, "maxResults": most, "total": total, "issues": issues}


@pytest.mark.parametrize(
    ("count", "total", "cursor"),
    [(2, 9, "4"), (2, 4, "4"), (2, 3, "4"), (1, 9, "3"), (1, 3, None), (0, 2, None)],
    ids=["more", "full at the total", "full beyond the total", "short of the total", "the end", "empty at the end"],
)
def test_a_search_goes_on_until_a_page_is_not_full_and_the_total_is_reached(count, total, cursor):
    """A total may be too small, and a page may hold less than asked: neither alone is the end."""
    assert data_center.read_search(ASKED, page(count, total)).cursor == cursor
    assert data_center.histories_cursor(page(count, total)) == cursor


def test_an_empty_page_before_the_total_and_a_page_from_elsewhere_are_errors():
    """Both would lose issues without a word."""
    with pytest.raises(AnswerError, match="is empty at 2 of 9 issues"):
        data_center.read_search(ASKED, page(0, 9))
    with pytest.raises(AnswerError, match="begins at 0, asked for 2"):
        data_center.read_search(ASKED, page(2, 9, start=0))


@pytest.mark.parametrize(
    ("log", "whole"),
    [
        ({"total": 1, "histories": [{"id": "1", "created": "2026-05-01T00:00:00.000+0000", "items": []}]}, True),
        ({"total": 2, "histories": [{"id": "1", "created": "2026-05-01T00:00:00.000+0000", "items": []}]}, False),
        ({"histories": []}, True),
        (None, False),
    ],
    ids=["whole", "cut", "without a total", "none"],
)
def test_a_history_that_holds_less_than_it_says_is_a_part(log, whole):
    """Some hand back the newest entries only; nothing is concluded from these."""
    assert data_center.history_of({"changelog": log})[1] is whole
    assert data_center.brought_in_part({"changelog": log}) is not whole
