"""What Jira Service Management tells of a customer request: its type, its approvals, its SLA cycles. Pure.

Forms: Atlassian's descriptions of `servicedeskapi/request` for Cloud and Data Center (docs/jira.md). They are alike but for
people, whom Data Center names by key. No approver's own time is told, only when an approval as a whole was decided; and no
kind of account, so that is looked up by its id where other records tell it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.deep_json import as_text
from auditlib.records.actors import UNKNOWN, Actor, actor_of
from auditlib.records.history import Time, time_of
from auditlib.records.issues import json_object

APPROVED: Final = "approved"
"""The decision that approves; Jira's others are ``declined`` and ``pending``."""

SERVICE_PROJECTS: Final = frozenset({"service_desk", "customer_service"})
"""Types of projects whose issues may be customer requests, by Jira's key."""


@dataclass(frozen=True)
class Approver:
    """Somebody who may decide on an approval, and the decision."""

    actor: Actor
    decision: str


@dataclass(frozen=True)
class Approval:
    """An approval of a customer request.

    Attributes
    ----------
    id, name : str
        Jira's id, and what is asked.
    decision : str
        ``approved``, ``declined``, ``pending``, or what Jira sends there.
    created, completed : datetime or str
        When it was asked for, and decided; in the audit's zone; as sent where that can't be read, empty where it was not.
    approvers : tuple of Approver
    """

    id: str
    name: str
    decision: str
    created: Time
    completed: Time
    approvers: tuple[Approver, ...]


@dataclass(frozen=True)
class SlaCycle:
    """A run of an SLA's clock: from when to when, and whether the goal was met.

    Attributes
    ----------
    metric : str
        Name of the SLA: ``Time to resolution``.
    started, stopped, breach_at : datetime or str
        ``stopped`` is empty while the clock runs; ``breach_at`` is when the goal is, or was, missed.
    breached : bool or None
        None where Jira does not tell.
    goal, elapsed : int or None
        Milliseconds of the SLA's own calendar.
    ongoing : bool
        Whether the clock runs.
    """

    metric: str
    started: Time
    stopped: Time
    breach_at: Time
    breached: bool | None
    goal: int | None
    elapsed: int | None
    ongoing: bool


@dataclass(frozen=True)
class CustomerRequest:
    """An issue as a customer request; a part that Jira did not give is None.

    Attributes
    ----------
    type : str
        Name of its type; its id where Jira gives no name.
    """

    type: str = ""
    approvals: tuple[Approval, ...] | None = None
    cycles: tuple[SlaCycle, ...] | None = None


def is_service_project(project: Any) -> bool:
    """Say whether a project's record, as an issue holds it, is of a kind whose issues may be customer requests."""
    return json_object(project).get("projectTypeKey") in SERVICE_PROJECTS


def read_request_type(request: Mapping[str, Any]) -> str:
    """Return the name of a request's type, else its id."""
    named = json_object(request.get("requestType")).get("name")
    return as_text(named or request.get("requestTypeId") or "")


def read_approvals(
    records: Iterable[Mapping[str, Any]], zone: ZoneInfo, kinds: Mapping[str, str] | None = None
) -> tuple[Approval, ...]:
    """Read approvals, in the order received; one that came twice counts once, as it came last.

    Parameters
    ----------
    records : iterable of mapping
        As received.
    zone : ZoneInfo
        The audit's.
    kinds : mapping of str to str, optional
        Kinds of accounts by id, as other records tell them.
    """
    found: dict[object, Approval] = {}
    for place, one in enumerate(records):
        approvers = (_approver(each, kinds or {}) for each in _records(one.get("approvers")))
        found[_name_of(one, place)] = Approval(
            id=as_text(one.get("id")),
            name=as_text(one.get("name")),
            decision=as_text(one.get("finalDecision")).strip().lower(),
            created=_moment(one.get("createdDate"), zone),
            completed=_moment(one.get("completedDate"), zone),
            approvers=tuple(approvers),
        )
    return tuple(found.values())


def read_cycles(records: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> tuple[SlaCycle, ...]:
    """Read the cycles of all SLAs, those that ended first, in the order received."""
    slas = {_name_of(one, place): one for place, one in enumerate(records)}
    return tuple(
        _cycle(as_text(one.get("name")), cycle, zone, ongoing=ongoing)
        for one in slas.values()
        for ongoing, cycles in (
            (False, _records(one.get("completedCycles"))),
            (True, _records([one.get("ongoingCycle")])),
        )
        for cycle in cycles
    )


def _name_of(record: Mapping[str, Any], place: int) -> object:
    number = record.get("id")
    return ("without id", place) if number is None else str(number)


def _records(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping) and one] if isinstance(value, list) else []


def _approver(record: Mapping[str, Any], kinds: Mapping[str, str]) -> Approver:
    actor = actor_of(record.get("approver"))
    if actor.kind == UNKNOWN and actor.id:
        actor = replace(actor, kind=kinds.get(actor.id, UNKNOWN))
    return Approver(actor, as_text(record.get("approverDecision")).strip().lower())


def _moment(value: Any, zone: ZoneInfo) -> Time:
    """Return an instant as Jira Service Management writes it: several forms in one record, of which the number is exact."""
    told = json_object(value)
    millis = told.get("epochMillis")
    return time_of(told.get("iso8601") if millis is None else millis, zone)


def _cycle(metric: str, record: Mapping[str, Any], zone: ZoneInfo, *, ongoing: bool) -> SlaCycle:
    breached = record.get("breached")
    return SlaCycle(
        metric=metric,
        started=_moment(record.get("startTime"), zone),
        stopped=_moment(record.get("stopTime"), zone),
        breach_at=_moment(record.get("breachTime"), zone),
        breached=breached if isinstance(breached, bool) else None,
        goal=_millis(record.get("goalDuration")),
        elapsed=_millis(record.get("elapsedTime")),
        ongoing=ongoing,
    )


def _millis(value: Any) -> int | None:
    told = json_object(value).get("millis")
    return told if isinstance(told, int) and not isinstance(told, bool) else None
