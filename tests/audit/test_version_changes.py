"""What differs between two versions of a workflow: every part that is read, and which safeguards went."""

from __future__ import annotations

from dataclasses import replace

from auditlib.audit.workflows.version_changes import changes_in_words, safeguards_gone, transition_in_words
from auditlib.records.workflow_rules import ACTION, CONDITION, VALIDATOR, Rule
from auditlib.records.workflows import DIRECTED, GLOBAL, INITIAL, Status, Transition, Workflow

DUTIES, NEEDS, ASSIGNS = Rule(CONDITION, "only B"), Rule(VALIDATOR, "needs resolution"), Rule(ACTION, "assigns")
CREATE = Transition("Create", INITIAL, (), "Open")
APPROVE = Transition("Approve", DIRECTED, ("Open", "Again"), "Done", (DUTIES, NEEDS, ASSIGNS))
BEFORE = Workflow("w", "Changes", 1, (Status("Open"), Status("Done")), (CREATE, APPROVE), ("Open asks for approval",))


def after(**values):
    return replace(BEFORE, number=2, **values)


def test_equal_versions_differ_in_nothing():
    """Another number alone is no change."""
    assert changes_in_words(BEFORE, after()) == []
    assert safeguards_gone(BEFORE, after()) == []


def test_every_part_that_is_read_is_compared():
    """Name, statuses, approvals, transitions, where they lead, and their rules."""
    moved = replace(APPROVE, origins=("Open",), rules=(NEEDS, Rule(ACTION, "calls webhook 7")))
    new = after(
        name="Changed",
        statuses=(Status("Open"), Status("Late")),
        transitions=(moved, Transition("Skip", GLOBAL, (), "Late")),
        approvals=(),
    )
    assert changes_in_words(BEFORE, new) == [
        "renamed from Changes",
        "status Done removed",
        "status Late added",
        "approval Open asks for approval removed",
        "transition Create: new → Open removed",
        "transition Skip: any status → Late added",
        "Approve leads Open → Done instead of Open, Again → Done",
        "Approve: condition: only B removed",
        "Approve: post function: assigns removed",
        "Approve: post function: calls webhook 7 added",
    ]


def test_a_safeguard_is_what_may_stop_a_transition_or_an_approval():
    """A post function stops nobody; a transition that went takes its rules with it, which is no way around them."""
    assert safeguards_gone(BEFORE, after(transitions=(CREATE, replace(APPROVE, rules=(NEEDS,))), approvals=())) == [
        "approval: Open asks for approval",
        "Approve: only B",
    ]
    assert safeguards_gone(BEFORE, after(transitions=(CREATE, replace(APPROVE, rules=(DUTIES, NEEDS))))) == []
    assert safeguards_gone(BEFORE, after(transitions=(CREATE,))) == []


def test_transitions_of_one_name_are_told_apart_by_their_order():
    """Two ways of one name are two; neither hides what happened to the other."""
    both = after(transitions=(APPROVE, replace(APPROVE, rules=())))
    assert safeguards_gone(both, after(transitions=(APPROVE,))) == []
    assert (
        changes_in_words(both, after(transitions=(APPROVE,)))
        == [
            "transition Approve: Open, Again → Done removed",
            "transition Create: new → Open added",
        ][:1]
    )


def test_a_transition_is_shown_with_where_it_leads():
    """Also one without name, origin or target."""
    assert transition_in_words(Transition("", DIRECTED, (), "")) == "without a name: nowhere → the same status"
