"""An issue as a customer request of Jira Service Management: its type, approvals and SLA cycles. Pure.

An issue that is no such request has none of it, and says nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from auditlib.dossier.parts import Received
from auditlib.records.actors import UNKNOWN, account_kind
from auditlib.records.issues import json_object, person_id
from auditlib.records.service_desk import CustomerRequest, read_approvals, read_cycles, read_request_type


def read_served(received: Received, zone: ZoneInfo) -> CustomerRequest | None:
    """Return an issue as a customer request; None where Jira gave nothing of one."""
    if received.request is None and received.approvals is None and received.sla is None:
        return None
    by = (*received.comments, *received.history)
    return CustomerRequest(
        type=read_request_type(received.request or {}),
        approvals=None
        if received.approvals is None
        else read_approvals(received.approvals, zone, kinds_of_people(received.issue, by)),
        cycles=None if received.sla is None else read_cycles(received.sla, zone),
    )


def kinds_of_people(issue: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the kinds of the accounts that an issue's own records tell, by id: an approval names people without it.

    Parameters
    ----------
    issue : JSON
        With its fields.
    records : iterable of JSON
        Comments and history entries, each with its author.
    """
    found = {person_id(one): account_kind(one) for one in _people(issue, records)}
    return {identity: kind for identity, kind in found.items() if identity and kind != UNKNOWN}


def _people(issue: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    for value in json_object(issue.get("fields")).values():
        yield from value if isinstance(value, list) else (value,)
    for one in records:
        yield one.get("author")


def served_json(received: Received) -> dict[str, Any]:
    """Return what Jira answered of a customer request, for ``issue.json``; what was not given is left out."""
    parts = {"request": received.request, "approvals": received.approvals, "sla": received.sla}
    return {name: part if isinstance(part, Mapping) else list(part) for name, part in parts.items() if part is not None}
