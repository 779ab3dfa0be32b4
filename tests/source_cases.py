"""Issues beside the rows of a second source."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd
from control_tests import CAT, control, issue, walked

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.rules.deployments import ticket_of
from auditlib.audit.controls.site.deployments import Deployment, SourceFile
from auditlib.audit.controls.site.second_source import Ticket, second_source_table
from auditlib.audit.controls.site.source_times import Span, read_time
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


def with_rows(key: str, *rows: Deployment, way: str = "Open > Approved > Done") -> Ticket:
    """Return an issue as the rule sees it beside the rows that name it."""
    mine = [one for one in rows if key in dict(one.keys)]
    found = ticket_of(issue(*walked(way, CAT), key=key), MATCH, Context(deployments={key: mine}))
    assert found is not None
    return found
