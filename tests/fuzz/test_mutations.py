"""A seed is a case: the same mutation in every process; and every way to spoil an answer is drawn sooner or later."""

from __future__ import annotations

import json
import random

from fuzz.mutations import BODIES, RAW, VALUES, mutated

from auditlib.demo.server.exchange import json_answer

ANSWER = json_answer(
    {"startAt": 0, "issues": [{"id": "101", "key": "AC-1", "fields": {"labels": []}}, {"id": "102", "key": "AC-2"}]}
)


def several(count: int) -> list:
    return [mutated(ANSWER, random.Random(seed)) for seed in range(count)]  # noqa: S311 - a seed names a case


def test_a_seed_is_a_case():
    """What fell can be seen again."""
    assert several(50) == several(50)


def test_every_way_is_drawn():
    """Values, bodies and ways of changing a place, all of them within a few thousand."""
    names = "\n".join(one.name for one in several(6000))
    lacking = [name for name in VALUES if f"by {name}" not in names]
    lacking += [name for name in BODIES if f"the body is {name}," not in names]
    ways = ("dropped", "an element twice", "a member twice", "exchanged with", "as another's", "retyped", "wrapped")
    assert lacking + [way for way in ways if way not in names] == []


def test_a_mutated_answer_is_another_one():
    """Nearly always: a list of one element that is turned round stays what it is."""
    same = [one.name for one in several(500) if one.answer == ANSWER]
    assert len(same) < 25, same


def test_what_no_python_writes_is_put_in_as_it_is():
    """Numbers of 5,000 digits, nesting that no reader follows, NaN."""
    bodies = b"\n".join(one.answer.body for one in several(6000))
    for text in RAW.values():
        assert text.encode() in bodies
    assert b"NaN" in bodies
    assert b"\\ud800" in bodies


def test_exchanged_values_are_of_one_field():
    """An id of another issue, not of another kind of thing."""
    found = [one for one in several(3000) if "issues/0/key: exchanged" in one.name]
    assert found
    for one in found:
        assert [issue["key"] for issue in json.loads(one.answer.body)["issues"]] == ["AC-2", "AC-1"]
        assert not one.malformed
