"""The whole workbook on a Jira server that somebody else wrote, whose truth is known because it was loaded here.

What lies in the past is loaded from a file, as `jira820` keeps its own state; what happens after the period (deletions,
comments, links, files, transitions, new issues) goes through its REST interface.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from jira820 import Config, Store, make_app
from jira820_shim import shimmed
from places import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("jira820")]

ZONE = ZoneInfo("Europe/Berlin")
BEGINS, ENDS = date(2025, 2, 1), date(2025, 5, 31)
TODAY = date(2025, 7, 20)
"""What `jira820` takes for today: the day of everything that is done through REST."""

STATUSES = {"Open": ("1", "todo"), "In Progress": ("3", "inprogress"), "Done": ("10002", "done")}
PEOPLE = {"mia": "Mia Okoro", "noa": "Noa Lind", "ugo": "Ugo Ferri"}
EDGES = [
    datetime(2025, 1, 31, 22, 30, tzinfo=UTC),  # half past eleven in the evening before the period
    datetime(2025, 1, 31, 23, 30, tzinfo=UTC),  # half past midnight on its first day
    datetime(2025, 5, 31, 21, 30, tzinfo=UTC),  # half past eleven in the evening of its last day
    datetime(2025, 5, 31, 22, 30, tzinfo=UTC),  # half past midnight after it
]
DELETED = {"TEAM": {20, 21, 47, 68}, "SHOP": {12}}
NAMED = 47
"""Deleted, and named by the history of another issue."""
MOVED = ("TEAM-33", "SHOP-21")
RETOLD = ("TEAM-40", "TEAM-42", "SHOP-15")
"""Not closed when they were loaded; what hangs on an issue is added to them."""
FILE = b"line\n" * 9


def moment(instant: datetime) -> tuple[str, str]:
    """Return the day and the time of day, as `jira820` keeps them."""
    return instant.date().isoformat(), f"{instant:%H:%M:%S}"


def instant_of(kept: Mapping[str, Any], day: str, time: str) -> datetime:
    """Return the instant that `jira820` keeps under two names."""
    return datetime.fromisoformat(f"{kept[day]}T{kept[time]}+00:00")


def entry(instant: datetime, author: str, *items: tuple[str | None, ...]) -> dict[str, Any]:
    """Return a history entry with its items: field, from, fromString, to, toString."""
    day, time = moment(instant)
    names = ("field", "from", "fromString", "to", "toString")
    changes = [{"fieldtype": "jira", **dict(zip(names, item, strict=True))} for item in items]
    return {"author": author, "date": day, "time": time, "items": changes}


def to_status(instant: datetime, author: str, before: str, after: str) -> dict[str, Any]:
    return entry(instant, author, ("status", STATUSES[before][0], before, STATUSES[after][0], after))


def made_up_issue(project: str, number: int, created: datetime) -> dict[str, Any]:
    """Make an issue as `jira820` keeps it; two of three were worked on, one of three done, days after it was created."""
    people = list(PEOPLE)
    history = []
    status, updated, resolved = "Open", created, None
    if number % 3:
        updated = created + timedelta(hours=20, minutes=number)
        history.append(to_status(updated, people[number % 2], "Open", "In Progress"))
        status = "In Progress"
    if number % 3 == 2:
        updated = resolved = created + timedelta(days=2, minutes=number)
        done = to_status(updated, people[number % 2 + 1], "In Progress", "Done")
        done["items"] += entry(updated, "", ("resolution", None, None, "1", "Done"))["items"]
        history.append(done)
        status = "Done"
    created_day, created_time = moment(created)
    updated_day, updated_time = moment(updated)
    resolved_day, resolved_time = moment(resolved) if resolved else (None, None)
    return {
        "key": f"{project}-{number}", "project": project, "type": "Bug" if number % 4 else "Story",
        "summary": f"=Fault no. {number}, “as found”", "description": f"h2. Seen\n\n* once\n* in *{project}*",
        "module": "Web", "component": "Web", "labels": ["made-up"], "priority": "High", "sp": None, "epicKey": None,
        "assignee": people[number % 3] if number % 5 else None, "reporter": people[(number + 1) % 3],
        "statusName": status, "statusCategory": STATUSES[status][1], "resolution": "Done" if resolved else None,
        "created": created_day, "tcreated": created_time, "updated": updated_day, "tupdated": updated_time,
        "resolved": resolved_day, "tresolved": resolved_time, "due": None, "parentKey": None,
        "comments": [], "worklog": [], "subtasks": [], "sprints": [], "fixVersions": [], "links": [], "remotelinks": [],
        "attachments": [], "changelog": history, "watches": 0, "votes": 0,
    }  # fmt: skip


def creation_times(project: str) -> list[datetime]:
    """Return when the numbers of a project were given out: from before the period to after it."""
    every, count = (timedelta(hours=38), 100) if project == "TEAM" else (timedelta(days=5, hours=1), 34)
    regular = [datetime(2025, 1, 8, 6, 15, tzinfo=UTC) + n * every for n in range(count)]
    return sorted([*regular, *EDGES]) if project == "TEAM" else regular


def made_up_issues() -> dict[str, dict[str, Any]]:
    """Make all issues by key, none deleted yet; one moved from TEAM to SHOP, where it took the next number."""
    issues = {
        issue["key"]: issue
        for project in ("TEAM", "SHOP")
        for number, created in enumerate(creation_times(project), start=1)
        for issue in [made_up_issue(project, number, created)]
    }
    old, new = MOVED
    moved = issues.pop(old) | {"key": new, "project": "SHOP"}
    at = creation_times("SHOP")[int(new.partition("-")[2]) - 1]
    assert at > instant_of(moved, "updated", "tupdated"), "moved after it was worked on"
    team, shop = (Store(Config(), seed=False).serializer.project_ref(name)["id"] for name in ("TEAM", "SHOP"))
    both = ("project", team, "TEAM", shop, "SHOP"), ("Key", None, old, None, new)
    moved["changelog"].append(entry(at, "mia", *both))
    moved["updated"], moved["tupdated"] = moment(at)
    issues[new] = moved
    link = ("Link", None, None, f"TEAM-{NAMED}", f"This issue relates to TEAM-{NAMED}")
    at = datetime(2025, 6, 20, 8, tzinfo=UTC)
    issues["TEAM-50"]["changelog"].append(entry(at, "noa", link))
    issues["TEAM-50"]["updated"], issues["TEAM-50"]["tupdated"] = moment(at)
    return issues


@dataclass(frozen=True)
class Loaded:
    """A running server and what is true of it: the issues that it still has, as they were loaded."""

    url: str
    issues: dict[str, dict[str, Any]]

    def of_the_period(self) -> dict[str, dict[str, Any]]:
        """Return the issues created on a day of the period, in its zone."""
        days = {
            key: instant_of(issue, "created", "tcreated").astimezone(ZONE).date() for key, issue in self.issues.items()
        }
        return {key: self.issues[key] for key, day in days.items() if BEGINS <= day <= ENDS}


def status_at_the_end(issue: Mapping[str, Any]) -> str:
    """Return the status that an issue had when the period ended, by the history that was loaded."""
    status = "Open"
    for kept in issue["changelog"]:
        for item in kept["items"]:
            if item["field"] == "status" and instant_of(kept, "date", "time").astimezone(ZONE).date() <= ENDS:
                status = item["toString"]
    return status


def change(method: str, url: str, **given: Any) -> Any:
    """Ask `jira820` for a change, and insist on it."""
    answer = requests.request(method, url, timeout=60, **given)
    assert answer.ok, answer.text
    return answer.json() if answer.content else None


def happen_after_the_period(url: str) -> None:
    """Delete, comment, log work, link, attach, transition and create, through `jira820`'s own interface."""
    root = f"{url}/rest/api/2"
    for project, numbers in DELETED.items():
        for number in sorted(numbers):
            change("DELETE", f"{root}/issue/{project}-{number}")
    for key in RETOLD:
        for text in ("Seen *again*.", "See TEAM-50; {code}x = 1{code}"):
            change("POST", f"{root}/issue/{key}/comment", json={"body": text})
        change("POST", f"{root}/issue/{key}/worklog", json={"timeSpentSeconds": 5400, "comment": "looked"})
        change("POST", f"{root}/issue/{key}/attachments", files={"file": ("log ü.txt", FILE, "text/plain")})
        change("POST", f"{root}/issue/{key}/remotelink", json={"object": {"url": url, "title": "The same place"}})
        link = {"type": {"name": "Blocks"}, "inwardIssue": {"key": key}, "outwardIssue": {"key": "TEAM-60"}}
        change("POST", f"{root}/issueLink", json=link)
        possible = change("GET", f"{root}/issue/{key}/transitions")["transitions"]
        review = next(one["id"] for one in possible if one["to"]["name"] == "In Review")
        change("POST", f"{root}/issue/{key}/transitions", json={"transition": {"id": review}})
    for name in ("Task", "Bug"):
        fields = {"project": {"key": "TEAM"}, "issuetype": {"name": name}, "summary": f"A new {name}"}
        change("POST", f"{root}/issue", json={"fields": fields})


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Loaded]:
    """Start `jira820` with its shim in a process of its own, loaded and changed; ended with the module."""
    folder = tmp_path_factory.mktemp("jira820")
    issues = made_up_issues()
    people = {name: {"name": name, "displayName": shown} for name, shown in PEOPLE.items()}
    state = folder / "state.json"
    state.write_text(json.dumps({"issues": issues, "users": people}), "utf-8")
    environment = {
        **os.environ,
        "JIRA820_PERSIST": str(state), "JIRA820_PROJECT_KEY": "TEAM", "JIRA820_DATE": TODAY.isoformat(),
        "PYTHONWARNINGS": "ignore",
    }  # fmt: skip
    with (
        (folder / "server.log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, Path(__file__).with_name("jira820_shim.py")],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as process,
    ):
        try:
            url = process.stdout.readline().strip()
            assert url, (folder / "server.log").read_text("utf-8")
            happen_after_the_period(url)
            gone = {f"{project}-{number}" for project, numbers in DELETED.items() for number in numbers}
            yield Loaded(url, {key: issue for key, issue in issues.items() if key not in gone})
        finally:
            process.terminate()


@dataclass(frozen=True)
class Package:
    """A package made on the server, and the command that made it."""

    done: subprocess.CompletedProcess[str]
    folder: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of a CSV file of the package."""
        with (self.folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


def auditlib(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does, with a token that the server does not look at."""
    environment = {key: value for key, value in os.environ.items() if key != "JIRA_USER"}
    environment |= {"JIRA_TOKEN": "made-up", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "auditlib", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def audit_file(path: Path, server: Loaded, deployment: str) -> Path:
    """Write the parameters of an audit of the server."""
    given = {
        "audit": "A foreign Jira", "jira_url": server.url, "projects": ["TEAM", "SHOP"], "deployment": deployment,
        "period_start": BEGINS.isoformat(), "period_end": ENDS.isoformat(), "timezone": ZONE.key,
        "sample_seed": "chosen for a test", "sample_size": 8, "attachments": True, "closing_resolutions": ["Done"],
        "attributes": [
            {
                "name": "four eyes",
                "question": "Did another person finish what one began?",
                "test": {"different_people": [{"to_status": "In Progress"}, {"to_status": "Done"}]},
            }
        ],
    }  # fmt: skip
    path.write_text(json.dumps(given), "utf-8")  # JSON is YAML
    return path


@pytest.fixture(scope="module")
def package(server, tmp_path_factory) -> Package:
    """The whole workbook, run on the server by the command line, which finds out by itself what Jira it is."""
    folder = tmp_path_factory.mktemp("run")
    done = auditlib("run", audit_file(folder / "audit.yaml", server, "auto"), "--out", folder / "package")
    return Package(done, folder / "package")


def test_the_shim_adds_only_what_jira820_has_not():
    """What `jira820` answers reaches us as it is; a resource that it learns to answer is no longer ours to add."""
    store = Store(Config(), seed=False)
    own, both = (
        {(method, path) for path, answered in app.openapi()["paths"].items() for method in answered}
        for app in (make_app(store), shimmed(store))
    )
    assert ("get", "/rest/api/2/project/{key}") in own, "the only one that the shim answers instead"
    assert both - own == {
        ("post", "/rest/api/2/search"),
        ("get", "/rest/api/2/mypermissions"),
        ("get", "/rest/api/2/project/{key}/securitylevel"),
        ("get", "/rest/api/2/issue/{key}/watchers"),
        ("get", "/rest/api/2/issue/{key}/votes"),
    }


def test_check_says_that_a_run_would_succeed(server, tmp_path):
    """Nothing that a server of others leaves out stands in the way before the run."""
    done = auditlib("check", audit_file(tmp_path / "audit.yaml", server, "data-center"))
    assert done.returncode == 0, done.stderr
    assert "data-center 8.20.8" in done.stdout


def test_the_whole_workbook_runs_on_a_server_of_others(package):
    """It ends well, and what it sealed is verified from its raw responses."""
    assert package.done.returncode == 0, package.done.stderr
    verified = auditlib("verify", package.folder)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_the_population_is_what_was_loaded(package, server):
    """Every issue of the period, at the very instant and in the state in which it was loaded, and none more."""
    true = server.of_the_period()
    assert 80 <= len(true) < len(server.issues)
    rows = {row["key"]: row for row in package.rows("tables/population")}
    assert rows.keys() == true.keys()
    for key, row in rows.items():
        issue = true[key]
        created = instant_of(issue, "created", "tcreated")
        assert datetime.fromisoformat(row["created"]) == created
        assert datetime.fromisoformat(row["created_utc"]) == created
        assert row["issue_type"] == issue["type"]
        assert row["reporter"] == PEOPLE[issue["reporter"]]
        assert row["status"] == ("In Review" if key in RETOLD else issue["statusName"])
        ended = status_at_the_end(issue)
        assert (row["status_at_period_end"], row["resolution_at_period_end"]) == (ended, "Done" * (ended == "Done")), (
            key
        )
        assert row["history"] in {"complete", "nothing to compare"}, key


def test_both_passes_and_the_count_agree(package, server):
    """Two passes find the same issues and nothing is left over; Jira's count is of the days around the period too."""
    true = server.of_the_period()
    for row in package.rows("tables/reconciliation"):
        own = sum(key.startswith(f"{row['project']}-") for key in true)
        assert row["first_pass"] == row["second_pass"] == row["jira_count"]
        assert int(row["population"]) == int(row["in_period"]) == own
        assert row["drift"] == row["difference"] == "0"


def test_every_missing_number_is_told_as_it_is(package):
    """The moved one with its new key and its mover, the one that a history names, and the rest as unexplained."""
    gone = {f"{project}-{number}": ("unexplained", "") for project, numbers in DELETED.items() for number in numbers}
    true = gone | {f"TEAM-{NAMED}": ("existed", ""), MOVED[0]: ("moved", MOVED[1])}
    rows = {row["key"]: row for row in package.rows("tables/gaps")}
    assert {key: (row["classification"], row["now_key"]) for key, row in rows.items()} == true
    assert {row["in_period"] for row in rows.values()} == {"yes"}
    assert rows[MOVED[0]]["actor"] == PEOPLE["mia"]
    assert rows[f"TEAM-{NAMED}"]["evidence"].endswith(" of TEAM-50")
    assert {row["project"]: row["moved_in"] for row in package.rows("tables/numbering")} == {"TEAM": "0", "SHOP": "1"}


def test_the_full_record_of_an_issue_holds_what_was_added_to_it(server, tmp_path):
    """Comments, work, links, files and history of a dossier are what the server was given; a deleted key is named."""
    keys = [RETOLD[0], MOVED[0], f"TEAM-{NAMED}"]
    done = auditlib(
        "dossiers", audit_file(tmp_path / "audit.yaml", server, "data-center"), *keys, "--out", tmp_path / "out"
    )
    assert done.returncode == 1, done.stderr
    assert f"1 of 3 keys did not answer: TEAM-{NAMED}" in done.stderr
    assert auditlib("verify", tmp_path / "out").returncode == 0

    made, folder = Package(done, tmp_path / "out"), f"dossiers/{RETOLD[0]}"
    assert [row["body"] for row in made.rows(f"{folder}/comments")] == [
        "Seen *again*.",
        "See TEAM-50; {code}x = 1{code}",
    ]
    assert [(row["seconds"], row["comment"]) for row in made.rows(f"{folder}/worklogs")] == [("5400", "looked")]
    assert [row["other_key"] for row in made.rows(f"{folder}/links")] == ["TEAM-60", ""]
    (file,) = made.rows(f"{folder}/attachments")
    assert (file["name"], file["sha256"]) == ("log ü.txt", hashlib.sha256(FILE).hexdigest())
    assert (tmp_path / "out" / "data" / folder / "attachments" / file["stored_as"]).read_bytes() == FILE
    assert [row["to_text"] for row in made.rows(f"{folder}/history")] == ["In Progress", "In Review"]
    moved = made.rows(f"dossiers/{MOVED[0]}/history")
    assert [(row["field"], row["from_text"], row["to_text"]) for row in moved][-1] == ("Key", *MOVED)
