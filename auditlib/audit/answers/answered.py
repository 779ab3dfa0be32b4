"""``answers.csv``: every exception and limit, and each of its cases, with what management answers. Pure.

The analyst's explanations of missing numbers are answers too: they stand here beside those to other findings, so that one table
says what is answered and what is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from auditlib.audit.answers.given import BY_GAP, Given
from auditlib.audit.finding import SEVERITIES
from auditlib.phrases import agreeing
from auditlib.tables import Column, Table

SINCE: Final = 6
"""Version of the tables from which on a package has it."""

ANSWERED: Final = "answered"
AS_A_WHOLE: Final = "answered as a whole"
BY_CASE: Final = "answered case by case"
OPEN: Final = "open"

ASKED: Final = SEVERITIES[:2]
"""Severities of findings that ask for an answer: exceptions and limits."""

_CONTRACT: Final = (
    Column("finding", "text", "Id of the finding, as `findings.csv` has it."),
    Column("case", "text", "The case of the finding; empty in the row that stands for the finding as a whole."),
    Column("cause", "text", "What management says it comes from."),
    Column("response", "text", "What management answers; empty while it is open."),
    Column("by", "text", "Who answers."),
    Column("on", "text", "The day of the answer."),
)
_SEVERITY: Final = Column("severity", "text", "How much the finding matters.")
_NATURE: Final = Column(
    "nature", "text", "What was found: the finding's statement, or what its table says of the case."
)

ANSWERS: Final = Table(
    "answers",
    "Every exception and limit, and each case of an exception, with management's answer; empty while it is open.",
    _CONTRACT,
    further=(
        _SEVERITY,
        Column(
            "state",
            "text",
            "`answered`; `answered as a whole`, of a case; `answered case by case`, of a finding; or `open`.",
        ),
        Column("told_in", "text", "Which file answers: `answers` or `gap_explanations`."),
        _NATURE,
    ),
)

ANSWERS_TEMPLATE: Final = Table(
    "answers",
    "The exceptions and limits that are open, and the open cases of exceptions, in the form in which they are answered.",
    _CONTRACT,
    further=(
        Column("severity", "text", "How much the finding matters; for the reader, not read back."),
        Column("nature", "text", "What was found; for the reader, not read back."),
    ),
    ending=".template.csv",
)


@dataclass(frozen=True)
class _Row:
    """One row: the first six columns, and what stands behind them."""

    finding: str
    case: str
    cause: str | None = None
    response: str | None = None
    by: str | None = None
    on: str | None = None
    severity: str = ""
    state: str = OPEN
    told_in: str | None = None
    nature: str | None = None

    @property
    def cells(self) -> tuple[str | None, ...]:
        """The row as the table has it."""
        answer = (self.cause, self.response, self.by, self.on)
        return (self.finding, self.case, *answer, self.severity, self.state, self.told_in, self.nature)


def answers_table(
    findings: pd.DataFrame, cases: Mapping[str, Mapping[str, str]], gaps: pd.DataFrame, given: Iterable[Given]
) -> pd.DataFrame:
    """Return ``answers.csv``.

    Parameters
    ----------
    findings : DataFrame
        ``findings.csv``.
    cases : mapping of str to mapping
        By finding, what was found of each case, as `cases.cases_of`.
    gaps : DataFrame
        ``gaps.csv``, with the analyst's explanations.
    given : iterable of Given
        Management's answers, each to a finding that is there.

    Returns
    -------
    DataFrame
        In the order of the findings: of each a row for the whole, then its cases. A note has rows only where it is
        answered. Missing numbers stand as runs that have one explanation, `PAY-612` or `PAY-612-692`.
    """
    answers = {(one.finding, one.case): one for one in given}
    runs = _explained_runs(gaps)
    rows: list[_Row] = []
    for one in findings.to_dict("records"):
        mine = list(_rows_of(one, cases.get(str(one["id"]), {}), answers, runs))
        rows += mine if one["severity"] in ASKED else [row for row in mine if row.state != OPEN]
    return ANSWERS.make(row.cells for row in rows)


def _rows_of(
    finding: Mapping[str, Any],
    cases: Mapping[str, str],
    answers: Mapping[tuple[str, str], Given],
    runs: Mapping[tuple[str, str], Sequence[tuple[str, Any]]],
) -> Iterator[_Row]:
    """Yield the rows of a finding: the whole, then its cases."""
    identity, severity = str(finding["id"]), str(finding["severity"])
    whole = answers.get((identity, ""))
    kind, _, project = identity.partition(":")
    as_whole = AS_A_WHOLE if whole else OPEN
    parts: list[_Row] = []
    for called, nature in cases.items():
        one = answers.get((identity, called))
        parts.append(_answered(_Row(identity, called, severity=severity, state=as_whole, nature=nature), one))
    for called, told in runs.get((project, BY_GAP.get(kind, "")), ()):
        parts.append(_explained(_Row(identity, called, severity=severity, state=as_whole, nature=BY_GAP[kind]), told))
    by_case = bool(parts) and all(one.state == ANSWERED for one in parts)
    state = BY_CASE if by_case else OPEN
    yield _answered(_Row(identity, "", severity=severity, state=state, nature=str(finding["statement"])), whole)
    yield from parts


def _answered(row: _Row, given: Given | None) -> _Row:
    """Return a row with its answer, as it is if there is none."""
    if given is None:
        return row
    cause, state = given.cause or None, ANSWERED
    return replace(row, cause=cause, response=given.response, by=given.by, on=given.on, state=state, told_in="answers")


def _explained(row: _Row, told: Any) -> _Row:
    """Return the row of a run of missing numbers with its explanation, as it is if there is none."""
    if not told.explanation:
        return row
    by, on, state = told.explained_by or None, told.explained_on or None, ANSWERED
    return replace(row, response=told.explanation, by=by, on=on, state=state, told_in="gap_explanations")


def _explained_runs(gaps: pd.DataFrame) -> dict[tuple[str, str], list[tuple[str, Any]]]:
    """Return the runs of missing numbers of one class and one explanation: by project and class, what each is called and says."""
    told = ["explanation", "explained_by", "explained_on"]
    rows = gaps[["project", "number", "classification", *told]].sort_values(["project", "number"], ignore_index=True)
    rows[told] = rows[told].astype(object).where(rows[told].notna(), "")
    same = ["project", "classification", *told]
    begins = rows["number"].diff().ne(1) | rows[same].ne(rows[same].shift()).any(axis=1)
    first = rows[begins.to_numpy()]
    last = rows["number"].groupby(begins.cumsum().to_numpy()).max().tolist()
    runs: dict[tuple[str, str], list[tuple[str, Any]]] = {}
    for row, end in zip(first.itertuples(), last, strict=True):
        called = f"{row.project}-{row.number}" + ("" if end == row.number else f"-{end}")
        runs.setdefault((str(row.project), str(row.classification)), []).append((called, row))
    return runs


def answers_template(answers: pd.DataFrame) -> pd.DataFrame:
    """Return what is open, ready to be filled in; missing numbers are in ``gap_explanations.template.csv`` one by one."""
    by_gap = answers["finding"].str.partition(":")[0].isin(list(BY_GAP)) & answers["case"].ne("")
    rows = answers[answers["state"].eq(OPEN) & ~by_gap]
    return ANSWERS_TEMPLATE.check(rows[ANSWERS_TEMPLATE.names].reset_index(drop=True))


@dataclass(frozen=True)
class Tally:
    """How many findings ask for an answer, and have one.

    Attributes
    ----------
    asked : int
        Exceptions and limits.
    answered : int
        Those answered as a whole, or in each of their cases.
    open_exceptions : int
        Exceptions that are not.
    """

    asked: int
    answered: int
    open_exceptions: int

    @property
    def words(self) -> str:
        """Say it: ``12 of 31 exceptions and limits are answered, 19 are open``."""
        left = self.asked - self.answered
        if not self.asked:
            return "No exception and no limit asks for an answer"
        of = agreeing(self.asked, "1 exception or limit", f"{self.asked:,} exceptions and limits")
        are, rest = (agreeing(number, "is", "are") for number in (self.answered, left))
        return f"{self.answered:,} of {of} {are} answered, {left:,} {rest} open"


def tally(answers: pd.DataFrame) -> Tally:
    """Count the findings of ``answers.csv`` that ask for an answer, and those that have one."""
    wholes = answers[answers["case"].fillna("").eq("") & answers["severity"].isin(ASKED)]
    still_open = wholes["state"].eq(OPEN)
    exceptions = wholes["severity"].eq(ASKED[0])
    return Tally(len(wholes), int((~still_open).sum()), int((still_open & exceptions).sum()))
