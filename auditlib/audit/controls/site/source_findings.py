"""What the reconciliation with the second source shows, in words: its four lists, and what of the file does not count. Pure."""

from __future__ import annotations

from typing import Final

import pandas as pd

from auditlib.audit.controls.site.deployments import SourceFile
from auditlib.audit.controls.site.second_source import BOTH, DEPLOYMENT_ONLY, SECOND_SOURCE, TICKET_ONLY, UNKNOWN_KEY
from auditlib.audit.controls.site.unknown_keys import UNSHOWN
from auditlib.audit.finding import Finding
from auditlib.phrases import agreeing, counted, listed
from auditlib.text import shorten, visible_text

_NOTEBOOK: Final = "06_controls"
_LONGEST: Final = 40
_SIDES: Final = (BOTH, UNKNOWN_KEY, DEPLOYMENT_ONLY)
"""Of a row that names several issues, the first of these that holds for one of them says what it is."""


def source_findings(table: pd.DataFrame, file: SourceFile, name: str, *, compared: bool) -> list[Finding]:
    """Say what a reader must know of the second source.

    Parameters
    ----------
    table : DataFrame
        ``second_source.csv``.
    file : SourceFile
    name : str
        What the parameters call it.
    compared : bool
        Whether a control compares its times with the approvals.
    """
    told = table[table["line"].notna()]
    within = told[told["in_period"].astype(bool)]
    found = [_rows(_sides(told), file, name)]
    named_by = within.loc[within["side"] == DEPLOYMENT_ONLY, "ref"]
    if without := [shorten(visible_text(one), _LONGEST) for one in named_by]:
        text = (
            f"{counted(len(without), 'row')} of {name} in the period {agreeing(len(without), 'names', 'name')} no issue of a "
            f"listed project: {listed(without)}."
        )
        found.append(_finding("without-ticket", "exception", text, len(without)))
    found += _of_unknown(within)
    if not len(within):
        text = f"{name} has no row in the period, so that it shows nothing of the period's changes."
        found.append(_finding("nothing", "limit", text, 0))
    if not compared:
        text = f"The times of {name} were not compared with approvals, since the control CT-09 is not among the parameters."
        found.append(_finding("not-compared", "limit", text, len(told["line"].unique())))
    return found


def _finding(what: str, severity: str, text: str, count: int) -> Finding:
    return Finding(f"second-source.{what}", _NOTEBOOK, severity, text, count, SECOND_SOURCE.name)


def _sides(told: pd.DataFrame) -> dict[str, int]:
    """Return how many rows of the file are of each side, each counted once."""
    ranks = told["side"].map({side: rank for rank, side in enumerate(_SIDES)})
    best = ranks.groupby(told["line"]).min()
    return {side: int((best == rank).sum()) for rank, side in enumerate(_SIDES)}


def _rows(sides: dict[str, int], file: SourceFile, name: str) -> Finding:
    """Say how the rows of the file add up."""
    both, unknown, without = (sides[side] for side in _SIDES)
    parts = [
        f"{both:,} {agreeing(both, 'names', 'name')} an issue of the population",
        f"{unknown:,} {agreeing(unknown, 'names', 'name')} only other issues",
        f"{without:,} {agreeing(without, 'names', 'name')} none",
        *(f"{count:,} {agreeing(count, 'is', 'are')} left out ({why})" for why, count in file.left_out.items()),
    ]
    text = f"Of {counted(file.lines, 'row')} of {name}, {listed(parts)}."
    return _finding("rows", "note", text, file.lines)


def _of_unknown(within: pd.DataFrame) -> list[Finding]:
    """Tell keys of which Jira shows no issue from those of issues that are no matter of the population."""
    rows = within[within["side"] == UNKNOWN_KEY]
    unshown = rows["verdict"].str.startswith(UNSHOWN)
    found = []
    if len(keys := _keys(rows[unshown])):
        shown = counted(len(keys), "number")
        text = f"Rows in the period name {shown} of which Jira shows no issue of the period: {listed(keys)}."
        found.append(_finding("no-issue", "exception", text, len(keys)))
    if len(keys := _keys(rows[~unshown])):
        shown = counted(len(keys), "issue")
        text = (
            f"Rows in the period name {shown} that {agreeing(len(keys), 'is', 'are')} not in the population, so "
            f"that {agreeing(len(keys), 'its approval was', 'their approvals were')} not looked at: {listed(keys)}."
        )
        found.append(_finding("other-issues", "limit", text, len(keys)))
    return found


def _keys(rows: pd.DataFrame) -> list[str]:
    """Return the keys of some rows, each once, with what is known of them."""
    return list(dict.fromkeys(f"{key} ({verdict})" for key, verdict in zip(rows["key"], rows["verdict"], strict=True)))


def conclude_source(table: pd.DataFrame, name: str) -> str:
    """Return what the reconciliation comes to, in a sentence."""
    named, alone = (table.loc[table["side"] == side, "key"].nunique() for side in (BOTH, TICKET_ONLY))
    return f"{name} names {named:,} of {counted(named + alone, 'issue')} of the population."
