"""Attribute sampling: how many issues, which ones, and what the deviations found allow to conclude. Pure, no I/O.

The draw needs no random numbers: each issue's ticket is SHA-256 of ``SEED:KEY``, and the smallest tickets are the
sample. So a reviewer redoes it with ``sha256sum`` and ``sort`` (`redraw_script`), and a larger sample from the same
seed contains the smaller one. Rates are exact fractions throughout: a sample size is never decided by rounding.
"""

from __future__ import annotations

import csv
import hashlib
import heapq
import io
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.errors import SampleError
from auditlib.keys import is_key
from auditlib.tables import take_long_cells

NO_VALUE = "(none)"
"""How an empty value is shown in the name of a stratum."""

"""Why a key of the auditor's own selection is not in the sample, in the order in which it is asked."""


@dataclass(frozen=True)
class Selection:
    """The auditor's own selection.

    Attributes
    ----------
    sample : DataFrame
        As `draw_sample` returns it, in the auditor's order; ``ticket`` and ``stratum`` are empty.
    rejected : DataFrame
        ``position`` (in the auditor's list, from 1), ``given``, ``reason`` (``not an issue key``, ``repeated`` or ``not in
        the population``).
    """

    sample: pd.DataFrame
    rejected: pd.DataFrame


def ticket(seed: str, key: str) -> str:
    """Return the ticket of an issue: lower-case hex SHA-256 of the UTF-8 text ``SEED:KEY``.

    >>> ticket("2026", "PAY-1")[:16]
    '8f370fb8b6562fc2'
    """
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def draw_sample(population: pd.DataFrame, size: int, seed: str, strata: Sequence[str] = ()) -> pd.DataFrame:
    """Draw a random sample without replacement, in a repeatable order.

    Without strata the issues with the smallest tickets are drawn. With strata places are dealt one at a time: first
    one to each stratum, largest first; then always to the stratum with the greatest N_h / (2 n_h + 1) that has issues
    left; ties by stratum name. Each place goes to the smallest ticket left in its stratum. The rows stand in the
    order in which the places were dealt, so the first rows of a larger sample are the smaller sample.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        One row per issue; column ``key`` holds unique issue keys.
    size : int
        Issues to draw, 0 <= size <= N.
    seed : str
        Chosen after the population is frozen, before the draw; recorded in the evidence.
    strata : sequence of str
        Columns of the population; issues with equal values are one stratum. Empty: a simple random sample.

    Returns
    -------
    DataFrame, shape (size, k + 3)
        ``order`` (from 1), ``key``, ``ticket``, ``stratum`` (values joined with `` / ``; empty text for a simple
        random sample), then the population's other columns.

    Raises
    ------
    SampleError
        If a key repeats, ``size`` is out of range, a stratum column does not exist, or the seed can't be typed into
        another tool.
    """
    check_seed(seed)
    keys = population["key"].tolist()
    if not population["key"].is_unique:
        twice = population["key"][population["key"].duplicated()].iloc[0]
        raise SampleError(f"the population holds {twice} more than once; a key may stand there once only")
    if not 0 <= size <= len(keys):
        raise SampleError(f"can't draw {size} of {len(keys)} issues; the size must be between 0 and {len(keys)}")
    names = stratum_names(population, strata)
    waiting: dict[str, array[int]] = {}
    for row in _by_ticket(seed, keys).tolist():
        waiting.setdefault(names[row], array("q")).append(row)
    dealt = _deal({name: len(rows) for name, rows in waiting.items()}, size)
    turn = {name: iter(rows) for name, rows in waiting.items()}
    drawn = [next(turn[name]) for name in dealt]
    return _sample(population, drawn, [ticket(seed, keys[row]) for row in drawn], dealt)


def _by_ticket(seed: str, keys: Sequence[str]) -> NDArray[np.intp]:
    """Return the places of the keys in the order of their tickets, which are 32 bytes each here, not a text."""
    tickets = bytearray()
    for key in keys:
        tickets += hashlib.sha256(f"{seed}:{key}".encode()).digest()
    words = np.frombuffer(tickets, dtype=">u8").reshape(len(keys), 4)
    return np.lexsort(words.T[::-1])


def stratum_names(population: pd.DataFrame, strata: Sequence[str]) -> list[str]:
    """Name the stratum of each issue: its values joined with `` / ``, an empty one shown as ``(none)``.

    Strata are told apart by these names. White space within a value counts as one blank, so that a name is one line
    of ``strata.txt``.

    Raises
    ------
    SampleError
        If a column does not exist.
    """
    absent = [column for column in strata if column not in population]
    if absent:
        raise SampleError(
            f"sample_strata: the population has no column {', '.join(absent)}; it has {', '.join(population.columns)}"
        )
    if not strata:
        return [""] * len(population)
    columns = [[_shown(value) for value in population[column]] for column in strata]
    return [" / ".join(values) for values in zip(*columns, strict=True)]


def select_keys(population: pd.DataFrame, keys: Iterable[str]) -> Selection:
    """Take the auditor's own selection from the population, and say what can't be taken and why.

    Parameters
    ----------
    population : DataFrame, shape (N, k)
        One row per issue; column ``key``.
    keys : iterable of str
        As the auditor gave them; blanks around a key and lower case do not matter.

    Returns
    -------
    Selection
        Every key is either in the sample or among the rejected.
    """
    place = {key: row for row, key in enumerate(population["key"])}
    rows: list[int] = []
    rejected: list[tuple[int, str, str]] = []
    seen: set[str] = set()
    for position, given in enumerate(keys, start=1):
        key = given.strip().upper()
        if not is_key(key):
            rejected.append((position, given, "not an issue key"))
        elif key in seen:
            rejected.append((position, given, "repeated"))
        elif key not in place:
            rejected.append((position, given, "not in the population"))
        else:
            rows.append(place[key])
        seen.add(key)
    empty = [""] * len(rows)
    frame = pd.DataFrame(rejected, columns=["position", "given", "reason"], dtype=object)
    return Selection(_sample(population, rows, empty, empty), frame.astype({"position": "int64"}))


def parse_keys(text: str) -> list[str]:
    """Read a list of issue keys: one a line, or a CSV file with a column ``key`` (else its first column).

    Empty lines and lines that begin with ``#`` are left out.
    """
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip() and line.strip()[0] != "#"]
    take_long_cells(len(text))
    rows = [row for row in csv.reader(io.StringIO("\n".join(lines), newline="")) if row]
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    column = header.index("key") if "key" in header else 0
    body = rows[1:] if "key" in header else rows
    return [row[column].strip() for row in body if column < len(row)]


def check_seed(seed: str) -> None:
    """Refuse what is no text, or can't be handed to another program."""
    if not isinstance(seed, str):
        raise SampleError(f"the seed is {seed!r}, which is no text ({type(seed).__name__}); give it as quoted text")
    try:
        seed.encode()
    except UnicodeEncodeError as error:
        raise SampleError("the seed holds half a character (a lone surrogate); give other text") from error
    if "\0" in seed:
        raise SampleError("the seed holds a NUL character; give text that can be typed")


def _shown(value: object) -> str:
    """Show a value as part of a stratum's name."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN is not itself
        return NO_VALUE
    return " ".join(str(value).split()) or NO_VALUE


def _deal(counts: Mapping[str, int], size: int) -> list[str]:
    """Deal ``size`` places to strata of ``counts`` issues; return the stratum of each place in turn.

    N_h / (2 n_h + 1) is the rule of Webster and Sainte-Laguë; exact fractions, so that ties are ties.
    """
    first = sorted(counts, key=lambda name: (-counts[name], name))[:size]
    queue = [(-Fraction(counts[name], 3), name, 1) for name in first if counts[name] > 1]
    heapq.heapify(queue)
    dealt = first
    while len(dealt) < size:
        _, name, given = heapq.heappop(queue)
        dealt.append(name)
        if given + 1 < counts[name]:
            heapq.heappush(queue, (-Fraction(counts[name], 2 * given + 3), name, given + 1))
    return dealt


def _sample(population: pd.DataFrame, rows: list[int], tickets: list[str], names: list[str]) -> pd.DataFrame:
    """Put a sample together: its own columns first, then the population's."""
    drawn = population.iloc[rows].reset_index(drop=True)
    own = pd.DataFrame(
        {
            "order": pd.Series(range(1, len(rows) + 1), dtype="int64"),
            "key": drawn["key"],
            "ticket": pd.Series(tickets, dtype=object),
            "stratum": pd.Series(names, dtype=object),
        }
    )
    kept = [column for column in drawn.columns if column not in own.columns]
    return pd.concat([own, drawn[kept]], axis="columns")
