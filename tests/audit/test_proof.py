"""Which entry shows an outcome: the anchor that a matrix, a sheet and a strip lead to."""

from __future__ import annotations

import pandas as pd
import pytest

from auditlib.audit.controls.proof import anchor_of, place_of, record_address


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


def test_every_outcome_that_says_something_has_a_place_on_the_page():
    """Where no single entry decides, that is the section of all outcomes; what does not concern the issue has none."""
    assert place_of("pass", 7, "history 7: resolved") == "history-7"
    assert place_of("exception", pd.NA, "resolved: not until it was read") == "outcomes"
    assert [place_of(one, pd.NA, "issue type is Bug") for one in ("not applicable", "", "of a later version")] == [
        ""
    ] * 3


def test_a_record_is_found_by_the_key_that_was_asked_for():
    """Below ``data/``, as every link of the package needs it."""
    assert record_address("PAY-17") == "dossiers/PAY-17/issue.html"
    assert record_address("PAY-17", "history-4") == "dossiers/PAY-17/issue.html#history-4"
