"""What control tests say of a population: every outcome as a row, and the one of each issue that follows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.subject import NOT_APPLICABLE, OUTCOMES, PASS
from auditlib.tables import Column, Table

SINCE: Final = 5
"""The version of the tables (`evidence.schema`) from which on packages have controls."""

CONTROLS: Final = Table(
    "controls",
    "What each control of the library says of each round of each issue, or of another thing that it looks at.",
    (
        Column("control", "text", "The control: its id, with its name behind it where one is used twice."),
        Column("key", "text", "Key of the issue; of a control that looks at something else, what that is called."),
        Column(
            "round", "integer", "Round of the issue, from 1, in the order of its history; empty if none.", optional=True
        ),
        Column("outcome", "text", "pass, exception, no evidence or not applicable; the second and third deviate."),
        Column("decided_at", "instant", "When what decides happened; empty if nothing did, or if no time can be read."),
        Column("evidence", "text", "The records of Jira that show it."),
        Column(
            "history_ids", "text", "Jira's numbers of the history entries that decide, oldest first, a blank between."
        ),
    ),
    further=(
        Column("falls_due_later", "flag", "Whether it is not applicable because its deadline lies after the period."),
        Column("sampled", "flag", "Whether the issue is in the sample, so that its full record was tested."),
    ),
)

_AT_ONCE: Final = 50_000

NOTE: Final = "note: "
"""How the evidence of a row begins that notes something without being a deviation."""


def controls_table(
    results: Iterable[Result], labels: Sequence[str], zone: ZoneInfo, sampled: Collection[str] = frozenset()
) -> pd.DataFrame:
    """Return ``controls.csv``: by control in their order, then by project, number and round.

    Parameters
    ----------
    results : iterable of Result
        In any order.
    labels : sequence of str
        Of the controls, in their order.
    zone : ZoneInfo
        In which times are shown.
    sampled : collection of str
        Keys of the issues whose full record was tested.
    """
    frame = pd.concat([_frame(part, zone, sampled) for part in _parts(results)])
    return CONTROLS.check(frame.iloc[_order(frame, labels)].reset_index(drop=True))


def _parts(results: Iterable[Result]) -> Iterator[list[Result]]:
    """Yield results some at a time, at least once; of all at once there would be several copies in memory."""
    left = iter(results)
    yield list(islice(left, _AT_ONCE))
    while part := list(islice(left, _AT_ONCE)):
        yield part


def _frame(results: Iterable[Result], zone: ZoneInfo, sampled: Collection[str]) -> pd.DataFrame:
    return CONTROLS.make(
        (
            (
                one.control, one.key, one.round, one.outcome,
                one.decided_at if isinstance(one.decided_at, datetime) else None,
                one.evidence, " ".join(map(str, one.history_ids)), one.falls_due_later, one.key in sampled,
            )
            for one in results
        ),
        zone,
    )  # fmt: skip


def _order(frame: pd.DataFrame, labels: Sequence[str]) -> NDArray[np.intp]:
    """Return the places of the rows in the order of the table."""
    rank = {label: place for place, label in enumerate(labels)}
    controls = frame["control"].map(rank).fillna(len(rank)).to_numpy(np.int64)
    codes, keys = pd.factorize(frame["key"])
    ranks = np.empty(len(keys), np.int64)
    ranks[sorted(range(len(keys)), key=[_parts_of(key) for key in keys].__getitem__)] = np.arange(len(keys))
    rounds = frame["round"].fillna(0).to_numpy(np.int64)
    return np.lexsort((rounds, ranks[codes], controls))


def _parts_of(key: str) -> tuple[str, int, str]:
    """Return what a key is sorted by; of something else than a key, its text."""
    project, _, number = key.rpartition("-")
    return (project, int(number), "") if number.isascii() and number.isdecimal() else (key, 0, key)


def by_issue(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return of each issue what a control says of it as a whole: an issue passes only if each of its rounds does.

    Parameters
    ----------
    outcomes : DataFrame
        ``controls.csv``.

    Returns
    -------
    DataFrame, shape (n, 5)
        control, key, outcome (the gravest of its rounds), falls_due_later (a deadline of it lies after the period, and
        nothing else of it is judged), sampled; a row a control and issue, in the order of the table.
    """
    rank = outcomes["outcome"].map({outcome: place for place, outcome in enumerate(OUTCOMES)})
    groups = outcomes.assign(rank=rank).groupby(["control", "key"], sort=False)
    found = groups.agg(rank=("rank", "min"), falls_due_later=("falls_due_later", "any"), sampled=("sampled", "any"))
    found = found.reset_index()
    outcome = found["rank"].map(dict(enumerate(OUTCOMES)))
    later = found["falls_due_later"] & (outcome == NOT_APPLICABLE)
    return found.assign(outcome=outcome, falls_due_later=later)[
        ["control", "key", "outcome", "falls_due_later", "sampled"]
    ]


def noted_in(outcomes: pd.DataFrame) -> dict[str, list[str]]:
    """Return by control the keys of issues of which it notes something: rows that pass, and say more than that.

    Parameters
    ----------
    outcomes : DataFrame
        ``controls.csv``.
    """
    found = outcomes[(outcomes["outcome"] == PASS) & outcomes["evidence"].str.startswith(NOTE)]
    return {str(label): list(dict.fromkeys(group["key"])) for label, group in found.groupby("control", sort=False)}


def outcomes_of(whole: pd.DataFrame) -> Mapping[str, Mapping[str, str]]:
    """Return the outcomes of issues by control and key; parameters as `by_issue` returns them."""
    return {
        str(control): dict(zip(group["key"], group["outcome"], strict=True))
        for control, group in whole.groupby("control", sort=False)
    }
