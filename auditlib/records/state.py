"""What a history tells: moves between projects, and the state of an issue at an earlier instant. Pure.

Jira keeps no old states, only changes. A state is found by walking back: today's value, less every change made since.
The walk goes on to the issue's creation, since a history that does not lead there has lost something. Changes are kept
in columns, not as the entries received, so that the histories of a million issues pass through one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.csv_cells import writable_text
from auditlib.records.reach import (
    BEFORE_CREATION,
    BEGINS_LATER,
    COMPLETE,
    HISTORIES,
    NO_HISTORY,
    NOT_READ,
    NOT_READABLE,
    NOTHING_TO_COMPARE,
)
from auditlib.records.state_notes import Beginning, Notes, Walk, ids_of, names_of
from auditlib.records.transitions import STATE_FIELDS, Transitions, Value, microseconds
from auditlib.times import format_utc

_TOLERANCE = BEFORE_CREATION // timedelta(microseconds=1)


def states_as_of(issues: pd.DataFrame, steps: Transitions, instant: datetime) -> pd.DataFrame:
    """Find the status and resolution of every issue just before an instant, and say how far its history leads back.

    Parameters
    ----------
    issues : DataFrame, shape (n, k)
        With id, key, status, status_id, resolution, resolution_id as they are today; where there are status_category,
        resolved and created_utc, the beginning of each history is checked against them.
    steps : Transitions
        From `read_transitions`. An issue that is not among its ``read`` has a history nobody read.
    instant : datetime
        Aware; of a period, ``period.ends``.

    Returns
    -------
    DataFrame, shape (n, 10)
        id, status_at_period_end, resolution_at_period_end, closes, note, history, breaks, changes, status_id_at_period_end,
        resolution_id_at_period_end; in the order of `issues`.
        ``closes`` is False if the history does not lead from the instant to today's value, or was not read; ``note``
        says where. ``history`` is a key of `HISTORIES`, about the whole way from the creation to today; ``breaks`` says
        where it is not complete, the newest first. ``changes`` counts the changes of status and resolution: where there are
        none, nothing was walked back, and the state at the instant is today's.

    Raises
    ------
    ValueError
        If an id stands in `issues` twice.

    Notes
    -----
    A status or resolution is its id, and is shown under the name that it had then: the last one that any of the histories
    gives from before the instant, else the first one after it, else today's.

    Without a history the state is not known and stays empty. Where no entry set the resolution and Jira's own date says
    that the issue was resolved at the instant or later, it was not resolved then; and if no entry changed the status of
    such a closed issue either, its status then is not known and stays empty.
    """
    index = pd.Index(issues["id"].to_numpy(dtype=np.int64))
    if index.has_duplicates:
        raise ValueError(f"id {index[index.duplicated()][0]} stands twice among the issues")
    end, total = microseconds(instant), len(issues)
    read = np.zeros(total, dtype=bool)
    found = index.get_indexer(pd.Index(steps.read))
    read[found[found >= 0]] = True
    whole = read & ~np.isin(index.to_numpy(), steps.unreadable)
    codes = {value: code for code, value in enumerate(steps.distinct)}
    current = {field: _current(issues, field, codes) for field in STATE_FIELDS}
    values = list(codes)
    walks = {
        field: _walk(steps, place, index, current=current[field], end=end, values=values)
        for place, field in enumerate(STATE_FIELDS)
    }
    state = {field: _state(walks[field], current[field]) for field in STATE_FIELDS}
    beginnings = _beginnings(issues, walks, current, values, whole)
    contradicted = _resolved_since(issues, end) & beginnings["resolution"].without_entry
    state["resolution"][contradicted] = 0
    state["status"][contradicted & beginnings["status"].without_entry] = 0

    notes = Notes(total)
    for field, walk in walks.items():
        notes.add_breaks(field, walk, values)
        notes.add_beginning(field, beginnings[field], values)
    for row in np.flatnonzero(contradicted).tolist():
        resolved = format_utc(issues["resolved"].iloc[row].to_pydatetime())
        notes.add(row, f"resolution: Jira's date of it is {resolved}", BEGINS_LATER, touches=True)
    for row in np.flatnonzero(~read).tolist():
        notes.add(row, NO_HISTORY, NOT_READ, touches=True)
    for row in np.flatnonzero(read & ~whole).tolist():
        notes.add(row, HISTORIES[NOT_READABLE], NOT_READABLE, touches=True)
    for field in STATE_FIELDS:
        state[field][~whole] = 0
    changes = sum(np.bincount(walk.row, minlength=total) for walk in walks.values())
    kinds = pd.Series(notes.kinds(), dtype="str")
    return pd.DataFrame(
        {
            "id": pd.Series(index, dtype="int64"),
            **{f"{field}_at_period_end": names_of(walks[field], state[field], values, end) for field in STATE_FIELDS},
            "closes": pd.Series([note is None for note in notes.touching()], dtype="bool"),
            "note": pd.Series(notes.touching(), dtype="str"),
            "history": kinds.mask(kinds.eq(COMPLETE) & (changes == 0), NOTHING_TO_COMPARE),
            "breaks": pd.Series(notes.all(), dtype="str"),
            "changes": pd.Series(changes, dtype="int64"),
            **{f"{field}_id_at_period_end": ids_of(state[field], values) for field in STATE_FIELDS},
        }
    )


def add_period_end(population: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Put the state at the period's end beside today's.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        With id and resolution.
    states : DataFrame, shape (n, 5)
        From `as_of`, with at least the population's ids.

    Returns
    -------
    DataFrame, shape (N, k + 2)
        The population's rows in their order; the two columns stand behind ``resolution``. Where the states have ids, they
        stand at the end.

    Raises
    ------
    ValueError
        If a state is missing, or given twice.
    """
    names = ["status_at_period_end", "resolution_at_period_end"]
    if states["id"].duplicated().any():
        raise ValueError("the states at the period's end name an id twice")
    ids = [name for name in ("status_id_at_period_end", "resolution_id_at_period_end") if name in states]
    by_id = states.set_index("id")[names + ids]
    missing = population.loc[~population["id"].isin(by_id.index), "id"].tolist()
    if missing:
        raise ValueError(f"no state at the period's end for {len(missing)} issues, the first with id {missing[0]}")
    found = by_id.reindex(population["id"]).set_axis(population.index)
    columns = population.columns.drop(names + ids, errors="ignore").tolist()
    behind = columns.index("resolution") + 1
    return population.assign(**found)[[*columns[:behind], *names, *columns[behind:], *ids]]


def _current(issues: pd.DataFrame, field: str, codes: dict[Value, int]) -> NDArray[np.int32]:
    """Return the code of each issue's value of today; values that no history has get new codes."""
    ids, id_names = pd.factorize(issues[f"{field}_id"])
    texts, text_names = pd.factorize(issues[field])
    width = len(text_names) + 1
    pairs, which = np.unique((ids.astype(np.int64) + 1) * width + texts + 1, return_inverse=True)
    found = []
    for pair in pairs.tolist():
        of_id, of_text = divmod(pair, width)
        value = (str(id_names[of_id - 1]) if of_id else None, str(text_names[of_text - 1]) if of_text else None)
        found.append(codes.setdefault(value, len(codes)))
    return np.array(found, dtype=np.int32)[which]


def _walk(
    steps: Transitions, place: int, index: pd.Index, *, current: NDArray[np.int32], end: int, values: Sequence[Value]
) -> Walk:
    """Put the changes of one field in order, and check each against what follows it."""
    mine = np.flatnonzero(steps.field == place)
    row = index.get_indexer(pd.Index(steps.issue[mine]))
    mine, row = mine[row >= 0], row[row >= 0]
    order = np.lexsort((steps.place[mine], steps.history_id[mine], steps.when[mine], row))
    mine, row = mine[order], row[order]
    before, after, at = steps.before[mine], steps.after[mine], steps.when[mine]
    first = np.ones(len(mine), dtype=bool)
    first[1:] = row[1:] != row[:-1]
    last = np.append(first[1:], True)[: len(mine)]
    follows = np.append(before[1:], np.int32(0))[: len(mine)].astype(np.int32)
    follows[last] = current[row[last]]
    later = at >= end
    touches = last | np.append(later[1:], False)[: len(mine)]
    fits = _same(after, follows, values)
    return Walk(row, at, steps.history_id[mine], before, after, follows, first, fits, touches, later)


def _state(walk: Walk, current: NDArray[np.int32]) -> NDArray[np.int32]:
    """Undo every change made at or after the instant: the oldest of them says what was before."""
    state = current.copy()
    already = np.zeros(len(walk.row), dtype=bool)
    already[1:] = walk.later[:-1]
    oldest = walk.later & (walk.first | ~already)
    state[walk.row[oldest]] = walk.before[oldest]
    return state


def _same(one: NDArray[np.int32], other: NDArray[np.int32], values: Sequence[Value]) -> NDArray[np.bool_]:
    """Compare values by id, which survives a rename; by text where one of them has no id."""
    ids = np.unique([value_id or "" for value_id, _ in values], return_inverse=True)[1]
    texts = np.unique([f"={writable_text(text)}" if text else "" for _, text in values], return_inverse=True)[1]
    has_id = np.array([value_id is not None for value_id, _ in values])
    has_text = np.array([text is not None for _, text in values])
    by_id = ids[one] == ids[other]
    by_text = (texts[one] == texts[other]) & (has_text[one] | by_id)
    same: NDArray[np.bool_] = np.where(has_id[one] & has_id[other], by_id, by_text)
    return same


def _beginnings(
    issues: pd.DataFrame,
    walks: Mapping[str, Walk],
    current: Mapping[str, NDArray[np.int32]],
    values: Sequence[Value],
    whole: NDArray[np.bool_],
) -> dict[str, Beginning]:
    """Check the state at the creation: an issue is born unresolved, in a status that is not done, and before its changes."""
    total = len(issues)
    is_done = (
        issues["status_category"].eq("done").to_numpy(dtype=bool)
        if "status_category" in issues
        else np.zeros(total, bool)
    )
    done_ids = _only_done(issues["status_id"], is_done)
    closed = {
        "status": np.array([value_id in done_ids for value_id, _ in values]),
        "resolution": np.arange(len(values)) != 0,
    }
    today = {"status": is_done, "resolution": closed["resolution"][current["resolution"]]}
    born = (
        _microseconds_of(issues["created_utc"])
        if "created_utc" in issues
        else np.full(total, np.iinfo(np.int64).min + _TOLERANCE)
    )
    found = {}
    for field, walk in walks.items():
        begins = np.flatnonzero(walk.first)
        changed = np.zeros(total, dtype=bool)
        changed[walk.row[begins]] = True
        already = begins[closed[field][walk.before[begins]]]
        early = begins[walk.when[begins] < born[walk.row[begins]] - _TOLERANCE]
        found[field] = Beginning(
            whole & ~changed & today[field],
            current[field],
            walk.row[already],
            walk.before[already],
            walk.history_id[already],
            walk.row[early],
            walk.history_id[early],
        )
    return found


def _only_done(status_ids: pd.Series, is_done: NDArray[np.bool_]) -> set[str]:
    """Return the statuses that are done in every issue; a site may give one status two categories in two projects."""
    known = status_ids.notna().to_numpy()
    return set(status_ids[known & is_done]) - set(status_ids[known & ~is_done])


def _resolved_since(issues: pd.DataFrame, end: int) -> NDArray[np.bool_]:
    """Say of each issue whether Jira's own date of the resolution is the instant or later."""
    if "resolved" not in issues:
        return np.zeros(len(issues), dtype=bool)
    there: NDArray[np.bool_] = issues["resolved"].notna().to_numpy(dtype=bool)
    return there & (_microseconds_of(issues["resolved"]) >= end)


def _microseconds_of(instants: pd.Series) -> NDArray[np.int64]:
    """Return a column of instants as microseconds since 1970; a missing one is the smallest number."""
    found: NDArray[np.int64] = pd.DatetimeIndex(instants).tz_convert("UTC").as_unit("us").asi8
    return found
