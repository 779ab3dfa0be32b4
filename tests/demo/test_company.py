"""The made-up company hangs together, and its truth is the truth."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import random
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from datetime import time as midnight
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from places import ROOT, SHARED

from auditlib.demo.story import scenery, texts
from auditlib.demo.story.chapters import Story
from auditlib.demo.story.company import (
    BEGIN,
    END,
    LOG_BEGIN,
    PERIOD_END,
    PERIOD_START,
    PROJECTS,
    TIME_ZONE,
    Company,
    build_company,
    edges,
)
from auditlib.demo.story.engine import Simulation
from auditlib.demo.world import truth
from auditlib.demo.world.records import User

SEEDS = [f"seed {number}" for number in range(20)]


@cache
def company_of(seed: str, scale: float) -> Company:
    return build_company(seed, scale=scale)


@pytest.fixture(params=[("demo", 1.0), *((seed, 0.1) for seed in SEEDS)], ids=lambda param: f"{param[0]} at {param[1]}")
def company(request):
    return company_of(*request.param)


@pytest.fixture(params=[("demo", 1.0), ("another", 1.0), *((seed, 0.1) for seed in SEEDS[:5]), ("tiny", 0.0)], ids=str)
def any_scale(request):
    return company_of(*request.param)


def bounds(zone=TIME_ZONE):
    days = (PERIOD_START, PERIOD_END + timedelta(days=1))
    return [datetime.combine(day, midnight(), ZoneInfo(zone)).astimezone(UTC) for day in days]


def planted_issues(company, name):
    by_key = {issue.key: issue for issue in company.world.issues.values()}
    return [by_key[key] for key in company.truth.planted[name]]


def sees(world, issue):
    return issue.visible and world.projects[issue.project].browsable


# The whole


def test_the_same_seed_gives_the_same_bytes():
    """A demo can be compared with yesterday's only if the company did not change."""
    first, second = (pickle.dumps(build_company("twice", scale=0.1)) for _ in range(2))
    assert first == second


def test_the_company_does_not_hang_on_the_hash_seed():
    """Another process, with other hashes of text, makes the same company."""
    code = """if True:
        import hashlib
        from auditlib.demo.story.company import build_company
        company = build_company("twice", scale=0.1)
        assert company.world.powers
        company.world.powers = frozenset()  # a set of texts shows itself in the order of hashes
        print(hashlib.sha256(repr(company).encode()).hexdigest())
    """
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) == 64


def test_another_seed_gives_another_company():
    """The seed is not decoration."""
    first, second = company_of("seed 1", 0.1), company_of("seed 2", 0.1)
    assert [issue.fields["summary"] for issue in first.world.issues.values()] != [
        issue.fields["summary"] for issue in second.world.issues.values()
    ]


def test_a_negative_scale_is_refused():
    """A wrong argument is an error, not an empty company."""
    with pytest.raises(ValueError, match="negative"):
        build_company(scale=-1)


def test_the_full_company_is_made_in_three_seconds():
    """The demo must not keep people waiting."""
    begins = time.process_time()
    build_company("stop watch")
    assert time.process_time() - begins < 3


def test_the_full_company_has_the_size_that_was_asked_for():
    """A few hundred issues in the period, in projects one of whose keys is the beginning of another's."""
    company = company_of("demo", 1.0)
    assert 1200 <= len(company.world.issues) <= 2000
    assert 200 <= len(company.truth.population(PROJECTS, *bounds())) <= 600
    assert set(PROJECTS) <= set(company.world.projects)
    assert PROJECTS[1].startswith(PROJECTS[0])


def test_there_are_issues_before_in_and_after_the_period(any_scale):
    """Only then the cut by the period is a cut."""
    begins, ends = bounds()
    for project in PROJECTS:
        times = [issue.created for issue in any_scale.world.issues.values() if issue.project == project]
        assert min(times) < begins
        assert any(begins <= one < ends for one in times)
        assert max(times) >= ends


# Numbers


def test_every_number_of_every_counter_has_one_fate(company):
    """What the truth says of a number is what the world holds, found in another way."""
    world, answers = company.world, company.truth
    by_key = {issue.key: issue for issue in world.issues.values()}
    assert len(by_key) == len(world.issues)
    deleted = {key for life in answers.lives.values() if life.deleted_at for key in life.keys}
    for project in world.projects:
        fates = answers.fates(project)
        assert list(fates) == list(range(1, answers.counters[project] + 1))
        for number, fate in fates.items():
            key = f"{project}-{number}"
            assert (fate.key, fate.project, fate.number) == (key, project, number)
            holders = [key in by_key, key in world.moved_keys, key in deleted]
            assert sum(holders) == (fate.kind != truth.NEVER)
            if key in by_key:
                assert fate.kind == (truth.PRESENT if sees(world, by_key[key]) else truth.HIDDEN)
                assert (fate.issue_id, fate.now_key) == (by_key[key].id, key)
            elif key in world.moved_keys:
                issue = world.issues[world.moved_keys[key]]
                assert (fate.kind, fate.issue_id, fate.now_key) == (truth.MOVED, issue.id, issue.key)
                assert fate.now_visible == sees(world, issue)
            else:
                assert fate.kind in {truth.DELETED, truth.NEVER}
                assert fate.now_key is None
                assert not fate.now_visible
    assert {issue.project for issue in world.issues.values()} == set(world.projects)


def test_all_keys_were_counted(company):
    """No issue has a number beyond its project's counter."""
    for life in company.truth.lives.values():
        for key in life.keys:
            project, _, number = key.rpartition("-")
            assert 1 <= int(number) <= company.truth.counters[project]


def test_the_classification_is_what_asking_can_prove(company):
    """Moved in sight is `moved`; deleted, hidden and never allocated look alike."""
    for project in company.world.projects:
        for fate in company.truth.fates(project).values():
            found = company.world.issues.get(company.world.moved_keys.get(fate.key, -1))
            if fate.kind == truth.PRESENT:
                assert fate.classification is None
            elif found is not None and sees(company.world, found):
                assert fate.classification == "moved"
            else:
                assert fate.classification == "unexplained"


def test_missing_numbers_are_those_that_do_not_answer_as_themselves(company):
    """`missing` works for any range, also beyond the counter."""
    answers = company.truth
    for project in PROJECTS:
        last = answers.counters[project] + 3
        present = {
            issue.number for issue in company.world.issues.values() if issue.project == project and issue.visible
        }
        assert set(answers.missing(project, 1, last)) == set(range(1, last + 1)) - present
        assert answers.missing(project, last, last)[last].kind == truth.NEVER
        assert answers.missing(project, 5, 4) == {}


def test_ids_are_unique_and_rise_with_creation(company):
    """As in Jira: a later issue has a higher id; only an import writes another date."""
    fates = [fate for project in company.world.projects for fate in company.truth.fates(project).values()]
    imported = {fate.issue_id for fate in fates if fate.backdated}
    lives = [life for number, life in sorted(company.truth.lives.items()) if number not in imported]
    times = [life.created for life in lives]
    assert times == sorted(times)
    assert set(company.world.issues) == {n for n, life in company.truth.lives.items() if life.deleted_at is None}
    for issue in company.world.issues.values():
        assert issue.id in company.world.issues
        assert company.world.issues[issue.id] is issue


def test_numbers_rise_with_the_time_given_out(company):
    """Counters only go up; two creations at once may finish in the other order, milliseconds apart."""
    for project in company.world.projects:
        given = [fate.given_out for fate in company.truth.fates(project).values() if fate.given_out]
        latest = given[0]
        for instant in given:
            assert instant >= latest - timedelta(milliseconds=40)
            latest = max(latest, instant)


def test_ids_of_the_small_things_are_unique_and_rise(company):
    """History, comments, worklogs and attachments are numbered as they are written."""
    issues = company.world.issues.values()
    for name in ("histories", "comments", "worklogs", "attachments"):
        entries = sorted((one for issue in issues for one in getattr(issue, name)), key=lambda one: one.id)
        assert len({one.id for one in entries}) == len(entries)
        times = [one.created for one in entries]
        assert times == sorted(times)


# Moves and deletions


def test_a_move_leaves_exactly_the_history_entry_that_jira_leaves(company):
    """One entry with two items: `project` with ids, `Key` without ids and without `fieldId`."""
    world = company.world
    moves = [move for move in company.truth.moves if move.issue_id in world.issues]
    seen = []
    for issue in world.issues.values():
        for entry in issue.histories:
            if any(item["field"] == "Key" for item in entry.items):
                project, key = entry.items
                assert list(project) == ["field", "fieldtype", "fieldId", "from", "fromString", "to", "toString"]
                assert list(key) == ["field", "fieldtype", "from", "fromString", "to", "toString"]
                assert (key["from"], key["to"]) == (None, None)
                for side in ("from", "to"):
                    other = world.projects[key[f"{side}String"].rpartition("-")[0]]
                    assert (project[side], project[f"{side}String"]) == (str(other.id), other.name)
                seen.append(
                    (entry.created, entry.id, issue.id, key["fromString"], key["toString"], entry.author.account_id)
                )
    assert sorted(seen) == sorted((m.at, m.history_id, m.issue_id, m.from_key, m.to_key, m.author) for m in moves)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data of ../shared is not here")
def test_the_history_entry_of_a_move_looks_like_a_real_one():
    """Compared with the entry that a real move left."""
    real = json.loads((SHARED / "data" / "move-history-entry.json").read_text())
    issue = planted_issues(company_of("demo", 1.0), "moved in")[0]
    (entry,) = [entry for entry in issue.histories if any(item["field"] == "Key" for item in entry.items)]
    shape = [{name: type(value) for name, value in item.items()} for item in entry.items]
    assert shape == [{name: type(value) for name, value in item.items()} for item in real["items"]]


def test_old_keys_lead_to_the_issue_that_had_them(company):
    """All but the last key of every living issue, and nothing else."""
    expected = {key: life.id for life in company.truth.lives.values() if not life.deleted_at for key in life.keys[:-1]}
    assert company.world.moved_keys == expected
    for number, life in company.truth.lives.items():
        steps = [move for move in company.truth.moves if move.issue_id == number]
        assert list(life.keys[1:]) == [move.to_key for move in steps]
        assert list(life.keys[:-1]) == [move.from_key for move in steps]
        if not life.deleted_at:
            assert company.world.issues[number].key == life.keys[-1]


def test_deletions_are_in_the_log_only_where_the_truth_says_so(company):
    """The log reaches back to one day, and some deletions never come in."""
    world, answers = company.world, company.truth
    told = {record.object_item["name"]: record for record in world.log if record.summary == "Issue deleted"}
    for deletion in answers.deletions:
        assert deletion.issue_id not in world.issues
        record = told.pop(deletion.key, None)
        assert deletion.log_id == (None if record is None else record.id)
        if record is not None:
            assert (record.created, record.author) == (deletion.at, deletion.author)
            assert record.object_item["id"] == str(deletion.issue_id)
            assert record.object_item["typeName"] == "ISSUE"
        assert answers.fate(deletion.key).recorded == (record is not None)
        assert answers.fate(deletion.key).left_at == deletion.at
    assert told == {}


def test_the_log_is_in_order_and_reaches_back_only_so_far(company):
    """Ids rise with time; nothing is older than the retention."""
    log = company.world.log
    assert [record.id for record in log] == sorted({record.id for record in log})
    assert [record.created for record in log] == sorted(record.created for record in log)
    assert log[0].created >= LOG_BEGIN
    assert log[-1].created <= END
    assert len({record.category for record in log}) >= 6
    assert {record.author for record in log} - {None} <= set(company.world.users)


# States


def walk_back(issue, field):
    """Walk from today's value to the creation; gives (value at creation, whether all steps fit)."""
    value = issue.fields[field] and issue.fields[field]["name"]
    fits = True
    for entry in sorted(issue.histories, key=lambda one: (one.created, one.id), reverse=True):
        for item in entry.items:
            if item["field"] == field:
                fits = fits and item["toString"] == value
                value = item["fromString"]
    return value, fits


def test_histories_replay_except_for_the_holes(company):
    """Walking back from today's value must arrive at the value of the creation."""
    for issue in company.world.issues.values():
        life = company.truth.lives[issue.id]
        for field, born in (("status", life.states[0][1]), ("resolution", life.states[0][2])):
            value, fits = walk_back(issue, field)
            if company.truth.holes.get(issue.id) == field:
                assert not fits
            else:
                assert (value, fits) == (born, True)


def test_the_truth_about_states_is_what_the_history_says_at_any_time(company):
    """At every change, and just before it, except where the history has a hole."""
    ids = {
        "status": {name: record["id"] for name, record in scenery.STATUSES.items()},
        "resolution": {name: record["id"] for name, record in scenery.RESOLUTIONS.items()},
    }
    for issue in company.world.issues.values():
        if issue.id in company.truth.holes:
            continue
        state = [company.truth.lives[issue.id].states[0][1], company.truth.lives[issue.id].states[0][2]]
        for entry in issue.histories:
            just_before = max(entry.created - timedelta(milliseconds=1), issue.created)
            assert company.truth.status_at(issue.id, just_before) == tuple(state)
            for item in entry.items:
                if item["field"] in {"status", "resolution"}:
                    place = 0 if item["field"] == "status" else 1
                    assert item["fromString"] == state[place]
                    assert item["to"] == (item["toString"] and ids[item["field"]][item["toString"]])
                    state[place] = item["toString"]
            assert company.truth.status_at(issue.id, entry.created) == tuple(state)
        assert company.truth.status_at(issue.id, END) == tuple(state)
        assert issue.fields["status"]["name"] == state[0]
        assert (issue.fields["resolution"] or {}).get("name") == state[1]


def test_an_issue_has_no_state_before_it_exists_or_after_it_is_deleted(company):
    """The truth does not answer what has no answer."""
    deletion = company.truth.deletions[-1]
    life = company.truth.lives[deletion.issue_id]
    company.truth.status_at(life.id, life.created)
    for instant in (life.created - timedelta(milliseconds=1), deletion.at):
        with pytest.raises(ValueError, match="did not exist"):
            company.truth.status_at(life.id, instant)


def test_resolution_date_goes_with_the_resolution(company):
    """No resolution, no date; with one, the date of the last time it was set."""
    for issue in company.world.issues.values():
        assert (issue.fields["resolutiondate"] is None) == (issue.fields["resolution"] is None)


# Population


def test_the_population_is_what_search_can_find(company):
    """Found again by brute force over the world."""
    world = company.world
    begins, ends = bounds()
    found = {
        issue.key
        for issue in world.issues.values()
        if sees(world, issue) and issue.project in PROJECTS and begins <= issue.created < ends
    }
    assert company.truth.population(PROJECTS, begins, ends) == found
    assert company.truth.population(("HR", "OLD"), BEGIN, END) == set()


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "UTC"])
def test_edges_of_the_period_are_hit_in_every_zone(any_scale, zone):
    """One second decides, and the end does not belong to the period."""
    keys = any_scale.truth.population(PROJECTS, *bounds(zone))
    wanted = {"begin -1s": False, "begin exact": True, "begin +1s": True}
    wanted |= {"end -1s": True, "end exact": False, "end +1s": False}
    if zone == TIME_ZONE:
        wanted |= {"begin -1ms": False, "begin +1ms": True, "end -1ms": True, "end +1ms": False}
    for name, inside in wanted.items():
        (key,) = any_scale.truth.planted[f"edge {zone} {name}"]
        assert (key in keys) == inside
    assert {name for name, _ in edges()} <= set(any_scale.truth.planted)


def test_the_filter_finds_what_the_truth_says(company):
    """Read off the fields, as the filter's JQL says in words."""
    found = {
        issue.id
        for issue in company.world.issues.values()
        if issue.fields["issuetype"]["name"] in {"Story", "Task", "Bug", "Change", "Incident", "Sub-task"}
        and "test-data" not in issue.fields["labels"]
    }
    assert company.truth.filtered == found
    assert 0 < len(found) < len(company.world.issues)
    assert company.world.filters[10100].jql


# The planted cases

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
    cast = scenery.people(rng)
    story = Story(Simulation(rng, cast, scenery.projects(cast), BEGIN, END))
    story.tell(1.0)
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
    assert names == set(scenery.HOSTILE_NAMES)
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


# The fields and the scenery


def test_fields_hold_records_of_the_world(company):
    """Every person is a known user, every status, type and project is one of the lists."""
    world = company.world
    people = set(world.users.values())
    known = {
        "status": world.statuses,
        "issuetype": world.issue_types,
        "resolution": world.resolutions,
        "priority": world.priorities,
    }
    names = {field["id"] for field in world.field_names}
    for issue in world.issues.values():
        fields = issue.fields
        assert set(fields) <= names
        for name in ("reporter", "creator", "assignee", scenery.APPROVER):
            assert fields[name] is None or fields[name] in people
        for name, values in known.items():
            assert fields[name] is None or fields[name] in values
        assert fields["project"]["key"] == issue.project
        assert fields["project"]["id"] == str(world.projects[issue.project].id)
        assert fields["created"] == issue.created <= issue.updated == fields["updated"]
        assert BEGIN <= issue.created <= END
        assert issue.created.microsecond % 1000 == 0
        assert issue.histories == sorted(issue.histories, key=lambda one: (one.created, one.id))
        assert all(one.author is None or one.author in people for one in (*issue.histories, *issue.comments))
        assert all(issue.updated >= one.created for one in (*issue.histories, *issue.comments, *issue.worklogs))


def test_links_and_sub_tasks_meet_from_both_sides(company):
    """A link shows today's key, and its other end shows it too, unless it is out of sight."""
    world = company.world
    by_key = {issue.key: issue for issue in world.issues.values()}
    ends = Counter()
    for issue in world.issues.values():
        for link in issue.fields["issuelinks"]:
            other = by_key[link.get("outwardIssue", link.get("inwardIssue"))["key"]]
            assert str(other.id) == link.get("outwardIssue", link.get("inwardIssue"))["id"]
            if sees(world, issue):
                assert sees(world, other)
                ends[link["id"]] += 1
        for child in issue.fields["subtasks"]:
            assert by_key[child["key"]].fields["parent"]["key"] == issue.key
            assert by_key[child["key"]].project == issue.project
        if "parent" in issue.fields:
            assert issue.key in {parent.key for parent in world.issues.values()}
            assert issue.fields["issuetype"]["subtask"]
    assert set(ends.values()) <= {2}


def test_the_account_asks_from_another_zone():
    """The account's zone differs from the audit's and the server's on purpose, and its token is plainly made up."""
    world = company_of("demo", 1.0).world
    assert world.account.time_zone == "America/Los_Angeles"
    assert world.server_zone == "Europe/Berlin"
    assert world.account is world.users[world.account.account_id]
    assert world.account.name == "auditor"
    assert world.password == "demo-token-not-a-secret"
    assert "BROWSE_PROJECTS" in world.powers


def test_permissions_can_be_resolved_to_people(company):
    """Every holder is known; every scheme grants every permission that an auditor asks about."""
    world = company.world
    assert {project.permission_scheme for project in world.projects.values()} <= set(world.permission_schemes)
    numbers = [grant.id for scheme in world.permission_schemes.values() for grant in scheme.grants]
    assert len(set(numbers)) == len(numbers)
    for scheme in world.permission_schemes.values():
        assert {grant.permission for grant in scheme.grants} >= set(scenery.DELETION_KEYS)
        for grant in scheme.grants:
            if grant.holder_type == "group":
                assert grant.parameter in world.groups
            elif grant.holder_type == "projectRole":
                assert int(grant.parameter) in world.roles
            elif grant.holder_type == "user":
                assert grant.parameter in world.users
    kinds = {grant.holder_type for scheme in world.permission_schemes.values() for grant in scheme.grants}
    assert kinds >= {
        "group",
        "projectRole",
        "user",
        "projectLead",
        "reporter",
        "assignee",
        "applicationRole",
        "userCustomField",
    }
    for project in world.projects.values():
        assert project.lead in world.users
        for role in world.roles:
            for actor in world.role_actors[project.key, role]:
                assert actor.holder in (world.users if actor.kind == "user" else world.groups)
    assert all(group_id == group.group_id for group_id, group in world.groups.items())
    assert all(member in world.users for group in world.groups.values() for member in group.members)
    assert sum(len(group.members) > 50 for group in world.groups.values()) >= 2


def test_people_are_many_and_some_have_left():
    """Active, inactive, an app; names unique, addresses of nobody."""
    users = company_of("demo", 1.0).world.users
    assert {user.account_type for user in users.values()} == {"atlassian", "app"}
    assert {user.active for user in users.values()} == {True, False}
    for name in ("account_id", "key", "name", "email"):
        assert len({getattr(user, name) for user in users.values()}) == len(users)
    assert all(user.email.endswith("@example.com") for user in users.values())


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data of ../shared is not here")
@pytest.mark.parametrize("seed", ["demo", *SEEDS[:3]])
def test_no_made_up_name_is_that_of_a_real_person(seed):
    """Whoever is in the public data does not appear in the demo."""
    real = set()
    for file in sorted((SHARED / "data").rglob("*.json*")):
        raw = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        real.update(name.casefold() for name in re.findall(r'"displayName":\s*"([^"]*)"', raw.decode()))
    assert real
    made_up = {user.display_name.casefold() for user in company_of(seed, 0.1).world.users.values()}
    assert not made_up & real
