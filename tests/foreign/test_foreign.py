"""The whole workbook on a Jira that another hand wrote, from Atlassian's documents alone.

The commands are run as anyone runs them. They know the address of the foreign Jira and nothing else of it; this file knows
the truth, and holds the package against it.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from carrier import Ask
from places import ROOT
from server import TOKEN, USER, Elsewhere, ForeignJira, serving
from world import (
    AUDIT_ZONE,
    FIRST_DAY,
    GAPS,
    GONE_BY_LOG,
    LAST_DAY,
    LISTED,
    LONG_TALK,
    PEOPLE,
    RANGE,
    SHORT_HISTORY,
    Issue,
    World,
    in_period,
)

CHECKOUT = ROOT
DIALECTS = ("cloud", "data-center")
SAMPLE = ("LUM-10", "LUM-20", "LUM-21", "LUM-28", "LUM-29", "LUM-58", "DOCK-20", "DOCK-31")
READING_POSTS = ("search", "search/jql", "search/approximate-count", "issue/bulkfetch", "changelog/bulkfetch")
PARAMETERS = """
audit: "Foreign"
jira_url: "{address}"
projects: [{projects}]
period_start: "{first}"
period_end: "{last}"
timezone: "{zone}"
sample_keys: [{sample}]
attachments: true
"""


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    status: int
    out: str
    err: str


def auditlib(folder: Path, *words: str | Path, user: str = USER) -> Done:
    """Run a command as a person does."""
    own = {k: v for k, v in os.environ.items() if not k.startswith("JIRA_") and not k.lower().endswith("_proxy")}
    environment = own | {"JIRA_USER": user, "JIRA_TOKEN": TOKEN, "PYTHONPATH": str(CHECKOUT)}
    command = [sys.executable, "-m", "auditlib", *map(str, words)]
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    return Done(done.returncode, done.stdout, done.stderr)


def parameters(folder: Path, jira: ForeignJira) -> Path:
    path = folder / "foreign.yaml"
    filled = PARAMETERS.format(
        address=jira.base,
        projects=", ".join(LISTED),
        first=FIRST_DAY,
        last=LAST_DAY,
        zone=AUDIT_ZONE,
        sample=", ".join(SAMPLE),
    )
    path.write_text(filled, encoding="utf-8")
    return path


@dataclass(frozen=True)
class Told:
    """What a run left behind: the package, and all that was asked."""

    dialect: str
    run: Done
    package: Path
    world: World
    asked: list[Ask]
    elsewhere: Elsewhere

    def rows(self, name: str) -> list[dict[str, str]]:
        """Read a CSV file of the package; without a package there is nothing to judge."""
        if self.run.status != 0:
            pytest.fail(f"the run on {self.dialect} ended with {self.run.status}: {self.run.err[-600:]}")
        with (self.package / "data" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def table(self, name: str) -> list[dict[str, str]]:
        """Read a table."""
        return self.rows(f"tables/{name}.csv")

    def dossier(self, key: str, name: str) -> list[dict[str, str]]:
        """Read a file of one issue's record."""
        return self.rows(f"dossiers/{key}/{name}.csv")


EACH = [pytest.param(dialect, marks=pytest.mark.xdist_group(f"foreign-{dialect}")) for dialect in DIALECTS]


@pytest.fixture(scope="module", params=EACH)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """One run for each dialect."""
    folder = tmp_path_factory.mktemp("foreign")
    with serving(request.param) as (jira, elsewhere):
        run = auditlib(folder, "run", parameters(folder, jira), "--out", folder / "package")
        yield Told(request.param, run, folder / "package", jira.world, jira.asked, elsewhere)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def harmless(asked: list[Ask], elsewhere: Elsewhere) -> None:
    """Fail if anything but reading was asked, or anything was sent to another host that belongs to Jira alone."""
    strange = [
        f"{ask.method} {ask.path}"
        for ask in asked
        if ask.method != "GET"
        and not (ask.method == "POST" and re.split(r"/rest/api/\w+/", ask.path)[-1] in READING_POSTS)
    ]
    assert strange == []
    assert [ask.path for ask in elsewhere.asked if not ask.path.startswith("/media/")] == []
    assert [ask.path for ask in elsewhere.asked if {"authorization", "cookie"} & set(ask.headers)] == []
    assert not any(TOKEN in str(ask.query) or USER in str(ask.query) for ask in [*asked, *elsewhere.asked])


@pytest.mark.slow
def test_the_run_comes_to_its_end(told):
    """No form that Jira is known to answer in ends a run."""
    assert told.run.status == 0, told.run.err


@pytest.mark.slow
def test_the_population_is_what_was_created_in_the_period(told):
    """Each issue once, whatever pages repeat; the day is the audit's, not the account's or the server's."""
    assert sorted(row["key"] for row in told.table("population")) == told.world.population()


@pytest.mark.slow
def test_the_state_at_the_periods_end_is_replayed(told):
    """What was closed after the period was open at its end."""
    row = next(row for row in told.table("population") if row["key"] == "LUM-29")
    assert (row["status"], row["status_at_period_end"], row["resolution_at_period_end"]) == ("Done", "Doing", "")


@pytest.mark.slow
def test_every_missing_number_has_its_class(told):
    """Moved, deleted, existed, unexplained: what Jira lets one know, no more and no less."""
    truth = {
        f"{project}-{number}": (gap.on(told.dialect), gap.now_key)
        for project, gaps in GAPS.items()
        for number, gap in gaps.items()
    }
    assert {row["key"]: (row["classification"], row["now_key"]) for row in told.table("gaps")} == truth


@pytest.mark.slow
def test_every_class_but_unexplained_names_its_evidence(told):
    """Moved, deleted and existed rest on something of Jira's own; unexplained on nothing."""
    for row in told.table("gaps"):
        assert bool(row["evidence"]) == (row["classification"] != "unexplained"), row


@pytest.mark.slow
def test_a_missing_number_lies_in_the_period_if_its_neighbours_do(told):
    """Beside the period's edge, and behind the last issue, nobody can say."""
    unknown = {row["key"] for row in told.table("gaps") if row["in_period"] == "unknown"}
    assert unknown == {"LUM-9", "DOCK-37", "DOCK-38", "DOCK-39", "DOCK-40"}
    assert {row["in_period"] for row in told.table("gaps")} == {"yes", "unknown"}


@pytest.mark.slow
def test_the_numbers_audited_begin_and_end_with_the_period(told):
    """From behind the last number given out before it to before the first given out after it, or the highest named."""
    rows = {row["project"]: row for row in told.table("numbering")}
    for project, (first, last) in RANGE.items():
        row, missing = rows[project], GAPS[project]
        assert (int(row["first_number"]), int(row["last_number"])) == (first, last)
        assert (int(row["missing"]), int(row["present"])) == (len(missing), last - first + 1 - len(missing))
        for kind, count in Counter(gap.on(told.dialect) for gap in missing.values()).items():
            assert int(row[kind]) == count


@pytest.mark.slow
def test_deletions_in_the_log_are_all_read(told):
    """Every page of the log is read, also where nothing but a link or a time leads on."""
    truth = {(key, at) for key, (_, at) in GONE_BY_LOG.items() if key.partition("-")[0] in LISTED and in_period(at)}
    assert {(row["key"], instant(row["at"])) for row in told.table("deletions")} == truth
    assert len(told.table("deletions")) == len(truth)


def known_history(issue: Issue, dialect: str) -> list[tuple[str, datetime, str, str, str, str]]:
    """Give the items of a history that the server lets out at all, with the ids of their authors."""
    entries = (
        issue.history[-5:] if dialect == "data-center" and SHORT_HISTORY.get(issue.key) is False else issue.history
    )
    lines = []
    for entry in entries:
        account, name, _ = PEOPLE[entry.who] if entry.who else ("", "", "")
        who = (
            "" if entry.who == "ghost" else account if dialect == "cloud" else name.upper()
        )  # erased people are nobody
        lines += [(str(entry.id), entry.at, who, item[0], item[3] or "", item[5] or "") for item in entry.items]
    return sorted(lines)


@pytest.mark.slow
@pytest.mark.parametrize("key", SAMPLE)
def test_a_history_is_whole_and_holds_each_entry_once(told, key):
    """Entries that come twice count once; what is cut off is asked for where the server can give it."""
    issue = told.world.by_key[key]
    ghosts = {str(entry.id) for entry in issue.history if entry.who == "ghost"}
    rows = told.dossier(key, "history")
    got = sorted(
        (
            row["history_id"],
            instant(row["at"]),
            "" if row["history_id"] in ghosts else row["author_id"],
            row["field"],
            row["from_text"],
            row["to_text"],
        )
        for row in rows
    )
    assert got == known_history(issue, told.dialect)


@pytest.mark.slow
def test_a_history_that_stays_short_is_a_finding(told):
    """Where the server keeps back entries that it counts, the package says so, and of which issue."""
    named = [
        row["statement"]
        for row in told.table("findings")
        if "LUM-21" in row["statement"] and "history" in row["statement"]
    ]
    assert bool(named) == (told.dialect == "data-center")


@pytest.mark.slow
def test_comments_worklogs_and_files_are_whole(told):
    """Parts come by pages, or all at once whatever was asked; a page of comments counts what it holds."""
    issue = told.world.by_key[LONG_TALK]
    comments = [(row["comment_id"], row["body"]) for row in told.dossier(LONG_TALK, "comments")]
    assert sorted(comments) == sorted((str(identity), words) for identity, _, _, words in issue.comments)
    worklogs = [(row["worklog_id"], int(row["seconds"])) for row in told.dossier(LONG_TALK, "worklogs")]
    assert sorted(worklogs) == sorted((str(identity), seconds) for identity, _, _, seconds in issue.worklogs)
    files = {row["attachment_id"]: row["sha256"] for row in told.dossier(LONG_TALK, "attachments")}
    ours, foreign = issue.attachments
    assert files[str(ours[0])] == hashlib.sha256(ours[3]).hexdigest()
    assert files[str(foreign[0])] in ("", hashlib.sha256(foreign[3]).hexdigest())  # its link leads to another host


@pytest.mark.slow
def test_nothing_whole_is_called_incomplete(told):
    """`total` of a page of comments is the number of items returned, by Atlassian's own words; 23 of 23 came."""
    assert [row for row in told.table("findings") if re.search(r"\d comments", row["statement"])] == []


@pytest.mark.slow
def test_parts_refused_are_told(told):
    """Watchers and votes that answer with a page of HTML are a finding, not an end."""
    statements = " ".join(row["statement"] for row in told.table("findings")).lower()
    assert "watchers" in statements
    assert "votes" in statements


@pytest.mark.slow
def test_the_package_verifies(told):
    """What was made from these answers is made from them again, offline."""
    told.table("population")
    done = auditlib(told.package.parent, "verify", told.package)
    assert done.status == 0, done.out + done.err


@pytest.mark.slow
def test_a_run_only_reads_and_tells_nobody_else(told):
    """Nothing is changed in Jira, and no other host that stands in an answer is sent anything of ours."""
    assert told.asked
    harmless(told.asked, told.elsewhere)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_check_says_that_a_run_would_succeed(dialect, tmp_path):
    """One screen, no harm done: both projects are seen, and the log can be read."""
    with serving(dialect) as (jira, elsewhere):
        done = auditlib(tmp_path, "check", parameters(tmp_path, jira))
        assert done.status == 0, done.out + done.err
        assert all(project in done.out for project in LISTED)
        harmless(jira.asked, elsewhere)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_user_goes_as_utf_8(dialect, tmp_path):
    """A name with an umlaut is accepted by a server that reads it as UTF-8."""
    user = "prüfer@example.org"
    with serving(dialect, user) as (jira, elsewhere):
        done = auditlib(tmp_path, "check", parameters(tmp_path, jira), user=user)
        assert "does not accept the account" not in done.err
        assert [ask for ask in jira.asked if ask.path.endswith("/securitylevel")], done.err
        harmless(jira.asked, elsewhere)
