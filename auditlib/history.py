"""What a history tells: moves between projects, and the state of an issue at an earlier instant. Pure.

Jira keeps no old states, only changes. A state is found by walking back: today's value, less every change made since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd

from auditlib.errors import AnswerError
from auditlib.issues import number_of, person_name
from auditlib.tables import writable_text
from auditlib.times import history_instant

Value = tuple[str | None, str | None]
"""A field's value as a history names it: id and text; both None if the field is empty."""

NO_HISTORY = "no history was read"


class _Step(NamedTuple):
    """One change of one field; ``place`` orders the items within a history entry."""

    at: datetime
    history_id: int
    place: int
    before: Value
    after: Value


@dataclass(frozen=True)
class _Walk:
    """Where the walk back ended, and what did not fit on the way; ``note`` is None if all did."""

    value: Value
    note: str | None


def key_moves(changelogs: Iterable[tuple[int, Sequence[Mapping[str, Any]]]]) -> pd.DataFrame:
    """List the changes of issue keys: the one trace that a move to another project leaves in a history.

    Parameters
    ----------
    changelogs : iterable of (int, sequence of mapping)
        Issue id and its history entries as received, in any order; an entry received twice counts once.

    Returns
    -------
    DataFrame, shape (n, 6)
        issue_id, at (UTC), history_id, from_key, to_key, author (None where Jira names nobody); sorted by at,
        history_id, issue_id.

    Raises
    ------
    AnswerError
        If an entry has no readable id or time.

    Notes
    -----
    The item has ``field`` "Key" and no ``fieldId``, on Cloud as on Data Center; a custom field may carry the same name.
    """
    moves: dict[tuple[int, int, str, str], tuple[datetime, str | None]] = {}
    for issue_id, histories in changelogs:
        for history in histories:
            for item in history.get("items") or ():
                if item.get("field") != "Key" or item.get("fieldtype", "jira") != "jira":
                    continue
                at, history_id = _stamp(history, issue_id)
                move = (issue_id, history_id, str(item.get("fromString")), str(item.get("toString")))
                moves[move] = (at, person_name(history.get("author")))
    columns = {
        "issue_id": pd.Series([move[0] for move in moves], dtype="int64"),
        "at": pd.Series(pd.DatetimeIndex([at for at, _ in moves.values()], dtype="datetime64[us, UTC]")),
        "history_id": pd.Series([move[1] for move in moves], dtype="int64"),
        "from_key": pd.Series([move[2] for move in moves], dtype="str"),
        "to_key": pd.Series([move[3] for move in moves], dtype="str"),
        "author": pd.Series([author for _, author in moves.values()], dtype="str"),
    }
    return pd.DataFrame(columns).sort_values(["at", "history_id", "issue_id"], kind="stable", ignore_index=True)


def value_at(histories: Sequence[Mapping[str, Any]], field_id: str, current: Value, instant: datetime) -> Value:
    """Return a field's value just before an instant, walking back from today's.

    Parameters
    ----------
    histories : sequence of mapping
        The issue's history entries as received, in any order.
    field_id : str
        Jira's id of the field, ``status`` or ``resolution`` (Data Center's histories carry names only, which are equal
        for Jira's own fields).
    current : (str or None, str or None)
        Today's id and text.
    instant : datetime
        Aware. A change made exactly then is not yet made: periods are half-open.

    Returns
    -------
    (str or None, str or None)
        Id and text as the history names them.

    Raises
    ------
    AnswerError
        If an entry has no readable id or time.
    """
    steps = _steps(histories, (field_id,), "an issue")
    return _walk_back(field_id, steps[field_id], current, instant).value


def as_of(
    issues: pd.DataFrame, changelogs: Mapping[int, Sequence[Mapping[str, Any]]], instant: datetime
) -> pd.DataFrame:
    """Find the status and resolution of every issue just before an instant.

    Parameters
    ----------
    issues : DataFrame, shape (n, k)
        With id, key, status, status_id, resolution, resolution_id as they are today.
    changelogs : mapping of int to sequence of mapping
        By issue id, its history entries as received. An issue without an entry here has a history nobody read.
    instant : datetime
        Aware; of a period, ``period.ends``.

    Returns
    -------
    DataFrame, shape (n, 5)
        id, status_at_period_end, resolution_at_period_end, closes, note; in the order of `issues`. ``closes`` is False
        if the history does not lead to today's value, or was not read; ``note`` says where. Without a history the state
        is not known and stays empty. A status or resolution renamed since has one name: today's, or else the latest
        that a history gives.

    Raises
    ------
    AnswerError
        If an entry has no readable id or time.
    """
    ids, fields = issues["id"].tolist(), ("status", "resolution")
    steps = {
        issue_id: _steps(changelogs[issue_id], fields, key)
        for issue_id, key in zip(ids, issues["key"].tolist(), strict=True)
        if issue_id in changelogs
    }
    walks: dict[str, list[_Walk]] = {}
    for field in fields:
        pairs = zip(issues[f"{field}_id"].tolist(), issues[field].tolist(), strict=True)
        current = [(_none_if_missing(value_id), _none_if_missing(text)) for value_id, text in pairs]
        names = _latest_names(current, (changes[field] for changes in steps.values()))
        walks[field] = [
            _named(_walk_back(field, steps[issue_id][field], value, instant), names)
            if issue_id in steps
            else _Walk((None, None), NO_HISTORY)
            for issue_id, value in zip(ids, current, strict=True)
        ]
    notes = [
        "; ".join(dict.fromkeys(walk.note for walk in pair if walk.note)) or None
        for pair in zip(walks["status"], walks["resolution"], strict=True)
    ]
    return pd.DataFrame(
        {
            "id": pd.Series(ids, dtype="int64"),
            "status_at_period_end": pd.Series([walk.value[1] for walk in walks["status"]], dtype="str"),
            "resolution_at_period_end": pd.Series([walk.value[1] for walk in walks["resolution"]], dtype="str"),
            "closes": pd.Series([note is None for note in notes], dtype="bool"),
            "note": pd.Series(notes, dtype="str"),
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
        The population's rows in their order; the two columns stand behind ``resolution``.

    Raises
    ------
    ValueError
        If a state is missing, or given twice.
    """
    names = ["status_at_period_end", "resolution_at_period_end"]
    if states["id"].duplicated().any():
        raise ValueError("the states at the period's end name an id twice")
    by_id = states.set_index("id")[names]
    missing = population.loc[~population["id"].isin(by_id.index), "id"].tolist()
    if missing:
        raise ValueError(f"no state at the period's end for {len(missing)} issues, the first with id {missing[0]}")
    found = by_id.reindex(population["id"]).set_axis(population.index)
    columns = population.columns.drop(names, errors="ignore").tolist()
    behind = columns.index("resolution") + 1
    return population.assign(**found)[[*columns[:behind], *names, *columns[behind:]]]


def _stamp(history: Mapping[str, Any], whose: object) -> tuple[datetime, int]:
    """Return when a history entry was made, and its id."""
    try:
        at = history_instant(history.get("created", ""))
    except ValueError as error:
        raise AnswerError(
            f"history {history.get('id')} of {whose}: {error}",
            expected="an instant",
            found=repr(history.get("created")),
        ) from error
    return at, number_of(history.get("id"), f"a history entry of {whose}")


def _field_of(item: Mapping[str, Any]) -> str | None:
    """Return the id of the field that an item changes; without one, the name of one of Jira's own fields, its equal."""
    field_id: str | None = item.get("fieldId")
    return item.get("field") if field_id is None and item.get("fieldtype", "jira") == "jira" else field_id


def _steps(histories: Sequence[Mapping[str, Any]], fields: Sequence[str], whose: object) -> dict[str, list[_Step]]:
    """Return the changes of each field, newest first; an entry received twice counts once."""
    steps: dict[str, dict[tuple[int, int], _Step]] = {field: {} for field in fields}
    for history in histories:
        for place, item in enumerate(history.get("items") or ()):
            changes = steps.get(_field_of(item) or "")
            if changes is not None:
                at, history_id = _stamp(history, whose)
                before = (_part(item.get("from")), _part(item.get("fromString")))
                after = (_part(item.get("to")), _part(item.get("toString")))
                changes[history_id, place] = _Step(at, history_id, place, before, after)
    return {
        field: sorted(changes.values(), key=lambda step: (step.at, step.history_id, step.place), reverse=True)
        for field, changes in steps.items()
    }


def _walk_back(field: str, steps: Sequence[_Step], current: Value, instant: datetime) -> _Walk:
    """Undo every change made at or after the instant; check each, and the last one before it, against where it led."""
    value, notes = current, []
    for step in steps:
        if not _same(step.after, value):
            notes.append(
                f"{field}: history {step.history_id} led to {_shown(step.after)}, found {_shown(value)} after it"
            )
        if step.at < instant:
            break
        value = step.before
    return _Walk(value, "; ".join(notes) or None)


def _same(one: Value, other: Value) -> bool:
    """Compare two values by id, which survives a rename; by text where one of them has no id."""
    if one[0] is not None and other[0] is not None:
        return one[0] == other[0]
    return one[1] == other[1] and (one[1] is not None or one[0] == other[0])


def _latest_names(current: Iterable[Value], changes: Iterable[Sequence[_Step]]) -> dict[str, str]:
    """Return one name for each id: today's, or else the latest that a history gives."""
    names: dict[str, tuple[datetime, int, str]] = {}
    for step in (step for steps in changes for step in steps):
        for value_id, text in (step.before, step.after):
            if value_id is not None and text is not None:
                said = (step.at, step.history_id, text)
                names[value_id] = max(said, names.get(value_id, said))
    latest = {value_id: text for value_id, (_, _, text) in names.items()}
    return latest | {value_id: text for value_id, text in current if value_id is not None and text is not None}


def _named(walk: _Walk, names: Mapping[str, str]) -> _Walk:
    """Give the value its one name."""
    value_id, text = walk.value
    if value_id is not None:
        text = names.get(value_id, text)
    return _Walk((value_id, None if text is None else writable_text(text)), walk.note)


def _part(part: Any) -> str | None:
    """Return an id or text as histories write it; empty means there is none."""
    return None if part is None or part == "" else str(part)


def _none_if_missing(value: Any) -> str | None:
    """Return a cell of a text column."""
    return value if isinstance(value, str) else None


def _shown(value: Value) -> str:
    """Show a value for people."""
    return "nothing" if value == (None, None) else writable_text(f"{value[1]} ({value[0]})")
