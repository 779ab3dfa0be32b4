"""Who may do what, what the log says of it, and the archive, on a Jira that another hand wrote from the documents alone.

The pull and the archive are the real ones, over HTTP. This file knows the truth of the company, and holds the tables against it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from carrier import Ask
from foreign_access import ADMIN, BROWSER, PROJECT_ADMIN, AccessJira, serving_access
from foreign_company import (
    ATTIC_ROLES,
    DYNAMIC,
    FALLEN,
    FILTER,
    GONE_GROUP,
    GONE_ROLE,
    GRANTS,
    INACTIVE,
    ISSUE_TYPES,
    SCHEMES,
    STAFF,
    VERSIONS,
    Company,
    holding,
)
from server import TOKEN, USER, Elsewhere
from test_foreign import auditlib
from world import AUDIT_ZONE, FIRST_DAY, LAST_DAY, LONG_TALK

from auditlib.evidence.opened import Evidence
from auditlib.params.model import Parameters
from auditlib.params.reading import parse_parameters
from auditlib.pull.collect import collect
from auditlib.run.archive import add_to_archive

pytestmark = pytest.mark.slow

ACCOUNT = {"JIRA_USER": USER, "JIRA_TOKEN": TOKEN}
MANNERS = [("cloud", "cloud"), ("data-center", "8.5"), ("data-center", "9.12"), ("data-center", "10.3")]
READING_POSTS = (
    *("search", "search/jql", "search/approximate-count", "issue/bulkfetch", "changelog/bulkfetch"),
    *("workflows", "workflow/history/list", "workflow/history", "worklog/list"),
)
PARAMETERS = """
audit: "Powers"
jira_url: "{address}"
projects: [{projects}]
period_start: "{first}"
period_end: "{last}"
timezone: "{zone}"
sample_keys: [LUM-10, LUM-28]
filter_id: {filter}
archive: archive
"""


def text_of(jira: AccessJira) -> str:
    """Write the parameters for a server; on Cloud with the team-managed project."""
    projects = "LUM, DOCK, ATTIC" if jira.cloud else "LUM, DOCK"
    return PARAMETERS.format(
        address=jira.base, projects=projects, first=FIRST_DAY, last=LAST_DAY, zone=AUDIT_ZONE, filter=FILTER
    )


def parameters(jira: AccessJira) -> Parameters:
    return parse_parameters(text_of(jira), "powers.yaml")


def pulled(jira: AccessJira, folder: Path) -> Evidence:
    """Pull as a run does, and open what came."""
    return collect(parameters(jira), folder / "work", ACCOUNT, lambda *_: None, base=folder)


@dataclass(frozen=True)
class Told:
    """What a pull brought, and the truth."""

    evidence: Evidence
    jira: AccessJira
    elsewhere: Elsewhere

    @property
    def cloud(self) -> bool:
        """Whether the dialect is Cloud's."""
        return self.jira.cloud

    @property
    def world(self) -> Company:
        """Give the truth."""
        return self.jira.world

    def table(self, name: str) -> pd.DataFrame:
        """Make a table."""
        return self.evidence.table(name)

    def findings(self) -> dict[str, str]:
        """Return the statements by id."""
        found = self.table("findings")
        return dict(zip(found["id"], found["statement"], strict=True))

    def truth(self, project: str, permission: str) -> set[str]:
        """Tell who holds a permission, deactivated people among them, by account id or user key."""
        of = [each for each in GRANTS if (each.scheme, each.permission) == (SCHEMES[project], permission)]
        fallen = {self.jira.id_of(FALLEN) for each in of if each.which == FALLEN}
        who = {who for each in of for who in holding(each, project, nested=not self.cloud)}
        return {self.jira.id_of(each) for each in who} | fallen


@pytest.fixture(scope="module", params=MANNERS, ids=lambda manner: manner[1])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """One pull for each manner."""
    with serving_access(*request.param) as (jira, elsewhere):
        evidence = pulled(jira, tmp_path_factory.mktemp("access"))
        yield Told(evidence, jira, elsewhere)


def harmless(asked: list[Ask], elsewhere: Elsewhere) -> None:
    """Fail if anything but reading was asked, or another host was sent anything."""
    posts = {re.split(r"/rest/api/\w+/", ask.path)[-1] for ask in asked if ask.method != "GET"}
    assert posts <= set(READING_POSTS)
    assert {ask.method for ask in asked} <= {"GET", "POST"}
    assert [ask.path for ask in elsewhere.asked] == []


def test_exactly_these_people_hold_each_permission(told):
    """Through roles, groups, nested groups, applications and by name, deactivated ones too; no more and no less."""
    rows = told.table("permissions")
    people = rows[rows["who"] == "person"]
    for project in ("LUM", "DOCK"):
        for permission in told.evidence.params.permissions:
            of = people[(people["project"] == project) & (people["permission"] == permission)]
            assert set(of["account_id"]) == told.truth(project, permission), (project, permission)
    assert set(rows["project"]) == {"LUM", "DOCK"}  # of a team-managed project nobody can say


def test_a_person_is_in_the_state_and_of_the_kind_that_jira_tells(told):
    """Deactivated, an app, a customer; of an account that is no more neither is told."""
    known = {told.jira.id_of(who): who not in INACTIVE for who in STAFF}
    rows = told.table("permissions").query("who == 'person'")
    for account, active, kind in zip(rows["account_id"], rows["active"], rows["account_type"], strict=True):
        if account == told.jira.id_of(FALLEN):
            assert active is pd.NA
            continue
        assert active == known[account]
        who = next(each for each in STAFF if told.jira.id_of(each) == account)
        assert kind == ({"robot": "app", "pat": "customer"}.get(who, "atlassian") if told.cloud else "")


def test_every_grant_is_accounted_for(told):
    """Each of those asked for has a row: people, nobody, whoever an issue names, not readable or of a type not known."""
    rows = told.table("permissions")
    asked = [each for each in GRANTS if each.permission in told.evidence.params.permissions]
    assert set(rows["grant_id"]) == {str(each.id) for each in asked}
    for each in asked:
        who = set(rows.loc[rows["grant_id"] == str(each.id), "who"])
        reached = holding(each, "LUM" if each.scheme else "DOCK", nested=not told.cloud)
        if each.type in DYNAMIC:
            assert who == {"anybody" if each.type == "anyone" else "of each issue"}
        elif each.which in (GONE_GROUP[0], GONE_ROLE):
            assert who == {"not readable"}
        elif each.type == "com.example.plugin.holder":
            assert who == {"not known"}
        else:
            assert who == {"person" if reached or each.which == FALLEN else "nobody"}
    schemes = told.table("permission_schemes").set_index("project")["grants"]
    counts = Counter(each.scheme for each in GRANTS)
    assert {key: schemes[key] for key in ("LUM", "DOCK")} == {key: counts[SCHEMES[key]] for key in ("LUM", "DOCK")}


def test_what_could_not_be_read_is_named(told):
    """A group and a role that are no more, each by name, with Jira's own words; the type of a holder that nobody knows."""
    found = told.findings()
    assert GONE_GROUP[0] in found["permissions.unread:group/member"]
    assert f"role {GONE_ROLE} of LUM" in found["permissions.unread:project/role"]
    assert "com.example.plugin.holder" in found["permissions.unknown-holders"]
    assert "BROWSE_PROJECTS in LUM" in found["permissions.public"]
    assert "devs" in found["scope.filter-editors"]
    assert "Bo Ōkubo" in found["scope.filter-editors"]


def test_a_team_managed_project_shows_its_own_roles(told):
    """With the people in them; nothing is concluded from them."""
    rows = told.table("project_roles")
    truth = {(name, who) for name, members in ATTIC_ROLES.values() for who in members}
    got = set(zip(rows["role"], rows["account_id"], strict=True))
    assert got == ({(name, told.jira.id_of(who)) for name, who in truth} if told.cloud else set())
    assert ("permissions.team-managed" in told.findings()) == told.cloud


def test_the_access_review_has_a_row_for_each_person_and_project(told):
    """With all that the person may do there."""
    asked = told.evidence.params.permissions
    truth: dict[tuple[str, str], set[str]] = {}
    for project in ("LUM", "DOCK"):
        for permission in asked:
            for who in told.truth(project, permission):
                truth.setdefault((who, project), set()).add(permission)
    if told.cloud:
        truth |= {(told.jira.id_of(who), "ATTIC"): set() for _, members in ATTIC_ROLES.values() for who in members}
    rows = told.table("access_review")
    permissions = rows["permissions"].fillna("")
    got = {(r.account_id, r.project): set(p.split()) for r, p in zip(rows.itertuples(), permissions, strict=True)}
    assert got == truth
    assert len(rows) == len(truth)


def test_the_last_log_in_is_shown_where_jira_tells_it(told):
    """Data Center from 10.3 on; of who never came no time is told, and before that it is not readable, never "never"."""
    rows = told.table("access_review").drop_duplicates("account_id").set_index("account_id")["last_active"]
    for who in ("bo", "olga", "mute", "kim", "c70"):
        shown = rows[told.jira.id_of(who)]
        answered = told.jira.one_person(Ask("GET", "", {"key": [told.jira.id_of(who)]}, {})) if not told.cloud else None
        time = answered.value.get("lastLoginTime") if answered else None
        if time:
            assert datetime.fromisoformat(shown) == datetime.fromisoformat(time)
        else:
            assert shown == ("none told" if told.jira.manner.last_login else "not readable")


def expected_changes(told: Told) -> set[tuple[str, ...]]:
    """Say what the log records of powers in the period: day, kind, action, project, permission or holder, who or what, actor."""
    ada, bo, none = "Ada Vornholm", "Bo Ōkubo", "Anonymous" if told.jira.manner.log not in ("cloud", "record") else ""
    who = {each: told.jira.id_of(each) for each in ("bo", "mute", "kim")}
    rows = {
        ("03-05", "grant added", "added", "LUM", "DELETE_ISSUES", "Olga Żuk", ada),
        ("03-06", "grant removed", "removed", "LUM", "MOVE_ISSUES", "everyone", ada),
        ("04-01", "group membership", "added", "", "devs", who["bo"], none),
        ("04-02", "group membership", "removed", "", "devs", who["mute"], ada),
        ("05-20", "role membership", "removed", "LUM", "Developers", who["kim"], bo),
        ("05-20", "role membership", "added", "LUM", "Developers", "devs", bo),
        ("06-10", "scheme swapped", "added", "LUM", "", "Lumen permissions", ada),
        ("07-01", "administrator made", "added", "", "ADMINISTER", "jira-admins «ü»", ada),
        ("07-15", "workflow", "changed", "", "", "workflow Lumen flow changed", bo),
        ("07-16", "field", "changed", "", "", "field Risk changed", bo),
    }
    if not told.cloud:
        rows |= {
            ("06-10", "scheme swapped", "removed", "LUM", "", "Default Permission Scheme", ada),
            ("08-02", "group membership", "added", "", "devs", "devs-night", ada),
        }
    return rows


def change(row: dict[str, str]) -> tuple[str, ...]:
    """Say what a row of the table says, as `expected_changes` does."""
    kind, of_member = row["kind"], row["kind"].endswith("membership")
    what = row["account_id"] or row["group"] if of_member else row["holder"] or row["scheme"] or row["what"]
    return (
        row["at"][5:10],
        kind,
        row["action"],
        row["project"],
        row["holder"] if of_member else row["permission"],
        what,
        row["actor"],
    )


def test_the_changes_of_powers_are_those_of_the_log(told):
    """In the forms of either dialect and in the server's language; none of before or after the period, no board."""
    rows = told.table("permission_changes").copy()
    rows["at"] = rows["at"].map(lambda at: at.tz_convert(UTC).isoformat())
    assert Counter(change(row) for row in rows.fillna("").to_dict("records")) == Counter(expected_changes(told))


def test_members_of_before_are_known_as_far_as_the_log_goes(told):
    """People go back by the records. Before a group joined a group, who came through it can't be told: no contradiction."""
    rows = told.table("memberships")
    who = told.jira.id_of

    def flags(kind: str, holder: str) -> dict[str, tuple[object, ...]]:
        of = rows[(rows["holder_type"] == kind) & (rows["holder"] == holder) & (rows["project"].fillna("") != "DOCK")]
        cells = zip(of["account_id"], of["at_start"], of["at_end"], of["today"], strict=True)
        return {account: tuple(None if one is pd.NA else bool(one) for one in rest) for account, *rest in cells}

    assert flags("projectRole", "Developers") == {
        who("mute"): (True, True, True),
        who("kim"): (True, False, False),
        "group devs": (False, True, True),
    }
    if told.cloud:
        assert flags("group", "devs") == {
            who("bo"): (False, True, True),
            who("mute"): (True, False, False),
            who("kim"): (True, True, True),
        }
    else:
        assert flags("group", "devs") == {who(each): (None, True, True) for each in ("bo", "kim", "olga")}
    assert "changes.contradictions" not in told.findings()


def test_the_log_is_read_to_its_end(told):
    """Every record of the period is there once, whichever way leads from page to page."""
    rows = told.table("activity")
    assert Counter(at.to_pydatetime() for at in rows["at_utc"]) == Counter(act.at for act in told.world.told())
    ways = {ask.path.rpartition("/rest/")[2] for ask in told.jira.asked if "audit" in ask.path}
    old = told.jira.manner.log == "record"
    assert ways == (
        {"api/3/auditing/record"}
        if told.cloud
        else {"auditing/1.0/events"} | ({"api/2/auditing/record"} if old else set())
    )
    assert "covers the period" in told.findings()["activity.reach"]


def test_the_workflows_have_the_versions_that_jira_keeps(told):
    """Cloud: each with its time, who made it and its rules, those on the way left out; Data Center: names and statuses alone."""
    rows = told.table("workflows")
    flow = rows[(rows["project"] == "LUM") & (rows["workflow"] == "Lumen flow")]
    assert set(flow["issue_type"]) == {"Task", "Bug"}
    assert set(rows.loc[rows["project"] == "DOCK", "issue_type"]) == set(ISSUE_TYPES.values())
    assert set(rows.loc[rows["project"] == "DOCK", "workflow"]) == {"Plain flow"}
    assert {tuple(sorted(each.split("; "))) for each in rows["statuses"]} == {("Doing", "Done", "Parked", "To Do")}
    if not told.cloud:
        assert set(flow["version"]) == {"not readable"}
        assert set(flow["changed_by"]) == {"Bo Ōkubo"}
        return
    kept = {str(each.number): each for each in VERSIONS if not each.passing}
    assert Counter(flow["version"]) == Counter(dict.fromkeys(kept, 2))
    for row in flow.itertuples():
        version = kept[row.version]
        made = row[flow.columns.get_loc("from") + 1]
        assert made.to_pydatetime() == version.written
        assert row.changed_by == STAFF[version.who][2]
        assert ("separation of duties" in str(row.rules)) == version.guarded


def test_a_pull_only_reads_and_follows_no_link_away(told):
    """Links to next pages stand on another host; their queries are followed here."""
    harmless(told.jira.asked, told.elsewhere)


# --- accounts that may less ----------------------------------------------------------------------------------------


def limits(evidence: Evidence) -> dict[str, str]:
    """Return the limits by id."""
    found = evidence.table("findings").query("severity == 'limit'")
    return dict(zip(found["id"], found["statement"], strict=True))


@pytest.mark.parametrize(("dialect", "version"), [("cloud", "cloud"), ("data-center", "8.20")])
def test_an_account_that_is_no_administrator_is_told_what_it_lacks(tmp_path, dialect, version):
    """Refused by JSON or a page of HTML, 401, 403 or 404: the pull completes, and each limit names the right that cures it."""
    with serving_access(dialect, version, BROWSER) as (jira, elsewhere):
        evidence = pulled(jira, tmp_path)
        harmless(jira.asked, elsewhere)
    found = limits(evidence)
    assert not evidence.table("population").empty
    assert evidence.table("permissions").empty
    assert evidence.table("access_review").empty
    scheme = found["permissions.unread:project/permissionscheme"]
    assert all(word in scheme for word in ("DOCK", "LUM", "Administer Projects"))
    for name in ("changes.log", "activity.reach", "numbering.log"):
        assert "Administer Jira" in found[name]
    workflows = found["workflows.unread" if jira.cloud else "workflows.data-center"]
    assert "Administer Jira" in workflows
    assert ("permissions.unread:project/role" in found) == jira.cloud
    if jira.cloud:
        assert "read:permission-scheme:jira" in scheme
        assert "the roles of ATTIC" in found["permissions.unread:project/role"]


@pytest.mark.parametrize(("dialect", "version"), [("cloud", "cloud"), ("data-center", "9.12")])
def test_who_administers_projects_alone_sees_schemes_and_roles(tmp_path, dialect, version):
    """Grants and roles are there, with the people named in them; groups, applications and the log are limits with their cure."""
    with serving_access(dialect, version, PROJECT_ADMIN) as (jira, elsewhere):
        evidence = pulled(jira, tmp_path)
        harmless(jira.asked, elsewhere)
    found = limits(evidence)
    rows = evidence.table("permissions")
    asked = {str(each.id) for each in GRANTS if each.permission in evidence.params.permissions}
    assert set(rows["grant_id"]) == asked
    moving = rows[(rows["project"] == "LUM") & (rows["permission"] == "MOVE_ISSUES")]
    assert set(zip(moving["holder_type"], moving["who"], moving["account_id"], strict=True)) == {
        ("projectRole", "person", jira.id_of("mute")),
        ("projectRole", "not readable", ""),
        ("projectLead", "person", jira.id_of("ada")),
    }
    members = found["permissions.unread:group/member"]
    assert all(name in members for name in ("devs", "everyone", "Browse users and groups"))
    assert "Administer Jira" in found["permissions.unread:applicationrole"]
    assert "Administer Jira" in found["changes.log"]
    counts = evidence.table("permission_counts").set_index(["project", "permission"])["not_read"]
    assert "devs" in counts["LUM", "DELETE_ISSUES"]


def test_a_token_without_the_scopes_is_told_which_it_lacks(tmp_path):
    """Groups, applications, the log and workflows take a scope that it has not; what it may read is there."""
    with serving_access("cloud", "cloud", ADMIN) as (jira, elsewhere):
        jira.scopes = {"read:jira-work", "read:jira-user"}
        evidence = pulled(jira, tmp_path)
        harmless(jira.asked, elsewhere)
    found = limits(evidence)
    for name in ("permissions.unread:group/member", "permissions.unread:applicationrole", "numbering.log"):
        assert "scope does not match" in found[name]
        assert "manage:jira-configuration" in found[name]
    for name in ("changes.log", "activity.reach", "workflows.unread"):
        assert "manage:jira-configuration" in found[name]
    rows = evidence.table("permissions").query("project == 'LUM' and permission == 'DELETE_ISSUES'")
    assert set(zip(rows["holder"], rows["who"], strict=True)) == {
        ("Administrators", "person"),
        ("Administrators", "not readable"),
        ("devs", "not readable"),
        ("Olga Żuk", "person"),
    }


# --- the archive ---------------------------------------------------------------------------------------------------


def said(lines: tuple[str, ...], word: str) -> list[str]:
    """Return what a report says under a word."""
    return [line.removeprefix(word).strip() for line in lines if line.startswith(f"{word} ")]


def between_two_archives(jira: AccessJira) -> tuple[str, str, str]:
    """Delete, move, edit and take away, without a word in the log; gives the ids of comments and of a worklog."""
    talk = jira.world.by_key[LONG_TALK]
    edited, gone, worklog = talk.comments[3][0], talk.comments[5][0], talk.worklogs[2][0]
    jira.drop("LUM-19")
    jira.move("LUM-22", "ATTIC-77")
    jira.move("DOCK-2", "LUM-67")
    jira.edit(edited, "rewritten")
    talk.comments = [each for each in talk.comments if each[0] != gone]
    jira.drop_worklog(LONG_TALK, worklog)
    return str(edited), str(gone), str(worklog)


@pytest.mark.parametrize(("dialect", "version"), [("cloud", "cloud"), ("data-center", "8.20")])
def test_what_happens_between_two_archives_is_told_by_key_and_bracket(tmp_path, dialect, version):
    """A deletion, moves, a comment edited and one gone, a worklog: with the times of both archives; and the months join."""
    with serving_access(dialect, version) as (jira, elsewhere):
        params = parameters(jira).model_copy(update={"projects": ["LUM", "DOCK"]})
        first = add_to_archive(params, tmp_path / "archive", ACCOUNT, lambda *_: None)
        edited, gone, worklog = between_two_archives(jira)
        second = add_to_archive(params, tmp_path / "archive", ACCOUNT, lambda *_: None)
        evidence = collect(params, tmp_path / "work", ACCOUNT, lambda *_: None, base=tmp_path)
        harmless(jira.asked, elsewhere)
    listed = sum(not issue.hidden and issue.project in ("LUM", "DOCK") for issue in Company(cloud=jira.cloud).issues)
    assert said(first.lines, "Census") == [f"{listed} issues of DOCK and LUM in sight"]
    assert said(first.lines, "Log") == [f"asked for all of it: {len(jira.world.log)} new records"]
    assert said(first.lines, "Moved") == []
    assert said(first.lines, "Worklogs")[0].startswith("7 worklogs noted")
    assert said(second.lines, "Joins")[0].startswith("yes")
    assert second.found == {"hole": 0, "vanished": 1}
    assert said(second.lines, "Vanished")[0].startswith("LUM-19: seen ")
    moved = said(second.lines, "Moved")
    assert [each.partition(":")[0] for each in moved] == ["LUM-22 is ATTIC-77", "DOCK-2 is LUM-67"]
    assert [each.partition(":")[0] for each in said(second.lines, "Edited")] == [f"{LONG_TALK}, comment {edited}"]
    assert [each.partition(":")[0] for each in said(second.lines, "Gone")] == [f"{LONG_TALK}, comment {gone}"]
    assert said(second.lines, "Deleted")[0].startswith(f"worklog {worklog} ")
    censuses = sorted((tmp_path / "archive" / "census").glob("*.changes.csv"))
    rows = pd.read_csv(censuses[-1], dtype=str, keep_default_na=False).set_index("key")
    assert dict(rows["change"]) == {"LUM-19": "vanished", "ATTIC-77": "moved", "LUM-67": "moved"}
    times = [datetime.strptime(f"{each.name[:15]}+0000", "%Y%m%dT%H%M%S%z") for each in censuses]
    bracket = set(zip(rows["last_seen"], rows["first_missed"], strict=True))
    assert [tuple(map(datetime.fromisoformat, each)) for each in bracket] == [tuple(times)]
    told_to_the_run(evidence, edited, gone)


def told_to_the_run(evidence: Evidence, edited: str, gone: str) -> None:
    """Check what a run makes of the archive: the number that existed, the moves, and the comments of the sample."""
    gaps = evidence.table("gaps").set_index("key")
    assert gaps.loc["LUM-19", "classification"] == "existed"
    assert gaps.loc["LUM-19", "evidence"].startswith("census ")
    assert dict(gaps.loc[["LUM-22", "DOCK-2"], "now_key"]) == {"LUM-22": "ATTIC-77", "DOCK-2": "LUM-67"}
    found = dict(zip(evidence.table("findings")["id"], evidence.table("findings")["statement"], strict=True))
    assert LONG_TALK in found["dossiers.comments-edited"]
    assert LONG_TALK in found["dossiers.comments-gone"]
    assert edited != gone


def test_the_command_makes_a_package_that_verifies(tmp_path):
    """`auditlib run`, where the log leads on by offset alone: the chapters are executed, and every table is made again."""
    with serving_access("data-center", "10.7") as (jira, elsewhere):
        (tmp_path / "powers.yaml").write_text(text_of(jira), encoding="utf-8")
        chapters = ["--only", "07_permissions", "--only", "08_activity"]
        done = auditlib(tmp_path, "run", tmp_path / "powers.yaml", *chapters, "--out", tmp_path / "package")
        assert done.status == 0, done.out + done.err
        harmless(jira.asked, elsewhere)
        activity = pd.read_csv(tmp_path / "package" / "data" / "tables" / "activity.csv", dtype=str)
        assert len(activity) == len(jira.world.told())
    done = auditlib(tmp_path, "verify", tmp_path / "package")
    assert done.status == 0, done.out + done.err
