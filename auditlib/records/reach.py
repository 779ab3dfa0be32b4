"""How far a history leads back from today: to the creation, or where it breaks off. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import pandas as pd

NO_HISTORY = "no history was read"

BEFORE_CREATION: Final = timedelta(seconds=1)
"""By how much a change may lie before its issue's creation: Cloud may give the times of a history in whole seconds."""

COMPLETE: Final = "complete"
NOTHING_TO_COMPARE: Final = "nothing to compare"
BEGINS_LATER: Final = "begins later"
BEGINS_EARLIER: Final = "begins earlier"
BROKEN_BEFORE: Final = "broken before"
BROKEN_AFTER: Final = "broken after"
NOT_READABLE: Final = "not readable"
IN_PART: Final = "read in part"
NOT_READ: Final = "not read"

HISTORIES: Final[Mapping[str, str]] = {
    COMPLETE: "every change fits the next, from the creation to today",
    NOTHING_TO_COMPARE: "no entry changes status or resolution, and the issue is as issues begin: open and unresolved",
    BEGINS_LATER: "the issue is closed or resolved, and no entry shows how it became so, as after an import",
    BEGINS_EARLIER: "a change lies before the issue's creation",
    BROKEN_BEFORE: "a change before the instant is missing; the state at the instant stands",
    BROKEN_AFTER: "a change at or after the last one before the instant is missing; the state at the instant is in doubt",
    NOT_READABLE: "a change has no readable time or id; the state at the instant is not known",
    IN_PART: "Jira counts more entries than it gives, or one can't be read; the state at the instant is not known",
    NOT_READ: NO_HISTORY,
}
"""What a history can be, from the best to the worst; of several, the worst is told."""


def read_in_part(states: pd.DataFrame, partial: pd.Series) -> pd.DataFrame:
    """Mark the histories of which Jira gave only a part (incomplete), apart from those that nobody read.

    Parameters
    ----------
    states : DataFrame, shape (n, 7)
        From `states_as_of`.
    partial : Series of bool, shape (n,)
        Whose history came in part, in the same order.
    """
    these = partial.to_numpy() & states["history"].eq(NOT_READ).to_numpy()
    told = states.copy()
    told.loc[these, "history"] = IN_PART
    told.loc[these, ["note", "breaks"]] = HISTORIES[IN_PART]
    return told


def history_breaks(issues: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """List the issues whose history does not lead back to their creation.

    Parameters
    ----------
    issues : DataFrame, shape (N, k)
        With id, key, url.
    states : DataFrame, shape (n, 8)
        From `states_as_of`, with at least these ids.

    Returns
    -------
    DataFrame, shape (m, 4)
        key, history (a key of `HISTORIES` that names a fault), note, url; in the order of `issues`.

    Raises
    ------
    ValueError
        If a state is missing.
    """
    by_id = states.set_index("id")[["history", "breaks"]].reindex(issues["id"])
    if by_id["history"].isna().any():
        raise ValueError(f"no state for {int(by_id['history'].isna().sum())} issues")
    there = ~by_id["history"].isin([COMPLETE, NOTHING_TO_COMPARE]).to_numpy()
    return pd.DataFrame(
        {
            "key": issues["key"].to_numpy()[there],
            "history": by_id["history"].to_numpy()[there],
            "note": by_id["breaks"].to_numpy()[there],
            "url": issues["url"].to_numpy()[there],
        }
    ).astype("str")
