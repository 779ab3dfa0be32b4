"""CT-18: every way from the creation of an issue to done leads through the gate, or the shortest one that avoids it is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from site_cases import PERIOD, control

from auditlib.audit.controls.site.workflow_gate import shortest_way, workflow_enforces_gate
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.workflows.versions import Held, Known, merged
from auditlib.records.audit_log import log_frame
from auditlib.records.log_change import Names
from auditlib.records.names import called_by
from auditlib.records.permission_changes import permission_changes
from auditlib.records.workflow_log import Logged
from auditlib.records.workflow_rules import CONDITION, SCREEN, Rule
from auditlib.records.workflows import DIRECTED, GLOBAL, INITIAL, Status, Transition, Workflow, read_workflows

REGIONS = {"gate": ["Approved"], "done": ["Done", "Closed"]}
GATED = control("CT-18", "workflow_enforces_gate", REGIONS)
MARCH, MAY, AUGUST, NOVEMBER = (datetime(2026, month, 5, 12, tzinfo=UTC) for month in (3, 5, 8, 11))
HELD = Held("OPS", "Change", ("Open", "Approved", "Done"), "Changes", "w1")
STATUSES = tuple(
    Status(name, id=str(place)) for place, name in enumerate(("Open", "Review", "Approved", "Done", "Closed"), 1)
)
IDS = {one.name: one.id for one in STATUSES}

CREATE = ("Create", INITIAL, (), "Open")
SUBMIT = ("Submit", DIRECTED, ("Open",), "Review")
APPROVE = ("Approve", DIRECTED, ("Review",), "Approved")
FINISH = ("Finish", DIRECTED, ("Approved",), "Done")
CLOSE = ("Close", DIRECTED, ("Done",), "Closed")
REOPEN = ("Reopen", DIRECTED, ("Done",), "Review")


def transition(name, kind, origins, target, *rules):
    ids = tuple(IDS.get(one, one) for one in origins)
    return Transition(name, kind, origins, target, rules, ids, IDS.get(target, target))


def workflow(*rows, number=1, name="Changes", statuses=STATUSES, **more):
    return Workflow("w1", name, number, statuses, tuple(transition(*row) for row in rows), **more)


def judged(*versions, held=(HELD,), logged=(), test=GATED, called=None):
    more = {} if called is None else {"called": called}
    return workflow_enforces_gate(test, held, merged(versions), logged, PERIOD, **more)


def only(*rows, **more):
    (found,) = judged(Known(workflow(*rows), MARCH), **more)
    return found


def test_a_workflow_without_a_way_around_passes():
    """Submitted, approved, finished: there is no other way, and the row names version, types and when it was in force."""
    found = only(CREATE, SUBMIT, APPROVE, FINISH, CLOSE)
    assert (found.outcome, found.key, found.round) == (PASS, "Changes, version 1", None)
    assert found.decided_at == MARCH
    assert "in force for Change of OPS from 5 March 2026, 07:00 -05:00" in found.evidence


@pytest.mark.parametrize(
    ("added", "way"),
    [
        (("Hurry", DIRECTED, ("Open",), "Done"), "new → Open (Create) → Done (Hurry)"),
        (("Any", GLOBAL, (), "Closed"), "new → Open (Create) → Closed (Any, from any status)"),
        (("Skip", DIRECTED, ("Review", "Approved"), "Done"), "new → Open (Create) → Review (Submit) → Done (Skip)"),
        (("Import", INITIAL, (), "Done"), "new → Done (Import)"),
        (("", DIRECTED, ("Open",), "Done"), "new → Open (Create) → Done (a transition without a name)"),
    ],
)
def test_the_shortest_way_around_the_gate_is_shown(added, way):
    """Directed, global, from several statuses, already at the creation: with each status and the transition into it."""
    found = only(CREATE, SUBMIT, APPROVE, FINISH, added)
    assert (found.outcome, way in found.evidence) == (EXCEPTION, True), found.evidence


def test_of_two_ways_the_shorter_one_is_shown():
    """Also where the longer one stands first in Jira's answer."""
    found = only(CREATE, SUBMIT, ("Skip", DIRECTED, ("Review",), "Done"), ("Hurry", DIRECTED, ("Open",), "Closed"))
    assert "Closed (Hurry)" in found.evidence
    assert "Skip" not in found.evidence


def test_transitions_that_stay_where_they_are_lead_nowhere():
    """Looped ones, directed or global, neither avoid the gate nor keep the search busy for ever."""
    loops = (("Comment", GLOBAL, (), ""), ("Edit", DIRECTED, ("Open",), ""), ("Back", DIRECTED, ("Review",), "Open"))
    assert only(CREATE, SUBMIT, APPROVE, FINISH, *loops).outcome == PASS


def test_a_status_that_nothing_leads_to_is_no_beginning():
    """Done may be reached from it, but no issue ever gets there."""
    assert only(CREATE, SUBMIT, APPROVE, FINISH, ("Orphan", DIRECTED, ("Lost",), "Done")).outcome == PASS


def test_conditions_are_told_and_no_gate():
    """Who may set a condition may take it away: a guarded way around the gate is an exception that names the guard."""
    guard, screen = Rule(CONDITION, "only role 10002"), Rule(SCREEN, "shows screen 5")
    found = only(CREATE, SUBMIT, APPROVE, FINISH, ("Hurry", DIRECTED, ("Open",), "Done", guard, screen))
    assert found.outcome == EXCEPTION
    assert found.evidence.endswith("rules that may stop somebody there, and are no gate: Hurry: only role 10002")


def test_of_many_rules_three_are_told():
    """And how many more there are."""
    guards = [Rule(CONDITION, f"only role {number}") for number in range(1, 6)]
    found = only(CREATE, ("Hurry", DIRECTED, ("Open",), "Done", *guards))
    assert found.evidence.endswith("Hurry: only role 1, Hurry: only role 2, Hurry: only role 3, and 2 more")


def test_approvals_of_a_status_are_told_and_no_gate():
    """What Jira Service Management asks for stands in no status of the gate."""
    flow = workflow(
        CREATE, ("Hurry", DIRECTED, ("Open",), "Done"), approvals=("Open asks for approval by 1 of approvers",)
    )
    (found,) = judged(Known(flow, MARCH))
    assert found.outcome == EXCEPTION
    assert "Open asks for approval" in found.evidence


def test_a_second_round_without_the_gate_is_told():
    """From the creation every way passes it; what can be opened and done again past it is said beside."""
    again = ("Redo", DIRECTED, ("Done",), "Open"), ("Fast", DIRECTED, ("Approved", "Closed"), "Done")
    found = only(
        CREATE,
        SUBMIT,
        APPROVE,
        FINISH,
        CLOSE,
        *again,
        ("Reopen", DIRECTED, ("Closed",), "Fixing"),
        ("Fix", DIRECTED, ("Fixing",), "Done"),
    )
    assert found.outcome == PASS
    assert "done again without it: Closed → Fixing (Reopen) → Done (Fix)" in found.evidence
    assert "again" not in only(CREATE, SUBMIT, APPROVE, FINISH, REOPEN).evidence
    after = (("Begin", DIRECTED, ("Approved",), "Working"), ("Fix", DIRECTED, ("Working",), "Done"))
    assert "again" not in only(CREATE, SUBMIT, APPROVE, *after).evidence, "what follows the gate is the way to done"


def test_statuses_are_told_apart_by_id_and_named_by_any_of_their_names():
    """A gate renamed since is the gate still; a second status that bears the name of done is done too."""
    renamed = tuple(Status("Agreed", id="3") if one.name == "Approved" else one for one in STATUSES)
    rows = (CREATE, SUBMIT, APPROVE, FINISH)
    flow = workflow(*rows, statuses=renamed)
    assert judged(Known(flow, MARCH))[0].outcome == PASS  # its transitions still call it Approved
    agreed = tuple(
        Transition(
            one.name, one.kind, one.origins, one.target.replace("Approved", "Agreed"), (), one.origin_ids, one.target_id
        )
        for one in flow.transitions
    )
    flow = Workflow("w1", "Changes", 1, renamed, agreed)
    assert judged(Known(flow, MARCH))[0].outcome == EXCEPTION
    called = called_by([("status", "3", "Approved"), ("status", "3", "Agreed")])
    assert judged(Known(flow, MARCH), called=called)[0].outcome == PASS
    assert judged(Known(flow, MARCH), test=control("CT-18", "", {"gate": ["3"], "done": ["4"]}))[0].outcome == PASS
    twins = (*STATUSES, Status("Done", id="99"))
    around = Transition("Hurry", DIRECTED, ("Open",), "Done", (), ("1",), "99")
    flow = Workflow("w1", "Changes", 1, twins, (*workflow(*rows).transitions, around))
    assert judged(Known(flow, MARCH))[0].outcome == EXCEPTION


def test_two_statuses_of_one_name_are_two_places():
    """What leads out of one does not lead out of the other."""
    twins = (*STATUSES, Status("Open", id="98"))
    hidden = Transition("Hurry", DIRECTED, ("Open",), "Done", (), ("98",), "4")
    flow = Workflow("w1", "Changes", 1, twins, (*workflow(CREATE, SUBMIT, APPROVE, FINISH).transitions, hidden))
    assert judged(Known(flow, MARCH))[0].outcome == PASS


def test_each_version_in_force_in_the_period_is_judged():
    """One that ended before, or began after it, is no matter of this audit."""
    lax = workflow(CREATE, ("Hurry", DIRECTED, ("Open",), "Done"), number=3)
    versions = [
        Known(workflow(CREATE, ("Hurry", DIRECTED, ("Open",), "Done")), datetime(2026, 1, 1, tzinfo=UTC)),
        Known(workflow(CREATE, SUBMIT, APPROVE, FINISH, number=2), MARCH),
        Known(lax, MAY),
        Known(workflow(CREATE, SUBMIT, APPROVE, FINISH, number=4), NOVEMBER),
    ]
    found = judged(*versions)
    assert [(one.key, one.outcome) for one in found] == [
        ("Changes, version 2", PASS),
        ("Changes, version 3", EXCEPTION),
    ]
    assert "to 5 November 2026" in found[1].evidence


def test_a_version_made_when_the_period_ends_is_no_matter_of_it():
    """The period ends with the midnight after its last day; a millisecond before that it was in force in it."""
    flow = workflow(CREATE, SUBMIT, APPROVE, FINISH)
    assert [one.key for one in judged(Known(flow, PERIOD.ends))] == ["Changes, before version 1"]
    within = judged(Known(flow, PERIOD.ends - timedelta(milliseconds=1)))
    assert [one.key for one in within] == ["Changes, before version 1", "Changes, version 1"]


def test_what_was_in_force_before_the_first_known_version_is_no_evidence():
    """The period is not covered: a row says from when on the workflow is known."""
    found = judged(Known(workflow(CREATE, SUBMIT, APPROVE, FINISH, number=6), MAY))
    assert [(one.key, one.outcome) for one in found] == [
        ("Changes, before version 6", NO_EVIDENCE),
        ("Changes, version 6", PASS),
    ]
    late = judged(Known(workflow(CREATE, number=6), NOVEMBER))
    assert [one.outcome for one in late] == [NO_EVIDENCE]
    (untold, _) = judged(Known(workflow(CREATE, SUBMIT, APPROVE, FINISH, number=6), None))
    assert (untold.outcome, "since when version 6 is in force is not told" in untold.evidence) == (NO_EVIDENCE, True)


def test_a_workflow_made_in_the_period_has_nothing_before():
    """If the log records that it was made then; of another workflow, or before the period, that says nothing."""
    made = Known(workflow(CREATE, SUBMIT, APPROVE, FINISH), MAY)
    at = datetime(2026, 4, 20, tzinfo=UTC)
    assert [one.outcome for one in judged(made, logged=[Logged("1", at, "Ann", "created", "Changes")])] == [PASS]
    for record in (
        Logged("1", at, "Ann", "created", "Other"),
        Logged("1", at, "Ann", "updated", "Changes"),
        Logged("1", MARCH, "Ann", "created", "Changes"),
        Logged("1", AUGUST, "Ann", "created", "Changes"),
    ):
        assert [one.outcome for one in judged(made, logged=[record])] == [NO_EVIDENCE, PASS]
    for when in (PERIOD.begins, MAY):
        assert [one.outcome for one in judged(made, logged=[Logged("1", when, "Ann", "created", "Changes")])] == [PASS]
    first = Known(workflow(CREATE, SUBMIT, APPROVE, FINISH), PERIOD.begins)
    assert [one.outcome for one in judged(first)] == [PASS], "in force since the period began"


def test_a_workflow_without_done_is_not_concerned():
    """Whether Jira told its transitions or only its statuses."""
    flow = workflow(CREATE, statuses=STATUSES[:1])
    assert [one.outcome for one in judged(Known(flow, MARCH))] == [NOT_APPLICABLE]
    untold = Held("OPS", "Task", ("Open", "Ready"))
    assert [(one.key, one.outcome) for one in judged(held=[untold])] == [("workflow of Task of OPS", NOT_APPLICABLE)]


def test_what_jira_did_not_tell_is_no_evidence():
    """No transitions as on Data Center, a workflow that may not be read, none with which an issue is created."""
    named = [Held("OPS", kind, ("Open", "Done"), "Changes") for kind in ("Change", "Bug")]
    (found,) = judged(held=named)
    assert (found.key, found.outcome) == ("Changes", NO_EVIDENCE)
    assert "Change of OPS and Bug of OPS" in found.evidence
    assert [one.outcome for one in judged(held=[Held("OPS", "Change", (), "", "")])] == [NO_EVIDENCE]
    assert only(SUBMIT, APPROVE, FINISH).outcome == NO_EVIDENCE
    assert only(("Create", INITIAL, (), ""), SUBMIT, APPROVE, FINISH).outcome == NO_EVIDENCE


def test_a_creation_that_leads_nowhere_is_no_beginning():
    """Of a transition of which Jira told no status that it leads into, no way can be shown."""
    found = only(("Import", INITIAL, (), ""), CREATE, ("Any", GLOBAL, (), "Done"))
    assert "new → Open (Create) → Done (Any, from any status)" in found.evidence


def test_types_whose_workflow_is_not_told_stand_alone():
    """Each by its own name, and nothing in brackets where Jira told no id."""
    held = [Held("OPS", kind, ("Open", "Done")) for kind in ("Change", "Bug")]
    assert [one.key for one in judged(held=held)] == ["workflow of Bug of OPS", "workflow of Change of OPS"]
    named = [HELD, Held("LAB", "Change", ("Done",), "Changes")]
    found = judged(Known(workflow(CREATE, SUBMIT, APPROVE, FINISH), MARCH), held=named)
    assert [one.key for one in found] == ["Changes", "Changes (w1), version 1"]


def test_only_the_types_and_projects_that_it_applies_to_are_looked_at():
    """By the names of the parameters, upper and lower case alike."""
    held = [HELD, Held("OPS", "Task", ("Done",), "Plain"), Held("PAY", "Change", ("Done",), "Plain")]
    by_type = control("CT-18", "", REGIONS, applies_to={"issue_type": ["change"]})
    by_project = control("CT-18", "", REGIONS, applies_to={"project": ["OPS"], "issue_type": ["Change"]})
    all_types = control("CT-18", "", REGIONS, applies_to={"project": ["PAY"]})
    flow = Known(workflow(CREATE, SUBMIT, APPROVE, FINISH), MARCH)
    assert [one.key for one in judged(flow, held=held, test=by_type)] == ["Changes, version 1", "Plain"]
    assert [one.key for one in judged(flow, held=held, test=by_project)] == ["Changes, version 1"]
    assert [one.key for one in judged(flow, held=held, test=all_types)] == ["Plain"]


def test_two_workflows_of_one_name_are_told_apart():
    """By Jira's id beside the name."""
    other = Held("LAB", "Change", ("Done",), "Changes", "w2")
    flow = workflow(CREATE, SUBMIT, APPROVE, FINISH)
    versions = merged([Known(flow, MARCH), Known(Workflow("w2", "Changes", 1, flow.statuses, flow.transitions), MARCH)])
    found = workflow_enforces_gate(GATED, [HELD, other], versions, (), PERIOD)
    assert [one.key for one in found] == ["Changes (w1), version 1", "Changes (w2), version 1"]


def test_a_gate_that_is_done_too_is_passed_by_coming_into_it():
    """Where approval and release are one status, there is no way to it that avoids it."""
    one = workflow(CREATE, ("Approve", DIRECTED, ("Open",), "Approved"))
    assert shortest_way(one, lambda _, name: name == "Approved", lambda _, name: name == "Approved") is None


def test_ids_come_from_jiras_answer():
    """Transitions name statuses by references, which the list of statuses turns into ids."""
    answer = {
        "statuses": [
            {"id": "10", "statusReference": "aa", "name": "Open"},
            {"id": "11", "statusReference": "bb", "name": "Done"},
        ],
        "workflows": [
            {
                "id": "w1", "name": "Changes", "statuses": [{"statusReference": "aa"}, {"statusReference": "bb"}],
                "transitions": [
                    {"name": "Create", "type": "INITIAL", "toStatusReference": "aa"},
                    {"name": "Go", "type": "DIRECTED", "links": [{"fromStatusReference": "aa"}], "toStatusReference": "bb"},
                ],
            }
        ],
    }  # fmt: skip
    (read,) = read_workflows(answer)
    assert [one.id for one in read.statuses] == ["10", "11"]
    assert [(one.origin_ids, one.target_id) for one in read.transitions] == [((), "10"), (("10",), "11")]


def swap(number, when, scheme, project="10003", done="Workflow scheme added to"):
    things = {"id": project, "name": "Operations", "typeName": "PROJECT"}
    return {
        "id": number, "created": f"{when:%Y-%m-%dT%H:%M:%S}.000+0000", "summary": f"{done} project",
        "category": "workflows", "objectItem": things,
        "associatedItems": [{"id": scheme, "name": scheme, "typeName": "SCHEME"}],
    }  # fmt: skip


def test_another_scheme_in_the_period_is_no_evidence():
    """Today's workflows say nothing of the time before a project got them; other projects and other times are no matter."""
    flow = Known(workflow(CREATE, SUBMIT, APPROVE, FINISH), MARCH)
    names = Names(projects={"10003": "OPS", "10004": "LAB"})
    log = [swap(5, MARCH, "Lax"), swap(6, MAY, "Strict"), swap(7, MAY, "Strict", "10004"), swap(8, NOVEMBER, "Lax")]
    changes = permission_changes(log_frame(log, "cloud"), names)
    first, second = workflow_enforces_gate(GATED, [HELD], merged([flow]), (), PERIOD, swapped=changes)
    assert (first.outcome, second.outcome) == (PASS, NO_EVIDENCE)
    assert (second.key, second.decided_at) == ("workflow scheme of OPS, before log 6", MAY)
    assert "is Strict from 5 May 2026, 08:00 -04:00 on, before that it was Lax" in second.evidence


def test_only_the_workflow_scheme_that_a_project_got_is_told():
    """A scheme that was taken away is told with the one that came; of one that the log tells first, what was before is open."""
    flow = Known(workflow(CREATE, SUBMIT, APPROVE, FINISH), MARCH)
    log = [
        swap(5, MAY, "Readers", done="Permission scheme added to"),
        swap(6, MAY, "Lax", done="Workflow scheme removed from"),
        swap(7, AUGUST, "Strict"),
    ]
    changes = permission_changes(log_frame(log, "cloud"), Names(projects={"10003": "OPS"}))
    assert list(changes["kind"]) == ["scheme swapped"] * 3
    _, only_one = workflow_enforces_gate(GATED, [HELD], merged([flow]), (), PERIOD, swapped=changes)
    assert only_one.key == "workflow scheme of OPS, before log 7"
    first = permission_changes(log_frame(log[2:], "cloud"), Names(projects={"10003": "OPS"}))
    _, open_before = workflow_enforces_gate(GATED, [HELD], merged([flow]), (), PERIOD, swapped=first)
    assert "before that it was another one, or none: which workflows" in open_before.evidence
