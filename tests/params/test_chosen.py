"""Which controls a parameter file may choose, and how what is wrong with them is told: all at once, with what is meant."""

from __future__ import annotations

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from parameter_cases import GOOD, problems_of

from auditlib.errors import ParameterError
from auditlib.params import library
from auditlib.params.controls import Control
from auditlib.params.reading import parse_parameters
from auditlib.params.writing import dump_parameters, json_schema

WORKFLOW = "workflow: {gate: [Approved], working: [In Progress], testing: [In Review], done: [Done]}\n"


def told(controls: str, workflow: str = WORKFLOW) -> dict[str, str]:
    """Return what is wrong by its key."""
    found = problems_of(f"{GOOD}{workflow}controls: {controls}\n")
    assert len({(one.key, one.message) for one in found}) == len(found)
    return {one.key: one.message for one in found}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ct-3", "did you mean CT-03? "),
        ("CT1", "did you mean CT-01? "),
        ('"CT 22"', "did you mean CT-22? "),
        ("approved before", "did you mean CT-01 (approved before go)? "),
        ("nothing_deleted", "did you mean CT-22 (nothing deleted)? "),
        ("CT-23", ""),
        ("zzzz", ""),
    ],
)
def test_an_id_that_the_library_has_not_is_told_with_the_one_that_is_meant(written, meant):
    """By a number written otherwise, a title, or the name of a rule; a number that nobody has is none of another."""
    assert told(f"[{written}]") == {"controls[0]": f"{meant}the library has CT-01 to CT-22"}
    assert told(f"[{{id: {written}}}]") == {"controls[0].id": f"{meant}the library has CT-01 to CT-22"}


@pytest.mark.parametrize("written", ["5", "[CT-01]", "true", "null"])
def test_what_is_neither_id_nor_mapping_is_told(written):
    """With what a control looks like."""
    assert told(f"[{written}]")["controls[0]"].startswith("the id of a control is needed, like CT-03, or a mapping")


@pytest.mark.parametrize("written", ["{}", "{name: x}"])
def test_a_control_without_an_id_is_told(written):
    """As for every key that is needed."""
    assert told(f"[{written}]") == {"controls[0].id": "is missing, and is needed: its number in the library: `CT-03`"}


def test_all_that_is_wrong_with_a_control_is_told_at_once():
    """A key that is misspelt, one that this control does not take, a value of another kind, a need: in one go."""
    found = told("[{id: CT-05, rolle: x, days: 3, gate: Approved}, {id: CT-05}, CT-99, {id: CT-11, limits: {High: 4}}]")
    takes = "CT-05 takes applies_to, gate, gate_field, approvals, done, role, group, name"
    assert found == {
        "controls[0].rolle": f"unknown key; did you mean role? {takes}",
        "controls[0].days": f"CT-05 (approver was entitled) does not take this key; {takes}",
        "controls[0].gate": 'a list is needed, like ["Approved", "10011"]',
        "controls[1]": "CT-05 (approver was entitled) needs role or group",
        "controls[2]": "the library has CT-01 to CT-22",
        "controls[3].limits.High": "a time is needed, like 30m, 4h or 3d: minutes, hours or days of 24 hours",
    }


def test_a_key_that_is_misspelt_is_not_called_missing_too():
    """One mistake is told once; what else is missing is told."""
    found = told("[{id: CT-08, applies_to: {issue_type: [Change]}, reviews: [Reviewed]}, {id: CT-11, levle: Severity}]")
    assert list(found) == ["controls[0].reviews", "controls[1].levle", "controls[1]"]
    assert found["controls[1]"] == "CT-11 (incident in time for its severity) needs limits"


def test_how_often_a_review_takes_place_is_one_of_three_words():
    """With the one that is meant."""
    found = told("[{id: CT-16, applies_to: {issue_type: [Review]}, every: quarterly}]")
    assert found == {"controls[0].every": "did you mean quarter? allowed are month, quarter, year"}


@pytest.mark.parametrize("ends", ["created", "closed", "[Done]", "4"])
def test_a_time_ends_by_a_resolution_or_a_status(ends):
    """The creation, from which it is counted, ends nothing."""
    found = told(f"[{{id: CT-13, limits: {{High: 4h}}, ends: {ends}}}]")
    assert found == {"controls[0].ends": 'an end is needed: resolved or {to_status: "NAME"}'}


def test_a_control_that_lacks_its_gate_is_told():
    """With where it may be given; one that has it is not."""
    needs = "CT-01 (approved before go) needs gate or gate_field or approvals, and done (here or in workflow)"
    assert told("[CT-01, CT-22]", "") == {"controls[0]": needs}
    assert parse_parameters(f"{GOOD}controls: [{{id: CT-01, gate: [A], done: [B]}}]\n", "given.yaml").controls
    assert told("[{id: CT-01, gate: []}]") == {
        "controls[0]": "CT-01 (approved before go) needs gate or gate_field or approvals (here or in workflow)"
    }


def test_what_is_wrong_with_the_workflow_is_not_told_again_of_each_control():
    """A gate that could not be read is one mistake."""
    assert told("[CT-01, CT-02]", "workflow: {gate: Approved, done: [Done], gates: [x]}\n") == {
        "workflow.gate": 'a list is needed, like ["Approved", "10011"]',
        "workflow.gates": "unknown key; did you mean gate? allowed are gate, working, testing, done",
    }


@pytest.mark.parametrize(
    ("controls", "workflow", "key"),
    [
        ("[{id: CT-01, gate: [done, Approved]}]", WORKFLOW, "controls[0].gate"),
        ("[{id: CT-01, done: [APPROVED]}]", WORKFLOW, "controls[0].done"),
        ("[CT-01]", "workflow: {gate: [Done], done: [Done]}\n", "controls[0]"),
    ],
)
def test_a_status_can_not_be_both_the_gate_and_the_go(controls, workflow, key):
    """Whatever is done would have been approved by being done; capitals make no other status."""
    assert "stands under gate and under done: what ends the work can't be its approval" in told(controls, workflow)[key]


def test_one_control_twice_needs_names():
    """Rows of two tests must not look like one."""
    assert list(told("[CT-22, {id: CT-01, name: a}, CT-22, {id: CT-01, name: A}]")) == ["controls[2]", "controls[3]"]
    assert "give it a name: {id: CT-22" in told("[CT-22, CT-22]")["controls[1]"]
    names = parse_parameters(
        f"{GOOD}{WORKFLOW}controls: [CT-01, {{id: CT-01, name: a}}, {{id: CT-01, name: b}}]\n", "x"
    )
    assert [one.label for one in names.controls] == ["CT-01", "CT-01 (a)", "CT-01 (b)"]


def test_a_control_of_projects_and_types_out_of_scope_is_told():
    """It could never concern an issue."""
    found = told("[{id: CT-22}, {id: CT-20, applies_to: {project: [WEB]}}]")
    assert found == {"controls[1].applies_to.project[0]": "is not in scope; projects are PAY, OPS"}


@pytest.mark.parametrize("key", ["{}", "{field: {field: labels}}", "{labels: [a]}"])
def test_what_applies_to_nothing_is_told(key):
    """A restriction that restricts nothing is a mistake."""
    assert told(f"[{{id: CT-20, applies_to: {key}}}]")


def test_a_secret_among_the_keys_of_a_control_is_not_repeated():
    """A key that nobody expected may be one to something."""
    for line in ("token: abcdefgh", "x: abcdefghijklmnopqrstuvwxyz"):
        (found,) = problems_of(f"{GOOD}{WORKFLOW}controls: [{{id: CT-20, {line}}}]\n")
        assert found.value == ""
        assert "abcdefgh" not in found.message


def test_on_the_command_line_controls_are_given_as_yaml():
    """`-p controls=…` is checked as the file is."""
    assert problems_of(GOOD + WORKFLOW, "controls=[CT-1]")[0].path == "-p"
    assert len(parse_parameters(GOOD + WORKFLOW, "given.yaml", ["controls=[CT-01, CT-22]"]).controls) == 2


def test_a_package_keeps_the_defaults_of_its_day():
    """Another year's library may have others: what held stands in `params.yaml`, and is read back as it was."""
    text = GOOD + WORKFLOW + 'controls: [CT-03, {id: CT-11, level: Severity, limits: {"1": 4h, no: 3d}}, CT-22]\n'
    params = parse_parameters(text, "given.yaml")
    written = dump_parameters(params)
    assert yaml.safe_load(written)["controls"] == [
        {"id": "CT-03", "approvals": False, "protected": ["summary", "description"]},
        {"id": "CT-11", "limits": {"1": "4h", "no": "3d"}, "level": "Severity"},
        {"id": "CT-22"},
    ]
    back = parse_parameters(written, "params.yaml")
    assert back == params
    assert dump_parameters(back) == written
    assert library.resolve(back) == library.resolve(params)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 10**9)
    | st.text(max_size=6)
    | st.sampled_from(["Done", "4h", "created"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["field", "values", "a"]), inner, max_size=2)
    ),
    max_leaves=6,
)
MAPPINGS = st.dictionaries(st.sampled_from([*Control.model_fields, "gates"]), VALUES, max_size=4)
CONTROLS = st.builds(lambda one, more: {**more, "id": one}, st.sampled_from([*library.ids(), "CT-99"]), MAPPINGS)


@settings(deadline=None)
@given(st.lists(CONTROLS | VALUES, max_size=3) | VALUES, st.sampled_from(["", WORKFLOW, "workflow: {done: [Done]}\n"]))
def test_any_controls_are_taken_and_kept_or_told(controls, workflow):
    """Whatever stands there, it is a list of tests that a package keeps as it was, or a problem in words."""
    text = f"{GOOD}{workflow}{yaml.safe_dump({'controls': controls})}"
    try:
        params = parse_parameters(text, "given.yaml")
    except ParameterError:
        assert all(problem.message for problem in problems_of(text))
    else:
        assert len(library.resolve(params)) == len(controls)
        assert parse_parameters(dump_parameters(params), "params.yaml") == params


def test_the_schema_offers_the_controls_by_their_titles():
    """An editor completes an id and says what it is; what is written has the schema's form."""
    known = json_schema()["properties"]["controls"]["items"]["anyOf"][0]["oneOf"]
    assert {"const": "CT-03", "title": "what was approved was done"} in known
    validator = jsonschema.Draft202012Validator(json_schema())
    text = (
        GOOD + WORKFLOW + "controls: [CT-01, {id: CT-08, applies_to: {field: {field: a, values: [b]}}, review: [c]}]\n"
    )
    assert not list(validator.iter_errors(yaml.safe_load(text)))
    assert not list(validator.iter_errors(yaml.safe_load(dump_parameters(parse_parameters(text, "given.yaml")))))
    assert list(validator.iter_errors(yaml.safe_load(GOOD + "controls: [CT-99]\n")))
