"""Who made the entries of the population, in a table and in words: who may have had a rule make them, and what no Jira tells."""

from __future__ import annotations

import pytest

from auditlib.audit.controls.actors import ACTORS, SINCE, RuleSetters, actor_findings, actors_table, entries_by_kind
from auditlib.records.actors import AGENT, APP, CUSTOMER, ERASED, ON_BEHALF, PERSON, UNKNOWN, Actor
from auditlib.tables import to_csv

COUNTS = [
    (Actor("5f2", "Bo =1", PERSON, "", nobody=False), 3),
    (Actor("5f1", "Ana Brook", PERSON, "", nobody=False), 40),
    (Actor("557058:a", "Tidy", APP, "", nobody=False), 5),
    (Actor("557058:a", "Tidy", ON_BEHALF, "5f1", nobody=False), 2),
    (Actor("unknown", "Former user", ERASED), 1),
    (Actor(), 1_000),
]
NOBODY = RuleSetters((), None)


def found(counts, setters=NOBODY, *, kinds_told=True):
    return {one.id: one for one in actor_findings(actors_table(counts), setters, kinds_told=kinds_told)}


def test_the_table_is_one_row_for_each_actor_in_an_order_of_its_own():
    """Equal counts give equal bytes, in whatever order they come; text of Jira calculates nothing."""
    table = actors_table(COUNTS)
    assert to_csv(ACTORS, table) == to_csv(ACTORS, actors_table(COUNTS[::-1]))
    assert to_csv(ACTORS, table).decode().splitlines() == [
        "account_id,display_name,kind,entries,on_behalf_of",
        "557058:a,Tidy,app,5,",
        "unknown,Former user,erased,1,",
        "557058:a,Tidy,on behalf,2,5f1",
        "5f1,Ana Brook,person,40,",
        "5f2,Bo =1,person,3,",
        ",,unknown,1000,",
    ]
    assert to_csv(ACTORS, actors_table([])).count(b"\n") == 1


def test_kinds_add_up_to_all_entries():
    """Each entry is of one kind; a kind without an entry is not told."""
    kinds = entries_by_kind(actors_table(COUNTS))
    assert kinds == {PERSON: 43, APP: 5, ON_BEHALF: 2, ERASED: 1, UNKNOWN: 1_000}
    assert sum(kinds.values()) == sum(entries for _, entries in COUNTS)


def test_a_rule_may_have_acted_under_each_name_and_who_may_set_one_is_named():
    """The limit counts the entries and persons that it is about, and claims of nobody more than an answer tells."""
    limit = found(COUNTS, RuleSetters(["Root"], ["Ana Brook", "Root"], all_of_projects=True))["actors.rules"]
    assert (limit.severity, limit.count, limit.table, limit.notebook) == ("limit", 43, "actors", "06_controls")
    assert "43 entries of histories stand under the names of 2 persons" in limit.statement
    assert "Known to administer Jira is Root; that may not be all." in limit.statement
    assert "2 accounts may administer a listed project: Ana Brook and Root." in limit.statement


@pytest.mark.parametrize(
    ("setters", "said"),
    [
        (NOBODY, ("Who administers Jira no answer tells.", "ADMINISTER_PROJECTS was not asked for, or can't be read")),
        (
            RuleSetters(["A", "B"], []),
            ("Jira are A and B; that may", "No account is known to administer a listed project; that"),
        ),
        (RuleSetters((), [], all_of_projects=True), ("No account is known to administer a listed project. Which",)),
        (RuleSetters((), ["A"]), ("1 account may administer a listed project: A; that may not be all.",)),
    ],
)
def test_what_is_not_known_of_those_who_set_rules_is_said(setters, said):
    """Not asked for, refused in part, and nobody found are three things."""
    statement = found(COUNTS, setters)["actors.rules"].statement
    for one in said:
        assert one in statement


def test_data_center_tells_no_kinds():
    """There each account counts as a person's, and a reader is told so; Cloud tells them."""
    limit = found(COUNTS, kinds_told=False)["actors.kinds-untold"]
    assert (limit.severity, limit.count) == ("limit", 43)
    assert "in 43 entries of histories" in limit.statement
    assert "actors.kinds-untold" not in found(COUNTS)


def test_entries_of_others_than_persons_are_told_by_kind():
    """They approve nothing; the numbers of the sentence add up. Without any there is nothing to tell."""
    note = found(COUNTS)["actors.others"]
    assert (note.severity, note.count) == ("note", 1_008)
    assert note.statement.startswith(
        "1,008 of 1,051 entries in the histories of the population are not known to be a person's own"
    )
    assert "5 of apps, 2 of programs for somebody, 1 of erased accounts and 1,000 of nobody named" in note.statement
    assert list(found(COUNTS[:2])) == ["actors.rules"]
    one = found([(Actor("q", "Pat", CUSTOMER), 1), (Actor("a", "It", AGENT), 1)])
    assert list(one) == ["actors.others"], "no person acted, so no rule could have"
    assert "2 of 2 entries in the histories" in one["actors.others"].statement
    assert found([], kinds_told=False) == {}


def test_packages_with_tables_of_version_5_have_it():
    """They are sealed, and verified with the tables that they were made with."""
    assert SINCE == 5
