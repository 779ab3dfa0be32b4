"""The partition of the pass over the period into parts that can be asked side by side. Pure.

The parts are stretches of creation time that follow each other without a gap, so that each issue is in one of them. They
are chosen to hold about equally many issues, from the times of a few issues spread evenly over the walk through the keys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from auditlib.times import Period

PROBES = 100
"""Issues of a project whose creation time is asked for, to know how its issues spread over time."""

_MOST_PARTS: Final = 4000
"""Parts beside one for each project; so many are worth it at ten million issues, and Jira's count may be any number."""


def probe_ids(ids: Sequence[int], known: frozenset[int]) -> list[int]:
    """Choose the issues whose creation times show how all spread over the period, so that it can be partitioned.

    Parameters
    ----------
    ids : sequence of int
        All issues of a project, in the order of creation.
    known : frozenset of int
        Those whose time is known already.

    Returns
    -------
    list of int
        At most ``PROBES``, the first and the last among them; in the order of creation.
    """
    if not len(ids):
        return []
    places = np.unique(np.linspace(0, len(ids) - 1, min(PROBES, len(ids))).round().astype(int))
    return [int(ids[place]) for place in places if int(ids[place]) not in known]


def share_parts(sizes: Mapping[str, int], page_size: int, side_by_side: int = 8) -> dict[str, int]:
    """Choose into how many parts the pass of each project is partitioned.

    A part costs at most one page that is not full, so there are few: one for each project, and 16 more for all of them,
    plus one for every 25 pages. Their number is a multiple of the questions under way at once, if that many are needed, so
    that all end at about the same time.

    Parameters
    ----------
    sizes : mapping of str to int
        Issues expected, by project.
    page_size : int
        Issues that one page holds.
    side_by_side : int
        Questions that are under way at once.

    Returns
    -------
    dict of str to int
        At least 1 each, and never more than the project has pages.
    """
    pages = {project: max(1, -(-size // page_size)) for project, size in sizes.items()}
    total = sum(pages.values())
    wanted = len(pages) + min(16 + total // 25, _MOST_PARTS)
    if wanted > side_by_side:
        wanted -= wanted % side_by_side
    shares = dict.fromkeys(pages, 1)
    most = {project: -(-count // 2) for project, count in pages.items()}
    for _ in range(wanted - len(shares)):
        # The next part goes to the project whose parts are the largest.
        project = max(
            (name for name in shares if shares[name] < most[name]),
            key=lambda name: pages[name] / shares[name],
            default=None,
        )
        if project is None:
            break
        shares[project] += 1
    return shares


def boundaries(dated: pd.Series, period: Period, parts: int) -> list[datetime]:
    """Return the boundaries that cut the period, two days wider, into parts with about equally many issues.

    Parameters
    ----------
    dated : Series of instants (UTC)
        Creation times that are known, in rising order; evenly spread over the issues.
    period : Period
        The audit's period.
    parts : int
        How many parts there should be.

    Returns
    -------
    list of datetime
        At most ``parts - 1``, rising, in UTC, to the whole minute (JQL knows no seconds).
    """
    inside = dated[(dated >= pd.Timestamp(period.begins)) & (dated < pd.Timestamp(period.ends))]
    if parts < 2 or not len(inside):
        return []
    places = np.unique(np.linspace(0, len(inside), parts + 1).round().astype(int)[1:-1])
    cuts = inside.iloc[places[places < len(inside)]].dt.floor("min")
    return [instant.to_pydatetime() for instant in pd.DatetimeIndex(cuts).unique()]


def clauses(cuts: Sequence[datetime], zone: ZoneInfo) -> list[list[str]]:
    """Return the JQL clause of each part, to be added to the query of the whole pass.

    Parameters
    ----------
    cuts : sequence of datetime
        As ``boundaries`` gives them.
    zone : ZoneInfo
        The zone in which Jira reads a time in JQL. If it is another, the parts are of unequal size and still without a gap.

    Returns
    -------
    list of list of str
        One more than there are cuts; a single part needs no clause.
    """
    texts = [f'"{cut.astimezone(zone):%Y-%m-%d %H:%M}"' for cut in cuts]
    lower = [[], *([f"created >= {text}"] for text in texts)]
    upper = [*([f"created < {text}"] for text in texts), []]
    return [[*low, *high] for low, high in zip(lower, upper, strict=True)]
