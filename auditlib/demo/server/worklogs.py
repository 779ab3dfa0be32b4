"""Worklogs of all issues: which were changed or deleted since a time, and those of given numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from auditlib.demo.server import render
from auditlib.demo.server.exchange import RefusalError, Request, texts
from auditlib.demo.server.render import Json
from auditlib.demo.world.records import Issue, Worklog

_PAGE = 1000
_NOT_YET = timedelta(minutes=1)
"""What was changed within the last minute is not told."""


def updated(request: Request) -> Json:
    """``GET worklog/updated``: numbers and times alone, whoever asks."""
    return _changed(request, ((one.id, one.updated) for _, one in _worklogs(request)))


def deleted(request: Request) -> Json:
    """``GET worklog/deleted``."""
    return _changed(request, request.world.deleted_worklogs.items())


def by_number(request: Request) -> list[Json]:
    """``POST worklog/list``: those of issues that the account sees; the others are left out without a word."""
    wanted = texts(request.body(), "ids")
    if len(wanted) > _PAGE:
        raise RefusalError(400, "The number of worklog IDs must not be greater than 1000.")
    numbers = {int(one) for one in wanted if one.isdigit()}
    return [
        render.worklog(request.site, issue, one)
        for issue, one in _worklogs(request)
        if one.id in numbers and request.lookup.browsable(issue)
    ]


def _worklogs(request: Request) -> Iterable[tuple[Issue, Worklog]]:
    return ((issue, one) for issue in request.world.issues.values() for one in issue.worklogs)


def _changed(request: Request, changes: Iterable[tuple[int, datetime]]) -> Json:
    since, latest = request.number("since", 0), request.site.clock() - _NOT_YET
    told = sorted((_millis(at), number) for number, at in changes if at <= latest and _millis(at) > since)
    shown, rest = told[: request.size(_PAGE, _PAGE)], told[request.size(_PAGE, _PAGE) :]
    address = f"{request.site.url}{request.asked.path}?since="
    until = shown[-1][0] if shown else _millis(latest)
    properties: Json = {"properties": []} if request.site.cloud else {}
    answer: Json = {
        "values": [{"worklogId": number, "updatedTime": at, **properties} for at, number in shown],
        "since": since,
        "until": until,
        "self": f"{address}{since}",
        "lastPage": not rest,
    }
    return answer | ({"nextPage": f"{address}{until}"} if rest else {})


def _millis(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
