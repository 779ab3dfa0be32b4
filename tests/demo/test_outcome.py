"""What became of every number, issue and state of the made-up company: its truth is the truth."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from made_up import company_of, planted_issues, sees
from places import SHARED

from auditlib.demo.story import scenery
from auditlib.demo.story.company import (
    END,
    LOG_BEGIN,
    PROJECTS,
)
from auditlib.demo.story.scenery import PROCESS
from auditlib.demo.world import truth

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
    """As in Jira: a later issue has a higher id; only an import writes another date. The change process counts for itself."""
    fates = [fate for project in company.world.projects for fate in company.truth.fates(project).values()]
    imported = {fate.issue_id for fate in fates if fate.backdated}
    lives = [life for number, life in sorted(company.truth.lives.items()) if number not in imported]
    for alone in (True, False):
        times = [life.created for life in lives if (life.project == PROCESS) == alone]
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
    """History, comments, worklogs and attachments are numbered as they are written; the change process counts for itself."""
    issues = company.world.issues.values()
    process = {one.id for issue in issues if issue.project == PROCESS for one in issue.histories + issue.attachments}
    for name in ("histories", "comments", "worklogs", "attachments"):
        entries = sorted((one for issue in issues for one in getattr(issue, name)), key=lambda one: one.id)
        assert len({one.id for one in entries}) == len(entries)
        for alone in (True, False):
            times = [one.created for one in entries if (one.id in process) == alone]
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
