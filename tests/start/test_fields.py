"""The form knows each parameter from the schema alone, shows what a text says, and writes what a person enters."""

from __future__ import annotations

import re
from itertools import count

import pytest
from places import ROOT

from auditlib.params import library
from auditlib.params.model import Parameters
from auditlib.params.reading import parse_parameters, problems_of
from auditlib.params.writing import dump_parameters
from auditlib.params.yamlfile import read_yaml
from auditlib.start.fields import ORDER, Kind, by_field, fields, flaws_of, groups, joined, split
from auditlib.start.yaml_text import with_value

BY_NAME = {field.name: field for field in fields()}
DEMO = (ROOT / "params" / "demo.yaml").read_text("utf-8")


def test_each_parameter_has_a_field_in_one_group():
    """A new parameter of the model is in the form without a line of the form."""
    assert tuple(BY_NAME) == tuple(Parameters.model_fields) == ORDER
    shown = groups(fields())
    assert [field.name for _, inside in shown for field in inside] == list(ORDER)
    assert all(title for title, _ in shown)
    assert all(field.about and field.label for field in BY_NAME.values())
    needed = {name for name, about in Parameters.model_fields.items() if about.is_required()}
    assert {name for name, field in BY_NAME.items() if field.required} == needed


def test_what_is_known_is_offered():
    """Enumerations of the schema, time zones, the usual permissions."""
    assert BY_NAME["deployment"].options == ("auto", "cloud", "data-center")
    assert "issue_type" in BY_NAME["sample_strata"].options
    assert "Europe/Berlin" in BY_NAME["timezone"].options
    assert "DELETE_ISSUES" in BY_NAME["permissions"].options
    assert BY_NAME["jira_url"].options == ("demo",)


def test_what_a_text_says_is_shown_and_means_the_same_when_it_is_entered_again():
    """From a file that sets every key to the form, and back into an empty file."""
    text = dump_parameters(parse_parameters(DEMO, "demo"))
    document, made = read_yaml(text), ""
    for name, field in BY_NAME.items():
        written = field.written(field.shown(text, document))
        made = made if written is None else with_value(made, name, written, ORDER)
    assert parse_parameters(made, "made") == parse_parameters(text, "text")


@pytest.mark.parametrize("name", [name for name, field in BY_NAME.items() if field.patterns])
def test_each_pattern_is_taken_where_it_is_filled_in(name):
    """What the form offers to add has the form that the parameter wants: only the words in it are a person's."""
    base = with_value(with_value(DEMO, "sample_seed", None, ORDER), "attributes", None, ORDER)
    if name in {"sample_extensions", "sample_replacements"}:
        base = DEMO
    if name == "controls":
        base = with_value(base, "workflow", BY_NAME["workflow"].patterns[0][1], ORDER)
    for _, pattern in BY_NAME[name].patterns:
        filled = pattern.replace("[1, 1]", "[null, 5]").replace("confidence: 0.10", "confidence: 0.90")
        numbers = count(1)
        filled = '"keys.txt"' if filled == '"…"' else re.sub("…", lambda _, n=numbers: f"PAY-{next(n)}", filled)
        changed = with_value(base, name, filled, ORDER)
        assert changed != base
        parse_parameters(changed, "pattern")


def test_each_control_of_the_library_can_be_added_by_its_title():
    """Whoever does not know the numbers finds the test by what it asks."""
    patterns = dict(BY_NAME["controls"].patterns)
    assert len(patterns) == len(library.ids())
    assert patterns["CT-01 approved before go"] == "- CT-01"
    assert patterns["CT-05 approver was entitled"] == '- { id: CT-05, role: "Change approvers" }'


def test_a_wrong_value_stands_at_its_field_in_the_words_of_the_check():
    """With its place within the value where it has parts; what belongs to no field under no name."""
    text = DEMO.replace("days: 30", "days: none").replace("period_end:", "periodend:")
    found = by_field(problems_of(text, "demo.yaml", ROOT))
    assert found["attributes"][0].startswith("line 35: [2].test.within.days = none: a whole number")
    assert found["period_end"][0].startswith("is missing, and is needed")
    assert found[""][0].startswith("line 10: periodend = 2026-09-30: unknown key; did you mean period_end?")
    assert set(found) == {"attributes", "period_end", ""}


@pytest.mark.parametrize("items", [["PAY"], ["Won't Do, Fix", 'say "x"'], ["a", "b c"], []])
def test_a_list_is_entered_with_commas(items):
    """An item that holds a comma or a quote is quoted."""
    assert split(joined(items)) == items


def test_what_is_left_empty_is_left_out():
    """An empty field takes its key out of the file; blanks are nothing."""
    assert all(field.written(" ") is None for field in BY_NAME.values())
    assert BY_NAME["projects"].written(" , ") is None


def test_a_value_with_parts_is_put_in_only_if_it_is_yaml():
    """A bracket that is still open would make all of the file unreadable."""
    assert flaws_of("[1, 2") != ""
    assert flaws_of("{ a: 1 }") == flaws_of("- a\n- b") == ""


def test_an_odd_value_is_shown_as_it_was_written():
    """A mapping where a text belongs, a number where a list does: nothing is hidden."""
    text = "audit: { a: 1 }\nprojects: 12\nattachments: maybe\n"
    document = read_yaml(text)
    assert BY_NAME["audit"].shown(text, document) == "{ a: 1 }"
    assert BY_NAME["projects"].shown(text, document) == "12"
    assert BY_NAME["attachments"].shown(text, document) == "false"
    assert BY_NAME["attachments"].kind is Kind.TRUTH
