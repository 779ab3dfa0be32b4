"""One way to follow pages: each is asked for when it is wanted, in halves where it is too heavy, until nothing follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from auditlib.errors import AnswerError, TooHeavyError
from auditlib.responses.request import Request

_Place = TypeVar("_Place")
_Page = TypeVar("_Page")


class Pages(Generic[_Place, _Page]):
    """The pages of one question, followed to the last. Never ends on a short or empty page, only when Jira says so.

    Parameters
    ----------
    make : callable
        Makes the request for the page that begins at a place, with so many records; None is the first place, and the
        usual size.
    take : callable
        Asks and reads; returns the page, and the place of the next one, None after the last.
    size : int, optional
        Records a page, where it is known already that Jira can't give more.

    Attributes
    ----------
    size : int or None
        Records a page that Jira could give at last; None while it could give as many as usual.
    """

    def __init__(
        self,
        make: Callable[[_Place | None, int | None], Request],
        take: Callable[[Request], tuple[_Page, _Place | None]],
        size: int | None = None,
    ) -> None:
        self.size = size
        self._make = make
        self._take = take

    def __iter__(self) -> Iterator[tuple[Request, _Page]]:
        """Yield each page with what was asked for; one that is too heavy for Jira is halved, and so are those after it."""
        place: _Place | None = None
        while True:
            request = self._make(place, self.size)
            try:
                page, place = self._take(request)
            except TooHeavyError:
                if request.half is None:
                    raise
                self.size = request.half
                continue
            yield request, page
            if place is None:
                return


class Cursors:
    """The cursors that one question was followed by so far."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def after(self, request: Request, cursor: str | None, *, is_last: bool = False) -> str | None:
        """Return the cursor of the next page, and remember it; None if nothing follows.

        Raises
        ------
        AnswerError
            If it came before, unless Jira calls this page the last: going on would never end.
        """
        if cursor is None or (is_last and cursor in self._seen):
            return None
        if cursor in self._seen:
            message = f"{request}: the page token {cursor[:40]!r} came back twice; going on would never end"
            raise AnswerError(message, request=str(request), found=cursor)
        self._seen.add(cursor)
        return cursor
