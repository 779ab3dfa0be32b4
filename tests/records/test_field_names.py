"""Fields by name: an id is an id, a name means every field that bears it, and an odd list names what can be read of it."""

from __future__ import annotations

import pytest

from auditlib.records.field_names import FieldName, fields_meant, names_of_fields, read_field_list
from auditlib.records.names import FIELD

LIST = [
    {"id": "priority", "name": "Priority"},
    {"id": "customfield_2", "name": "Severity"},
    {"id": "customfield_1", "name": "severity "},
    {"id": "customfield_3"},
]


def test_a_list_is_read_field_by_field():
    """A field without a name is called by its id."""
    assert read_field_list(LIST)[0] == FieldName("priority", "Priority")
    assert read_field_list(LIST)[-1] == FieldName("customfield_3", "customfield_3")


@pytest.mark.parametrize("answer", [None, {}, "no", [None, 1, {"name": "Severity"}, {"id": None}]])
def test_what_is_no_field_names_none(answer):
    """Nothing can be asked for without an id, and nothing raises."""
    assert read_field_list(answer) == ()


def test_a_field_that_comes_twice_counts_once():
    """By its id, as it came last."""
    assert read_field_list([*LIST, {"id": "customfield_2", "name": "Gravity"}])[1] == FieldName(
        "customfield_2", "Gravity"
    )


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ("Severity", ("customfield_1", "customfield_2")),
        ("SEVERITY", ("customfield_1", "customfield_2")),
        ("customfield_2", ("customfield_2",)),
        ("priority", ("priority",)),
        ("Priority", ("priority",)),
        ("Gravity", ()),
        ("customfield_9", ()),
    ],
)
def test_a_name_means_every_field_that_bears_it(wanted, ids):
    """Two fields of one name are both asked for: which of them a project uses, nobody says."""
    assert fields_meant([wanted], read_field_list(LIST)) == {wanted: ids}


def test_an_id_is_no_name_of_another():
    """Somebody may call a field like the id of another; the id counts."""
    known = (*read_field_list(LIST), FieldName("customfield_8", "customfield_2"))
    assert fields_meant(["customfield_2"], known) == {"customfield_2": ("customfield_2",)}


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        ("customfield_10", ("customfield_10",)),
        ("labels", ("labels",)),
        ("Due date", ("duedate",)),
        ("Severity", ()),
        ("customfield_x", ()),
    ],
)
def test_without_a_list_ids_and_jiras_own_names_are_understood(wanted, ids):
    """What Jira does not tell is not guessed."""
    assert fields_meant([wanted], None) == {wanted: ids}


def test_names_are_found_again():
    """So an issue that came without the names of its fields is asked by name all the same."""
    called = names_of_fields(read_field_list(LIST))
    assert called.means(FIELD, "Severity", "customfield_2", "customfield_2")
    assert not called.means(FIELD, "Severity", "priority", "priority")
