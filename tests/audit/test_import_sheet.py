"""The sheet for tools that import people has one row a person, and leaves empty what Jira does not know."""

from __future__ import annotations

from access_cases import answered

from auditlib.audit.permissions.import_sheet import ACCESS_REVIEW_IMPORT, import_sheet
from auditlib.audit.permissions.review import Known, access_review
from auditlib.tables import to_csv


def test_the_columns_are_those_that_tools_import():
    """Named as the tools want them, and no others."""
    assert ACCESS_REVIEW_IMPORT.names == [
        *("email", "full_name", "role", "job_title", "is_admin", "active", "external_id", "account_type")
    ]


def test_each_person_is_one_row():
    """The ways of all projects stand together; administrators of a project are marked."""
    sheet = import_sheet(access_review(answered(team_managed=True), Known()))
    assert to_csv(ACCESS_REVIEW_IMPORT, sheet).decode().splitlines()[1:] == [
        ",'=Robot,PAY: group everyone,,false,true,7:4,app",
        "ada@example.com,Ada Quill,PAY: group everyone; project lead; role Administrators,,true,true,7:1,person",
        ",Bo Leaver,PAY: group everyone; role Administrators by group ops | TEAM: role Member,,false,true,7:2,person",
        ",Cy Gone,PAY: granted to the person; group everyone,,false,false,7:3,person",
    ]


def test_nobody_makes_an_empty_sheet():
    """A Jira that tells nothing gives a file with its header."""
    nothing = access_review(answered(), Known()).iloc[:0]
    assert to_csv(ACCESS_REVIEW_IMPORT, import_sheet(nothing)).count(b"\n") == 1
