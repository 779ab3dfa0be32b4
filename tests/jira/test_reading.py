"""Answers read with care: what must be there is there, and what can't be read is told."""

from __future__ import annotations

import pytest

from auditlib.errors import AnswerError
from auditlib.jira.reading import (
    asks_for_ids_only,
    count_of,
    next_token,
    refuse_warnings,
    require_issues,
    require_members,
    require_records,
    sound_entries,
    whole_number,
)
from auditlib.responses.request import get, post

ENTRY = {"id": "1", "created": "2026-06-01T10:00:00.000+0000", "items": [{}]}


@pytest.mark.parametrize("answer", [[], None, "x", {}, {"b": 1}])
def test_an_answer_without_its_members_is_an_error(answer):
    """It names what is missing."""
    with pytest.raises(AnswerError):
        require_members(answer, "the answer", "a")
    assert require_members({"a": None}, "the answer", "a") == {"a": None}


@pytest.mark.parametrize(
    ("issues", "ids_only", "sound"),
    [
        ([{"id": "1", "key": "A-1"}], False, True),
        ([{"id": 1, "key": "A-1"}], False, True),
        ([{"id": "1"}], False, False),
        ([{"id": "1"}], True, True),
        ([{"id": "x", "key": "A-1"}], False, False),
        ([None], False, False),
        ({}, False, False),
    ],
)
def test_an_issue_has_an_id_and_a_key(issues, ids_only, sound):
    """The key may be missing only where nothing but ids was asked for."""
    if sound:
        assert require_issues({"issues": issues}, "the answer", ids_only=ids_only) == issues
    else:
        with pytest.raises(AnswerError):
            require_issues({"issues": issues}, "the answer", ids_only=ids_only)


def test_records_are_a_list_of_objects():
    """Anything else is no page of a log."""
    assert require_records({"records": [{}]}, "records", "the log") == [{}]
    for wrong in ({}, [1], None):
        with pytest.raises(AnswerError):
            require_records({"records": wrong}, "records", "the log")


@pytest.mark.parametrize(
    ("value", "number"),
    [(7, 7), ("7", 7), (True, -1), ("-7", -1), (7.5, -1), ("\u0667", -1), ("9" * 19, -1), (None, -1)],
)
def test_a_count_is_a_number_or_text(value, number):
    """Nothing else counts; where a count must be there, that is an error."""
    assert whole_number(value, -1) == number
    if number < 0:
        with pytest.raises(AnswerError):
            count_of({"total": value}, "total")
    else:
        assert count_of({"total": value}, "total") == number


@pytest.mark.parametrize(
    ("entries", "ids", "whole"),
    [
        ([ENTRY], ["1"], True),
        (None, [], True),
        ({}, [], False),
        ([ENTRY, ENTRY], ["1"], True),  # at the seam of two pages
        ([ENTRY, None], ["1"], False),
        ([ENTRY, {**ENTRY, "id": "x"}], ["1"], False),
        ([ENTRY, {**ENTRY, "id": "2", "created": "yesterday"}], ["1"], False),
        ([ENTRY, {**ENTRY, "id": "2", "items": [1]}], ["1"], False),
        ([{**ENTRY, "items": None}], [], False),
    ],
)
def test_sound_entries_are_told_from_others(entries, ids, whole):
    """An entry that can't be read is left out, and the history is then not whole."""
    sound, all_there = sound_entries(entries)
    assert ([one["id"] for one in sound], all_there) == (ids, whole)


@pytest.mark.parametrize(
    ("body", "token"), [({}, None), ({"nextPageToken": None}, None), ({"nextPageToken": ""}, None)]
)
def test_a_missing_token_is_none_in_every_form(body, token):
    """Absent, null, empty."""
    assert next_token(body) is token
    assert next_token({"nextPageToken": 7}) == "7"


def test_what_jira_calls_incomplete_is_refused():
    """An empty list of warnings is none."""
    refuse_warnings({"warnings": []}, "the answer", "warnings")
    with pytest.raises(AnswerError, match="may be incomplete"):
        refuse_warnings({"warnings": ["cut"]}, "the answer", "warnings")


def test_a_search_for_ids_is_known_by_its_fields():
    """Cloud then leaves the key out."""
    assert asks_for_ids_only(post("x", fields=["id"]))
    assert not asks_for_ids_only(post("x", fields=["id", "created"]))
    assert not asks_for_ids_only(get("x"))
