"""The plain ways to what the package computes in columns: for one instant, one issue, one record at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

import pandas as pd

from auditlib.keys import FormerKeys
from auditlib.records.mentions import history_references, issue_references, mention_table
from auditlib.records.state import states_as_of
from auditlib.records.transitions import read_transitions
from auditlib.times import Period

Histories = Iterable[tuple[int, Sequence[Mapping[str, Any]]]]


def side_of(period: Period, instant: datetime) -> str:
    """Say whether an instant lies before, in or after the period."""
    if instant < period.begins:
        return "before"
    return "in" if instant < period.ends else "after"


def states_at(issues: pd.DataFrame, histories: Histories, instant: datetime) -> pd.DataFrame:
    """Find the states at an instant from histories as they pass by."""
    return states_as_of(issues, read_transitions(histories), instant)


def as_of(
    issues: pd.DataFrame, histories: Mapping[int, Sequence[Mapping[str, Any]]], instant: datetime
) -> pd.DataFrame:
    """Find the states at an instant from histories by issue id; an issue without one has a history nobody read."""
    return states_at(issues, ((one, histories[one]) for one in issues["id"].tolist() if one in histories), instant)


def mentions(
    issues: Iterable[Mapping[str, Any]], histories: Histories, keys: Mapping[int, str], former: FormerKeys
) -> pd.DataFrame:
    """List the numbers that the fields and histories of issues name."""
    return mention_table(chain(issue_references(issues), history_references(histories)), keys, former)
