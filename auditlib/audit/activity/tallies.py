"""How many records of each category in each week or month; who made them, and what was done. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import date, timedelta
from typing import Final

import pandas as pd

from auditlib.phrases import counted
from auditlib.times import Period

UNNAMED: Final = "(nobody named)"
"""Who made a record of which Jira names nobody."""

UNCATEGORISED: Final = "(no category)"

_WEEKS: Final = 100  # days of a period above which months are counted
_MONTHS: Final = 1130  # days above which years are: a little more than three
_NAMED: Final = 4  # categories that a cell names


def steps_of(period: Period) -> tuple[str, list[date]]:
    """Return into what a period is cut, weeks, months or years, and the first day of each within it."""
    days = (period.end - period.start).days + 1
    kind = "week" if days <= _WEEKS else "month" if days <= _MONTHS else "year"
    firsts, first = [], period.start
    while first <= period.end:
        firsts.append(first)
        first = _next(kind, first)
    return kind, firsts


def _next(kind: str, day: date) -> date:
    """Return the first day of the next week, month or year."""
    if kind == "week":
        return day + timedelta(days=7 - day.weekday())
    if kind == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return date(day.year + 1, 1, 1)


def counts_by_category(activity: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Count the records of each category in each week, month or year of the period.

    Parameters
    ----------
    activity : DataFrame
        ``activity.csv``; records without a time are not counted.
    period : Period

    Returns
    -------
    DataFrame, shape (categories, steps)
        Index: the categories, the most frequent first; columns: the first day of each step.
    """
    _, firsts = steps_of(period)
    dated = activity[activity["at"].notna()]
    days = dated["at"].dt.tz_localize(None).dt.normalize()
    edges = pd.DatetimeIndex(firsts)
    step = edges.searchsorted(days.to_numpy(), side="right") - 1
    category = dated["category"].astype(object).where(dated["category"].notna(), UNCATEGORISED)
    counts = pd.crosstab(category.to_numpy(), step) if len(dated) else pd.DataFrame()
    counts = counts.reindex(columns=range(len(firsts)), fill_value=0)
    counts.columns = pd.Index(firsts, dtype=object)
    order = sorted(counts.index, key=lambda name: (-int(counts.loc[name].sum()), str(name)))
    return counts.loc[order].astype("int64").rename_axis(index=None, columns=None)


def records_by_actor(activity: pd.DataFrame) -> pd.DataFrame:
    """Return who made the records, the busiest first.

    Returns
    -------
    DataFrame
        actor, records, categories (in words; they add up to the records), first and last day, actor_id.
    """
    rows = []
    who = activity["actor_id"].where(activity["actor_id"].notna(), activity["actor"])
    for _, group in activity.groupby(who.astype(object).where(who.notna(), ""), sort=True):
        names = group["actor"].dropna()
        categories = Counter(group["category"].astype(object).where(group["category"].notna(), UNCATEGORISED))
        rows.append(
            (
                names.iloc[0] if len(names) else UNNAMED,
                len(group),
                _in_words(categories),
                *_days(group["at"]),
                group["actor_id"].iloc[0],
            )
        )
    rows.sort(key=lambda row: (-row[1], str(row[0]), str(row[5])))
    return pd.DataFrame(rows, columns=["actor", "records", "categories", "first", "last", "actor_id"])


def records_by_event(activity: pd.DataFrame) -> pd.DataFrame:
    """Return what was done how often, the most frequent first: category, summary, records, accounts, first and last day."""
    rows: list[tuple[Hashable, ...]] = []
    for (category, summary), group in activity.groupby(["category", "summary"], dropna=False, sort=True):
        accounts = group["actor_id"].where(group["actor_id"].notna(), group["actor"]).nunique()
        rows.append((category, summary, len(group), accounts, *_days(group["at"])))
    rows.sort(key=lambda row: (-int(str(row[2])), str(row[0]), str(row[1])))
    return pd.DataFrame(rows, columns=["category", "summary", "records", "accounts", "first", "last"])


def _days(instants: pd.Series) -> tuple[str, str]:
    """Return the first and the last day, in the audit's zone; empty where no time is known."""
    known = instants.dropna()
    return ("", "") if known.empty else (known.min().date().isoformat(), known.max().date().isoformat())


def _in_words(counts: Counter[str]) -> str:
    """Write counts by name, the highest first; beyond a few what is left, in one sum."""
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    named = [f"{name} {count:,}" for name, count in ranked[:_NAMED]]
    rest = [count for _, count in ranked[_NAMED:]]
    return ", ".join([*named, *_rest_in_words(rest)])


def _rest_in_words(rest: Sequence[int]) -> list[str]:
    return [f"{counted(len(rest), 'other category', 'other categories')} {sum(rest):,}"] if rest else []
