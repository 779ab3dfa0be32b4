"""One way to follow pages: each is asked for when it is wanted, in halves where it is too heavy, until nothing follows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar

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


MOST_RECORDS: Final = 5_000_000
"""Records that one question may bring in pages: five times the largest site that was tried. More would not fit into memory."""

MOST_OF_ISSUE: Final = 100_000
"""Comments, worklogs or history entries of one issue: nobody could read them."""

MOST_REPEATED: Final = 2
"""Pages that hold what a page before held, and nothing else: one may be a slip at a seam, the second says that it goes on so."""

MOST_EMPTY: Final = 50
"""Pages in a row that hold nothing and name a next one, as where an account may see little of much."""

MANY_PAGES: Final = 1000
FEWEST_A_PAGE: Final = 5
"""Records a page, on the average of many pages: at less, a million issues would take days."""


def names_of(request: Request, records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield by what the records of a page are known again: their ids; those without one are known by their place alone."""
    for place, one in enumerate(records):
        number = one.get("id")
        yield f"{request} {place}" if number is None else str(number)


class Progressing:
    """Whether the pages of one question get on, and how much they brought.

    Parameters
    ----------
    most : int
        Records that they may bring.

    Attributes
    ----------
    records : int
        So many came so far; those that came twice count twice.
    """

    def __init__(self, most: int = MOST_RECORDS) -> None:
        self.records = 0
        self._most = most
        self._pages = self._empty = self._repeated = 0
        self._came: set[int] = set()

    def stuck(self, names: Iterable[Hashable]) -> str:
        """Take in a page by the names of its records; return what speaks against going on, empty if nothing does."""
        page = frozenset(names)
        self._pages += 1
        self.records += len(page)
        self._empty = 0 if page else self._empty + 1
        self._repeated += bool(page) and hash(page) in self._came
        self._came.add(hash(page))
        if self._repeated >= MOST_REPEATED:
            return "pages bring what came before, and nothing new"
        if self._empty >= MOST_EMPTY:
            return f"{MOST_EMPTY} pages in a row bring nothing"
        if self.records > self._most:
            return f"more came than the {self._most:,} records that there can be"
        if self._pages >= MANY_PAGES and self.records < FEWEST_A_PAGE * self._pages:
            return f"{self._pages:,} pages brought {self.records:,} records only"
        return ""


class Cursors:
    """The cursors that one question was followed by so far, and whether it gets on.

    Parameters
    ----------
    most : int
        Records that it may bring.
    """

    def __init__(self, most: int = MOST_RECORDS) -> None:
        self._seen: set[str] = set()
        self._progressing = Progressing(most)

    def after(
        self, request: Request, cursor: str | None, names: Iterable[Hashable] = (), *, is_last: bool = False
    ) -> str | None:
        """Return the cursor of the next page, and remember it; None if nothing follows.

        Parameters
        ----------
        request : Request
            What was asked.
        cursor : str or None
            What its answer names.
        names : iterable of hashable
            By which the records of the answer are known again.
        is_last : bool
            Whether Jira calls this page the last.

        Raises
        ------
        AnswerError
            If going on would never end: the cursor came before, unless Jira calls this page the last; or pages with ever new
            cursors bring nothing new, next to nothing, or more than there can be.
        """
        stuck = self._progressing.stuck(names)
        if cursor is None or (is_last and cursor in self._seen):
            return None
        if cursor in self._seen:
            message = f"{request}: the page token {cursor[:40]!r} came back twice; going on would never end"
            raise AnswerError(message, request=str(request), found=cursor)
        if stuck:
            raise AnswerError(f"{request}: {stuck}; going on would never end", request=str(request), found=cursor)
        self._seen.add(cursor)
        return cursor
