"""What is said of a state that a history leads to: where it breaks off, and between which names and ids. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.csv_cells import writable_text
from auditlib.records.reach import (
    BEGINS_EARLIER,
    BEGINS_LATER,
    BROKEN_AFTER,
    BROKEN_BEFORE,
    COMPLETE,
    HISTORIES,
)
from auditlib.records.transitions import NOTHING, Value


@dataclass(frozen=True)
class Walk:
    """The changes of one field, oldest first within each issue, and what follows from them; all arrays have one length.

    ``row`` is the issue's row in the frame; ``fits`` says whether a change led to what the next one, or today, starts from;
    ``touches`` whether the state at the instant depends on that.
    """

    row: NDArray[np.intp]
    when: NDArray[np.int64]
    history_id: NDArray[np.int64]
    before: NDArray[np.int32]
    after: NDArray[np.int32]
    follows: NDArray[np.int32]
    first: NDArray[np.bool_]
    fits: NDArray[np.bool_]
    touches: NDArray[np.bool_]
    later: NDArray[np.bool_]


@dataclass(frozen=True)
class Beginning:
    """What is wrong where the history of one field begins; rows of issues, ascending.

    ``without_entry`` marks the issues that have a value no entry set; ``value`` is that value.
    """

    without_entry: NDArray[np.bool_]
    value: NDArray[np.int32]
    already: NDArray[np.intp]
    already_value: NDArray[np.int32]
    already_history: NDArray[np.int64]
    early: NDArray[np.intp]
    early_history: NDArray[np.int64]


class Notes:
    """What is wrong with each history, in words; most have nothing."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._found: dict[int, list[tuple[str, str, bool]]] = {}

    def add(self, row: int, text: str, kind: str, *, touches: bool) -> None:
        """Note what is wrong with a history; ``touches`` says whether it touches the state looked for."""
        self._found.setdefault(row, []).append((text, kind, touches))

    def add_breaks(self, field: str, walk: Walk, values: Sequence[Value]) -> None:
        """Name every change that did not lead to what follows it, the newest first."""
        for step in np.flatnonzero(~walk.fits)[::-1].tolist():
            led, found = (_shown(values[code]) for code in (walk.after[step], walk.follows[step]))
            touches = bool(walk.touches[step])
            text = f"{field}: history {walk.history_id[step]} led to {led}, found {found} after it"
            self.add(int(walk.row[step]), text, BROKEN_AFTER if touches else BROKEN_BEFORE, touches=touches)

    def add_beginning(self, field: str, beginning: Beginning, values: Sequence[Value]) -> None:
        """Name what is wrong where the history begins."""
        for row in np.flatnonzero(beginning.without_entry).tolist():
            text = f"{field}: {_shown(values[beginning.value[row]])} today, and no entry says since when"
            self.add(row, text, BEGINS_LATER, touches=False)
        already = (beginning.already, beginning.already_value, beginning.already_history)
        for row, value, history in zip(*(part.tolist() for part in already), strict=True):
            text = f"{field}: {_shown(values[value])} already before the first change, history {history}"
            self.add(row, text, BEGINS_LATER, touches=False)
        for row, history in zip(beginning.early.tolist(), beginning.early_history.tolist(), strict=True):
            self.add(row, f"{field}: history {history} lies before the issue's creation", BEGINS_EARLIER, touches=False)

    def touching(self) -> list[str | None]:
        """Return what touches the state at the instant."""
        return self._texts(lambda note: note[2])

    def all(self) -> list[str | None]:
        """Return all."""
        return self._texts(lambda _: True)

    def kinds(self) -> list[str]:
        """Return the worst of each issue."""
        ranks = list(HISTORIES)
        kinds = [COMPLETE] * self._total
        for row, notes in self._found.items():
            kinds[row] = max((kind for _, kind, _ in notes), key=ranks.index)
        return kinds

    def _texts(self, wanted: Callable[[tuple[str, str, bool]], bool]) -> list[str | None]:
        texts: list[str | None] = [None] * self._total
        for row, notes in self._found.items():
            texts[row] = "; ".join(note[0] for note in notes if wanted(note)) or None
        return texts


def names_of(walk: Walk, state: NDArray[np.int32], values: Sequence[Value], end: int) -> pd.Series:
    """Return the text of each state, with one name for each id: the one that it had at the instant."""
    names: dict[str, tuple[bool, int, int, str]] = {}
    order = np.lexsort((walk.history_id, walk.when))
    before = order[walk.when[order] < end]
    after = order[walk.when[order] >= end][::-1]
    for steps, earlier in ((after, False), (before, True)):
        # Of several, the last one in this order counts: the last before the instant, or the first after it.
        for side in (walk.before, walk.after):
            for code, step in dict(zip(side[steps].tolist(), steps.tolist(), strict=True)).items():
                value_id, text = values[code]
                if value_id is not None and text is not None:
                    at, number = int(walk.when[step]), int(walk.history_id[step])
                    said = (earlier, at if earlier else -at, number if earlier else -number, text)
                    names[value_id] = max(said, names.get(value_id, said))
    shown = [_one_name(value, {value_id: said[-1] for value_id, said in names.items()}) for value in values]
    return pd.Series(np.array(shown, dtype=object)[state], dtype="str")


def ids_of(state: NDArray[np.int32], values: Sequence[Value]) -> pd.Series:
    """Return the id of each state, missing where there is none."""
    return pd.Series(np.array([value_id for value_id, _ in values], dtype=object)[state], dtype="str")


def _one_name(value: Value, names: Mapping[str, str]) -> str | None:
    value_id, text = value
    if value_id is not None:
        text = names.get(value_id, text)
    return None if text is None else writable_text(text)


def _shown(value: Value) -> str:
    """Show a value for people."""
    return "nothing" if value == NOTHING else writable_text(f"{value[1]} ({value[0]})")
