"""Fields that controls look at: those whose value of today is needed, each once, with the controls that need it."""

from __future__ import annotations

import pytest

from auditlib.params.attributes import Has
from auditlib.params.control_fields import fields_named
from auditlib.params.controls import Concerned, Control, ControlTest, FieldValues, Workflow


def one(label: str, **given: object) -> ControlTest:
    control = Control(id="CT-11", **given)  # type: ignore[arg-type]
    return ControlTest("CT-11", label, "title", "CC7.4", "question?", "rule", control, Workflow())


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"level": "Severity"}, ["Severity"]),
        ({"root_cause": "Root cause"}, ["Root cause"]),
        ({"tested_field": "Test run"}, ["Test run"]),
        ({"beneficiary": "Access for"}, ["Access for"]),
        ({"gate_field": FieldValues(field="Approval", values=("yes",))}, ["Approval"]),
        ({"applies_to": Concerned(field=FieldValues(field="labels", values=("emergency",)))}, ["labels"]),
        ({"applies_to": Concerned(issue_type=("Change",))}, []),
        ({"tested_by": Has(attachment="*.pdf")}, ["attachment"]),
        ({"tested_by": Has(link="is tested by")}, []),
        ({"protected": ("summary", "Rollout plan")}, []),
        ({}, []),
    ],
)
def test_a_control_needs_the_fields_that_it_looks_at(given, fields):
    """Links come in any case, and what is looked up in the history is not asked for."""
    assert list(fields_named([one("CT-11", **given)])) == fields


def test_a_ticket_says_in_its_description_what_it_changes():
    """Where the configuration is looked for in tickets."""
    asked = ControlTest("CT-19", "CT-19", "t", "CC6.8", "q?", "configuration_ticketed", Control(id="CT-19"), Workflow())
    assert fields_named([asked]) == {"description": ("CT-19",)}


def test_a_field_is_asked_for_once():
    """With every control that needs it, in their order."""
    tests = [one("CT-11", level="Severity"), one("CT-12", level="Severity", root_cause="Cause"), one("CT-13")]
    assert fields_named(tests) == {"Severity": ("CT-11", "CT-12"), "Cause": ("CT-12",)}
