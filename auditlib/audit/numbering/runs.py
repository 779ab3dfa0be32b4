"""Missing numbers as runs: what a person reads instead of one number after another. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from auditlib.tables import Column, Table

RUNS: Final = Table(
    "runs",
    "Every run of consecutive missing numbers of one class.",
    (
        Column("project", "text", "Key of the project."),
        Column("first", "integer", "First number of the run."),
        Column("last", "integer", "Last number of the run; equal to the first where one number is missing alone."),
        Column("numbers", "integer", "Numbers from first to last."),
        Column("classification", "text", "What is known of each of them: moved, deleted, existed or unexplained."),
        Column("created_after", "instant", "When the next lower witness was given out, in the audit's time zone."),
        Column("created_before", "instant", "When the next higher witness was given out, in the audit's time zone."),
        Column(
            "in_period",
            "text",
            "Whether the numbers fall into the period, by the issues beside them: yes, no or unknown.",
        ),
        Column("explanation", "text", "The analyst's explanation; with how many of the numbers have it if not all do."),
    ),
    sort_keys=("project", "first"),
)

SINCE: Final = 4
"""Version of the tables from which on a package has them as runs."""


def runs_of(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return ``runs.csv``.

    Parameters
    ----------
    gaps : DataFrame
        ``gaps.csv``, by project and number.

    Returns
    -------
    DataFrame
        ``numbers`` add up to the rows of ``gaps``. No issue that answers stands within a run, so all of its numbers have the
        same neighbours, and what is told of the first holds for all.
    """
    if gaps.empty:
        return RUNS.check(gaps.assign(first=gaps["number"], last=gaps["number"], numbers=gaps["number"])[RUNS.names])
    number = gaps["number"].to_numpy(dtype=np.int64)
    same = (number[1:] == number[:-1] + 1) & _repeats(gaps["project"]) & _repeats(gaps["classification"])
    begins = np.flatnonzero(np.concatenate(([True], ~same)))
    ends = np.append(begins[1:], len(gaps)) - 1
    told = gaps["explanation"].tolist()
    runs = gaps.iloc[begins].reset_index(drop=True)
    runs = runs.assign(
        first=number[begins],
        last=number[ends],
        numbers=ends - begins + 1,
        created_before=gaps["created_before"].iloc[ends].reset_index(drop=True),
        explanation=pd.Series(
            [_together(told[first : last + 1]) for first, last in zip(begins.tolist(), ends.tolist(), strict=True)],
            dtype=object,
        ),
    )
    return RUNS.check(runs[RUNS.names])


def _repeats(column: pd.Series) -> np.ndarray:
    """Say of each row but the first whether it says what the row before says."""
    values = column.to_numpy(dtype=object)
    return np.asarray(values[1:] == values[:-1], dtype=np.bool_)


def _together(explanations: list[str | None]) -> str | None:
    """Return what the analyst says of a run: each explanation once, with how many numbers have it if not all do."""
    said = [one for one in explanations if isinstance(one, str)]
    if not said:
        return None
    different = dict.fromkeys(said)
    if len(different) == 1 and len(said) == len(explanations):
        return said[0]
    return "; ".join(f"{one} ({said.count(one):,} of {len(explanations):,})" for one in different)


def longest_first(runs: pd.DataFrame) -> pd.DataFrame:
    """Return runs in the order in which a reader wants them: the longest first, then by project and number."""
    return runs.sort_values(["numbers", "project", "first"], ascending=[False, True, True], kind="stable")
