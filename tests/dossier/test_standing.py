"""Where an issue stands among those collected with it: place, neighbours, outcomes."""

from __future__ import annotations

from library_cases import result

from auditlib.dossier.standing import SAMPLED, entries_named, standings

OUTCOMES = [
    ("PAY-1", "in time", "pass", "history 7: resolved", 7),
    ("PAY-1", "owner named", "exception", "Assignee was empty; history 7: resolved", 7),
    ("PAY-1", "four eyes", "not applicable", "issue type is Bug", None),
    ("PAY-3", "four eyes", "no evidence", "comment 5 by Ada", None),
    ("PAY-9", "four eyes", "pass", "of no issue of these", None),
]


def of(keys, there):
    return standings(keys, OUTCOMES, called=SAMPLED, there=there, replaced={"PAY-3": "withdrawn"})


def test_the_first_and_the_last_have_one_neighbour():
    """An issue without a page counts, and nobody is led to it."""
    found = of(["PAY-1", "PAY-2", "PAY-3", "PAY-4"], {"PAY-1", "PAY-3", "PAY-4"})
    assert found.keys() == {"PAY-1", "PAY-3", "PAY-4"}
    assert [(one.place, one.of, one.before, one.after) for one in found.values()] == [
        (1, 4, None, (3, "PAY-3")),
        (3, 4, (1, "PAY-1"), (4, "PAY-4")),
        (4, 4, (3, "PAY-3"), None),
    ]
    assert of(["PAY-1"], {"PAY-1"})["PAY-1"].after is None
    assert of([], set()) == {}


def test_the_gravest_outcome_comes_first_and_what_does_not_concern_the_issue_last():
    """Each with the entry that decides."""
    found = of(["PAY-1", "PAY-3"], {"PAY-1", "PAY-3"})
    assert [(one.attribute, one.outcome, one.anchor, one.kind) for one in found["PAY-1"].marks] == [
        ("owner named", "exception", "history-7", "bad"),
        ("in time", "pass", "history-7", "good"),
    ]
    assert found["PAY-1"].unconcerned == ("four eyes",)
    assert [(one.anchor, one.kind) for one in found["PAY-3"].marks] == [("comment-5", "bad")]
    assert (found["PAY-1"].replaced, found["PAY-3"].replaced) == ("", "withdrawn")


def test_every_entry_that_evidence_names_is_found():
    """Nothing of the text is lost."""
    text = "history 5: Done; history 71: Approved by Ada"
    pieces = entries_named(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert [anchor for _, anchor in pieces if anchor] == ["history-5", "history-71"]
    assert entries_named("") == []


def test_controls_of_the_library_stand_beside_attributes():
    """What it passed is told together, what deviates one by one; of several rounds each is named."""
    results = [
        result("PAY-1", "exception", number=1), result("PAY-1", "pass", number=2), result("PAY-1", "pass", "CT-02"),
        result("PAY-1", "not applicable", "CT-05", None, history_ids=()), result("PAY-9", "pass", "CT-02"),
    ]  # fmt: skip
    found = standings(
        ["PAY-1"], OUTCOMES, called=SAMPLED, there={"PAY-1"}, replaced={}, controls=results
    )["PAY-1"]  # fmt: skip
    assert found.with_library
    assert [(one.attribute, one.anchor) for one in found.told] == [
        ("owner named", "history-7"),
        ("CT-01, round 1", "history-7"),
        ("in time", "history-7"),
    ]
    assert found.held == ("CT-01, round 2", "CT-02")
    assert found.unconcerned == ("four eyes", "CT-05")
    assert not of(["PAY-1"], {"PAY-1"})["PAY-1"].with_library
