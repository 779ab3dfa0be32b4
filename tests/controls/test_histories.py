"""Histories that try to fool a control test come to what was written for them by hand, in both dialects."""

from __future__ import annotations

import json
import re

import pytest
from control_histories import DIALECTS, FILES, history, in_dialect, kept_words, reading, ways
from control_outcomes import words, wrong
from histories_page import PAGE, page, write_in_data_centers_form

from auditlib.audit.controls.subject import OUTCOMES
from auditlib.params.library import entry

TRAPS = {
    "approval after the fact",
    "approval by a rule under a person's name",
    "approval by an app",
    "approval by an agent",
    "approval on behalf",
    "gate entered twice",
    "gate, back, gate again",
    "done without gate, gate, done",
    "created in a done status",
    "moved between projects with other workflows",
    "a status renamed",
    "two statuses of one name",
    "history cut",
    "assignee changed after the work",
    "equal milliseconds",
    "approval by an erased account",
    "200 issues transitioned at once",
    "reopened and closed by the same person",
    "description changed and changed back",
    "approval by the reporter who is not the assignee",
    "approver who only commented",
    "approver who moved it into work",
    "approver who sent it back before and approves now (no worker)",
    "a D before the period and one in it",
    "deadline on the day the clocks change",
}

ISSUE_CONTROLS = tuple(f"CT-{number:02d}" for number in (*range(1, 9), *range(10, 15), 20, 21))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_history_comes_to_what_was_written_for_it(path, dialect):
    """Each round of each control, by the whole record and by what is pulled for the whole population."""
    told = reading(path, dialect)
    assert [sentence for way in ways(told.case) for sentence in wrong(told, way)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_outcome_is_told_in_the_words_that_were_looked_at(path):
    """When and by which entries it was decided: ``make docs/controls/histories.md`` writes them anew, for somebody to read."""
    assert words(reading(path, "cloud")) == kept_words()[path.stem]


def test_every_trap_is_in_the_suite():
    """Each that is known by name, in at least one history."""
    assert {case["trap"] for case in map(history, FILES) if "trap" in case} == TRAPS
    assert len(FILES) >= 60


@pytest.mark.parametrize("control", ISSUE_CONTROLS)
def test_every_control_of_an_issue_has_each_of_its_outcomes(control):
    """A pass, an exception, no evidence and not applicable, as far as its page knows them."""
    means = entry(control).outcomes
    known = {one for one in OUTCOMES if getattr(means, {"pass": "passed"}.get(one, one.replace(" ", "_"))) is not None}
    rows = [one for case in map(history, FILES) for one in case["expected"] if one["control"] == control]
    assert known - {one["outcome"] for one in rows} == set()


def test_a_file_says_what_it_tries_and_names_entries_that_are_there():
    """Each has rows, each row a reason; the entries that decide stand in the history; numbers and names are unique."""
    for path in FILES:
        case = history(path)
        there = {one["id"] for issue in case["issues"] for one in issue["changelog"]["histories"]}
        assert case["tries"].endswith(".")
        assert case["expected"]
        assert all(one["why"] for one in case["expected"])
        assert {str(number) for one in case["expected"] for number in one.get("entries", ())} <= there, path.stem
    assert [path.name[:3] for path in FILES] == [f"{number:03d}" for number in range(1, len(FILES) + 1)]
    assert len({path.stem[4:] for path in FILES}) == len(FILES)


def test_data_center_tells_less_than_cloud():
    """No type of an account, no account id, no id of a field in a history; and nothing else is lost."""
    for case in map(history, FILES):
        other = in_dialect(case, "data-center")
        text = json.dumps({name: other[name] for name in ("issues", "comments", "approvals") if name in other})
        assert re.search(r'"(accountId|accountType|appType|fieldId)"', text) is None
        for issue, twin in zip(case["issues"], other["issues"], strict=True):
            entries = [one["id"] for one in issue["changelog"]["histories"]]
            assert [one["id"] for one in twin["changelog"]["histories"]] == entries


def test_the_page_is_in_step():
    """``make docs/controls/histories.md`` after a change."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_files_can_be_had_in_data_centers_form(tmp_path):
    """With the outcomes of that dialect, for another tool."""
    write_in_data_centers_form(tmp_path)
    name = next(path.name for path in FILES if path.stem.endswith("approved-by-an-app"))
    told = json.loads((tmp_path / name).read_text(encoding="utf-8"))
    assert {one["outcome"] for one in told["expected"]} == {"pass"}
    assert len(list(tmp_path.glob("*.json"))) == len(FILES)
