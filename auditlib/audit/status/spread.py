"""How the population is spread over statuses at the period's end and today, and of how many that is not proved. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from auditlib.audit.status.distribution import categories_then
from auditlib.records.reach import COMPLETE

CATEGORIES: Final = ("new", "indeterminate", "done")
"""Jira's keys for the kinds of statuses, in the order in which work goes through them."""

COLUMNS: Final = ("project", "category", "status", "then", "now", "unproved")


def spread(population: pd.DataFrame, categories: Mapping[str, str]) -> pd.DataFrame:
    """Count the issues of each status at the period's end and today.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        As for ``distribution.status_table``, with ``history``.
    categories : mapping of str to str
        As for ``distribution.status_table``.

    Returns
    -------
    DataFrame
        project, category (one of `CATEGORIES`, or empty where it is not known), status (empty where it is not known), then,
        now, unproved (of ``then``, how many histories do not lead from the creation to today); `then` and `now` each sum to
        N. Sorted by project, category in the order of work, then most issues first.
    """
    unproved = population["history"].ne(COMPLETE).astype("int64")
    then = _counts(population, population["status_at_period_end"], categories_then(population, categories), unproved)
    now = _counts(population, population["status"], population["status_category"], unproved)
    joined = pd.concat([then["issues"], now["issues"], then["unproved"]], axis=1, keys=["then", "now", "unproved"])
    rows = joined.fillna(0).astype("int64").reset_index()
    rank = rows["category"].map({name: place for place, name in enumerate(CATEGORIES)}).fillna(len(CATEGORIES))
    rows = rows.assign(rank=rank, most=-rows[["then", "now"]].max(axis=1))
    return rows.sort_values(["project", "rank", "most", "status"], ignore_index=True)[list(COLUMNS)]


def _counts(population: pd.DataFrame, status: pd.Series, category: pd.Series, unproved: pd.Series) -> pd.DataFrame:
    """Count issues, and those not proved, by project, category and status; what is not known is an empty text."""
    told = category.astype("str").where(category.isin(CATEGORIES), "").fillna("")
    frame = pd.DataFrame(
        {
            "project": population["project"].astype("str"),
            "category": told,
            "status": status.astype("str").fillna(""),
            "unproved": unproved,
        }
    )
    grouped = frame.groupby(["project", "category", "status"])["unproved"]
    return pd.DataFrame({"issues": grouped.size(), "unproved": grouped.sum()})
