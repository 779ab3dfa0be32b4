"""CT-22, nothing was deleted: what the tables of numbering, gaps and deletions say of each project, as a control. Pure.

A number whose issue the log or a census shows deleted is an exception. A number that does not answer, and of which no record
says what became of it, is no evidence: the issue may be deleted, hidden, or never have been. The analyst's explanation stands
beside it and changes no outcome.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import pandas as pd

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.params.controls import ControlTest
from auditlib.phrases import agreeing, counted, listed

_MOST: Final = 5
"""Keys that a row names; gaps.csv and deletions.csv have them all."""


def nothing_deleted(
    test: ControlTest, numbering: pd.DataFrame, gaps: pd.DataFrame, deletions: pd.DataFrame
) -> list[Result]:
    """Test each listed project.

    Parameters
    ----------
    test : ControlTest
    numbering, gaps, deletions : DataFrame
        As ``numbering.csv``, ``gaps.csv`` and ``deletions.csv``.

    Returns
    -------
    list of Result
        A row for each project, by its key.
    """
    found = []
    for row in numbering.sort_values("project").itertuples():
        project = str(row.project)
        missing = gaps[(gaps["project"] == project) & (gaps["in_period"] != "no")]
        gone = deletions[deletions["key"].astype("str").str.startswith(f"{project}-")]
        found.append(_project(test, row, missing, gone))
    return found


def _project(test: ControlTest, row: Any, missing: pd.DataFrame, gone: pd.DataFrame) -> Result:
    """Return the row of one project."""
    deleted = missing[missing["classification"] == "deleted"]
    silent = missing[missing["classification"].isin(["existed", "unexplained"])]
    shown = dict.fromkeys([*deleted["key"], *gone["key"].dropna()])
    parts = []
    if shown:
        parts.append(f"{counted(len(shown), 'issue')} deleted: {_named(shown, deleted, gone)}")
    if len(silent):
        explained = int(silent["explanation"].notna().sum())
        of_them = f" ({explained} explained by the analyst)" if explained else ""
        does = agreeing(len(silent), "does not answer and no record says why", "do not answer and no record says why")
        parts.append(f"{counted(len(silent), 'number')}{of_them} {does}: {listed(list(silent['key']), _MOST)}")
    said = "; ".join(parts)
    if shown:
        return Result(test.label, row.project, None, EXCEPTION, _first([*deleted["at"], *gone["at"]]), said)
    if len(silent):
        return Result(test.label, row.project, None, NO_EVIDENCE, None, said)
    if not row.numbers:
        none = "no number was given out in the period"
        return Result(test.label, row.project, None, NOT_APPLICABLE, None, none)
    if pd.isna(row.continuity):
        unsure = (
            "Jira's answers about this project contradict each other, so that it is not known which numbers it holds"
        )
        return Result(test.label, row.project, None, NO_EVIDENCE, None, unsure)
    all_there = f"all {counted(int(row.numbers), 'number')} of the period answer or moved, and no deletion is recorded"
    return Result(test.label, row.project, None, PASS, None, all_there)


def _named(keys: Iterable[str], deleted: pd.DataFrame, gone: pd.DataFrame) -> str:
    """Return the keys with the record that shows each deletion."""
    sources = dict(zip(gone["key"], gone["source"], strict=True)) | dict(
        zip(deleted["key"], deleted["evidence"], strict=True)
    )
    return listed([f"{key} ({sources[key]})" for key in keys], _MOST)


def _first(instants: Iterable[Any]) -> datetime | None:
    """Return the earliest of some instants; None if none is known."""
    known = [one for one in instants if not pd.isna(one)]
    return min(known).to_pydatetime() if known else None
