"""The archive: what Jira forgets is kept, months join or the hole is named, and what vanished is told by its key."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from archives import archived, driven, serving_log, spans, text_of
from small_world import issue, small_world

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import AnswerError, UsageError
from auditlib.package.lock import locked
from auditlib.records.log_join import record_digest
from auditlib.responses.archive import ArchiveFolder
from auditlib.times import parse_instant

FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def record(number: int, *, days: float | None = None) -> dict[str, Any]:
    """Make a record of the log, of so many days after the first."""
    at = FIRST + timedelta(days=number if days is None else days)
    return {
        "id": number,
        "summary": f"Change {number}",
        "created": at.isoformat(timespec="milliseconds"),
        "category": "x",
    }


def records_in(folder: Path) -> list[dict[str, Any]]:
    archive = ArchiveFolder(folder)
    return [dict(one) for path in archive.months for one in archive.records(path)]


def changes_in(folder: Path) -> list[list[dict[str, str]]]:
    """Return the rows of every file of changes, oldest first."""
    files = sorted((folder / "census").glob("*.csv"))
    return [list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) for path in files]


@pytest.fixture
def real_records(real_data) -> list[dict[str, Any]]:
    """The records of a real log, in the order of their time."""
    page = json.loads((real_data / "go-atlassian" / "get-audit-records.json").read_text(encoding="utf-8"))
    return sorted(page["records"], key=lambda one: one["created"])


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_twelve_archives_with_a_kill_in_every_one_hold_what_one_holds(real_records, tmp_path):
    """A real log, archived in twelve steps of which Jira keeps two, each killed once: every record is there, once."""
    edges = [len(real_records) * month // 12 for month in range(13)]
    month_file = tmp_path / "month"

    def kept() -> list[dict[str, Any]]:
        month = int(month_file.read_text())
        return real_records[edges[max(0, month - 2)] : edges[month]]

    with serving_log(kept) as jira:
        (tmp_path / "params.yaml").write_text(text_of(jira), encoding="utf-8")
        done = driven("months", tmp_path / "params.yaml", tmp_path / "twelve", month_file, "12")
        assert done["killed"] == [True] * 11
        month_file.write_text("12")
    with serving_log(lambda: real_records) as jira:
        archived(jira, tmp_path / "one")
    twelve, one = records_in(tmp_path / "twelve"), records_in(tmp_path / "one")
    assert len(twelve) == len(one) == 288
    assert sorted(map(record_digest, twelve)) == sorted(map(record_digest, one))
    assert not ArchiveFolder(tmp_path / "twelve").damages()
    assert not ArchiveFolder(tmp_path / "twelve").holes
    assert not (tmp_path / "twelve" / ".work").exists()


def test_records_are_kept_as_they_came_by_the_month_of_their_time(tmp_path):
    """Each month has its file, in UTC; records whose time can't be read have one of their own, and are kept once."""
    late = {
        "id": 1,
        "summary": "Late",
        "created": "2026-01-31T23:30:00.000-0500",
        "more": {"b": 1, "a": [None, "\ud800"]},
    }
    undated = {"id": 2, "summary": "Undated", "created": "once upon a time"}
    with serving_log(lambda: [late, undated]) as jira:
        archived(jira, tmp_path)
        archived(jira, tmp_path)
    archive = ArchiveFolder(tmp_path)
    assert archive.months == ["log/2026-02.jsonl.gz", "log/undated.jsonl.gz"]
    assert [list(archive.records(path)) for path in archive.months] == [[late], [undated]]
    assert list(next(iter(archive.records("log/2026-02.jsonl.gz")))) == list(late), "members in another order"


def test_a_log_with_nothing_new_has_no_hole(tmp_path):
    """The last archived record comes again, and is not kept twice."""
    with serving_log(lambda: [record(1), record(2)]) as jira:
        first, second = archived(jira, tmp_path), archived(jira, tmp_path)
    assert spans(first, "Joins") == ["nothing was archived before"]
    assert spans(second, "Joins") == ["yes: the last archived record, of 2026-01-03T00:00:00.000Z, came again"]
    assert second.found == {"hole": 0, "vanished": 0}
    assert len(records_in(tmp_path)) == 2


def test_what_jira_forgot_between_two_archives_is_a_hole_with_both_its_times(tmp_path):
    """Jira's oldest record is later than the last archived one: what was between is in no archive, and that stays told once."""
    kept = [record(1), record(2)]
    with serving_log(lambda: kept) as jira:
        archived(jira, tmp_path)
        kept[:] = [record(40), record(41)]
        hole = archived(jira, tmp_path)
        after = archived(jira, tmp_path)
    assert hole.found["hole"] == 1
    assert spans(hole, "Hole")[0].startswith("between 2026-01-03T00:00:00.000Z and 2026-02-10T00:00:00.000Z:")
    (told,) = ArchiveFolder(tmp_path).holes
    assert (told.added.detail["from"], told.added.detail["until"]) == (
        "2026-01-03T00:00:00+00:00",
        "2026-02-10T00:00:00+00:00",
    )
    assert after.found["hole"] == 0
    assert len(records_in(tmp_path)) == 4


def test_a_log_that_gives_nothing_at_all_shows_no_hole_and_no_join(tmp_path):
    """Nothing new, and the last record is gone: nobody knows whether there was more; a hole once something later comes."""
    kept = [record(1)]
    with serving_log(lambda: kept) as jira:
        archived(jira, tmp_path)
        kept[:] = []
        silent = archived(jira, tmp_path)
        kept[:] = [record(60)]
        later = archived(jira, tmp_path)
    assert spans(silent, "Joins")[0].startswith("not shown")
    assert [silent.found["hole"], later.found["hole"]] == [0, 1]


def test_a_record_that_is_told_in_another_form_does_not_make_a_hole(tmp_path):
    """The log still holds a record as old as the last archived one, if not the same bytes: nothing between is lost."""
    kept = [record(1), record(2)]
    with serving_log(lambda: kept) as jira:
        archived(jira, tmp_path)
        kept[:] = [one | {"eventSource": ""} for one in kept]
        report = archived(jira, tmp_path)
    assert report.found["hole"] == 0
    assert "records as old as it did" in spans(report, "Joins")[0]


def test_a_record_from_the_future_does_not_end_the_log(tmp_path):
    """A clock that once was wrong: later records are still asked for."""
    kept = [record(1), {**record(2), "created": "2999-01-01T00:00:00.000+0000"}]
    with serving_log(lambda: kept) as jira:
        archived(jira, tmp_path)
        kept.append(record(3))
        report = archived(jira, tmp_path)
    assert report.found["hole"] == 0
    assert {one["id"] for one in records_in(tmp_path)} == {1, 2, 3}


def test_a_log_that_can_not_be_read_claims_no_hole_and_the_census_goes_on(tmp_path):
    """The reason is told with the right that it takes; the next archive with that right goes on where the last one ended."""
    weak = small_world(issue(1), powers=frozenset({"BROWSE_PROJECTS"}))
    with serving_log(lambda: [record(1)]) as jira:
        archived(jira, tmp_path)
    with serving_log(lambda: [record(1), record(2)], weak) as jira:
        refused = archived(jira, tmp_path)
    with serving_log(lambda: [record(1), record(2)]) as jira:
        again = archived(jira, tmp_path)
    assert "Administer Jira" in spans(refused, "Log")[0]
    assert refused.found["hole"] == 0
    assert len(ArchiveFolder(tmp_path).censuses) == 3
    assert spans(again, "Joins")[0].startswith("yes")
    assert len(records_in(tmp_path)) == 2


@pytest.mark.parametrize("resource", ["newer", "older"])
def test_a_data_center_is_archived_at_whichever_log_it_has(resource, tmp_path):
    """The records as they came, with the form that they have; without ids they are known again by their digests."""
    world = small_world(issue(1))
    with EmbeddedJira(world, "data-center", forms={"log-resource": resource, "log-page": "25"}) as jira:
        archived(jira, tmp_path)
        world.log.append(replace(world.log[-1], id=99, created=world.log[-1].created + timedelta(days=1)))
        report = archived(jira, tmp_path)
    archive = ArchiveFolder(tmp_path)
    assert spans(report, "Joins")[0].endswith("came again")
    assert len(records_in(tmp_path)) == len(world.log) == 8
    forms = {added.detail["form"] for path in archive.months for added in archive.added[path]}
    assert forms == {"cloud" if resource == "older" else "data-center"}


def test_a_month_that_was_removed_is_a_hole_that_is_named_until_it_is_back(tmp_path):
    """The chain knows what the file held, and when; Jira has forgotten it."""
    kept = [record(1), record(2), record(40)]
    with serving_log(lambda: kept) as jira:
        archived(jira, tmp_path)
        kept[:] = [record(40), record(41)]
        month = tmp_path / "log" / "2026-01.jsonl.gz"
        month.rename(tmp_path.parent / "away")
        missed, known = archived(jira, tmp_path), archived(jira, tmp_path)
        holes = [one.added.detail for one in ArchiveFolder(tmp_path).holes]
        (tmp_path.parent / "away").rename(month)
        back = archived(jira, tmp_path)
    assert missed.found["hole"] == 1
    (said,) = spans(missed, "Lost")
    assert said.startswith(
        "log/2026-01.jsonl.gz is not there, from 2026-01-02T00:00:00.000Z to 2026-01-03T00:00:00.000Z:"
    )
    assert [one["of"] for one in holes] == ["log/2026-01.jsonl.gz"]
    assert known.found["hole"] == 0
    assert len(spans(known, "Lost")) == 1
    assert spans(back, "Back") == ["log/2026-01.jsonl.gz, which an earlier archive missed"]
    assert not ArchiveFolder(tmp_path).holes


def test_what_was_lost_comes_again_while_jira_still_has_it(tmp_path):
    """A month that was removed at once is appended again, beside where it was: nothing that stands is written over."""
    with serving_log(lambda: [record(1), record(2), record(40)]) as jira:
        archived(jira, tmp_path)
        (tmp_path / "log" / "2026-01.jsonl.gz").unlink()
        report = archived(jira, tmp_path)
        after = archived(jira, tmp_path)
    assert report.found["hole"] == 1, "a file was removed"
    assert len(spans(report, "Closed")) == 1
    assert after.found["hole"] == 0
    archive = ArchiveFolder(tmp_path)
    assert archive.months == ["log/2026-01.2.jsonl.gz", "log/2026-01.jsonl.gz", "log/2026-02.jsonl.gz"]
    assert [one["id"] for one in archive.records("log/2026-01.2.jsonl.gz")] == [2, 1]
    assert not archive.holes


def test_a_log_that_breaks_off_leaves_a_hole_that_the_next_archive_closes(tmp_path):
    """What came is kept; the next archive asks again from before the hole, not from its end."""
    kept = [record(number) for number in range(1, 3)]
    with serving_log(lambda: kept) as jira:
        archived(jira, tmp_path)
    kept += [record(number) for number in range(3, 6)]
    world = small_world(issue(1))
    broken = serving_log(lambda: kept, world, page=2, breaks_after=1)
    with broken as jira:
        report = archived(jira, tmp_path)
    assert report.found["hole"] == 1
    assert len(records_in(tmp_path)) == 4
    with serving_log(lambda: kept) as jira:
        closed = archived(jira, tmp_path)
    assert sorted(one["id"] for one in records_in(tmp_path)) == [1, 2, 3, 4, 5]
    assert len(spans(closed, "Closed")) == 1
    assert not ArchiveFolder(tmp_path).holes


# the census


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_a_deletion_and_a_move_show_by_key_and_times_though_the_log_says_nothing(dialect, tmp_path):
    """Two censuses tell what no record does; a third one that finds an issue again says so."""
    world = small_world(*(issue(number) for number in range(1, 8)), issue(50, "NEW"))
    world.log.clear()
    with EmbeddedJira(world, dialect) as jira:
        archived(jira, tmp_path)
        gone = world.issues.pop(103)
        world.issues[104].key = "NEW-51"
        world.issues[190] = issue(90)
        report = archived(jira, tmp_path)
        world.issues[103] = gone
        archived(jira, tmp_path)
    first, second, third = changes_in(tmp_path)
    times = [f"{parse_stamp(path):%Y-%m-%dT%H:%M:%S.000Z}" for path in ArchiveFolder(tmp_path).censuses]
    assert first == []
    assert [(row["key"], row["change"], row["last_seen"], row["first_missed"], row["was"]) for row in second] == [
        ("AC-3", "vanished", times[0], times[1], ""),
        ("AC-90", "new", "", "", ""),
        ("NEW-51", "moved", times[0], times[1], "AC-4"),
    ]
    assert [(row["key"], row["change"], row["last_seen"]) for row in third] == [("AC-3", "returned", times[0])]
    assert report.found["vanished"] == 1
    assert spans(report, "Vanished") == [
        f"AC-3: seen {times[0]}, missed {times[1]}; deleted, or hidden from this account"
    ]
    assert spans(report, "Moved") == [f"AC-4 is NEW-51: between {times[0]} and {times[1]}"]


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_an_issue_that_moved_to_a_project_that_is_not_listed_did_not_vanish(dialect, tmp_path):
    """It answers when it is asked for by its id; when it comes back it has moved again."""
    world = small_world(*(issue(number) for number in range(1, 6)))
    with EmbeddedJira(world, dialect) as jira:
        archived(jira, tmp_path, "[AC]")
        world.issues[102].key = "NEW-9"
        away = archived(jira, tmp_path, "[AC]")
        quiet = archived(jira, tmp_path, "[AC]")
        world.issues[102].key = "AC-9"
        archived(jira, tmp_path, "[AC]")
    rows = [[(row["key"], row["change"], row["was"]) for row in one] for one in changes_in(tmp_path)]
    assert rows == [[], [("NEW-9", "moved", "AC-2")], [], [("AC-9", "moved", "NEW-9")]]
    assert away.found["vanished"] == quiet.found["vanished"] == 0


def test_an_issue_that_slipped_through_between_two_pages_is_there(tmp_path):
    """Data Center counts pages by offset: a deletion while the keys are listed lets another issue slip through."""
    world = small_world(*(issue(number) for number in range(1, 6)))
    slips = []

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not slips or not asked.path.endswith("/search"):
            return answer
        body = json.loads(answer.body)
        body["issues"] = [one for one in body["issues"] if one["id"] != "102"]
        return replace(answer, body=json.dumps(body | {"total": len(body["issues"])}).encode())

    with EmbeddedJira(world, "data-center", tamper=tamper) as jira:
        archived(jira, tmp_path, "[AC]")
        slips.append(True)
        del world.issues[103]
        report = archived(jira, tmp_path, "[AC]")
    assert [(row["key"], row["change"]) for row in changes_in(tmp_path)[-1]] == [("AC-3", "vanished")]
    assert spans(report, "Slipped")[0].startswith("AC-2:")
    assert spans(report, "Census") == ["4 issues of AC in sight"]
    lines = ArchiveFolder(tmp_path).records(ArchiveFolder(tmp_path).censuses[-1])
    assert {one["key"] for one in lines} == {"AC-1", "AC-2", "AC-4", "AC-5"}


def test_an_issue_that_jira_says_is_hidden_did_not_vanish(tmp_path):
    """Some Data Centers answer 403 for what may not be seen, and 404 for what is not there."""
    world = small_world(*(issue(number) for number in range(1, 6)))

    def tamper(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=403) if asked.path.endswith("/issue/102") else answer

    with EmbeddedJira(world, "data-center", tamper=tamper) as jira:
        archived(jira, tmp_path, "[AC]")
        world.issues[102].visible = False
        report = archived(jira, tmp_path, "[AC]")
    assert [(row["key"], row["change"]) for row in changes_in(tmp_path)[-1]] == [("AC-2", "not seen")]
    assert report.found["vanished"] == 0


@pytest.mark.parametrize(("dialect", "pages"), [("cloud", 3), ("data-center", 11)])
def test_a_census_takes_a_request_for_each_page_of_keys(dialect, pages, tmp_path):
    """5,000 on Cloud, 1,000 on Data Center: of 1,000,000 issues 200 requests, or 1,000."""
    world = small_world(*(issue(number, after=timedelta(minutes=number)) for number in range(1, 10_002)))
    walk = []

    def note(asked: Asked, answer: Answer) -> Answer:
        if "search" in asked.path and "comment" not in str(asked.body):
            walk.append(asked)
        return answer

    with EmbeddedJira(world, dialect, tamper=note) as jira:
        report = archived(jira, tmp_path, "[AC]")
    assert len(walk) == pages
    assert spans(report, "Census") == ["10,001 issues of AC in sight"]


def parse_stamp(path: str) -> datetime:
    """Return the time of a census from its path."""
    return datetime.strptime(Path(path).name.partition(".")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_a_project_out_of_sight_is_not_seen_and_what_vanished_meanwhile_is_told_later(tmp_path):
    """Nothing of it is called vanished while it is hidden; the census that sees it again tells what is gone since."""
    world = small_world(*(issue(number) for number in range(1, 6)), issue(50, "NEW"))
    shown = world.projects["AC"]
    with EmbeddedJira(world, "cloud") as jira:
        archived(jira, tmp_path)
        world.projects["AC"] = replace_browsable(shown)
        dark = archived(jira, tmp_path)
        del world.issues[102]
        world.issues[103].key = "HID-3"
        world.projects["HID"] = replace(world.projects["HID"], browsable=True)
        world.projects["AC"] = shown
        light = archived(jira, tmp_path)
    assert dark.hidden.keys() == {"AC"}
    assert dark.found["vanished"] == 0
    _, second, third = changes_in(tmp_path)
    assert {(row["project"], row["change"]) for row in second} == {("AC", "not seen")}
    assert light.found["vanished"] == 1
    censuses = ArchiveFolder(tmp_path).censuses
    told = {row["key"]: row for row in third}
    assert told["AC-2"]["change"] == "vanished"
    assert parse_instant(told["AC-2"]["last_seen"]) == parse_stamp(censuses[0])
    assert parse_instant(told["AC-2"]["first_missed"]) == parse_stamp(censuses[2])
    assert (told["HID-3"]["change"], told["HID-3"]["was"]) == ("moved", "AC-3")
    assert {row["change"] for key, row in told.items() if key not in {"AC-2", "HID-3"}} == {"returned"}


def replace_browsable(project: Any) -> Any:
    """Return a project out of sight."""
    return replace(project, browsable=False)


def test_a_project_with_another_key_is_told_and_everything_else_is_kept(tmp_path):
    """``PRE`` is ``NEW`` today: it is not walked through under a key that it has no more."""
    with EmbeddedJira(small_world(issue(1), issue(50, "NEW")), "cloud") as jira:
        report = archived(jira, tmp_path, "[AC, PRE]")
    assert "is now called NEW" in report.hidden["PRE"]
    assert spans(report, "Census") == ["1 issue of AC in sight"]


def test_a_census_that_was_damaged_is_told_and_the_one_before_is_compared_with(tmp_path):
    """A byte that was changed is no reason to end, nor to compare with what may be wrong."""
    world = small_world(*(issue(number) for number in range(1, 5)))
    with EmbeddedJira(world, "cloud") as jira:
        archived(jira, tmp_path)
        archived(jira, tmp_path)
        last = tmp_path / ArchiveFolder(tmp_path).censuses[-1]
        content = bytearray(last.read_bytes())
        content[20] ^= 1
        last.write_bytes(content)
        del world.issues[102]
        report = archived(jira, tmp_path)
    assert len(spans(report, "Lost")) == 1
    assert report.found == {"hole": 1, "vanished": 1}
    (row,) = changes_in(tmp_path)[-1]
    assert parse_instant(row["last_seen"]) == parse_stamp(ArchiveFolder(tmp_path).censuses[0])


# the folder


def test_a_second_archive_at_once_is_refused(tmp_path):
    """Who holds it is named, and the option that helps."""
    with (
        serving_log(list) as jira,
        locked(tmp_path / "a"),
        pytest.raises(UsageError, match=r"another run works there.*--to"),
    ):
        archived(jira, tmp_path / "a")


def test_a_folder_that_can_not_be_written_is_one_clear_line(tmp_path):
    """A file stands where the archive should."""
    (tmp_path / "a").write_text("")
    with serving_log(list) as jira, pytest.raises(UsageError) as error:
        archived(jira, tmp_path / "a")
    assert "\n" not in str(error.value)
    assert "give another --to" in str(error.value)


def test_a_broken_chain_ends_with_its_line(tmp_path):
    """Nothing is added to a chain that does not hold."""
    with serving_log(lambda: [record(1)]) as jira:
        archived(jira, tmp_path)
        chain = tmp_path / "chain.txt"
        chain.write_text(chain.read_text().replace('"records":1', '"records":7', 1))
        before = sorted(path.name for path in tmp_path.rglob("*"))
        with pytest.raises(AnswerError, match=r"chain.txt, line 2"):
            archived(jira, tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_missed_month_is_said(tmp_path, monkeypatch):
    """An archive long after the last one says how long."""
    with serving_log(lambda: [record(1)]) as jira:
        archived(jira, tmp_path)
        monkeypatch.setattr("auditlib.run.archive.datetime", Later)
        report = archived(jira, tmp_path)
    (said,) = spans(report, "Missed")
    assert "70 days ago" in said


class Later(datetime):
    """A clock that is seventy days ahead."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        """Return what that clock says."""
        return datetime.now(tz) + timedelta(days=70)


def test_what_an_archive_noted_before_it_was_killed_is_told_by_the_next(tmp_path):
    """Nobody read the screen of the killed one; the schedule's ``--fail-on`` must not miss what it found."""
    world = small_world(*(issue(number) for number in range(1, 6)))
    with EmbeddedJira(world, "cloud") as jira:
        archived(jira, tmp_path)
        del world.issues[102]
        archived(jira, tmp_path)
        chain = tmp_path / "chain.txt"
        chain.write_text("".join(chain.read_text().splitlines(keepends=True)[:-1]))  # killed before its last line
        report = archived(jira, tmp_path)
        after = archived(jira, tmp_path)
    assert [report.found["vanished"], after.found["vanished"]] == [1, 0]
    assert len(spans(report, "Untold")) == 1
    assert spans(after, "Untold") == []


def test_an_archive_of_another_site_is_told(tmp_path):
    """Two sites in one folder are seldom meant."""
    for _ in range(2):
        with serving_log(list) as jira:
            report = archived(jira, tmp_path)
    assert len(spans(report, "Site")) == 1


def test_what_a_killed_archive_pulled_is_thrown_away(tmp_path):
    """The next one begins anew, and leaves no working folder behind."""
    (tmp_path / ".work" / "jira" / "data" / "raw").mkdir(parents=True)
    (tmp_path / ".work" / "jira" / "data" / "raw" / "index.jsonl").write_text("torn")
    with serving_log(lambda: [record(1)]) as jira:
        archived(jira, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert {"census", "chain.txt", "log"} <= names
    assert ".work" not in names
