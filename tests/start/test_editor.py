"""Form and text follow each other, and what is wrong is one line beside its field: without a browser."""

from __future__ import annotations

import shutil

import pytest
from places import ROOT

from auditlib.errors import ParameterError, UsageError
from auditlib.params.reading import parse_parameters
from auditlib.start.editor import Editor


@pytest.fixture
def root(tmp_path):
    shutil.copytree(ROOT / "params", tmp_path / "params")
    return tmp_path


@pytest.fixture
def editor(root):
    return Editor(root, lambda: None)


def control(editor, name):
    return editor._form.rows[name]._control


def message(editor, name):
    return editor._form.rows[name]._message.value


def test_the_demo_is_chosen_first_and_shown_in_both(editor, root):
    """Who opens the page without a word gets what needs no account."""
    assert str(editor.path) == "params/demo.yaml"
    assert editor.text == (root / "params" / "demo.yaml").read_text("utf-8")
    assert control(editor, "projects").value == "PAY, PAYX, OPS, CHG"
    assert control(editor, "attachments").value is True
    assert not editor.wrong


def test_what_is_entered_comes_into_the_text_and_what_is_typed_into_the_form(editor):
    """Both ways, and nothing else moves."""
    before = editor.text
    control(editor, "timezone").value = "Europe/Berlin"
    assert editor.text == before.replace("timezone: America/New_York", 'timezone: "Europe/Berlin"')
    editor._text.value = editor.text.replace("[PAY, PAYX, OPS, CHG]", "[OPS, CHG]").replace(
        "attachments: true", "attachments: false"
    )
    assert control(editor, "projects").value == "OPS, CHG"
    assert control(editor, "attachments").value is False
    control(editor, "attachments").value = True
    assert parse_parameters(editor.text, "x").attachments is True


def test_the_field_in_which_one_types_is_left_alone(editor):
    """A comma that was just typed does not vanish under one's hands."""
    control(editor, "projects").value = "PAY, "
    assert control(editor, "projects").value == "PAY, "
    assert 'projects: ["PAY"]' in editor.text


def test_a_wrong_value_is_one_line_beside_its_field(editor):
    """In the words of the check, with what was probably meant; it goes once it is mended."""
    control(editor, "timezone").value = "Berlin"
    with pytest.raises(ParameterError) as refused:
        parse_parameters(editor.text, "params/demo.yaml")
    (problem,) = refused.value.problems
    assert problem.message in message(editor, "timezone")
    assert "did you mean Europe/Berlin?" in message(editor, "timezone")
    assert message(editor, "timezone").count("<div") == 1
    assert editor.wrong
    control(editor, "timezone").value = "Europe/Berlin"
    assert message(editor, "timezone") == ""
    assert not editor.wrong


def test_an_unknown_key_is_told_with_the_nearest_one(editor):
    """It belongs to no field, so it stands above the text."""
    editor._text.value = editor.text.replace("sample_size:", "sample_sise:")
    assert "did you mean sample_size?" in editor._wrong.value


def test_wrong_values_of_a_folded_group_are_counted_in_its_title(editor):
    """Nothing wrong is hidden."""
    control(editor, "sample_size").value = "none"
    assert "The sample: 1 wrong value" in editor._form._folds.titles


def test_a_text_that_is_no_yaml_stops_the_form_and_not_the_text(editor):
    """The line says where; mended, all goes on."""
    before = editor.text
    editor._text.value = before.replace("[PAY, PAYX, OPS, CHG]", "[PAY, PAYX")
    assert "is opened with [ here" in message(editor, "projects") + editor._wrong.value
    assert control(editor, "audit").disabled
    editor._text.value = before
    assert not control(editor, "audit").disabled
    assert not editor.wrong


def test_a_value_with_parts_waits_until_it_is_yaml(editor):
    """While a bracket is open the text keeps what it had."""
    before = editor.text
    control(editor, "sample_size").value = "{ confidence: 0.90,"
    assert editor.text == before
    assert "not in the text yet" in message(editor, "sample_size")
    control(editor, "sample_size").value = "{ confidence: 0.90, tolerable_rate: 0.10 }"
    assert parse_parameters(editor.text, "x").size_rule["expected_rate"] == 0


def test_an_addition_is_put_behind_what_is_there(editor):
    """A permission to the list, an attribute to the attributes, each of which the check takes."""
    row = editor._form.rows["attributes"]
    control(editor, "attributes").value = row._extended(dict(row.field.patterns)["has"].replace("…", "x"))
    assert [one.name for one in parse_parameters(editor.text, "x").attributes][-1] == "x"
    strata = editor._form.rows["sample_strata"]
    control(editor, "sample_strata").value = strata._extended("project")
    control(editor, "sample_strata").value = strata._extended("issue_type")
    assert parse_parameters(editor.text, "x").sample_strata == ("project", "issue_type")


def test_a_file_that_the_parameters_name_must_be_there(editor, root):
    """Counted from the folder in which the commands work."""
    control(editor, "leavers").value = "params/leavers.csv"
    assert "there is no such file or folder" in message(editor, "leavers")
    (root / "params" / "leavers.csv").write_text("left_on,email\n", "utf-8")
    control(editor, "leavers").value = ""
    control(editor, "leavers").value = "params/leavers.csv"
    assert message(editor, "leavers") == ""


def test_saving_writes_the_text_and_never_a_credential(editor, root):
    """A token that somebody pasted is refused, and stays out of the file."""
    file = root / "params" / "demo.yaml"
    before = file.read_bytes()
    editor._text.value = editor.text + "jira_token: abcdef\n"
    with pytest.raises(UsageError, match="credential"):
        editor.save()
    assert file.read_bytes() == before
    editor._text.value = editor.text.replace("jira_token: abcdef\n", "org_id: abc-1\n")
    editor.save()
    assert file.read_text("utf-8") == editor.text


def test_a_new_file_begins_as_the_pattern(editor, root):
    """With all its comments; it is chosen at once, and a bad name is one line."""
    editor._name.value = "a/b"
    editor._new.click()
    assert "a file name is needed" in editor._said.value
    editor._name.value = "2027"
    editor._new.click()
    assert str(editor.path) == "params/2027.yaml"
    assert editor.text == (root / "params" / "example.yaml").read_text("utf-8")
    assert (root / "params" / "2027.yaml").is_file()


def test_an_empty_folder_is_told(tmp_path):
    """Without any parameter file the page stands, and a new one can be made."""
    editor = Editor(tmp_path, lambda: None)
    assert editor.path is None
    assert editor.wrong
    assert "there is no parameter file" in editor._said.value
    editor._name.value = "first"
    editor._new.click()
    assert "is missing" in message(editor, "timezone") + message(editor, "audit") or editor.wrong
