"""What is known of an issue that a second source names and that is not in the population. Pure."""

from __future__ import annotations

from typing import Final

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
        self._ranges = dict(
            zip(
                numbering["project"], zip(numbering["first_number"], numbering["last_number"], strict=True), strict=True
            )
        )
        self._gaps = dict(zip(gaps["key"], zip(gaps["classification"], gaps["now_key"], strict=True), strict=True))
        self._excluded = dict(zip(excluded["key"], excluded["reason"], strict=True))

    def say(self, key: str) -> str:
        """Say what is known of a key that is not in the population."""
        if key in self._excluded:
            return f"{LEFT_OUT}: {self._excluded[key]}"
        if key in self._gaps:
            classification, now_key = self._gaps[key]
            return f"moved to {now_key}" if classification == "moved" else f"{MISSING}: {classification}"
        project, _, number = key.rpartition("-")
        first, last = self._ranges.get(project, (pd.NA, pd.NA))
        if pd.isna(first):
            return NO_NUMBERS
        if int(number) < first:
            return BEFORE
        return ABOVE if int(number) > last else OTHER_DAY
