"""Transitions: the changes of status and resolution in many histories, as columns. Pure.

The histories of a million issues pass through one by one and leave about 40 bytes a change.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from auditlib.deep_json import as_text
from auditlib.errors import AnswerError
from auditlib.records.issues import number_of
from auditlib.times import history_instant, parse_instants

Value = tuple[str | None, str | None]
"""A field's value as a history names it: id and text; both None if the field is empty."""

NOTHING: Final[Value] = (None, None)

STATE_FIELDS: Final = ("status", "resolution")

NAMED_FIELDS: Final = (*STATE_FIELDS, "issuetype")
"""Fields whose values people call by names that may change; the states come first."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CHUNK = 5_000  # changes whose times are read at once; until then their whole entries are held

_Change = tuple[int, int, int, int, int, Mapping[str, Any]]
"""Issue id, field, place, code of the value before and after, history entry."""


@dataclass(frozen=True)
class Transitions:
    """Transitions of status, resolution and such fields in columns, one element a change; read by `read_transitions`.

    Attributes
    ----------
    fields : tuple of str
        The fields looked at; ``field`` is the place in it.
    distinct : tuple of (str or None, str or None)
        The values; ``before`` and ``after`` are places in it.
    read : array of int64
        Ids of the issues whose history was read, also of those without a change.
    unreadable : array of int64
        Ids of the issues with a change whose time or id can't be read; such a change is not among these.
    issue, history_id : arrays of int64, shape (n,)
    when : array of int64, shape (n,)
        Microseconds since 1970, UTC.
    field, place : arrays of int, shape (n,)
        ``place`` orders the items within a history entry.
    before, after : arrays of int32, shape (n,)
    """

    fields: tuple[str, ...]
    distinct: tuple[Value, ...]
    read: NDArray[np.int64]
    unreadable: NDArray[np.int64]
    issue: NDArray[np.int64]
    field: NDArray[np.int8]
    place: NDArray[np.int32]
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    when: NDArray[np.int64]
    history_id: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.issue)

    def until(self, read_at: Mapping[int, datetime]) -> Transitions:
        """Return the changes up to the moment (UTC) at which an issue was read, by issue id; all of the others."""
        if not read_at:
            return self
        ends = {issue: microseconds(at) for issue, at in read_at.items()}
        later = [
            place
            for place in np.flatnonzero(np.isin(self.issue, list(ends)))
            if self.when[place] > ends[int(self.issue[place])]
        ]
        return _only(self, np.delete(np.arange(len(self)), later)) if later else self


def read_transitions(
    changelogs: Iterable[tuple[int, Sequence[Mapping[str, Any]]]], fields: Sequence[str] = STATE_FIELDS
) -> Transitions:
    """Read the transitions of status and resolution from many histories: all that states are found from.

    Parameters
    ----------
    changelogs : iterable of (int, sequence of mapping)
        Issue id and history entries as received, in any order; an issue may come in several parts, and an entry
        received twice counts once.
    fields : sequence of str
        Jira's ids of the fields (Data Center's histories carry names only, which are equal for Jira's own fields).

    Returns
    -------
    Transitions
        About 40 bytes a change.
    """
    which = {field: place for place, field in enumerate(fields)}
    codes: dict[Value, int] = {NOTHING: 0}
    known: dict[tuple[Any, Any], int] = {}  # values as received
    read, unreadable = array("q"), set[int]()
    parts = [_columns([], unreadable)]
    changes: list[_Change] = []  # whose times are not read yet
    for issue_id, histories in changelogs:
        read.append(issue_id)
        for history in histories:
            for place, item in enumerate(history.get("items") or ()):
                changed = which.get(item.get("fieldId") or _field_of(item) or "")
                if changed is None:
                    continue
                old = (item.get("from"), item.get("fromString"))
                new = (item.get("to"), item.get("toString"))
                for value in (old, new):
                    if value not in known:
                        known[value] = codes.setdefault((_part(value[0]), _part(value[1])), len(codes))
                changes.append((issue_id, changed, place, known[old], known[new], history))
        if len(changes) >= _CHUNK:
            parts.append(_columns(changes, unreadable))
            changes.clear()
    parts.append(_columns(changes, unreadable))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    steps = Transitions(tuple(fields), tuple(codes), _ids(read), _ids(sorted(unreadable)), *columns)
    return _distinct(steps)


def stamp(history: Mapping[str, Any], whose: object) -> tuple[datetime, int]:
    """Return the instant at which a history entry was made, and its id."""
    try:
        at = history_instant(history.get("created", ""))
    except ValueError as error:
        raise AnswerError(
            f"history {history.get('id')} of {whose}: {error}",
            expected="an instant",
            found=repr(history.get("created")),
        ) from error
    return at, number_of(history.get("id"), f"a history entry of {whose}")


def instant_or_none(created: Any) -> datetime | None:
    """Return the instant at which a history entry was made, None where that can't be read."""
    try:
        return history_instant(created)
    except (ValueError, TypeError):
        return None


def _field_of(item: Mapping[str, Any]) -> str | None:
    """Return the id of the field that an item changes; without one, the name of one of Jira's own fields, its equal."""
    field_id: str | None = item.get("fieldId")
    return item.get("field") if field_id is None and item.get("fieldtype", "jira") == "jira" else field_id


def _ids(ids: Iterable[int]) -> NDArray[Any]:
    return np.array(ids, dtype=np.int64)


def _columns(changes: Sequence[_Change], unreadable: set[int]) -> tuple[NDArray[Any], ...]:
    """Turn changes into columns: issue, field, place, before, after, when, history id.

    Those whose time or id can't be read are left out, and their issues put among the ``unreadable``.
    """
    histories = [change[-1] for change in changes]
    when = _usual_times([history.get("created") for history in histories])
    ids = _usual_ids([history.get("id") for history in histories])
    if when is None or ids is None:
        # one by one: an unusual form, or one that can't be read
        stamps = [_stamp(history) for history in histories]
        unreadable.update(change[0] for change, found in zip(changes, stamps, strict=True) if found is None)
        changes = [change for change, found in zip(changes, stamps, strict=True) if found is not None]
        readable = [found for found in stamps if found is not None]
        when = np.array([microseconds(at) for at, _ in readable], dtype=np.int64)
        ids = np.array([history_id for _, history_id in readable], dtype=np.int64)
    issue, field, place, before, after, _ = zip(*changes, strict=True) if changes else ((),) * 6
    return (
        np.array(issue, dtype=np.int64),
        np.array(field, dtype=np.int8),
        np.array(place, dtype=np.int32),
        np.array(before, dtype=np.int32),
        np.array(after, dtype=np.int32),
        when,
        ids,
    )


def _stamp(history: Mapping[str, Any]) -> tuple[datetime, int] | None:
    try:
        return stamp(history, "an issue")
    except AnswerError:
        return None


def _usual_times(created: Sequence[Any]) -> NDArray[np.int64] | None:
    """Return times in microseconds since 1970 if all are text or all are ordinary numbers, else None."""
    kinds = set(map(type, created))
    if kinds == {int}:
        numbers = np.array(created, dtype=object)
        if (abs(numbers) < 10**14).all():
            plain = numbers.astype(np.int64)
            milliseconds: NDArray[np.int64] = np.where(abs(plain) >= 10**11, plain, 1000 * plain)
            return 1000 * milliseconds
    if kinds <= {str}:
        try:
            found: NDArray[np.int64] = parse_instants(created).asi8
        except ValueError:
            return None
        return found
    return None


def _usual_ids(numbers: Sequence[Any]) -> NDArray[np.int64] | None:
    """Return ids if all are text of digits, as Jira writes them, else None."""
    if set(map(type, numbers)) <= {str} and all(numbers):
        digits = "".join(numbers) or "0"
        if digits.isascii() and digits.isdigit():
            return np.array(list(map(int, numbers)), dtype=np.int64)
    return None


def _part(part: Any) -> str | None:
    """Return an id or text as histories write it; empty means there is none."""
    return None if part is None or part == "" else as_text(part)


def microseconds(instant: datetime) -> int:
    """Return an aware instant as microseconds since 1970, UTC."""
    return (instant - _EPOCH) // _MICROSECOND


def _distinct(steps: Transitions) -> Transitions:
    """Keep each change once, as it was received last."""
    order = np.lexsort((np.arange(len(steps)), steps.place, steps.history_id, steps.field, steps.issue))
    parts = (steps.issue, steps.field, steps.history_id, steps.place)
    last = np.ones(len(steps), dtype=bool)
    last[:-1] = np.logical_or.reduce([part[order][1:] != part[order][:-1] for part in parts])
    if last.all():
        return steps
    return _only(steps, np.sort(order[last]))


def _only(steps: Transitions, kept: NDArray[Any]) -> Transitions:
    """Return the changes at some places."""
    return replace(
        steps,
        issue=steps.issue[kept],
        history_id=steps.history_id[kept],
        when=steps.when[kept],
        field=steps.field[kept],
        place=steps.place[kept],
        before=steps.before[kept],
        after=steps.after[kept],
    )
