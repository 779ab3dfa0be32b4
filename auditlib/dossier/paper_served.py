"""Approvals and SLA cycles of a customer request on paper: rows of `dossiers.pdf`."""

from __future__ import annotations

from auditlib.dossier.layout import duration
from auditlib.dossier.paper import CELL, NARROW, Json, row_of, time_words
from auditlib.dossier.record import Dossier
from auditlib.dossier.served_files import breach_in_words
from auditlib.dossier.typeset import printable
from auditlib.records.history import Time
from auditlib.records.service_desk import Approval, CustomerRequest, SlaCycle


def served_on_paper(dossier: Dossier) -> Json:
    """Return the sections of a customer request: its type, a row for each approval and each cycle; empty where it is none."""
    served = dossier.served or CustomerRequest()
    return {
        "request": printable(served.type, CELL),
        "approvals": [row_of(_approval(one)) for one in served.approvals or ()],
        "sla": [row_of(_cycle(one)) for one in served.cycles or ()],
    }


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
