"""Which entry shows an outcome: the anchor that a matrix, a sheet and a strip lead to."""

from __future__ import annotations

import pandas as pd
import pytest

from auditlib.audit.controls.proof import anchor_of, record_address


@pytest.mark.parametrize(
    ("history_id", "evidence", "anchor"),
    [
        (29199, "Assignee was empty; history 29199: resolved", "history-29199"),
        (pd.NA, "comment 16687 by Ada Example", "comment-16687"),
        (None, "comment without id by Ada Example", ""),
        (pd.NA, "Approver was 'comment 7 by me' (since it was created)", ""),
        (None, "issue type is Bug", ""),
    ],
)
def test_an_entry_is_named_where_a_single_one_decides(history_id, evidence, anchor):
    """By its number; what a field held is no proof, whatever it says."""
    assert anchor_of(history_id, evidence) == anchor


def test_a_record_is_found_by_the_key_that_was_asked_for():
    """Below ``data/``, as every link of the package needs it."""
    assert record_address("PAY-17") == "dossiers/PAY-17/issue.html"
    assert record_address("PAY-17", "history-4") == "dossiers/PAY-17/issue.html#history-4"
