"""Approvals and SLA cycles of a customer request as files of its dossier. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from auditlib.dossier.record import Dossier
from auditlib.records.history import Time
from auditlib.tables import Column, Table

APPROVALS: Final = Table(
    "approvals",
    "Approvals of Jira Service Management, a row an approver; only of customer requests.",
    (
        Column("key", "text", "Key of the issue, as it was asked for."),
        Column("approval_id", "text", "Jira's id of the approval."),
        Column("name", "text", "What is approved."),
        Column("decision", "text", "What became of it: approved, declined or pending."),
        Column("created", "instant", "When it was asked for, in the audit's time zone."),
        Column("completed", "instant", "When it was decided; empty while it is pending."),
        Column("approver", "text", "Name of who may decide; Jira does not tell when each of several did."),
        Column("approver_id", "text", "Account id (Data Center: user key) of that person."),
        Column("kind", "text", "What kind of actor that is; unknown where no record of the issue tells it."),
        Column("approver_decision", "text", "What that person decided."),
    ),
)

SLA: Final = Table(
    "sla",
    "Runs of the clocks of SLAs, in the order in which Jira gives them; only of customer requests.",
    (
        Column("key", "text", "Key of the issue, as it was asked for."),
        Column("sla", "text", "Name of the SLA."),
        Column("started", "instant", "When its clock began to run, in the audit's time zone."),
        Column("stopped", "instant", "When it stopped; empty while it runs."),
        Column("breach_at", "instant", "When the goal is, or was, missed."),
        Column("breached", "text", "Whether it was missed, as Jira says: yes, no, or empty where Jira does not tell."),
        Column("goal_seconds", "integer", "The goal, in seconds of the SLA's own calendar.", optional=True),
        Column("elapsed_seconds", "integer", "What elapsed of it, in seconds of that calendar.", optional=True),
        Column("state", "text", "completed or ongoing."),
    ),
)

Row = tuple[Any, ...]


def approval_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``approvals.csv``; an approval without approvers has one row."""
    for one in (dossier.served.approvals or ()) if dossier.served else ():
        about = (dossier.asked, one.id, one.name, one.decision, _instant(one.created), _instant(one.completed))
        for who in one.approvers:
            yield *about, who.actor.name, who.actor.id, who.actor.kind, who.decision
        if not one.approvers:
            yield *about, "", "", "", ""


def sla_rows(dossier: Dossier) -> Iterable[Row]:
    """Yield the rows of ``sla.csv``."""
    for one in (dossier.served.cycles or ()) if dossier.served else ():
        yield (
            dossier.asked, one.metric, _instant(one.started), _instant(one.stopped), _instant(one.breach_at),
            breach_in_words(one.breached), _seconds(one.goal), _seconds(one.elapsed),
            "ongoing" if one.ongoing else "completed",
        )  # fmt: skip


def served_tables(dossier: Dossier) -> Mapping[Table, Callable[[Dossier], Iterable[Row]]]:
    """Return the tables of a customer request that a dossier has: those of which Jira gave the answer."""
    if dossier.served is None:
        return {}
    given = {APPROVALS: dossier.served.approvals, SLA: dossier.served.cycles}
    rows = {APPROVALS: approval_rows, SLA: sla_rows}
    return {table: rows[table] for table, came in given.items() if came is not None}


def breach_in_words(breached: bool | None) -> str:
    """Say whether a goal was missed; nothing where Jira does not tell."""
    return "" if breached is None else "yes" if breached else "no"


def _instant(time: Time) -> datetime | None:
    return time if isinstance(time, datetime) else None


def _seconds(millis: int | None) -> int | None:
    return None if millis is None else millis // 1000
