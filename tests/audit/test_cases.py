"""The cases of a finding are rows of its table, each with what was found of it."""

from __future__ import annotations

import pandas as pd
import pytest

from auditlib.audit.answers.cases import cases_of
from auditlib.audit.controls.site.unknown_keys import MISSING

OUTCOMES = pd.DataFrame(
    [
        ("CT-02", "CHG-1", "pass", "approved by Ada"),
        ("CT-02", "CHG-2", "exception", "round 1: approved by a bot"),
        ("CT-02", "CHG-2", "no evidence", "round 2: nothing"),
        ("CT-02", "CHG-3", "not applicable", "no change"),
        ("CT-03", "CHG-1", "exception", "changed later"),
    ],
    columns=["control", "key", "outcome", "evidence"],
)
CLOSED = pd.DataFrame(
    [("OPS-1", "Done", None, "no resolution"), ("OPS-2", "Closed", "Broken", "not accepted")],
    columns=["key", "status", "resolution", "reason"],
)
SOURCE = pd.DataFrame(
    [
        ("deployment only", None, "23", "names no issue", True),
        ("deployment only", None, "24", "names no issue", False),
        ("unknown key", "CHG-99", "25", f"{MISSING}, x", True),
        ("unknown key", "CHG-98", "26", "created before the period", True),
        ("ticket only", "CHG-1", None, "no deployment", pd.NA),
    ],
    columns=["side", "key", "ref", "verdict", "in_period"],
)
TABLES = {
    "controls": OUTCOMES,
    "attributes": OUTCOMES.rename(columns={"control": "attribute"}),
    "attribute_deviations": OUTCOMES.rename(columns={"control": "attribute"}),
    "closing": CLOSED,
    "second_source": SOURCE,
    "excluded": pd.DataFrame({"key": ["A-1", "A-2"], "reason": ["moved out", "filter"], "now_key": ["B-1", None]}),
    "deletions": pd.DataFrame({"key": ["A-3"], "source": ["log 7"], "actor": ["Ada"]}),
}


@pytest.mark.parametrize(
    ("finding", "cases"),
    [
        (
            "controls.population:CT-02",
            {"CHG-2": "exception: round 1: approved by a bot; no evidence: round 2: nothing"},
        ),
        ("controls.population:CT-09", {}),
        ("attributes.population:CT-03", {"CHG-1": "exception: changed later"}),
        ("attributes.exception:CT-02", {"CHG-2": "exception: round 1: approved by a bot"}),
        ("attributes.no-evidence:CT-02", {"CHG-2": "no evidence: round 2: nothing"}),
        ("closing.no-resolution", {"OPS-1": "no resolution: Done"}),
        ("closing.not-accepted", {"OPS-2": "not accepted: Closed, Broken"}),
        ("closing.test-issue", {}),
        ("population.moved-out", {"A-1": "moved out: B-1"}),
        ("numbering.deletions", {"A-3": "log 7: Ada"}),
        ("second-source.without-ticket", {"23": "names no issue"}),
        ("second-source.no-issue", {"CHG-99": f"25: {MISSING}, x"}),
        ("scope.powers", {}),
    ],
)
def test_the_cases_of_a_finding(finding, cases):
    """Those rows of its table that the finding counts; what is answered as a whole has none."""
    assert cases_of(finding, TABLES.__getitem__) == cases
