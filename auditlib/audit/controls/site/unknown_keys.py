"""What is known of an issue that a second source names and that is not in the population. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

MISSING: Final = "missing number"
ABOVE: Final = "a number that was not given out in the period"
BEFORE: Final = "a number from before the period"
LEFT_OUT: Final = "left out of the population"
OTHER_DAY: Final = "not created in the period"
NO_NUMBERS: Final = "its project has no number of the period"

UNSHOWN: Final = (MISSING, ABOVE)
"""How what is said begins of a number of which Jira shows no issue."""


class Standing:
    """What the tables of the population and of the numbering say of a key.

    Parameters
    ----------
    numbering, gaps, excluded : DataFrame
        As ``numbering.csv``, ``gaps.csv`` and ``excluded.csv``.
    """

    def __init__(self, numbering: pd.DataFrame, gaps: pd.DataFrame, excluded: pd.DataFrame) -> None:
        self._ranges: Mapping[str, Any] = {str(row.project): row for row in numbering.itertuples(index=False)}
        self._gaps: Mapping[str, Any] = {str(row.key): row for row in gaps.itertuples(index=False)}
        self._excluded = dict(zip(excluded["key"], excluded["reason"], strict=True))

    def say(self, key: str) -> str:
        """Say what is known of a key that is not in the population."""
        if key in self._excluded:
            return f"{LEFT_OUT}: {self._excluded[key]}"
        if (gap := self._gaps.get(key)) is not None:
            return f"moved to {gap.now_key}" if gap.classification == "moved" else f"{MISSING}: {gap.classification}"
        project, _, number = key.rpartition("-")
        row = self._ranges.get(project)
        if row is None or pd.isna(row.first_number) or pd.isna(row.last_number):
            return NO_NUMBERS
        if int(number) < row.first_number:
            return BEFORE
        return ABOVE if int(number) > row.last_number else OTHER_DAY
