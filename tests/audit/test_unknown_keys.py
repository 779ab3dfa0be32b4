"""What is known of a key that a second source names and that is not in the population."""

from __future__ import annotations

import pandas as pd
import pytest

from auditlib.audit.controls.site.unknown_keys import ABOVE, BEFORE, NO_NUMBERS, OTHER_DAY, Standing

STANDING = Standing(
    pd.DataFrame({"project": ["PAY", "OPS"], "first_number": [10, None], "last_number": [20, None]}).astype(
        {"first_number": "Int64", "last_number": "Int64"}
    ),
    pd.DataFrame(
        {"key": ["PAY-12", "PAY-13"], "classification": ["deleted", "moved"], "now_key": [None, "EXT-4"]},
        dtype="object",
    ),
    pd.DataFrame({"key": ["PAY-14"], "reason": ["issue type"]}),
)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("PAY-9", BEFORE),
        ("PAY-10", OTHER_DAY),
        ("PAY-12", "missing number: deleted"),
        ("PAY-13", "moved to EXT-4"),
        ("PAY-14", "left out of the population: issue type"),
        ("PAY-15", OTHER_DAY),
        ("PAY-20", OTHER_DAY),
        ("PAY-21", ABOVE),
        ("OPS-1", NO_NUMBERS),
        ("EXT-1", NO_NUMBERS),
    ],
)
def test_a_number_is_looked_up_in_the_tables_of_the_numbering(key, said):
    """A key of no issue may be deleted, of another time, or left out: the reader is told which."""
    assert STANDING.say(key) == said
