"""How far the histories of the population lead back, counted and in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.status import distribution
from auditlib.phrases import agreeing, counted, listed
from auditlib.records.reach import (
    BEGINS_EARLIER,
    BEGINS_LATER,
    BROKEN_AFTER,
    BROKEN_BEFORE,
    COMPLETE,
    IN_PART,
    NOT_READ,
    NOT_READABLE,
    NOTHING_TO_COMPARE,
)


@dataclass(frozen=True)
class Histories:
    """How far the histories of the population lead; the first four add up to it.

    Attributes
    ----------
    closes : int
        Issues whose every change of status and resolution fits the next, from the creation to today.
    broken : int
        Issues with changes that do not fit, can't be put in order, are older than the issue, or begin when it was closed.
    silent : int
        Issues without any change of status or resolution: there is nothing to compare.
    unread : int
        Issues whose history Jira did not give, or not whole.
    done_unproved : int
        Issues said to be done at the period's end only since they are so today: no change tells of it.
    """

    closes: int
    broken: int
    silent: int
    unread: int
    done_unproved: int


def count_histories(population: pd.DataFrame, states: pd.DataFrame, categories: Mapping[str, str]) -> Histories:
    """Count how far the histories of the population lead.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        ``population.csv``, with ids where they are known.
    states : DataFrame
        From ``history.states_as_of``, with at least the population's ids.
    categories : mapping of str to str
        As in ``status.status_table``.
    """
    mine = states.set_index("id").reindex(population["id"])
    unread, silent = mine["history"].isin([NOT_READ, IN_PART]), _are_silent(mine)
    closes = mine["history"].eq(COMPLETE)
    done = distribution.categories_then(population, categories).eq("done").to_numpy()
    return Histories(
        closes=int(closes.sum()),
        broken=len(mine) - int((closes | silent | unread).sum()),
        silent=int(silent.sum()),
        unread=int(unread.sum()),
        done_unproved=int((silent.to_numpy() & done).sum()),
    )


def history_findings(population: pd.DataFrame, states: pd.DataFrame, ends: datetime) -> list[Finding]:
    """Say which histories do not lead from today's state back to the issue's creation.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        With id, key, resolved.
    states : DataFrame
        From ``history.states_as_of``, with at least the population's ids.
    ends : datetime
        The period's end, as an instant.
    """
    mine = states.set_index("id").reindex(population["id"]).set_axis(population.index)
    found = []
    for kind, identity, says in _HISTORY_EXCEPTIONS:
        keys = population.loc[mine["history"].eq(kind), "key"].tolist()
        if keys:
            text = says.format(
                issues=counted(len(keys), "issue"),
                keys=listed(keys),
                have=agreeing(len(keys), "has", "have"),
                their=agreeing(len(keys), "its", "their"),
                stays=agreeing(len(keys), "state at the period's end is", "states at the period's end are"),
            )
            found.append(Finding(identity, "04_status", "exception", text, len(keys), "population"))
    keys = list(population.loc[mine["history"].eq(IN_PART).to_numpy(), "key"])
    if keys:
        text = (
            f"Of the history of {counted(len(keys), 'issue')} Jira gave only a part that can be read ({listed(keys)}); "
            f"{agreeing(len(keys), 'its', 'their')} state at the period's end is not proved and stays empty."
        )
        found.append(Finding("status.history-in-part", "04_status", "limit", text, len(keys), "population"))
    return [*found, *_silent_histories(population, mine, ends), *_late_histories(population, mine, ends)]


def _are_silent(states: pd.DataFrame) -> pd.Series:
    """Say which histories were read whole and hold no change of status or resolution, of open and of closed issues."""
    return states["changes"].eq(0) & states["history"].isin([NOTHING_TO_COMPARE, BEGINS_LATER])


def _silent_histories(population: pd.DataFrame, mine: pd.DataFrame, ends: datetime) -> list[Finding]:
    """Say how many histories hold nothing to compare; where all do, nothing that rests on histories is shown."""
    silent = _are_silent(mine)
    count, total = int(silent.sum()), len(population)
    if not count:
        return []
    closed = silent & mine["history"].eq(BEGINS_LATER)
    every = count == total
    which = (
        "The only issue has" if every and total == 1 else f"None of {total:,} issues has" if every
        else f"{count:,} of {counted(total, 'issue')} {agreeing(count, 'has', 'have')}"
    )  # fmt: skip
    text = (
        f"{which} {'a' if every and total > 1 else 'no'} change of status or resolution in "
        f"{agreeing(1 if every else count, 'its', 'their')} history. So there is nothing to compare, and a change that "
        "was taken out would not be seen; the state at the period's end rests on what Jira shows today."
    )
    if closed.any():
        shut = int(closed.sum())
        who = "It is" if total == 1 else f"{shut:,} of them {agreeing(shut, 'is', 'are')}"
        text += (
            f" {who} closed or resolved all the same, as after an import; of Jira's own date of the resolution: "
            f"{_dated(population, mine, closed, ends)}."
        )
    identity = "status.no-history" if every else "status.history-none"
    return [Finding(identity, "04_status", "limit", text, count, "population")]


def _late_histories(population: pd.DataFrame, mine: pd.DataFrame, ends: datetime) -> list[Finding]:
    """Say how many histories begin when the issue was closed already."""
    later = mine["history"].eq(BEGINS_LATER) & mine["changes"].gt(0)
    count = int(later.sum())
    if not count:
        return []
    text = (
        f"For {count:,} of {counted(len(population), 'issue')} the history begins later than the issue: closed or resolved at "
        f"the first entry already, or today, with no entry that shows how that came to be, as after an import. "
        f"{agreeing(count, 'Its', 'Their')} state at the period's end rests on what Jira shows today. Of Jira's own date of the "
        f"resolution: {_dated(population, mine, later, ends)}."
    )
    return [Finding("status.history-later", "04_status", "limit", text, count, "population")]


def _dated(population: pd.DataFrame, mine: pd.DataFrame, rows: pd.Series, ends: datetime) -> str:
    """Say of issues that no entry shows to be closed where Jira's own date of their resolution lies."""
    closes, count = mine["closes"].astype(bool), int(rows.sum())
    dated = int((rows & closes & population["resolved"].lt(pd.Timestamp(ends))).sum())
    since = int((rows & ~closes).sum())
    parts = [f"it lies before the period's end for {dated:,}"] if dated else []
    if since:
        parts.append(f"after it for {since:,}, shown as unresolved then, and where no entry tells the status, in none")
    if count > dated + since:
        parts.append(f"{count - dated - since:,} {agreeing(count - dated - since, 'has', 'have')} none")
    return listed(parts)


_HISTORY_EXCEPTIONS: Final = (
    (
        BROKEN_AFTER,
        "status.history",
        (
            "For {issues} the history does not lead from today's state back to the period's end without a break ({keys}); "
            "{their} {stays} as far as it leads."
        ),
    ),
    (
        BROKEN_BEFORE,
        "status.history-before",
        (
            "For {issues} a change of status or resolution before the period's end is missing from the history ({keys}); the "
            "state at the period's end follows from the later changes and stands."
        ),
    ),
    (
        BEGINS_EARLIER,
        "status.history-earlier",
        (
            "{issues} {have} a change of status or resolution older than the issue's own creation ({keys}): the time of "
            "creation, by which the population is cut, may have been rewritten."
        ),
    ),
    (
        NOT_READABLE,
        "status.history-unreadable",
        (
            "For {issues} the time or id of a change of status or resolution can't be read ({keys}); their state at the "
            "period's end is not known and stays empty."
        ),
    ),
    (
        NOT_READ,
        "status.history-unread",
        "For {issues} Jira gave no history ({keys}); {their} {stays} not known and left empty.",
    ),
)


def histories_in_words(closes: int, broken: int, silent: int, unread: int = 0) -> str:
    """Say how many histories close, do not close, hold nothing to compare and were not given; no full stop.

    >>> histories_in_words(24, 1, 0)
    '24 histories lead from the creation to today, 1 does not, and 0 hold nothing to compare'
    >>> histories_in_words(0, 0, 25)
    'None of 25 histories holds anything to compare'
    """
    total = closes + broken + silent + unread
    if silent == total:
        return (
            "The history holds nothing to compare"
            if total == 1
            else f"None of {total:,} histories holds anything to compare"
        )
    refused = f", and {unread:,} {agreeing(unread, 'was', 'were')} not given, or not whole" if unread else ""
    nothing = f"{silent:,} {agreeing(silent, 'holds', 'hold')} nothing to compare"
    return (
        f"{closes:,} {agreeing(closes, 'history leads', 'histories lead')} from the creation to today, {broken:,} "
        f"{agreeing(broken, 'does', 'do')} not,{'' if unread else ' and'} {nothing}{refused}"
    )
