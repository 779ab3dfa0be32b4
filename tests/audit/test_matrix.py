"""The matrix of powers: everybody who holds one is in a row or in the rest; the missing numbers beside who can delete."""

from __future__ import annotations

import pandas as pd
import pytest

from auditlib.audit.permissions.able import counts_table, who_is_able
from auditlib.audit.permissions.directory import Directory, Members, ProjectAccess
from auditlib.audit.permissions.findings import Answered
from auditlib.audit.permissions.matrix import numbers_beside_powers, power_matrix
from auditlib.audit.permissions.resolve import resolve
from auditlib.records.holders import Person
from auditlib.records.permission_schemes import Grant, Scheme

PERMISSIONS = ("BROWSE_PROJECTS", "DELETE_ISSUES", "MOVE_ISSUES", "SET_ISSUE_SECURITY")


def answered(*grants: tuple[str, str, str], people: int = 0, projects: tuple[str, ...] = ("PAY",)) -> Answered:
    """A scheme of these grants, in projects; the group ``all`` holds so many people, the seventh of each ten deactivated."""
    accounts = [f"p{n:03d}" for n in range(people)]
    known = {one: Person(one, "", f"Person {one}", "atlassian", active=n % 10 != 7) for n, one in enumerate(accounts)}
    known["bot"] = Person("bot", "", "Bot", "app", active=True)
    group = Members("all", "all", tuple(accounts), complete=True)
    directory = Directory(known, {"all": group}, {}, {}, None)
    scheme = Scheme("1", "S", tuple(Grant(str(n), *one, one[2]) for n, one in enumerate(grants)))
    access = tuple(ProjectAccess(key, team_managed=False, private=None, lead=None, scheme=scheme) for key in projects)
    holdings = tuple(resolve(access, directory, PERMISSIONS))
    able = who_is_able(holdings, directory)
    counts = counts_table(holdings, able, projects, PERMISSIONS)
    return Answered(access, PERMISSIONS, holdings, able, directory, counts, (), asked=True)


@pytest.mark.parametrize(("people", "most"), [(0, 40), (3, 40), (40, 40), (40, 2), (1000, 40)])
def test_everybody_is_in_a_row_or_in_the_rest(people, most):
    """The rows and what the caption says add up to all who hold a power."""
    found = answered(
        ("DELETE_ISSUES", "group", "all"),
        *(("MOVE_ISSUES", "user", f"p{n:03d}") for n in range(min(people, 30))),
        people=people,
    )
    matrix = power_matrix(found, most)
    assert matrix.people == people
    assert len([one for one in matrix.rows if one.kind != "holder"]) <= most
    left = people - matrix.shown
    assert (f"{left:,} more hold some" in matrix.says) == (left > 0)
    assert (f"Shown are {matrix.shown:,} of {people:,} accounts" in matrix.says) == (people > 0)
    assert people > 0 or matrix.says.startswith("No account is known to hold")


def test_the_strongest_come_first_and_the_deactivated_last():
    """More powers before fewer; who holds the same shares a row where they are many."""
    found = answered(
        ("DELETE_ISSUES", "group", "all"), ("MOVE_ISSUES", "user", "p001"), ("DELETE_ISSUES", "user", "bot"),
        ("SET_ISSUE_SECURITY", "reporter", ""), people=30, projects=("OPS", "PAY"),
    )  # fmt: skip
    rows = power_matrix(found).rows
    assert [(one.name, one.kind, one.projects) for one in rows] == [
        ("reporter", "holder", (0, 0, 2)),
        ("Person p001", "", (2, 2, 0)),
        ("Bot", "app", (2, 0, 0)),
        ("26 who hold the same", "", (2, 0, 0)),
        ("Person p007", "deactivated", (2, 0, 0)),
        ("Person p017", "deactivated", (2, 0, 0)),
        ("Person p027", "deactivated", (2, 0, 0)),
    ]


def test_missing_numbers_stand_beside_those_who_can_delete():
    """By project and class, with names as long as they are few; moved numbers need no deletion."""
    gaps = pd.DataFrame(
        [
            ("PAY", 3, "deleted"),
            ("PAY", 4, "unexplained"),
            ("PAY", 5, "unexplained"),
            ("PAY", 6, "moved"),
            ("OPS", 9, "existed"),
        ],
        columns=["project", "number", "classification"],
    )
    few = numbers_beside_powers(gaps, answered(("DELETE_ISSUES", "user", "bot"), ("DELETE_ISSUES", "anyone", "")))
    assert few.fillna(-1).to_numpy().tolist() == [
        ["OPS", "existed", 1, "OPS-9", -1, "not told"],
        ["PAY", "deleted", 1, "PAY-3", 1, "Bot; also anyone"],
        ["PAY", "unexplained", 2, "PAY-4 to 5 (2)", 1, "Bot; also anyone"],
    ]
    many = numbers_beside_powers(gaps, answered(("DELETE_ISSUES", "group", "all"), people=20))
    assert many["who"].iloc[1] == "see permissions.csv"
    assert many["can_delete"].iloc[1] == 18
