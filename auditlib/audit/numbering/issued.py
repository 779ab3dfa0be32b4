"""When each issue number of a project was issued, and which issues must be asked about before that is known. Pure.

A project's keys are walked in the order of creation, on Cloud without any time (that makes pages fifty times larger).
The issues around the period come with exact times; of the others only those are asked about whose time decides something:
the neighbours of the audited range, numbers inside it that old issues hold (moved in), and probes where nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.audit.numbering.witnesses import number_range
from auditlib.errors import AnswerError
from auditlib.keys import parts
from auditlib.times import Period

NEIGHBOURS: Final = 50
"""Present numbers on each side of the range whose time and history are known exactly."""

PROBES: Final = 100
"""Issues asked about at once where the walk alone can't say whether they are older or newer than the period."""

_UTC: Final = "datetime64[us, UTC]"


def present_numbers(
    project: str, walk: pd.DataFrame, created: pd.Series, moves: pd.DataFrame, *, period: Period, asked: Iterable[int]
) -> pd.DataFrame:
    """Return the issue numbers that a project holds today, with when each was issued and what else is known of it.

    Parameters
    ----------
    project : str
        Its key of today.
    walk : DataFrame, shape (n, 2)
        Columns id, number, in the order of creation.
    created : Series of instants (UTC), indexed by issue id
        Creation times, as far as known.
    moves : DataFrame
        As ``history.key_moves`` returns; those into a number of the walk count.
    period : Period
        The audit's period.
    asked : iterable of int
        Ids whose history is known, so that it is known whether they were moved in.

    Returns
    -------
    DataFrame, shape (n, 8), sorted by number
        number, id, order, given_out, created (instants in UTC or NaT), side (``before``, ``in``, ``after`` or
        ``unknown``), moved_in, known (time and history are exact).

    Raises
    ------
    AnswerError
        If the walk contradicts the creation times that are known.

    Notes
    -----
    A number is given out at the time of the ``Key`` history item for a moved-in issue, else at creation. ``order`` is the
    rank in the walk; a moved-in issue stands behind the last issue known to be created before its move.
    """
    rank = np.arange(len(walk), dtype=float)
    frame = walk[["number", "id"]].reset_index(drop=True)
    frame["created"] = created.astype(_UTC).reindex(frame["id"]).array
    arrived = pd.Series(_arrivals(project, moves).reindex(frame["number"]).array, index=frame.index)
    frame["moved_in"] = arrived.notna()
    frame["given_out"] = arrived.where(frame["moved_in"], frame["created"])
    frame["known"] = frame["created"].notna() & frame["id"].isin(np.fromiter(asked, dtype=np.int64))
    undated = _undated_sides(frame["created"], rank, period)
    frame["side"] = _sides(frame["given_out"], undated, period)
    frame["order"] = _order(project, frame, rank, undated)
    return frame.sort_values("number", ignore_index=True)


def _arrivals(project: str, moves: pd.DataFrame) -> pd.Series:
    """Return when issues came into a project (UTC), by the numbers that they got there; of several times the last."""
    into = {place: key for place, key in enumerate(map(parts, moves["to_key"])) if key and key[0] == project}
    numbers = pd.Index([int(number) for _, number in into.values()], dtype="int64")
    came = pd.Series(moves["at"].array[list(into)], index=numbers).astype(_UTC).sort_values(kind="stable")
    return came[~came.index.duplicated(keep="last")]


def _undated_sides(created: pd.Series, rank: NDArray[np.float64], period: Period) -> NDArray[np.object_]:
    """Say for each issue without a time on which side of the period it was created; empty for the others.

    All issues created within half a day of the period are dated, so an undated one is older than the first of them or
    newer than the last; and a rank below that of an issue older than the period is older still. ``unknown`` remains
    where no dated issue tells.
    """
    margin = timedelta(hours=12)
    near = ((created >= period.begins - margin) & (created < period.ends + margin)).to_numpy()
    before, after = (created < period.begins).to_numpy(), (created >= period.ends).to_numpy()
    undated = created.isna().to_numpy()
    oldest_near = rank[near].min(initial=np.inf) if near.any() else -1.0
    newest_near = rank[near].max(initial=-1.0) if near.any() else np.inf
    sides = np.where(undated, "unknown", "").astype(object)
    sides[undated & (rank < max(rank[before].max(initial=-1.0), oldest_near))] = "before"
    sides[undated & (rank > min(rank[after].min(initial=np.inf), newest_near))] = "after"
    return sides


def _sides(given_out: pd.Series, undated: NDArray[np.object_], period: Period) -> pd.Series:
    """Say on which side of the period each number was given out."""
    sides = undated.copy()
    sides[(given_out < period.begins).to_numpy()] = "before"
    sides[((given_out >= period.begins) & (given_out < period.ends)).to_numpy()] = "in"
    sides[(given_out >= period.ends).to_numpy()] = "after"
    return pd.Series(sides, index=given_out.index)


def _order(
    project: str, frame: pd.DataFrame, rank: NDArray[np.float64], undated: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return the position in time of each number, equal only for equal known times."""
    dated = frame["created"].notna().to_numpy()
    created = frame["created"].dt.tz_localize(None).to_numpy()
    given_out = frame["given_out"].dt.tz_localize(None).to_numpy()
    times, ranks = created[dated], rank[dated]
    falls = times[1:] < times[:-1]
    if falls.any():
        key = f"{project}-{frame.loc[dated, 'number'].iloc[int(np.argmax(falls)) + 1]}"
        raise AnswerError(f"the walk over the keys is not in the order of creation at {key}", found=key)
    order = rank.copy()
    order[dated] = ranks[np.searchsorted(times, times, side="left")] if len(times) else ranks
    moved = frame["moved_in"].to_numpy()
    arrivals, side = given_out[moved], frame.loc[moved, "side"].to_numpy()
    place = np.searchsorted(times, arrivals, side="left")
    behind = np.concatenate(([-1.0], ranks))[place] + 0.5
    behind = np.where(side != "before", np.maximum(behind, rank[undated == "before"].max(initial=-1.0) + 0.5), behind)
    if len(times):
        at = np.minimum(place, len(times) - 1)
        behind = np.where((place < len(times)) & (times[at] == arrivals), ranks[at], behind)
    order[moved] = behind
    tie = np.where(moved & (order % 1 != 0), given_out.astype("int64"), 0)
    by_time = np.lexsort((tie, order))
    rises = (np.diff(order[by_time]) > 0) | (np.diff(tie[by_time]) > 0)
    dense = np.zeros(len(order))
    dense[by_time[1:]] = np.cumsum(rises)
    return dense


def unsettled(present: pd.DataFrame, named_highest: int | None) -> list[int]:
    """Return the issue ids that must be asked about before the range of numbers can be trusted; empty when it can.

    Parameters
    ----------
    present : DataFrame
        As ``present_numbers`` returns it.
    named_highest : int or None
        Highest number of this project that any record names.

    Returns
    -------
    list of int
        Issue ids, rising.
    """
    unknown = present[present["side"] == "unknown"].sort_values("order")
    if len(unknown):
        step = np.unique(np.linspace(0, len(unknown) - 1, min(PROBES, len(unknown))).astype(int))
        return sorted(int(number) for number in unknown.iloc[step]["id"])
    span = number_range(present, named_highest)
    ends = np.searchsorted(present["number"], (span.first, span.last + 1))
    band = present.iloc[max(0, int(ends[0]) - NEIGHBOURS) : int(ends[1]) + NEIGHBOURS]
    return sorted(int(number) for number in band.loc[~band["known"], "id"])
