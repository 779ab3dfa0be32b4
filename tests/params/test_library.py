"""The library of control tests is whole, and an audit gets of it what it asks for."""

from __future__ import annotations

from datetime import timedelta

import pytest
import yaml
from parameter_cases import GOOD
from pydantic import ValidationError

from auditlib.audit.controls.engine import RULES
from auditlib.evidence.opened import Evidence
from auditlib.params import library
from auditlib.params.controls import REGIONS, Control, duration_of
from auditlib.params.reading import parse_parameters

WORKFLOW = "workflow: {gate: [Approved], working: [In Progress], testing: [In Review], done: [Done, Closed]}\n"

CRITERIA = {
    "CC6.2": (14, 15, 16),
    "CC6.3": (5, 17),
    "CC6.3, CC8.1": (4,),
    "CC6.8": (19,),
    "CC6.8, CC8.1": (18,),
    "CC7.1": (13,),
    "CC7.4": (10, 11),
    "CC7.5": (12,),
    "CC8.1": (1, 2, 3, 6, 7, 8, 9),
    "integrity": (20, 21, 22),
}
"""Which control answers to which criteria."""

every_control = pytest.mark.parametrize("control", library.ids())


def resolved(controls: str, workflow: str = WORKFLOW):
    return library.resolve(parse_parameters(f"{GOOD}{workflow}controls: {controls}\n", "given.yaml"))


def test_there_are_twenty_two_controls_each_with_its_criteria():
    """CT-01 to CT-22, and each answers to what it is there for."""
    assert library.ids() == tuple(f"CT-{number:02d}" for number in range(1, 23))
    wanted = {f"CT-{number:02d}": criterion for criterion, numbers in CRITERIA.items() for number in numbers}
    assert {one: library.entry(one).criterion for one in library.ids()} == wanted


def test_no_two_controls_share_a_title_or_a_rule():
    """A page and a rule for each."""
    known = [library.entry(one) for one in library.ids()]
    assert len({one.title for one in known}) == len({one.rule for one in known}) == len(known)


def test_each_rule_of_the_library_is_one_that_tests(tmp_path, parameters):
    """A control that nothing tests would look like one without exceptions; a rule without a page could not be chosen."""
    evidence = Evidence(tmp_path, parameters())
    tested = [*RULES, *(rule for other in evidence.controls.others for rule in other.rules)]
    assert sorted(tested) == sorted(library.entry(one).rule for one in library.ids())


@every_control
def test_a_control_says_all_that_its_page_needs(control):
    """The file is named for its control; nothing is left empty, and sentences are sentences."""
    known = library.entry(control)
    assert known.id == control
    assert known.question.endswith("?")
    texts = (known.how, known.evidence, known.proves, known.does_not_prove, known.on_exception, known.outcomes.passed)
    assert all(text.endswith(".") and len(text) > 15 for text in texts)
    assert all(0 < place < 20 for one in known.criteria for place in one.focus)


@every_control
def test_the_keys_of_a_control_are_the_models_and_its_defaults_are_values_of_them(control):
    """No control takes, or needs, what the parameter file can't have."""
    known = library.entry(control)
    assert set(known.takes) <= set(Control.model_fields) - set(library.ALWAYS)
    assert {name for group in known.needs for name in group} <= set(known.takes)
    assert Control(id=control, **known.defaults).id == control
    assert all(known.takes[name] is None for name in REGIONS if name in known.takes)


def test_every_key_of_a_control_is_taken_by_one():
    """A key that nothing takes could be given nowhere."""
    taken = {key for one in library.ids() for key in library.entry(one).takes}
    assert taken == set(Control.model_fields) - set(library.ALWAYS)


@every_control
def test_the_example_of_a_page_is_taken_as_it_stands(control):
    """Whoever copies it from the page, or picks it in the form, has a control that is tested."""
    example = library.entry(control).example
    assert [one.id for one in resolved(f"[{example}]")] == [control]
    assert yaml.safe_load(example)


def test_an_entry_with_a_key_that_nobody_reads_is_refused():
    """A word misspelt in the library is noticed when it is read."""
    known = library.entry("CT-01").model_dump(by_alias=True)
    with pytest.raises(ValidationError, match="provs"):
        library.Entry.model_validate({**known, "provs": "x"})


# What an audit makes of it


def test_controls_come_in_the_order_of_the_file_with_what_the_library_says_of_them():
    """The rule, the words and the defaults are the library's."""
    third, first = resolved("[CT-03, CT-01]")
    assert (third.id, third.label, third.rule, third.criterion) == ("CT-03", "CT-03", "approved_was_done", "CC8.1")
    assert third.given.protected == ("summary", "description")
    assert (first.title, first.question) == ("approved before go", "Was the change approved before it was released?")


def test_the_regions_of_a_control_go_before_those_of_all():
    """An override holds for its control alone, and for the region that it names alone."""
    general, own = resolved('[CT-04, {id: CT-04, name: "incidents", done: [Resolved]}]')
    assert general.workflow.done == ("Done", "Closed")
    assert (own.workflow.done, own.workflow.gate, own.label) == (("Resolved",), ("Approved",), "CT-04 (incidents)")


def test_controls_that_name_no_region_have_one_workflow():
    """The same object: by it they share the rounds of an issue."""
    one, other, own = resolved("[CT-01, CT-02, {id: CT-03, done: [Resolved]}]")
    assert one.workflow is other.workflow
    assert own.workflow is not one.workflow


@pytest.mark.parametrize("instead", ["gate_field: {field: Approval, values: [Yes]}", "approvals: true"])
def test_approval_by_something_else_is_not_approval_by_status_too(instead):
    """`gate_field` and `approvals` stand in place of the statuses of `workflow`; statuses of its own a control may add."""
    (alone,) = resolved(f"[{{id: CT-01, {instead}}}]".replace("[Yes]", '["Yes"]'))
    assert alone.workflow.gate == ()
    (both,) = resolved(f"[{{id: CT-01, gate: [Signed], {instead}}}]".replace("[Yes]", '["Yes"]'))
    assert both.workflow.gate == ("Signed",)


def test_no_controls_are_no_tests():
    """A parameter file of before has none."""
    assert library.resolve(parse_parameters(GOOD, "given.yaml")) == ()


@pytest.mark.parametrize(
    ("limit", "allowed"), [("30m", timedelta(minutes=30)), ("4h", timedelta(hours=4)), ("3d", timedelta(hours=72))]
)
def test_a_limit_is_minutes_hours_or_days_of_24_hours(limit, allowed):
    """What is written beside a severity is an amount of time."""
    assert duration_of(limit) == allowed
    with pytest.raises(ValueError, match="w"):
        duration_of("3w")
