"""What a world holds of Jira Service Management: issues as customer requests, with approvals and SLA clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Approval:
    """An approval; ``approvers`` are account ids, each with the decision."""

    id: int
    name: str
    decision: str
    created: datetime
    completed: datetime | None = None
    approvers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cycle:
    """A run of an SLA's clock; it runs on where ``stopped`` is None."""

    started: datetime
    goal: timedelta
    stopped: datetime | None = None
    breached: bool = False


@dataclass(frozen=True)
class Sla:
    """An SLA of a request, with the runs of its clock, the oldest first; only the last may run on."""

    id: int
    name: str
    cycles: tuple[Cycle, ...] = ()


@dataclass(frozen=True)
class CustomerRequest:
    """An issue as a customer request."""

    type_id: int
    type_name: str
    approvals: tuple[Approval, ...] = ()
    slas: tuple[Sla, ...] = ()
