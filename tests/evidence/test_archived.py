"""A run reads the archive: what Jira forgot between two archives stands in the tables and in the records, in both dialects."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pandas as pd
import pypdfium2 as pdfium
import pytest
from archive_folders import BEGUN, MONTH, Archiver, archiver, edit_comment
from made_up import bounds

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.company import build_company
from auditlib.demo.world.records import Issue, World
from auditlib.dossier.page import issue_page
from auditlib.dossier.pdf import write_pdf
from auditlib.evidence.opened import Evidence, open_evidence
from auditlib.phrases import minute
from auditlib.pull.collect import collect
from auditlib.records.log_reach import describe_log
from auditlib.responses.archive import ArchiveFolder

LATE = datetime(2026, 11, 1, 3, 15, tzinfo=UTC)
"""After the period, when all of its log is there."""


@dataclass
class Case:
    """A company whose world changes between two archives, and a run afterwards."""

    archiver: Archiver
    folder: Path
    begins: datetime
    ends: datetime

    @property
    def world(self) -> World:
        """What Jira holds."""
        return self.archiver.world

    def issues(self, count: int) -> list[Issue]:
        """Return issues of the period of one project that nothing happened to, with at least two comments; from its middle."""
        sound = [
            one
            for one in sorted(self.world.issues.values(), key=lambda one: one.number)
            if one.project == "PAY"
            and one.visible
            and self.begins + timedelta(days=40) < one.created < self.ends - timedelta(days=40)
            and sum(comment.visible for comment in one.comments) >= 2
            and not any(item["field"] == "Key" for entry in one.histories for item in entry.items)
        ]
        assert len(sound) >= count
        return sound[:count]

    def run(self, keys: list[str]) -> Evidence:
        """Pull into a package as ``run`` does, and open it."""
        params = self.archiver.params.model_copy(update={"sample_keys": keys, "sample_seed": None})
        made = partial(EmbeddedJira, self.world)
        collect(params, self.folder / "package", {}, lambda *_: None, base=self.folder, embedded=made)
        return open_evidence(self.folder / "package")


def case_of(dialect: str, parameters, folder: Path, begun: datetime):
    params = parameters(deployment=dialect, archive="archive")
    begins, ends = bounds()
    return (
        params,
        begins,
        ends,
        partial(archiver, build_company("archives", scale=0.15).world, params, folder / "archive", dialect, begun),
    )


@pytest.fixture(params=["cloud", "data-center"])
def case(request, parameters, tmp_path):
    _, begins, ends, serve = case_of(request.param, parameters, tmp_path, BEGUN + MONTH)
    with serve() as made:
        yield Case(made, tmp_path, begins, ends)


def quiet(world: World, issue: Issue) -> None:
    """Delete an issue so that nothing of it is left: no record of the log, no link, no mention."""
    del world.issues[issue.id]
    world.log = [one for one in world.log if issue.key not in str(one)]
    for other in world.issues.values():
        for name in ("issuelinks", "subtasks"):
            other.fields[name] = [one for one in other.fields.get(name) or [] if issue.key not in str(one)]
        if issue.key in str(other.fields.get("parent")):
            other.fields["parent"] = None
        other.histories = [entry for entry in other.histories if issue.key not in str(entry)]


def move(world: World, issue: Issue) -> str:
    """Move an issue to another project without an entry in its history; return the key that it had."""
    old, number = issue.key, max(one.number for one in world.issues.values() if one.project == "OPS") + 1
    issue.key = f"OPS-{number}"
    issue.fields["project"] = next(one.fields["project"] for one in world.issues.values() if one.project == "OPS")
    world.moved_keys[old] = issue.id
    return old


def test_what_happened_between_two_archives_stands_in_the_run(case):
    """A deletion, a move, an edit and a deleted comment that no log tells: by key, with the two archives as bracket."""
    case.archiver.archive()
    deleted, edited, cut, moved = case.issues(4)
    quiet(case.world, deleted)
    old = move(case.world, moved)
    changed = edit_comment(edited, "It was never approved.", case.begins)
    lost = next(one for one in cut.comments if one.visible)
    cut.comments.remove(lost)
    case.archiver.archive()
    seen, missed = case.archiver.times
    evidence = case.run([edited.key, cut.key])

    gaps = evidence.table("gaps").set_index("key")
    assert gaps.loc[deleted.key, "classification"] == "existed"
    assert gaps.loc[deleted.key, "evidence"] == f"census {seen:%Y-%m-%d}"
    assert tuple(gaps.loc[old, ["classification", "now_key"]]) == ("moved", moved.key)
    changes = (case.archiver.folder / "census" / f"{missed:%Y%m%dT%H%M%SZ}.changes.csv").read_text("utf-8")
    assert f"{moved.key},{moved.id},OPS,moved,2026-06-01T03:15:00.000Z,2026-07-02T03:15:00.000Z,{old}\n" in changes
    assert f"{deleted.key},{deleted.id},PAY,vanished,2026-06-01T03:15:00.000Z,2026-07-02T03:15:00.000Z,\n" in changes
    deletions = evidence.table("deletions").set_index("key")
    assert (deletions.loc[deleted.key, "not_before"], deletions.loc[deleted.key, "at"]) == (seen, missed)

    found = {one.asked: one for one in evidence.sampled.dossiers}
    for key, number, change in ((edited.key, changed, "edited"), (cut.key, lost.id, "deleted or hidden")):
        archived = found[key].archived
        assert archived is not None
        assert list(archived.times)[-1] == missed
        assert [(one.comment_id, one.change, one.last_seen, one.first_missed) for one in archived.changes] == [
            (number, change, seen, missed)
        ]
        page = issue_page(found[key])
        assert f"seen by the archive on {minute(seen, evidence.period.zone)}" in page
    assert f"comment-{lost.id}-gone" in issue_page(found[cut.key])
    assert (
        f'<article class="comment lost" id="comment-{lost.id}">'
        in evidence.dossier_files()[f"dossiers/{cut.key}/issue.html"].decode()
    )
    sheets = write_pdf(evidence.sampled.dossiers, title="Records", place=evidence.pulled.place)
    texts = (page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(sheets))
    printed = " ".join(" ".join(texts).split())
    assert f"Comment {lost.id}: seen by the archive on" in printed
    assert "with another text" in printed
    files = evidence.dossier_files()
    rows = files[f"dossiers/{cut.key}/comment_changes.csv"].decode().splitlines()
    bracket = "2026-05-31T23:15:00.000-04:00,2026-07-01T23:15:00.000-04:00"
    assert rows[1].startswith(f"{cut.key},{lost.id},deleted or hidden,{bracket}")
    (case.archiver.folder).rename(case.folder / "elsewhere")
    again = open_evidence(evidence.folder)
    assert (again.table_files(), again.dossier_files()) == (
        evidence.table_files(),
        files,
    )  # offline, from the package alone
    findings = evidence.findings.set_index("id")
    assert findings.loc["dossiers.comments-gone", "count"] == 1
    assert cut.key in findings.loc["dossiers.comments-gone", "statement"]


def test_a_comment_that_went_after_the_last_archive_is_missed_in_the_answer_alone(case):
    """The run's own answer is the last reading; its time stands in no table."""
    case.archiver.archive()
    (cut,) = case.issues(1)
    lost = next(one for one in cut.comments if one.visible)
    cut.comments.remove(lost)
    evidence = case.run([cut.key])
    (dossier,) = evidence.sampled.dossiers
    assert dossier.archived is not None
    assert [(one.comment_id, one.first_missed) for one in dossier.archived.gone] == [(lost.id, None)]
    row = evidence.dossier_files()[f"dossiers/{cut.key}/comment_changes.csv"].decode().splitlines()[1]
    assert row.split(",")[4] == ""


def test_notes_of_other_issues_stay_in_the_archive(case):
    """A package holds what its records need, said in a file beside it; it is made of equal bytes each time."""
    case.archiver.archive()
    first, second = case.issues(2)
    evidence = case.run([second.key])
    folder = evidence.folder / "data" / "archive" / "sampled_comments"
    told = json.loads((folder / "issues.json").read_text("utf-8"))
    assert told["issues"] == [second.id]
    (census,) = evidence.pulled.archive.comments(second.id)
    assert set(census.issues) == {second.id}
    assert evidence.pulled.archive.comments(first.id) is None


def test_without_an_archive_nothing_is_said_of_one(case):
    """Packages made before have no such data, and stay as they are: no file, no sentence, no finding."""
    (one,) = case.issues(1)
    evidence = case.run([one.key])
    assert not (evidence.folder / "data" / "archive").exists()
    assert evidence.sampled.dossiers[0].archived is None
    assert not [name for name in evidence.dossier_files() if "comment_changes" in name]
    assert not evidence.findings["id"].str.contains("archive|comments-").any()
    assert "archive" not in " ".join(describe_log(evidence.witnesses.log_reach, evidence.period))


@pytest.fixture(params=["cloud", "data-center"])
def late(request, parameters, tmp_path):
    _, begins, ends, serve = case_of(request.param, parameters, tmp_path, LATE)
    with serve() as made:
        yield Case(made, tmp_path, begins, ends)


def told(evidence: Evidence) -> str:
    return " ".join(describe_log(evidence.witnesses.log_reach, evidence.period))


def forget(world: World, until: datetime) -> int:
    """Let Jira forget its log up to an instant; return how many records it forgot since a month before the period."""
    kept = [one for one in world.log if one.created >= until]
    begins = bounds()[0] - timedelta(days=31)
    gone = [one for one in world.log if begins <= one.created < until]
    world.log = kept
    return len(gone)


def comparable(deletions: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for row in deletions[["key", "at", "actor"]].itertuples(index=False)]


def test_records_that_jira_no_longer_has_are_read_out_of_the_archive(late):
    """The deletions of the period stand in the tables as if Jira still had its log; how far which reaches is said."""
    late.archiver.archive()
    (one,) = late.issues(1)
    with_log = Case(late.archiver, late.folder / "whole", late.begins, late.ends)
    whole = with_log.run([one.key])
    gone = forget(late.world, datetime(2026, 8, 1, tzinfo=UTC))
    assert gone > 5
    evidence = late.run([one.key])
    reach = evidence.witnesses.log_reach
    assert reach.archive is not None
    assert reach.archive.records == gone
    assert reach.records == whole.witnesses.log_reach.records
    assert reach.begins == whole.witnesses.log_reach.begins
    assert comparable(evidence.table("deletions")) == comparable(whole.table("deletions"))
    assert len(evidence.table("deletions")) > 0
    assert f"{gone:,} records are out of the archive alone" in told(evidence)


def test_time_that_neither_has_is_a_hole_that_is_named(late):
    """The last archive ended before the oldest record that Jira still has: what lies between is in neither."""
    late.archiver.archive()
    (one,) = late.issues(1)
    ended = late.archiver.times[0]
    newest = late.world.log[-1]
    oldest = ended + timedelta(days=20)
    late.world.log = [replace(newest, id=newest.id + 1, created=oldest)]
    evidence = late.run([one.key])
    assert f"between {minute(ended, evidence.period.zone)} and" in told(evidence)
    assert evidence.witnesses.log_reach.begins == oldest


def test_a_record_that_jira_lost_within_its_reach_is_told(late):
    """The log still reaches further back, and a record that was archived is not in it any more."""
    late.archiver.archive()
    (one,) = late.issues(1)
    middle = sorted((it for it in late.world.log if late.begins < it.created < late.ends), key=lambda it: it.created)
    late.world.log.remove(middle[len(middle) // 2])
    assert "1 record of the archive is of a time that Jira's log still covers" in told(late.run([one.key]))


@pytest.mark.parametrize("harm", ["removed", "emptied", "its end cut"])
def test_a_chain_that_is_gone_takes_nothing_with_it_in_silence(late, harm):
    """Whoever removes the chain, or its last lines, would else have an archive that was never there."""
    late.archiver.archive()
    (one,) = late.issues(1)
    archive = ArchiveFolder(late.archiver.folder)
    last_log = next(link.number for link in archive.links if link.added.path.startswith("log/"))
    chain = late.archiver.folder / "chain.txt"
    lines = chain.read_text("utf-8").splitlines(keepends=True)
    if harm == "removed":
        chain.unlink()
    else:
        chain.write_text("".join(lines[: 0 if harm == "emptied" else last_log]), encoding="utf-8")
    evidence = late.run([one.key])
    finding = evidence.findings.set_index("id").loc["scope.archive"]
    assert finding["severity"] == "exception"
    named = (
        "chain.txt is not there, but census/"
        if harm == "removed"
        else f"{archive.censuses[0]} is not named by chain.txt"
    )
    assert named in finding["statement"]
    assert evidence.witnesses.censuses == []


def test_an_archive_of_another_address_is_told_by_the_run(late):
    """Its censuses name issues that this Jira never had."""
    late.archiver.archive()
    (one,) = late.issues(1)
    late.archiver.params = late.archiver.params.model_copy(update={"jira_url": "https://old.example.com"})
    late.archiver.archive()
    late.archiver.params = late.archiver.params.model_copy(update={"jira_url": "demo"})
    finding = late.run([one.key]).findings.set_index("id").loc["scope.archive-site"]
    assert "archives of https://old.example.com, and Jira was asked at demo" in finding["statement"]


@pytest.mark.parametrize("harm", ["chain", "census", "month", "changed month"])
def test_a_damaged_archive_is_named_and_the_run_goes_on(late, harm):
    """A broken chain, a file that is gone or changed: a finding that names it, and nothing of that part is used."""
    late.archiver.archive()
    (one,) = late.issues(1)
    forget(late.world, datetime(2026, 8, 1, tzinfo=UTC))
    folder = ArchiveFolder(late.archiver.folder)
    if harm == "chain":
        path = late.archiver.folder / "chain.txt"
        lines = path.read_text("utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[1:]), encoding="utf-8")
        named = "chain.txt, line 1"
    else:
        name = folder.censuses[0] if harm == "census" else "log/2026-06.jsonl.gz"
        path = late.archiver.folder / name
        path.unlink() if harm != "changed month" else path.write_bytes(path.read_bytes()[:-1] + b"!")
        named = name
    evidence = late.run([one.key])
    finding = evidence.findings.set_index("id").loc["scope.archive"]
    assert finding["severity"] == "exception"
    assert named in finding["statement"]
    reach = evidence.witnesses.log_reach
    if harm == "chain":
        assert reach.archive is None
        assert evidence.sampled.dossiers[0].archived is None
    elif harm == "census":
        assert evidence.witnesses.censuses == []
    else:
        assert "The archive has a hole" in told(evidence)
        assert reach.begins is not None
        assert reach.begins > late.begins
