"""Issues beside the rows of a second source."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd
from control_tests import CAT, control, issue, walked

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import test_issue
from auditlib.audit.controls.match import Deployment, Span
from auditlib.audit.controls.site.deployments import SourceFile
from auditlib.audit.controls.site.second_source import Ticket, second_source_table, tickets_of, told_of
from auditlib.audit.controls.site.source_times import read_time
from auditlib.params.controls import ControlTest
from auditlib.times import Period

PERIOD = Period(date(2026, 4, 1), date(2026, 6, 30), ZoneInfo("Europe/Berlin"))
MATCH = control("matches_deployment")


def row(line: int, *keys: str, at: str = "2026-04-10T09:00:00Z") -> Deployment:
    span: Span = read_time(at, PERIOD.zone)
    return Deployment(line, f"b{line}", span, at, "production", tuple((key, "branch") for key in keys))


def reconciled(tickets: list[Ticket], *rows: Deployment) -> pd.DataFrame:
    return second_source_table(tickets, SourceFile(rows), lambda key: f"about {key}", PERIOD)


def lines(frame: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    shown = frame[["side", "key", "ref", "verdict"]].fillna("")
    return [tuple(one) for one in shown.itertuples(index=False)]


def with_rows(key: str, *rows: Deployment, way: str = "Open > Approved > Done", asked: ControlTest = MATCH) -> Ticket:
    """Return an issue as the rule sees it beside the rows that name it."""
    (found,) = tickets(key, *rows, way=way, asked=asked)
    return found


def tickets(
    key: str, *rows: Deployment, way: str = "Open > Approved > Done", asked: ControlTest = MATCH
) -> list[Ticket]:
    """Return the side of an issue in the reconciliation; nothing if it has none."""
    mine = {key: [one for one in rows if key in dict(one.keys)]}
    context = Context(deployments={name: found for name, found in mine.items() if found})
    results = test_issue(issue(*walked(way, CAT), key=key), [asked], context)
    told = told_of((one.key, one.outcome, one.evidence) for one in results)
    return list(
        tickets_of([key], told, {one.key: one.beside for one in results if one.beside}, context.deployments or {})
    )
