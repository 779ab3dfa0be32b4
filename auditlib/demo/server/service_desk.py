"""Jira Service Management: an issue as a customer request, its approvals and SLAs; alike on Cloud and Data Center.

An issue that is no such request answers 404, and so does every issue of a Jira without that product.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from auditlib.demo.server import render
from auditlib.demo.server.exchange import RefusalError, Request, Route
from auditlib.demo.server.render import Json
from auditlib.demo.world.records import Issue
from auditlib.demo.world.service_desk import Approval, CustomerRequest, Cycle, Sla

_PAGE = 50


def customer_request(request: Request) -> Json:
    """``GET request/{k}``: its type by id, by name if that is asked for."""
    issue, found = _found(request)
    shown: Json = {
        "_expands": ["participant", "status", "sla", "requestType", "serviceDesk"],
        "issueId": str(issue.id),
        "issueKey": issue.key,
        "requestTypeId": str(found.type_id),
        "createdDate": _date(request, issue.created),
    }
    if "requestType" in request.many("expand"):
        shown["requestType"] = {"id": str(found.type_id), "name": found.type_name}
    return shown


def approvals(request: Request) -> Json:
    """``GET request/{k}/approval``."""
    return _page(request, [_approval(request, one) for one in _found(request)[1].approvals])


def slas(request: Request) -> Json:
    """``GET request/{k}/sla``: for agents of the service project."""
    _, found = _found(request)
    request.require("SERVICEDESK_AGENT", "ADMINISTER")
    return _page(request, [_sla(request, one) for one in found.slas])


def _found(request: Request) -> tuple[Issue, CustomerRequest]:
    issue = request.issue()
    found = request.world.requests.get(issue.id)
    if found is None:
        raise RefusalError(404, "The request doesn't exist or you don't have permission to view it.")
    return issue, found


def _page(request: Request, values: Sequence[Any]) -> Json:
    start, size = max(0, request.number("start", 0)), request.size(request.number("limit", _PAGE), _PAGE)
    shown = list(values[start : start + size])
    return {
        "_expands": [],
        "size": len(shown),
        "start": start,
        "limit": size,
        "isLastPage": start + size >= len(values),
        "values": shown,
    }


def _date(request: Request, moment: datetime) -> Json:
    written = request.site.time(moment)
    return {
        "iso8601": f"{written[:19]}{written[-5:]}",
        "jira": written,
        "friendly": f"{moment:%d/%b/%y %H:%M}",
        "epochMillis": (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1),
    }


def _person(request: Request, account: str) -> Json | None:
    """Render a person as this product does: without the kind of account."""
    shown = render.user(request.site, request.world.users.get(account))
    left_out = {"self", "avatarUrls", "accountType"}
    return None if shown is None else {name: value for name, value in shown.items() if name not in left_out}


def _approval(request: Request, one: Approval) -> Json:
    shown: Json = {
        "id": str(one.id),
        "name": one.name,
        "finalDecision": one.decision,
        "canAnswerApproval": False,
        "approvers": [
            {"approver": _person(request, account), "approverDecision": decision} for account, decision in one.approvers
        ],
        "createdDate": _date(request, one.created),
    }
    return shown | ({} if one.completed is None else {"completedDate": _date(request, one.completed)})


def _sla(request: Request, one: Sla) -> Json:
    ended = [_cycle(request, cycle) for cycle in one.cycles if cycle.stopped is not None]
    shown: Json = {"id": str(one.id), "name": one.name, "completedCycles": ended}
    runs = [cycle for cycle in one.cycles if cycle.stopped is None]
    return shown | ({"ongoingCycle": _cycle(request, runs[-1]) | {"paused": False}} if runs else {})


def _cycle(request: Request, one: Cycle) -> Json:
    until = request.site.clock() if one.stopped is None else one.stopped
    shown: Json = {
        "startTime": _date(request, one.started),
        "breachTime": _date(request, one.started + one.goal),
        "breached": one.breached,
        "goalDuration": _duration(one.goal),
        "elapsedTime": _duration(until - one.started),
        "remainingTime": _duration(one.started + one.goal - until),
    }
    return shown | ({} if one.stopped is None else {"stopTime": _date(request, one.stopped)})


def _duration(length: timedelta) -> Json:
    hours, minutes = divmod(abs(length) // timedelta(minutes=1), 60)
    sign = "-" if length < timedelta(0) else ""
    return {"millis": length // timedelta(milliseconds=1), "friendly": f"{sign}{hours}h {minutes}m"}


ROUTES = (
    Route("GET", "/rest/servicedeskapi/request/{issue}", customer_request, anonymous=False),
    Route("GET", "/rest/servicedeskapi/request/{issue}/approval", approvals, anonymous=False),
    Route("GET", "/rest/servicedeskapi/request/{issue}/sla", slas, anonymous=False),
)
