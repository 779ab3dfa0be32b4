"""CT-19: each record of the log that changed the configuration has a ticket that names it, and that authorised it then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pandas as pd
import pytest
from site_cases import BOB, PERIOD, at, control, issue, step

from auditlib.audit.controls.site.configuration import LOG, Configuration, configuration_ticketed, names_of
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.records.actors import APP
from auditlib.records.audit_log import log_frame
from auditlib.records.log_change import Names
from auditlib.records.log_reach import LogReach
from auditlib.records.permission_changes import permission_changes

REGIONS = {"gate": ["Approved"], "done": ["Done"]}
TICKETED = control("CT-19", "configuration_ticketed", REGIONS, days=1)
WHOLE = LogReach(at(1, 1), at(11, 1), 9, names_deletions=False, readable=True, begins=at(1, 1).astimezone(UTC))
NAMES = Names({"acc:1": "Ann"}, {"10003": "OPS", "10099": "LAB"}, {"0": ["LAB", "OPS"]})


def record(number, when, summary, item, *, category="workflows", values=(), others=()):
    """Return a record of the log as Cloud writes it."""
    return {
        "id": number, "created": when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000"), "summary": summary,
        "category": category, "authorAccountId": "acc:1", "objectItem": item, "associatedItems": list(others),
        "changedValues": [{"fieldName": name, "changedFrom": before, "changedTo": after} for name, before, after in values],
    }  # fmt: skip


def workflow(number=7, when=None, name="Change Workflow"):
    return record(number, when or at(6, 10), "Workflow updated", {"id": name, "name": name, "typeName": "WORKFLOW"})


def known(*records, reach=WHOLE, **more):
    changes = permission_changes(log_frame(records, "cloud"), NAMES)
    return Configuration(changes, reach, ("OPS", "PAY"), **{"workflows": {"Change Workflow"}} | more)


def judge(*records, tickets=(), test=TICKETED, **more):
    return configuration_ticketed(test, known(*records, **more), tickets, PERIOD)


def ticket(*steps, summary="Strengthen the Change Workflow", **more):
    usual = (
        step(11, at(6, 8), "Open", "Approved", BOB),
        step(12, at(6, 9), "Approved", "Working"),
        step(13, at(6, 10, 18), "Working", "Done"),
    )
    return issue("OPS-5", *(steps or usual), summary=summary, **more)


def one(*records, **more):
    (found,) = judge(*records, **more)
    return found


def test_a_change_with_an_approved_ticket_passes():
    """The row is called by the record, and names the ticket and the entry that approved it."""
    found = one(workflow(), tickets=[ticket()])
    assert (found.key, found.outcome, found.history_ids, found.round) == ("log 7", PASS, (11,), None)
    assert found.decided_at == at(6, 10)
    assert found.evidence == (
        "workflow Change Workflow changed, by Ann; OPS-5 names it, Approved 8 June 2026, 08:00 -04:00 by Bob (history 11)"
    )


def test_a_change_without_a_ticket_is_an_exception():
    """Whether there is no ticket at all, or none that names what changed."""
    for tickets in ([], [ticket(summary="Renew the certificates")]):
        found = one(workflow(), tickets=tickets)
        assert (found.outcome, found.evidence.endswith("no change ticket names it")) == (EXCEPTION, True)


@pytest.mark.parametrize(
    ("when", "outcome"),
    [(at(6, 8, 11), EXCEPTION), (at(6, 8), PASS), (at(6, 11, 18), PASS), (at(6, 11, 19), EXCEPTION)],
)
def test_the_ticket_authorises_from_its_approval_until_a_day_after_it_is_done(when, outcome):
    """Both ends belong to it; what lies outside names the ticket and when it was approved."""
    found = one(workflow(when=when), tickets=[ticket()])
    assert found.outcome == outcome
    assert ("OPS-5 names it, but not for that time: Approved 8 June" in found.evidence) == (outcome == EXCEPTION)


def test_a_second_round_of_the_ticket_authorises_anew():
    """From its own approval on; what comes between the rounds has none."""
    again = ticket(
        step(11, at(6, 1), "Open", "Approved", BOB),
        step(12, at(6, 2), "Approved", "Done"),
        step(13, at(7, 1), "Done", "Open"),
        step(14, at(7, 2), "Open", "Approved", BOB),
    )
    assert one(workflow(when=at(6, 20)), tickets=[again]).outcome == EXCEPTION
    assert one(workflow(when=at(7, 3)), tickets=[again]).history_ids == (14,)


def test_only_a_person_approves_a_ticket():
    """A gate entered by an app opens nothing."""
    found = one(workflow(), tickets=[ticket(step(11, at(6, 8), "Open", "Approved", kind=APP))])
    assert (found.outcome, "OPS-5 names it, but was not approved by a person" in found.evidence) == (EXCEPTION, True)


def test_without_a_gate_the_creation_of_the_ticket_counts():
    """Until some days after it was done; a ticket written afterwards authorises nothing."""
    test = control("CT-19", "configuration_ticketed", {"done": ["Done"]}, days=1)
    assert one(workflow(), tickets=[ticket(created=at(6, 9))], test=test).outcome == PASS
    assert one(workflow(), tickets=[ticket(created=at(6, 11))], test=test).outcome == EXCEPTION


def test_a_text_written_afterwards_names_nothing():
    """Summary and description count as they stood when the record was made."""
    approved = step(11, at(6, 8), "Open", "Approved", BOB)
    late = step(15, at(6, 20), "Renew", "Strengthen the Change Workflow", field="summary")
    assert one(workflow(), tickets=[ticket(approved, late)]).outcome == EXCEPTION
    early = step(10, at(6, 7), "Renew", "Strengthen the Change Workflow", field="summary")
    then_other = step(16, at(6, 21), "Strengthen the Change Workflow", "Renew", field="summary")
    assert one(workflow(), tickets=[ticket(early, approved, then_other, summary="Renew")]).outcome == PASS
    timeless = step(16, "20226", "Strengthen the Change Workflow", "Renew", field="summary")
    assert one(workflow(), tickets=[ticket(approved, timeless)]).outcome == EXCEPTION
    described = ticket(approved, summary="Tuesday", description="we alter the CHANGE  workflow today")
    assert one(workflow(), tickets=[described]).outcome == PASS


def test_the_record_may_name_the_ticket():
    """A key in what changed joins them, if the ticket is one and was approved then; a part of another word is no key."""
    field = {"id": "customfield_1", "name": "Risk", "typeName": "CUSTOM_FIELD"}

    def described(text):
        return record(
            7, at(6, 10), "Custom field updated", field, category="fields", values=[("Description", "", text)]
        )

    plain = ticket(summary="Tuesday")
    assert one(described("see OPS-5"), tickets=[plain]).outcome == PASS
    assert one(described("see OPS-51"), tickets=[plain]).outcome == EXCEPTION
    assert one(described("DEV-OPS-5"), tickets=[plain]).outcome == EXCEPTION


def test_a_name_of_one_word_needs_the_kind_beside_it():
    """Risk stands in many texts; the field Risk is meant by few."""
    field = record(
        7, at(6, 10), "Custom field updated", {"name": "Risk", "typeName": "CUSTOM_FIELD"}, category="fields"
    )
    assert one(field, tickets=[ticket(summary="Lower the risk")]).outcome == EXCEPTION
    assert one(field, tickets=[ticket(summary="New values of the field Risk")]).outcome == PASS
    assert one(field, tickets=[ticket(summary="The field Risky")]).outcome == EXCEPTION


def test_a_ticket_whose_history_was_not_read_is_no_evidence():
    """It names what changed, and when it was approved is not known."""
    found = one(workflow(), tickets=[issue("OPS-5", summary="Change Workflow", whole=False)])
    assert (found.outcome, "OPS-5 names it, but its history was not read whole" in found.evidence) == (
        NO_EVIDENCE,
        True,
    )
    beside = ticket(step(11, at(6, 8), "Open", "Approved", kind=APP))
    both = one(
        workflow(), tickets=[replace(beside, key="OPS-4"), issue("OPS-5", summary="Change Workflow", whole=False)]
    )
    assert both.evidence.endswith("; OPS-5 names it, but its history was not read whole")


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        (
            LogReach(None, None, 0, names_deletions=False, readable=False, why_not="HTTP 403"),
            "could not be read (HTTP 403)",
        ),
        (LogReach(at(5, 1), None, 9, names_deletions=False, readable=True), "was not read whole"),
        (
            LogReach(at(5, 1), None, 9, names_deletions=False, readable=True, begins=datetime(2026, 5, 4, tzinfo=UTC)),
            "does not reach back before 3 May 2026, 20:00 -04:00",
        ),
    ],
)
def test_what_the_log_does_not_cover_is_no_evidence(reach, said):
    """One row says so; the records that there are, are judged beside it."""
    first, second = judge(workflow(), reach=reach, tickets=[ticket()])
    assert (first.key, first.outcome, said in first.evidence) == (LOG, NO_EVIDENCE, True), first.evidence
    assert second.outcome == PASS


def test_records_of_another_time_are_no_matter_of_the_period():
    """A whole log without a change in the period has one row that says so."""
    found = one(workflow(when=at(3, 1)), workflow(8, at(10, 20)))
    assert (found.key, found.outcome) == (LOG, NOT_APPLICABLE)


def test_a_record_without_a_time_is_no_evidence():
    """Whether it lies in the period can't be told."""
    broken = workflow() | {"created": "20226"}
    assert [(each.key, each.outcome) for each in judge(broken)] == [("log 7", NO_EVIDENCE)]


SCHEME, LAX = ({"id": number, "name": name, "typeName": "SCHEME"} for number, name in (("0", "Lax"), ("5", "Strange")))
OPS, LAB = (
    {"id": number, "name": name, "typeName": "PROJECT"} for number, name in (("10003", "Operations"), ("10099", "Lab"))
)
ROLE = {"id": "1", "name": "Developers", "typeName": "PROJECT_ROLE"}
GRANT = (("Permission", "", "Delete Issues"), ("Type", "", "Group"), ("Value", "", "everyone"))
UPDATED = "Permission scheme updated"


@pytest.mark.parametrize(
    ("summary", "item", "more", "counts"),
    [
        ("Workflow updated", {"name": "Change Workflow", "typeName": "WORKFLOW"}, {}, True),
        ("Workflow updated", {"name": "Other", "typeName": "WORKFLOW"}, {}, False),
        ("Custom field created", {"name": "Risk", "typeName": "CUSTOM_FIELD"}, {"category": "fields"}, True),
        (UPDATED, SCHEME, {"category": "permissions", "values": GRANT}, True),
        (UPDATED, LAX, {"category": "permissions", "values": GRANT}, False),
        ("Workflow scheme updated", LAX, {}, True),
        ("Permission scheme added to project", OPS, {"category": "permissions", "others": [LAX]}, True),
        ("Permission scheme added to project", LAB, {"category": "permissions", "others": [LAX]}, False),
        (
            "Project roles changed",
            ROLE,
            {"category": "projects", "others": [OPS], "values": [("Users", "", "acc:1")]},
            True,
        ),
        (
            "Project roles changed",
            ROLE,
            {"category": "projects", "others": [LAB], "values": [("Users", "", "acc:1")]},
            False,
        ),
        ("Project role deleted", ROLE, {"category": "projects"}, True),
        (
            "Group created",
            {"name": "ops", "typeName": "GROUP"},
            {"category": "group management", "others": [OPS]},
            False,
        ),
        ("User added to group", {"name": "ops", "typeName": "GROUP"}, {"category": "group management"}, False),
        (
            "Global permission added",
            {"name": "Global Permissions", "typeName": "PERMISSIONS"},
            {"category": "permissions", "values": [("Permission", "", "Administer Jira"), ("Group", "", "ops")]},
            True,
        ),
    ],
)
def test_only_the_configuration_of_the_listed_projects_counts(summary, item, more, counts):
    """What is shared by all counts; of what is known to be others', and of people and groups, nothing does."""
    if summary == "User added to group":
        more = more | {"others": [{"id": "acc:1", "name": "Ann", "typeName": "USER"}]}
    found = [each.key for each in judge(record(7, at(6, 10), summary, item, **more))]
    assert found == (["log 7"] if counts else [LOG])


def test_a_scheme_that_a_project_had_in_between_counts():
    """The log shows that it was given to a listed project, and taken away again."""
    given = record(6, at(6, 1), "Permission scheme added to project", OPS, category="permissions", others=[LAX])
    used = record(7, at(6, 2), UPDATED, LAX, category="permissions", values=GRANT)
    assert [each.key for each in judge(given, used)] == ["log 6", "log 7"]
    others = record(6, at(6, 1), "Permission scheme added to project", LAB, category="permissions", others=[LAX])
    assert [each.key for each in judge(others, used)] == [LOG]


def test_what_jira_did_not_tell_of_workflows_and_schemes_leaves_none_out():
    """Which ones belong to the listed projects is not known, so each counts."""
    other = workflow(name="Other")
    assert one(other, workflows=None).key == "log 7"
    lax = record(7, at(6, 10), UPDATED, LAX, category="permissions", values=GRANT)
    assert one(lax, schemes_told=False).key == "log 7"


def test_a_record_that_changed_several_things_is_one_row():
    """Its parts stand in one sentence, and a ticket that names one of them is enough."""
    role = developers(("Users", "bob", "acc:1"))
    found = one(role, tickets=[ticket(summary="Make Ann one of the Developers")])
    assert found.outcome == PASS
    assert found.evidence.startswith(
        "role Developers in OPS (bob → ) and role Developers in OPS ( → Ann), by Ann; OPS-5"
    )
    many = one(developers(("Groups", "", "g1, g2, g3, g4, g5")))
    assert "( → group g1), role Developers in OPS ( → group g2), role Developers in OPS ( → group g3) and 2 more" in (
        many.evidence
    )


def developers(*values, role=ROLE):
    return record(7, at(6, 10), "Project roles changed", role, category="projects", others=[OPS], values=values)


def test_of_many_tickets_and_approvals_three_are_told():
    """And how many more there are."""
    late = [replace(ticket(created=at(6, 11)), key=f"OPS-{number}") for number in range(5, 9)]
    test = control("CT-19", "configuration_ticketed", {"done": ["Done"]}, days=1)
    found = one(workflow(), tickets=late, test=test)
    assert found.evidence.count("names it, but not for that time") == 3
    assert found.evidence.endswith("; and 1 more")
    rounds = [
        change
        for month in (4, 5, 7, 8)
        for change in (
            step(month * 10, at(month, 1), "Open", "Approved", BOB),
            step(month * 10 + 1, at(month, 2), "Approved", "Done"),
            step(month * 10 + 2, at(month, 3), "Done", "Open"),
        )
    ]
    found = one(workflow(), tickets=[ticket(*rounds)])
    assert found.outcome == EXCEPTION
    assert found.evidence.endswith("(history 70), and 1 more")


def test_things_are_named_by_what_people_call_them():
    """A grant by scheme or permission, a new scheme by the old one too, a member by role and name, never by the role alone."""
    granted = record(1, at(6, 1), UPDATED, SCHEME, category="permissions", values=GRANT)
    assert named(granted) == [[("Lax", "permission"), ("Delete Issues",)]]
    assert named(developers(("Users", "bob", "acc:1"))) == [[("Developers", "bob")], [("Developers", "Ann")]]
    assert named(developers()) == [[]], "nobody came or went"
    assert named(developers(("Users", "", "acc:1"), role={"id": "1", "typeName": "PROJECT_ROLE"})) == [[]]


def named(*records):
    return [names_of(row) for row in known(*records).changes.itertuples()]


def test_a_row_says_nothing_that_is_not_there():
    """Of a change without sides only what was changed is told, and who is missing is called nobody."""
    nameless = workflow() | {"authorAccountId": None}
    assert (
        one(nameless).evidence
        == "workflow Change Workflow changed, by nobody that Jira names; no change ticket names it"
    )
    assert isinstance(known(nameless).changes, pd.DataFrame)
