"""What is said of fields that controls look at: unknown ones, untold ones, and those that came too late."""

from __future__ import annotations

import pytest

from auditlib.audit.controls.field_findings import field_findings

ID = "controls.fields-"
NAMED = {"Severity": ("CT-11", "CT-12"), "priority": ("CT-13",)}


@pytest.mark.parametrize(
    ("meant", "late", "takes", "ids"),
    [
        ({"Severity": ("customfield_1",), "priority": ("priority",)}, (), "", []),
        ({"Severity": (), "priority": ("priority",)}, (), "", ["controls.fields-unknown"]),
        ({"Severity": (), "priority": ("priority",)}, (), "the right to it", ["controls.fields-untold"]),
        ({"Severity": ("customfield_1",), "priority": ("priority",)}, ("customfield_1",), "", ["controls.fields-not-pulled"]),
        ({"Severity": (), "priority": ("priority",)}, ("priority",), "", [f"{ID}unknown", f"{ID}not-pulled"]),
        ({"Severity": ("customfield_1",), "priority": ("priority",)}, (), "the right to it", []),
    ],
)  # fmt: skip
def test_only_what_can_not_be_looked_at_is_said(meant, late, takes, ids):
    """A list that was not told is no matter where ids were given."""
    found = field_findings(NAMED, meant, late, takes=takes)
    assert [one.id for one in found] == ids
    assert all(one.severity == "limit" and one.count == 1 for one in found)


def test_the_controls_are_named_and_what_cures_it():
    """So that a reader knows what is not tested."""
    (one,) = field_findings(NAMED, {"priority": ("priority",)}, (), takes="the scope x")
    assert "“Severity” of CT-11 and CT-12" in one.statement
    assert "the scope x" in one.statement
