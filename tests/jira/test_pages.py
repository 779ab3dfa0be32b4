"""One way to follow pages: to the end, in halves where they are too heavy, and never in a circle."""

from __future__ import annotations

import pytest

from auditlib.errors import AnswerError, TooHeavyError
from auditlib.jira.pages import Cursors, Pages
from auditlib.responses.request import Request, post

RECORDS = list(range(23))


def make(place: str | None, size: int | None) -> Request:
    return post("x", startAt=int(place or 0), maxResults=size or 8)


def take(request: Request, most: int = 8) -> tuple[list[int], str | None]:
    """Answer like a server that holds `RECORDS`, and fails with more than ``most`` at once."""
    start, size = request.body["startAt"], request.body["maxResults"]
    if size > most:
        raise TooHeavyError("too much")
    reached = min(start + size, len(RECORDS))
    return RECORDS[start:reached], str(reached) if reached < len(RECORDS) else None


def test_pages_are_followed_to_the_last():
    """Each record comes once, in order, each page with what was asked for."""
    pages = list(Pages(make, take))
    assert [record for _, page in pages for record in page] == RECORDS
    assert [request.body["startAt"] for request, _ in pages] == [0, 8, 16]


@pytest.mark.parametrize("most", [1, 3, 5])
def test_a_page_that_is_too_heavy_is_halved_and_those_after_it_too(most):
    """Nothing is lost or doubled, and the size that could be given is known afterwards."""
    pages = Pages(make, lambda request: take(request, most))
    assert [record for _, page in pages for record in page] == RECORDS
    assert pages.size is not None
    assert pages.size <= most < 2 * pages.size


def test_a_page_of_one_record_that_is_too_heavy_is_an_error():
    """There is no half of it."""
    with pytest.raises(TooHeavyError):
        list(Pages(make, lambda request: take(request, 0)))


def test_a_size_that_is_known_is_begun_with():
    """What an earlier question found out is not found out again."""
    asked = [request.body["maxResults"] for request, _ in Pages(make, take, 4)]
    assert set(asked) == {4}


def test_a_page_is_asked_for_when_it_is_wanted():
    """Whoever stops reading stops asking."""
    asked: list[Request] = []

    def noting(request: Request) -> tuple[list[int], str | None]:
        asked.append(request)
        return take(request)

    next(iter(Pages(make, noting)))
    assert len(asked) == 1


def test_a_cursor_that_comes_back_is_an_error():
    """Going on would never end; but a page that is called the last ends all the same."""
    cursors, request = Cursors(), post("x")
    assert cursors.after(request, "a") == "a"
    assert cursors.after(request, "b", is_last=True) == "b"  # Cloud says so beside a token that leads on
    assert cursors.after(request, "a", is_last=True) is None
    assert cursors.after(request, None) is None
    with pytest.raises(AnswerError, match="'a' came back twice"):
        cursors.after(request, "a")
