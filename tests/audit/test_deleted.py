"""CT-22: what the tables of numbering, gaps and deletions say of each project, as a control."""

from __future__ import annotations

import pandas as pd
from site_cases import at, control

from auditlib.audit.controls.site.deleted import nothing_deleted
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS

NOTHING = control("CT-22", "nothing_deleted")
NUMBERING = pd.DataFrame(
    {"project": ["PAY", "OPS"], "numbers": [10, 20], "continuity": [1.0, 1.0]},
)
GAP = {
    "project": "PAY", "key": "PAY-4", "classification": "deleted", "evidence": "log 4711", "at": at(5, 2), "in_period": "yes",
    "explanation": None,
}  # fmt: skip
DELETION = {"key": "PAY-9", "at": at(5, 1), "source": "census 2026-05-01"}


def judge(*gaps, deletions=(), numbering=NUMBERING):
    rows = pd.DataFrame([GAP | one for one in gaps], columns=list(GAP))
    gone = pd.DataFrame(list(deletions), columns=list(DELETION))
    return {one.key: one for one in nothing_deleted(NOTHING, numbering, rows, gone)}


def test_a_project_whose_numbers_all_answer_passes():
    """Each listed project is a row, by its key; moved numbers answer elsewhere, and those of another time don't count."""
    found = judge({"classification": "moved"}, {"in_period": "no"})
    assert {key: one.outcome for key, one in found.items()} == {"OPS": PASS, "PAY": PASS}
    assert list(found) == ["OPS", "PAY"]
    assert "all 10 numbers of the period answer or moved" in found["PAY"].evidence


def test_a_deletion_that_a_record_shows_is_an_exception():
    """By the log or by two censuses; the row names each once with its record, and when the first was."""
    found = judge({}, deletions=[DELETION, {**DELETION, "key": "PAY-4", "source": "log 4711"}])["PAY"]
    assert (found.outcome, found.decided_at) == (EXCEPTION, at(5, 1))
    assert found.evidence == "2 issues deleted: PAY-4 (log 4711) and PAY-9 (census 2026-05-01)"
    assert judge(deletions=[DELETION])["OPS"].outcome == PASS
    timeless = judge({"at": None}, deletions=[DELETION])["PAY"]
    assert timeless.decided_at == at(5, 1)
    many = judge(*({"key": f"PAY-{number}"} for number in range(1, 7)))["PAY"]
    assert many.evidence.endswith("PAY-5 (log 4711) and 1 more")


def test_numbers_of_which_no_record_says_why_are_no_evidence():
    """Deleted or hidden is not told; the analyst's explanation is counted beside, and does not make a pass of it."""
    found = judge(
        {"classification": "existed"}, {"key": "PAY-5", "classification": "unexplained", "explanation": "test"}
    )
    assert found["PAY"].outcome == NO_EVIDENCE
    assert found["PAY"].evidence == (
        "2 numbers (1 explained by the analyst) do not answer and no record says why: PAY-4 and PAY-5"
    )
    both = judge({}, {"key": "PAY-5", "classification": "unexplained", "in_period": "unknown"})["PAY"]
    assert both.outcome == EXCEPTION
    assert both.evidence.endswith("1 number does not answer and no record says why: PAY-5")


def test_a_project_without_numbers_is_not_concerned_and_an_unsure_one_passes_nothing():
    """Nothing was given out; or the answers contradict each other, so that the numbers are not known."""
    numbering = NUMBERING.assign(numbers=[0, 20], continuity=[None, None])
    found = judge(numbering=numbering)
    assert {key: one.outcome for key, one in found.items()} == {"OPS": NO_EVIDENCE, "PAY": NOT_APPLICABLE}
