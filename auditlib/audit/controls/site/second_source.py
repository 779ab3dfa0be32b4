"""The reconciliation with the second source: every ticket and every row of the file, in exactly one of four lists. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from auditlib.audit.controls.match import Deployment, Match
from auditlib.audit.controls.site.deployments import SourceFile
from auditlib.audit.controls.subject import NOT_APPLICABLE
from auditlib.tables import Column, Table
from auditlib.times import Period

SINCE: Final = 5
"""The version of the tables (`evidence.schema`) from which on packages have a second source."""

BOTH: Final = "both"
TICKET_ONLY: Final = "ticket only"
DEPLOYMENT_ONLY: Final = "deployment only"
UNKNOWN_KEY: Final = "unknown key"

NO_KEY: Final = "names no issue"

SECOND_SOURCE: Final = Table(
    "second_source",
    "Issues and deployments side by side: each issue, and each row of the second source that counts. A row that names several "
    "issues stands once for each of them.",
    (
        Column(
            "side",
            "text",
            "both; ticket only: an issue that no row names; deployment only: a row that names no issue of a listed project; "
            "unknown key: it names one that is not in the population.",
        ),
        Column("key", "text", "Key of the issue; empty for a row that names none."),
        Column("ref", "text", "What the other tool calls the row; empty for an issue without one."),
        Column("at", "instant", "When it was deployed or merged, by the second source; of a day alone, its begin."),
        Column("gate_at", "instant", "When the approval was given that it is compared with; empty if there is none."),
        Column(
            "verdict",
            "text",
            "How it lies to that approval; of an issue without a deployment whether it was done in the period; of a key of no "
            "issue what is known of the number.",
        ),
    ),
    further=(
        Column("round", "integer", "Round of the issue in which it was made, from 1.", optional=True),
        Column("line", "integer", "Line of the file.", optional=True),
        Column("told", "text", "The time as the file has it."),
        Column("environment", "text", "Where it was deployed to."),
        Column("found_in", "text", "Column of the file in which the key stands."),
        Column("in_period", "flag", "Whether it was deployed in the period; empty for an issue without a deployment."),
    ),
)


AFTER: Final = "after its approval"
NO_GO: Final = "no deployment, and no go in the period"
NOT_FOUND: Final = "no deployment"
NOT_CONCERNED: Final = "not concerned"
NOT_COMPARED: Final = "not compared"


class Ticket(NamedTuple):
    """An issue of the population on its side of the reconciliation.

    Attributes
    ----------
    key : str
    verdict : str
        What is said of it where no row names it.
    matches : sequence of Match
        The rows that name it.
    """

    key: str
    verdict: str
    matches: Sequence[Match] = ()


def told_of(outcomes: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return of each issue that CT-09 concerns what is said where no row names it.

    Parameters
    ----------
    outcomes : iterable of (str, str, str)
        Key, outcome and evidence of each row of that control.
    """
    found: dict[str, str] = {}
    for key, outcome, evidence in outcomes:
        if outcome != NOT_APPLICABLE:
            found[key] = NOT_FOUND
        elif evidence == NO_GO:
            found.setdefault(key, NO_GO)
    return found


def tickets_of(
    population: Iterable[str],
    told: Mapping[str, str] | None,
    matched: Mapping[str, Sequence[Match]],
    by_key: Mapping[str, Sequence[Deployment]],
) -> Iterator[Ticket]:
    """Yield the issues that are reconciled, each with the rows that name it.

    Parameters
    ----------
    population : iterable of str
        Keys.
    told : mapping of str to str, or None
        Of each issue that CT-09 concerns what is said where no row names it; None where that control is not tested, so that
        each issue is a ticket.
    matched : mapping of str to sequence of Match
        What CT-09 made of the rows.
    by_key : mapping of str to sequence of Deployment
        The rows by the keys that they name. Of an issue that CT-09 does not concern they are shown, and not compared.
    """
    unlike = NOT_COMPARED if told is None else NOT_CONCERNED
    for key in population:
        if key in matched:
            yield Ticket(key, "", matched[key])
        elif key in by_key:
            yield Ticket(key, "", [Match(row, None, unlike) for row in by_key[key]])
        elif told is None:
            yield Ticket(key, NOT_FOUND)
        elif key in told:
            yield Ticket(key, told[key])


def second_source_table(
    tickets: Iterable[Ticket], file: SourceFile, standing: Callable[[str], str], period: Period
) -> pd.DataFrame:
    """Return ``second_source.csv``.

    Parameters
    ----------
    tickets : iterable of Ticket
        All issues that are reconciled, with the rows that name them; each key once.
    file : SourceFile
    standing : callable
        Says of a key that is none of these what is known of its number.
    period : Period
        In whose zone times are shown.

    Returns
    -------
    DataFrame
        By project, number and line of the file; first the rows that name no issue.
    """
    rows: list[tuple[Any, ...]] = []
    known: set[str] = set()
    for ticket in tickets:
        known.add(ticket.key)
        rows += _of_ticket(ticket)
    for deployment in file.rows:
        rows += _of_deployment(deployment, known, standing)
    order = sorted(range(len(rows)), key=[_place(row) for row in rows].__getitem__)
    frame = SECOND_SOURCE.make(((*rows[at], None) for at in order), period.zone)
    held = period.holds(frame["at"]).astype("boolean").mask(frame["at"].isna())
    return SECOND_SOURCE.check(frame.assign(in_period=held))


def _of_ticket(ticket: Ticket) -> Iterator[tuple[Any, ...]]:
    if not ticket.matches:
        yield (TICKET_ONLY, ticket.key, None, None, None, ticket.verdict, None, None, None, None, None)
    for one in ticket.matches:
        row, gate_at = one.deployment, one.gate_at
        column = next((column for key, column in row.keys if key == ticket.key), None)
        yield (
            BOTH, ticket.key, row.ref, row.when.at, gate_at if isinstance(gate_at, datetime) else None, one.verdict,
            one.round, row.line, row.told, row.environment or None, column,
        )  # fmt: skip


def _of_deployment(
    row: Deployment, known: Collection[str], standing: Callable[[str], str]
) -> Iterator[tuple[Any, ...]]:
    """Yield the lines of a row that stand at no issue of the population."""
    last = (None, row.line, row.told, row.environment or None)
    if not row.keys:
        yield (DEPLOYMENT_ONLY, None, row.ref, row.when.at, None, NO_KEY, *last, None)
    for key, column in row.keys:
        if key not in known:
            yield (UNKNOWN_KEY, key, row.ref, row.when.at, None, standing(key), *last, column)


def answer_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``second_source.csv`` with those first that ask for an answer, issues without a deployment last."""
    alone = table["side"] == TICKET_ONLY
    outside = ~table["in_period"].fillna(value=True).astype(bool)
    fine = table["verdict"].isin([AFTER, NO_GO, NOT_CONCERNED]) | outside
    return table.iloc[np.lexsort((fine, alone))].reset_index(drop=True)


def _place(row: Sequence[Any]) -> tuple[str, int, Any]:
    """Return project, number and line; a key that has no line stands once."""
    project, _, number = (row[1] or "-0").rpartition("-")
    return project, int(number), row[7]
