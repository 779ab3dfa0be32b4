"""Questions about worklogs: which were changed or deleted since a time, and what they say. Pure.

Both Jiras have them, up to 1,000 worklogs a page, oldest first, without those of the last minute. Facts and their sources:
docs/jira.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from auditlib.errors import AnswerError
from auditlib.jira.reading import require_members, whole_number
from auditlib.records.issues import number_of
from auditlib.responses.request import Request, get

PER_REQUEST: Final = 1000
"""How many worklogs one question may name, and a page holds at most."""

_ROOTS: Final = {"cloud": "rest/api/3", "data-center": "rest/api/2"}

Kind = Literal["updated", "deleted"]


@dataclass(frozen=True)
class ChangedPage:
    """One page of changed or deleted worklogs.

    Attributes
    ----------
    at : mapping of int to int or None
        By number, when it was changed or deleted, in milliseconds since 1970; None where that can't be read.
    since : int or None
        From when on to ask for the next page; None after the last one.
    """

    at: Mapping[int, int | None]
    since: int | None


def changed_since(dialect: str, kind: Kind, since: int) -> Request:
    """Ask which worklogs were updated, or deleted, since a time in milliseconds since 1970."""
    return get(f"{_ROOTS[dialect]}/worklog/{kind}", since=since)


def read_changed(request: Request, answer: Any) -> ChangedPage:
    """Read a page of changed worklogs.

    The next page is asked for by the time at which this one ends, never by the address that the page gives for it: that
    is on the site, and who asks at the gateway would leave it.

    Raises
    ------
    AnswerError
        If it has not the form of such a page.
    """
    what = f"the answer to {request}"
    body = require_members(answer, what, "values")
    values = body["values"]
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise AnswerError(f"{what}: 'values' is not a list of worklogs", expected="list", found=str(values)[:80])
    at = {}
    for one in values:
        told = whole_number(one.get("updatedTime"), -1)
        at[number_of(one.get("worklogId"), what)] = told if told >= 0 else None
    asked, until = whole_number(dict(request.query).get("since"), 0), whole_number(body.get("until"), -1)
    if True in (body.get("lastPage"), body.get("isLastPage")) or not values or until <= asked:
        return ChangedPage(at, None)
    # Of several of one millisecond some may stand on the next page: they are asked for once more.
    return ChangedPage(at, max(until - 1, asked + 1))


def worklogs_of(dialect: str, numbers: Sequence[int]) -> Request:
    """Ask for up to 1,000 worklogs by their numbers; those that the account may not see are left out without a word."""
    return Request("POST", f"{_ROOTS[dialect]}/worklog/list", body={"ids": list(numbers)})


def read_worklogs(request: Request, answer: Any) -> list[Mapping[str, Any]]:
    """Read worklogs.

    Raises
    ------
    AnswerError
        If it is no list of worklogs.
    """
    if not isinstance(answer, list) or not all(isinstance(one, dict) for one in answer):
        what = f"the answer to {request}"
        raise AnswerError(f"{what} is no list of worklogs", expected="list", found=str(answer)[:80])
    return answer
