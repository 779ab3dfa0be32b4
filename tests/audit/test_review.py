"""The access review has a row for each person in each project, and says of each only what is known."""

from __future__ import annotations

import pytest
from access_cases import ADMINS, GRANTS, answered
from table_reading import from_csv

from auditlib.audit.permissions.last_review import Decision
from auditlib.audit.permissions.leavers import Left
from auditlib.audit.permissions.review import (
    ACCESS_REVIEW,
    Known,
    access_review,
    accounts_of,
    answer_first,
    known_accounts,
)
from auditlib.tables import to_csv


def rows_of(known: Known | None = None, **options) -> dict[tuple[str, str], dict]:
    review = access_review(answered(**options), known or Known())
    rows = review.astype(object).where(review.notna(), None).to_dict("records")
    return {(row["account_id"], row["project"]): row for row in rows}


def test_the_columns_of_the_contract_come_first():
    """Scripts of other people read them by name and by place."""
    assert ACCESS_REVIEW.contract_names == [
        *(
            "account_id",
            "display_name",
            "kind",
            "active",
            "last_active",
            "project",
            "permissions",
            "via",
            "since",
            "leaver",
        ),
        *("decision", "reviewer", "reviewed_on"),
    ]


def test_a_person_is_one_row_with_all_permissions_and_ways():
    """Permissions come in the order asked for; each way says through which role, group or grant."""
    found = rows_of()
    assert [(row["permissions"], row["via"]) for row in found.values()] == [
        ("BROWSE_PROJECTS", "group everyone"),
        ("BROWSE_PROJECTS DELETE_ISSUES ADMINISTER_PROJECTS", "group everyone; project lead; role Administrators"),
        ("BROWSE_PROJECTS DELETE_ISSUES", "group everyone; role Administrators by group ops"),
        ("BROWSE_PROJECTS DELETE_ISSUES", "granted to the person; group everyone"),
    ]
    assert [row["display_name"] for row in found.values()] == ["=Robot", "Ada Quill", "Bo Leaver", "Cy Gone"]
    assert [(row["kind"], row["active"]) for row in found.values()] == [
        *(("app", True), ("person", True), ("person", True), ("person", False))
    ]


def test_what_an_issue_makes_a_holder_has_no_row():
    """A reporter is somebody else in each issue: nobody can take that away from a person."""
    assert access_review(answered(GRANTS[3]), Known()).empty


def test_nothing_is_said_where_nothing_is_known():
    """Not readable is not never; nobody left, nothing was decided, and an address that Jira hides is not told."""
    row = rows_of()["7:2", "PAY"]
    assert row["last_active"] == "not readable"
    assert [row[name] for name in ("since", "leaver", "decision", "reviewer", "reviewed_on", "still_held")] == [
        None
    ] * 6
    assert (row["email"], rows_of()["7:1", "PAY"]["email"]) == ("not told", "ada@example.com")


def test_what_is_known_of_a_person_stands_in_the_row():
    """Activity, leaving and decisions are joined by account, and decisions by project too."""
    known = Known(
        last_active={"7:2": "2026-09-14"},
        otherwise="not asked",
        left={"7:2": Left("2026-05-01", sure=False)},
        decided={
            ("7:2", "PAY"): Decision(frozenset({"DELETE_ISSUES", "MOVE_ISSUES"}), "remove", "Eve", "2026-07-01"),
            ("7:1", "OPS"): Decision(frozenset(), "remove", "Eve", "2026-07-01"),
        },
    )
    found = rows_of(known)
    row = found["7:2", "PAY"]
    assert (row["last_active"], found["7:1", "PAY"]["last_active"]) == ("2026-09-14", "not asked")
    assert row["leaver"] == "2026-05-01 (name only)"
    assert [row[name] for name in ("decision", "reviewer", "reviewed_on", "still_held")] == [
        *("remove", "Eve", "2026-07-01", "DELETE_ISSUES")
    ]
    assert found["7:1", "PAY"]["decision"] is None


@pytest.mark.parametrize(
    ("added", "since", "told"),
    [
        ({}, None, None),
        (
            {("7:2", "group", "everyone", ""): "2026-02-01", ("7:2", "group", "ops", ""): "2026-05-01"},
            "2026-02-01",
            "2026-02-01 group everyone; 2026-05-01 role Administrators by group ops",
        ),
        ({("7:2", "group", "ops", ""): "2026-05-01"}, None, "2026-05-01 role Administrators by group ops"),
        ({("7:2", "role", "Administrators", "PAY"): "2026-05-01"}, None, None),
    ],
)
def test_since_needs_a_date_of_every_way(added, since, told):
    """Whoever came in on a way of which the log says nothing may have been there before."""
    row = rows_of(Known(added=added))["7:2", "PAY"]
    assert (row["since"], row["added"]) == (since, told)


def test_a_role_counts_in_its_project_only():
    """Administrators of one project are not those of another."""
    grants = (GRANTS[1],)
    held = {project: Known(added={("7:1", "role", ADMINS.name, project): "2026-05-01"}) for project in ("PAY", "OPS")}
    since = {
        project: access_review(answered(*grants), known).set_index("account_id").at["7:1", "since"]
        for project, known in held.items()
    }
    assert since["PAY"] == "2026-05-01"
    assert since["OPS"] is None or since["OPS"] != since["OPS"]


def test_people_of_a_teams_project_are_listed_without_permissions():
    """Jira does not tell what the roles of such a project allow; who is in them must be reviewed all the same."""
    found = rows_of(team_managed=True)
    assert (found["7:2", "TEAM"]["permissions"], found["7:2", "TEAM"]["via"]) == ("", "role Member")
    assert ("7:1", "TEAM") not in found


def test_everybody_of_the_review_can_be_matched():
    """Leavers are looked for among all of them."""
    found = answered(team_managed=True)
    assert accounts_of(found) == ("7:1", "7:2", "7:3", "7:4")
    assert [one.email for one in known_accounts(accounts_of(found), found.directory)] == ["ada@example.com", "", "", ""]


def test_hostile_names_are_guarded_and_read_back():
    """A name that begins like a formula is text in the file."""
    review = access_review(answered(), Known())
    content = to_csv(ACCESS_REVIEW, review)
    assert b",'=Robot," in content
    assert from_csv(ACCESS_REVIEW, content)["display_name"].tolist() == review["display_name"].tolist()


def test_those_to_be_answered_for_come_first():
    """A page of twenty rows shows what matters; the others keep their order."""
    decided = {("7:3", "PAY"): Decision(frozenset(), "remove", "Eve", "2026-07-01")}
    review = access_review(answered(), Known(left={"7:2": Left("2026-05-01")}, decided=decided))
    assert answer_first(review)["account_id"].tolist() == ["7:2", "7:3", "7:4", "7:1"]
