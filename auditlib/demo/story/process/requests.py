"""What came through the portal: requests for access with their approvals there, and incidents with the clock of an SLA.

Nothing of it changes an issue or its history: it is told beside them, as Jira Service Management does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from auditlib.demo.story.process.access import BY_TWO, REQUEST
from auditlib.demo.story.process.case import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.demo.story.process.incidents import INCIDENT
from auditlib.demo.story.records import Record
from auditlib.demo.world.records import User
from auditlib.demo.world.service_desk import Approval, CustomerRequest, Cycle, Sla

CONTROL: Final = "CT-01 (portal)"
"""The control that judges requests for access by their approvals in the portal."""


@dataclass(frozen=True)
class _Asked:
    """What became of an approval, after so many hours, by whom; and what the control must say of it."""

    decision: str
    hours: float
    people: tuple[str, ...]
    says: str


_ASKED: Final[Mapping[str, _Asked]] = {
    **dict.fromkeys(BY_TWO, _Asked("approved", 4, ("approver", "other"), PASS)),
    "access approved by one": _Asked("approved", 13, ("approver",), EXCEPTION),  # after the access was given
    "access approved twice by one": _Asked("declined", 4, ("approver",), EXCEPTION),
    "access approved by who gets it": _Asked(
        "approved", 4, ("beneficiary",), PASS
    ),  # whom that control does not look for
    "access not yet given": _Asked("pending", 0, ("approver",), NOT_APPLICABLE),
}
"""By name of the case. A request that did not come through the portal has no approval that could be asked for."""

_GOAL: Final = timedelta(hours=8)


def says_of(name: str, kind: str) -> dict[str, str]:
    """Return what the control on approvals in the portal says of a case."""
    asked = _ASKED.get(name)
    if kind != REQUEST:
        return {}
    return {CONTROL: NO_EVIDENCE if asked is None else asked.says}


def requests_of(records: Mapping[str, Record], people: Mapping[str, User | None]) -> dict[int, CustomerRequest]:
    """Return the issues of the process that came through the portal, by their ids.

    Parameters
    ----------
    records : mapping
        The issues, by the names of their cases.
    people : mapping
        Who plays which part.
    """
    found = dict(_incidents(records))
    for number, (name, asked) in enumerate(_ASKED.items(), start=1):
        record = records[name]
        who = tuple((person.account_id, asked.decision) for one in asked.people if (person := people[one]))
        decided = None if asked.decision == "pending" else record.created + timedelta(hours=asked.hours)
        approval = Approval(number, "Approval of access", asked.decision, record.created, decided, who)
        found[record.id] = CustomerRequest(21, "Access to a system", (approval,))
    return found


def _incidents(records: Mapping[str, Record]) -> Iterator[tuple[int, CustomerRequest]]:
    """Yield the incidents, each with a clock from its creation to when it was resolved."""
    for record in records.values():
        if record.issue_type == INCIDENT:
            took = None if record.resolved is None else record.resolved - record.created
            cycle = Cycle(record.created, _GOAL, record.resolved, breached=took is None or took > _GOAL)
            yield record.id, CustomerRequest(22, "Report an incident", slas=(Sla(1, "Time to resolution", (cycle,)),))
