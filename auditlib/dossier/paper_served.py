"""Approvals and SLA cycles of a customer request on paper: rows of `dossiers.pdf`. Pure."""

from __future__ import annotations

from auditlib.dossier.layout import duration
from auditlib.dossier.paper import CELL, NARROW, Json, row_of, time_words
from auditlib.dossier.record import Dossier
from auditlib.dossier.served import breach_in_words
from auditlib.dossier.typeset import printable
from auditlib.records.history import Time
from auditlib.records.service_desk import Approval, SlaCycle


def approvals_on_paper(dossier: Dossier) -> list[Json]:
    """Return the approvals of a customer request, a row each; none where the issue is none."""
    found = () if dossier.served is None else dossier.served.approvals or ()
    return [row_of(_approval(one)) for one in found]


def cycles_on_paper(dossier: Dossier) -> list[Json]:
    """Return the runs of the clocks of SLAs, a row each."""
    found = () if dossier.served is None else dossier.served.cycles or ()
    return [row_of(_cycle(one)) for one in found]


def _approval(one: Approval) -> Json:
    people = [f"{who.actor.name or 'nobody'} ({who.actor.kind}): {who.decision or 'not told'}" for who in one.approvers]
    return {
        "name": printable(one.name or "(no name)", CELL),
        "decision": printable(one.decision or "not told", NARROW),
        "created": _when(one.created),
        "completed": _when(one.completed),
        "approvers": printable("\n".join(people), CELL, lines=True),
    }


def _cycle(one: SlaCycle) -> Json:
    return {
        "name": printable(one.metric or "(no name)", CELL),
        "started": _when(one.started),
        "stopped": "runs" if one.ongoing else _when(one.stopped),
        "goal": _long(one.goal),
        "elapsed": _long(one.elapsed),
        "missed": breach_in_words(one.breached) or "not told",
    }


def _when(time: Time) -> str:
    return str(printable(time_words(time), NARROW)) if time else "–"


def _long(millis: int | None) -> str:
    return "not told" if millis is None else duration(millis // 1000)
