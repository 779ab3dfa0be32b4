"""One key of a parameter file is changed, and nothing else: not a comment, not a blank line, not another key."""

from __future__ import annotations

import pytest
from places import ROOT

from auditlib.params.model import Parameters
from auditlib.params.yamlfile import read_yaml
from auditlib.start.yaml_text import can_be_edited, flow_list, number_or_text, quoted, value_text, with_value

ORDER = tuple(Parameters.model_fields)

TEXT = """\
# the audit of this year
audit: "SOC 2"   # the title
jira_url: demo # no account
projects: # all of them
  - PAY   # payments
  - OPS
# about the sample
sample_size: {confidence: 0.90,
  tolerable_rate: 0.10}

attributes:
  - name: "in time"
    test: { within: { from: created, to: resolved, days: 30 } }

# the end
"""


@pytest.mark.parametrize(
    ("key", "written", "old", "new"),
    [
        ("audit", '"ISO"', 'audit: "SOC 2"   # the title', 'audit: "ISO" # the title'),
        ("jira_url", '"https://x.org"', "jira_url: demo # no account", 'jira_url: "https://x.org" # no account'),
        (
            "projects",
            '["A"]',
            "projects: # all of them\n  - PAY   # payments\n  - OPS",
            'projects: ["A"] # all of them',
        ),
        ("projects", "- A\n- B", "  - PAY   # payments\n  - OPS", "  - A\n  - B"),
        ("sample_size", "40", "{confidence: 0.90,\n  tolerable_rate: 0.10}", "40"),
        ("sample_size", None, "sample_size: {confidence: 0.90,\n  tolerable_rate: 0.10}\n", ""),
        ("timezone", '"UTC"', "  - OPS\n", '  - OPS\ntimezone: "UTC"\n'),
        ("attachments", "true", "days: 30 } }\n", "days: 30 } }\nattachments: true\n"),
    ],
)
def test_only_the_value_changes(key, written, old, new):
    """Comments stay, what follows stays, a new key goes behind the one before it in the order of the model."""
    assert TEXT.count(old) == 1
    assert with_value(TEXT, key, written, ORDER) == TEXT.replace(old, new)


def test_what_was_written_is_what_is_shown_and_can_be_put_back():
    """The value of each key, taken out and put back, means the same."""
    before = read_yaml(TEXT).value
    for key in before:
        shown = value_text(TEXT, key)
        assert read_yaml(f"{key}:\n{shown}" if shown.startswith("-") else f"{key}: {shown}").value == {key: before[key]}
        assert read_yaml(with_value(TEXT, key, shown, ORDER)).value == before


@pytest.mark.parametrize("name", ["demo.yaml", "example.yaml"])
def test_every_key_goes_into_the_patterns_and_out_again(name):
    """Each key of the model can be added to the files that people copy; taken out, the text is as it was."""
    text = (ROOT / "params" / name).read_text("utf-8")
    for key in (one for one in ORDER if one not in read_yaml(text).value):
        added = with_value(text, key, quoted("x"), ORDER)
        assert read_yaml(added).value == {**read_yaml(text).value, key: "x"}
        assert with_value(added, key, None, ORDER) == text


@pytest.mark.parametrize("written", ["[", "x: y: z", '"open', "- a\nb", "a\nprojects: [X]"])
def test_what_would_change_more_is_not_put_in(written):
    """A value that is no YAML, or more than a value, leaves the text as it is."""
    changed = with_value(TEXT, "audit", written, ORDER)
    assert changed == TEXT or {**read_yaml(changed).value, "audit": 0} == {**read_yaml(TEXT).value, "audit": 0}


@pytest.mark.parametrize("text", ["{audit: x}", "- a", "audit: [", "just text", "a: 1\n b: 2"])
def test_a_text_without_lines_of_keys_is_left_alone(text):
    """Whoever writes it in another way edits the text itself."""
    assert not can_be_edited(text)
    assert with_value(text, "audit", '"y"', ORDER) == text
    assert value_text(text, "audit") == ""


def test_an_empty_text_takes_keys():
    """A file that holds comments alone, or nothing."""
    assert with_value("", "audit", '"y"', ORDER) == 'audit: "y"\n'
    assert with_value("# c", "audit", '"y"', ORDER) == '# c\naudit: "y"\n'


def test_an_alias_is_replaced_where_it_stands():
    """Its anchor belongs to another key, which stays."""
    text = "issue_types: &a [X]\nclosing_resolutions: *a # same\n"
    assert with_value(text, "closing_resolutions", '["Y"]', ORDER) == (
        'issue_types: &a [X]\nclosing_resolutions: ["Y"] # same\n'
    )


def test_a_key_without_a_value_gets_one():
    """`audit:` alone, with and without a comment."""
    assert with_value("audit:\nprojects: [A]\n", "audit", '"x"', ORDER) == 'audit: "x"\nprojects: [A]\n'
    assert read_yaml(with_value("audit: # why\n", "audit", '"x"', ORDER)).value == {"audit": "x"}


@pytest.mark.parametrize("text", ["NO", "00412", "1.10", "null", "a: b", "# x", 'say "x"', "back\\slash", "ü漢", "*a"])
def test_text_stays_text(text):
    """Whatever is typed into the form is the same text for YAML."""
    assert read_yaml(f"audit: {quoted(text)}").value == {"audit": text}
    assert read_yaml(f"projects: {flow_list([text, text])}").value == {"projects": [text, text]}


def test_a_number_is_a_number():
    """And nothing else is: 010 would be 8 to YAML."""
    assert [number_or_text(text) for text in ("10", "010", "x")] == ["10", '"010"', '"x"']
