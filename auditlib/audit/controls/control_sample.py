"""Which issues of the draw a control is tested on: those that it does not concern are replaced from the same draw. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import pandas as pd

from auditlib.audit.controls.subject import NOT_APPLICABLE, OUTCOMES
from auditlib.tables import Column, Table

CONTROL_SAMPLE: Final = Table(
    "control_sample",
    "By control, the sampled issues in drawing order, and those next in the draw that stand in for issues not concerned.",
    (
        Column("control", "text", "The control, as in controls.csv."),
        Column("order", "integer", "Place in drawing order, from 1; of one that stands in, that which the same draw gives it."),
        Column("key", "text", "Key of the issue."),
        Column("in_place_of", "text", "The sampled issue that the control does not concern, whose place it takes; else empty."),
        Column("outcome", "text", "What the control says of the issue, the gravest of its rounds."),
        Column("evidence", "text", "The records of Jira that show it, of the first round that is so."),
        Column("history_ids", "text", "Jira's numbers of the history entries that decide that round."),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class ControlSample:
    """The sample of one control.

    Attributes
    ----------
    planned : int
        How many issues were to be tested.
    own : tuple of str
        Sampled issues that it concerns, in drawing order.
    unconcerned : tuple of str
        Sampled issues that it does not concern.
    stand_ins : tuple of str
        The next of the same draw that it concerns.
    """

    planned: int
    own: tuple[str, ...]
    unconcerned: tuple[str, ...]
    stand_ins: tuple[str, ...]

    @property
    def tested(self) -> tuple[str, ...]:
        """All that are tested, in drawing order."""
        return (*self.own, *self.stand_ins)


def control_sample(sample: Sequence[str], further: Iterable[str], outcomes: Mapping[str, str]) -> ControlSample:
    """Return the sample of a control.

    Parameters
    ----------
    sample : sequence of str
        The keys drawn, in drawing order, without those that are not tested for another reason.
    further : iterable of str
        The keys that the same draw would give next; empty where nobody drew.
    outcomes : mapping of str to str
        What the control says of each issue, by key.

    Notes
    -----
    ISA 530.10: an item to which the procedure does not apply is replaced.
    """
    own = tuple(key for key in sample if _concerned(key, outcomes))
    unconcerned = tuple(key for key in sample if not _concerned(key, outcomes))
    following = (key for key in further if _concerned(key, outcomes))
    return ControlSample(len(sample), own, unconcerned, tuple(islice(following, len(unconcerned))))


def _concerned(key: str, outcomes: Mapping[str, str]) -> bool:
    return outcomes.get(key, NOT_APPLICABLE) != NOT_APPLICABLE


def control_sample_table(
    samples: Mapping[str, ControlSample], outcomes: pd.DataFrame, orders: Mapping[str, int], sample: Sequence[str]
) -> pd.DataFrame:
    """Return ``control_sample.csv``.

    Parameters
    ----------
    samples : mapping of str to ControlSample
        By the control's label, in their order.
    outcomes : DataFrame
        ``controls.csv``.
    orders : mapping of str to int
        Places in drawing order, from 1, by key; of whatever was drawn or stands in.
    sample : sequence of str
        The keys drawn, in drawing order.
    """
    wanted = frozenset(sample).union(*(one.stand_ins for one in samples.values()))
    gravest: dict[tuple[str, str], tuple[str, str, str]] = {}
    for row in outcomes[outcomes["key"].isin(wanted)].itertuples():
        known = gravest.get((row.control, row.key))
        if known is None or OUTCOMES.index(row.outcome) < OUTCOMES.index(known[0]):
            gravest[row.control, row.key] = (row.outcome, row.evidence, row.history_ids)
    rows = []
    for control, one in samples.items():
        replaced = dict(zip(one.stand_ins, one.unconcerned, strict=False))
        for key in (*sample, *one.stand_ins):
            said = gravest.get((control, key), (NOT_APPLICABLE, "", ""))
            rows.append((control, orders[key], key, replaced.get(key, ""), *said))
    return CONTROL_SAMPLE.make(rows)
