"""In which month each missing number was given out, as far as the issues beside it tell. Pure."""

from __future__ import annotations

from typing import Final

import pandas as pd

from auditlib.times import Period

UNPLACED: Final = ""
"""The month of a number whose neighbours were given out in two months, or of which one is not known."""


def missing_per_month(gaps: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Count missing numbers by the month in which the issues on both sides of them were given out.

    Parameters
    ----------
    gaps : DataFrame
        ``gaps.csv``.
    period : Period

    Returns
    -------
    DataFrame
        project, month (``2026-04``, or `UNPLACED`), unexplained, recorded (moved, deleted or existed); both add up to the rows
        of `gaps`. A month outside of the period counts as `UNPLACED`.
    """
    after, before = (_month(gaps[name], period) for name in ("created_after", "created_before"))
    inside = gaps["in_period"].eq("yes") & after.eq(before)
    unexplained = gaps["classification"].eq("unexplained")
    frame = pd.DataFrame(
        {
            "project": gaps["project"].astype("str"),
            "month": after.where(inside, UNPLACED),
            "unexplained": unexplained.astype("int64"),
            "recorded": (~unexplained).astype("int64"),
        }
    )
    return frame.groupby(["project", "month"], as_index=False, sort=True)[["unexplained", "recorded"]].sum()


def _month(instants: pd.Series, period: Period) -> pd.Series:
    local = pd.to_datetime(instants, utc=True).dt.tz_convert(period.zone)
    return local.dt.strftime("%Y-%m").astype("str").where(local.notna(), UNPLACED).astype("str")
