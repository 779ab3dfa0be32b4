"""Questions about a customer request of Jira Service Management: its type, its approvals, its SLA cycles; alike on both Jiras.

Facts and their sources: docs/jira.md. An issue that is no such request, or a Jira without that product, refuses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.jira.reading import PartPage
from auditlib.responses.forms.form import sound
from auditlib.responses.forms.shapes import Object
from auditlib.responses.request import Request, get

PATHS: Final[Mapping[str, str]] = {"request": "", "approvals": "/approval", "sla": "/sla"}
"""The end of the address of each part, behind that of the request."""

PARTS: Final = tuple(PATHS)

ROOT: Final = "rest/servicedeskapi/"

EXPERIMENTAL: Final = ("X-ExperimentalApi", "opt-in")
"""What versions of Data Center want to see above a question that they call experimental; others don't look at it."""

_PAGE: Final = 50
"""What Jira gives a page unless it is told otherwise."""


def question(part: str, issue_id: int, cursor: str | None, *, size: int | None = None) -> Request:
    """Ask for the request itself with the name of its type, or for a page of its approvals or SLAs, from an offset."""
    path = f"{ROOT}request/{issue_id}{PATHS[part]}"
    if part == "request":
        return get(path, expand="requestType")
    return get(path, start=cursor or 0, limit=size or _PAGE)


def read(part: str, request: Request, answer: Any) -> PartPage:
    """Read the request, or a page of its approvals or SLAs; the last one says that it is.

    Raises
    ------
    AnswerError
        If the answer has not the form of this part, or begins elsewhere than asked.
    """
    what = f"the answer to {request}"
    if not isinstance(answer, dict):
        raise AnswerError(f"{what} is not what a Jira answers", found=str(answer)[:80])
    if part == "request":
        return PartPage([answer], None, None)
    came = answer.get("values")
    if not isinstance(came, list):
        raise AnswerError(f"{what} holds no list of {part}", expected="values", found=str(answer)[:80])
    records, whole = sound(came, Object)
    asked = int(dict(request.query).get("start", "0"))
    begins = answer.get("start", asked)
    if begins != asked:
        raise AnswerError(f"{what} begins at {begins}, asked for {asked}", expected=str(asked))
    ended = not came or answer.get("isLastPage") is not False
    return PartPage(records, None if ended else str(asked + len(came)), None, whole)


def headers_of(path: str) -> Mapping[str, str]:
    """Return what stands above a request beside what stands above all of them."""
    return dict([EXPERIMENTAL]) if path.startswith(ROOT) else {}
