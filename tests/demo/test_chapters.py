"""Every planted case of the made-up company is there, and is what its name says."""

from __future__ import annotations

import random
from datetime import timedelta

from made_up import bounds, planted_issues

from auditlib.demo.story import scenery, texts
from auditlib.demo.story.cast import HOSTILE_NAMES, people
from auditlib.demo.story.company import (
    BEGIN,
    END,
    LOG_BEGIN,
    PROJECTS,
)
from auditlib.demo.story.engine import Simulation
from auditlib.demo.story.planting import Story
from auditlib.demo.story.telling import tell
from auditlib.demo.world import truth
from auditlib.demo.world.records import User

MISSING = {
    # name: (kind, classification, how many)
    "deleted after the period": (truth.DELETED, "unexplained", 1),
    "deleted with a record": (truth.DELETED, "unexplained", 4),
    "deleted with its parent": (truth.DELETED, "unexplained", 2),
    "deleted with its sub-tasks": (truth.DELETED, "unexplained", 1),
    "deleted without a record": (truth.DELETED, "unexplained", 4),
    "deleted, named by a link": (truth.DELETED, "unexplained", 1),
    "deleted, record expired": (truth.DELETED, "unexplained", 1),
    "deletion run with records": (truth.DELETED, "unexplained", 5),
    "deletion run without records": (truth.DELETED, "unexplained", 8),
    "first number of the period deleted": (truth.DELETED, "unexplained", 1),
    "first of all deleted": (truth.DELETED, "unexplained", 1),
    "hidden": (truth.HIDDEN, "unexplained", 3),
    "hidden, moved into sight": (truth.MOVED, "moved", 1),
    "last number of the period deleted": (truth.DELETED, "unexplained", 1),
    "last of all deleted": (truth.DELETED, "unexplained", 1),
    "moved": (truth.MOVED, "moved", 6),
    "moved after the period, key left": (truth.MOVED, "moved", 1),
    "moved in, key left": (truth.MOVED, "moved", 5),
    "moved out of scope": (truth.MOVED, "moved", 2),
    "moved out of sight": (truth.MOVED, "unexplained", 2),
    "moved twice": (truth.MOVED, "moved", 2),
    "moved with its sub-tasks": (truth.MOVED, "moved", 3),
    "moved, then deleted": (truth.DELETED, "unexplained", 2),
    "moved, then hidden": (truth.MOVED, "unexplained", 1),
    "never allocated": (truth.NEVER, "unexplained", 3),
    "range never allocated": (truth.NEVER, "unexplained", 60),
    "range never allocated before the period": (truth.NEVER, "unexplained", 60),
}
PRESENT = {
    "after the period": 3,
    "back-dated import": 10,
    "back-dated into the period": 2,
    "before the period": 3,
    "change approved afterwards": 2,
    "change approved by another": 2,
    "change approved by its author": 2,
    "change never approved": 2,
    "clone": 1,
    "closed after the period": 2,
    "closed as Duplicate": 2,
    "closed as Won't Do": 2,
    "closed test issue": 4,
    "closed without resolution": 4,
    "comment by a person who left": 2,
    "comment hidden by group": 2,
    "comment hidden by role": 2,
    "comment in another script": 2,
    "comment restricted in sight": 2,
    "concurrent": 8,
    "edited comment": 2,
    "first touched after the period": 2,
    "hole in resolution": 1,
    "hole in status": 2,
    "hostile attachment names": 1,
    "hostile comment": 2,
    "hostile description": 5,
    "hostile display name": 6,
    "hostile summary": 18,
    "issue with everything": 1,
    "linked": 2,
    "long description": 1,
    "moved after the period": 1,
    "moved in": 5,
    "names a deleted issue": 1,
    "neighbour of the period's edge": 2,
    "no reporter": 1,
    "open test issue": 2,
    "people who left": 1,
    "reopened": 3,
    "reopened after the period": 2,
    "resolved after the period": 2,
    "security level in sight": 1,
    "sub-task": 3,
}


def test_every_planted_case_is_there(any_scale):
    """At every scale and for every seed, with the fate that its name says."""
    planted = any_scale.truth.planted
    assert {name for name in planted if not name.startswith("edge ")} == set(MISSING) | set(PRESENT)
    for name, (kind, classification, count) in MISSING.items():
        fates = [any_scale.truth.fate(key) for key in planted[name]]
        assert {fate.kind for fate in fates} == {kind}, name
        assert {fate.classification for fate in fates} == {classification}, name
        assert len(fates) >= count if kind == truth.NEVER else len(fates) == count, name
    for name, count in PRESENT.items():
        assert [any_scale.truth.fate(key).kind for key in planted[name]] == [truth.PRESENT] * count, name


def test_planted_numbers_lie_in_a_row_where_they_should(any_scale):
    """A run is a run: nothing else got a number in between."""
    for name in (
        "deletion run with records",
        "deletion run without records",
        "range never allocated",
        "never allocated",
    ):
        keys = any_scale.truth.planted[name]
        numbers = [int(key.rpartition("-")[2]) for key in keys]
        if name != "never allocated":
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        for key in (keys[0], keys[-1]):
            assert key.rpartition("-")[0] in PROJECTS


def test_ordinary_traffic_keeps_out_of_the_chapters():
    """Otherwise a run of deletions, or the edge of the period, might be torn apart, for some seeds only."""
    rng = random.Random("traffic")  # noqa: S311  not a secret
    cast = people(rng)
    story = Story(Simulation(rng, cast, scenery.projects(cast), BEGIN, END))
    tell(story, 1.0)
    windows = story.sim._reserved
    assert len(windows) > 60
    hours = timedelta(hours=3)
    assert {(edge - hours, edge + hours) for edge in bounds()} <= set(windows)
    planted = {key for keys in story.planted_keys.values() for key in keys}
    planted |= {key for records in story.planted_records.values() for one in records for key in all_keys(one)}
    for record in (story.sim.records | story.sim.gone).values():
        if any(begins <= record.created <= ends for begins, ends in windows) and not record.backdated:
            assert planted & set(all_keys(record))


def all_keys(record):
    return [f"{project}-{number}" for project, number in record.keys]


def test_the_first_and_last_number_of_the_period_are_deleted(any_scale):
    """In the audit's zone no number of the project lies between them and the edge."""
    begins, ends = bounds()
    given = [
        fate for fate in any_scale.truth.fates("OPS").values() if fate.given_out and begins <= fate.given_out < ends
    ]
    assert given[0].key == any_scale.truth.planted["first number of the period deleted"][0]
    assert given[-1].key == any_scale.truth.planted["last number of the period deleted"][0]
    (first,) = any_scale.truth.planted["first of all deleted"]
    (last,) = any_scale.truth.planted["last of all deleted"]
    assert first == "OPS-1"
    assert last == f"PAYX-{any_scale.truth.counters['PAYX']}"


def test_deletions_have_records_as_their_names_say(any_scale):
    """With, without, and with one that has expired."""
    for name, recorded in (
        ("deleted with a record", True),
        ("deletion run with records", True),
        ("deleted with its sub-tasks", True),
        ("deleted with its parent", True),
        ("deleted after the period", True),
        ("deleted without a record", False),
        ("deletion run without records", False),
        ("deleted, record expired", False),
        ("deleted, named by a link", False),
        ("moved, then deleted", False),
    ):
        assert {any_scale.truth.fate(key).recorded for key in any_scale.truth.planted[name]} == {recorded}, name
    begins, ends = bounds()
    (expired,) = any_scale.truth.planted["deleted, record expired"]
    assert begins <= any_scale.truth.fate(expired).left_at < LOG_BEGIN
    (late,) = any_scale.truth.planted["deleted after the period"]
    assert any_scale.truth.fate(late).left_at >= ends


def test_a_deleted_issue_may_be_named_by_another(any_scale):
    """That it existed can be read in the history of an issue that is still there."""
    (key,) = any_scale.truth.planted["deleted, named by a link"]
    (witness,) = planted_issues(any_scale, "names a deleted issue")
    assert witness.id in any_scale.truth.fate(key).named_by
    named = [item["to"] for entry in witness.histories for item in entry.items if item["field"] == "Link"]
    assert key in named
    assert all(link.get("outwardIssue", link.get("inwardIssue"))["key"] != key for link in witness.fields["issuelinks"])


def test_moved_in_issues_have_old_dates_and_new_numbers(any_scale):
    """Given out in the period, created before it; and the other way round after it."""
    begins, ends = bounds()
    for key in any_scale.truth.planted["moved in"]:
        fate = any_scale.truth.fate(key)
        assert fate.created < begins <= fate.given_out < ends
    for key in any_scale.truth.planted["moved after the period"]:
        fate = any_scale.truth.fate(key)
        assert begins <= fate.created < ends <= fate.given_out
    homes = {
        any_scale.truth.lives[issue.id].keys[0].rpartition("-")[0] for issue in planted_issues(any_scale, "moved in")
    }
    assert "HR" in homes


def test_backdated_issues_have_old_dates_and_new_ids(any_scale):
    """An import writes `created`; id and number tell the truth."""
    begins, ends = bounds()
    for name in ("back-dated import", "back-dated into the period"):
        for issue in planted_issues(any_scale, name):
            fate = any_scale.truth.fate(issue.key)
            assert fate.backdated
            assert fate.created < fate.given_out - timedelta(days=1)
            earlier = [life for number, life in any_scale.truth.lives.items() if number < issue.id]
            assert any(life.created > issue.created for life in earlier)
    assert all(begins <= issue.created < ends for issue in planted_issues(any_scale, "back-dated into the period"))


def test_concurrent_issues_are_out_of_order_by_milliseconds(any_scale):
    """The higher number is older, and has the lower id."""
    issues = planted_issues(any_scale, "concurrent")
    for higher, lower in zip(issues[::2], issues[1::2], strict=True):
        assert (higher.project, higher.number) == (lower.project, lower.number + 1)
        assert higher.id < lower.id
        assert timedelta(0) <= lower.created - higher.created <= timedelta(milliseconds=40)
    assert issues[0].created < issues[1].created


def test_states_after_the_period_differ_from_those_at_its_end(any_scale):
    """The two status pictures of a report must differ somewhere."""
    _, ends = bounds()
    for name, then, now in (
        ("resolved after the period", ("In Progress", None), ("Done", "Done")),
        ("reopened after the period", ("Done", "Done"), ("Reopened", None)),
        ("closed after the period", ("Done", "Duplicate"), ("Closed", "Duplicate")),
        ("first touched after the period", ("Open", None), ("In Progress", None)),
    ):
        for issue in planted_issues(any_scale, name):
            assert any_scale.truth.status_at(issue.id, ends) == then
            assert any_scale.truth.status_at(issue.id, END) == now


def test_closings_are_as_their_names_say(any_scale):
    """Closed without resolution, with one that may not be accepted, as test issue."""
    for name, resolution in (
        ("closed without resolution", None),
        ("closed as Won't Do", "Won't Do"),
        ("closed as Duplicate", "Duplicate"),
        ("closed test issue", "Done"),
    ):
        for issue in planted_issues(any_scale, name):
            assert issue.fields["status"]["statusCategory"]["key"] == "done"
            assert (issue.fields["resolution"] or {}).get("name") == resolution
            assert ("test-data" in issue.fields["labels"]) == (name == "closed test issue")
    assert all("test-data" in issue.fields["labels"] for issue in planted_issues(any_scale, "open test issue"))
    for issue in planted_issues(any_scale, "reopened"):
        assert "Reopened" in {status for _, status, _ in any_scale.truth.lives[issue.id].states}


def test_comments_are_as_their_names_say(any_scale):
    """Restricted in and out of sight, edited, by people who left, in other scripts."""
    for name, kind, visible in (
        ("comment hidden by role", "role", False),
        ("comment hidden by group", "group", False),
        ("comment restricted in sight", "group", True),
    ):
        for issue in planted_issues(any_scale, name):
            assert any(
                one.visibility and one.visibility["type"] == kind and one.visible == visible for one in issue.comments
            )
    for issue in planted_issues(any_scale, "comment by a person who left"):
        assert any(one.author and not one.author.active for one in issue.comments)
    for issue in planted_issues(any_scale, "edited comment"):
        assert any(one.updated > one.created for one in issue.comments)
    for issue in planted_issues(any_scale, "comment in another script"):
        assert {one.body for one in issue.comments} >= set(texts.OTHER_SCRIPTS)
    for issue in planted_issues(any_scale, "hostile comment"):
        assert {one.body for one in issue.comments} >= set(texts.HOSTILE_COMMENTS)
    (issue,) = planted_issues(any_scale, "no reporter")
    assert issue.fields["reporter"] is None
    assert any(entry.author is None for entry in issue.histories)
    assert any(one.author is None for one in issue.comments)


def test_hostile_texts_are_all_there(any_scale):
    """Each way to break a careless program is met at least once."""
    summaries = [issue.fields["summary"] for issue in planted_issues(any_scale, "hostile summary")]
    assert sorted(summaries) == sorted(texts.HOSTILE_SUMMARIES)
    assert {text[0] for text in summaries} >= set("=+-@\t\r<")
    assert any("\u202e" in text for text in summaries)
    assert all(len(text) <= 255 for text in summaries)
    described = [issue.fields["description"] for issue in planted_issues(any_scale, "hostile description")]
    assert sorted(described) == sorted(texts.HOSTILE_DESCRIPTIONS)
    (issue,) = planted_issues(any_scale, "long description")
    assert len(issue.fields["description"]) == 32000
    names = {issue.fields["creator"].display_name for issue in planted_issues(any_scale, "hostile display name")}
    assert names == set(HOSTILE_NAMES)
    (issue,) = planted_issues(any_scale, "hostile attachment names")
    held = {(one.filename, one.content) for one in issue.attachments}
    assert held >= {(filename, content) for filename, content, _ in texts.HOSTILE_FILES}
    assert all(one.size == len(one.content) for one in issue.attachments)


def test_the_issue_with_everything_has_everything(any_scale):
    """One issue on which a dossier shows all its parts."""
    (issue,) = planted_issues(any_scale, "issue with everything")
    assert len(issue.fields["subtasks"]) == 3
    assert {link["type"]["name"] for link in issue.fields["issuelinks"]} >= {"Relates", "Cloners"}
    assert len(issue.worklogs) >= 3
    assert issue.attachments
    assert any_scale.world.remote_links[issue.id]
    assert any_scale.world.watchers[issue.id]
    (clone,) = planted_issues(any_scale, "clone")
    assert clone.fields["summary"].startswith("CLONE - ")
    for child in planted_issues(any_scale, "sub-task"):
        assert child.fields["parent"]["key"] == issue.key


def test_changes_are_approved_or_not_as_their_names_say(any_scale):
    """By another, by the author, never, too late: what attribute tests are about."""

    def who(issue, status):
        return [
            (entry.created, entry.author)
            for entry in issue.histories
            for item in entry.items
            if item["field"] == "status" and item["toString"] == status
        ]

    for issue in planted_issues(any_scale, "change approved by another"):
        assert who(issue, "Approved")[0][1] != who(issue, "Done")[0][1]
        assert isinstance(issue.fields[scenery.APPROVER], User)
    for issue in planted_issues(any_scale, "change approved by its author"):
        assert who(issue, "Approved")[0][1] == who(issue, "Done")[0][1] == issue.fields["creator"]
    assert not any(who(issue, "Approved") for issue in planted_issues(any_scale, "change never approved"))
    for issue in planted_issues(any_scale, "change approved afterwards"):
        assert who(issue, "Done")[0][0] < who(issue, "Approved")[0][0]
