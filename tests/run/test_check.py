"""``check`` names what is missing, with what it takes and which tables lack it, before anything is pulled."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pandas as pd
import pytest
from places import SHARED
from scripts import generate
from two_years import sealed_year

from auditlib.audit.scope.findings import scope_findings
from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.demo.story.company import Company
from auditlib.demo.story.last_seen import ORG_ID, ORG_KEY
from auditlib.errors import SourceError, UsageError
from auditlib.evidence.opened import Evidence
from auditlib.jira import scopes
from auditlib.jira.read_only import READ_ONLY
from auditlib.pull.access import identify, require_browsable
from auditlib.records.grants import MORE_THAN_READ
from auditlib.responses.store import RawStore
from auditlib.run import check
from auditlib.run.check import check_screen

SPEC = SHARED / "spec" / "jira-cloud-v3.audit.json"
BOTH = ("cloud", "data-center")
SCOPE = b'{"code": 401, "message": "Unauthorized; scope does not match"}'


def refusing(*endings: str, status: int = 401, body: bytes = SCOPE):
    """Refuse every question whose path ends so."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith(endings):
            return answer
        return replace(answer, status=status, headers={"Content-Type": "application/json"}, body=body)

    return tamper


@pytest.fixture
def screen(small_company: Company, parameters):
    """Return what ``check`` shows of a Jira that answers with a difference."""

    def show(speaks: str = "cloud", tamper=None, world=None, **values: object) -> str:
        with EmbeddedJira(world or small_company.world, speaks, tamper=tamper) as jira:
            params = parameters(jira_url=jira.url, projects="[PAY]", **values)
            return check_screen(params, {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token})

    return show


@pytest.mark.parametrize("speaks", BOTH)
def test_with_all_rights_nothing_is_missing(screen, speaks):
    """A healthy Jira and an able account: no line says otherwise."""
    said = screen(speaks)
    assert "Missing" not in said
    assert "Clock" not in said


def test_last_years_package_is_checked_before_jira_is_asked(screen, parameters, tmp_path):
    """Whole, it is named with its period and issues; one that was changed ends the check, as it would end a run."""
    last = sealed_year(tmp_path / "last", 2025, "AB-1")
    said = screen(previous=str(last))
    assert f"Previous  {last}, 1 January 2025 to 31 December 2025: as it was sealed, 1 issue" in said
    (last / "data" / "summary.json").write_text("[]")
    with pytest.raises(UsageError, match=r"^previous: .*is not what was sealed"):
        check_screen(parameters(previous=str(last), jira_url="https://nobody.invalid"), {})


@pytest.mark.parametrize(
    ("key", "status", "words"),
    [
        ("", 200, ["Missing   JIRA_ORG_KEY", "access_review.csv does not tell when people were last active"]),
        (ORG_KEY, 200, ["People    the organisation can be asked"]),
        (
            ORG_KEY,
            403,
            ["Missing   the organisation: Jira answered 403: no such scope", "it takes an API key of org_id"],
        ),
    ],
)
def test_it_tells_whether_an_organisation_answers(small_company, parameters, key, status, words):
    """Only where the parameters name one; the key is not shown."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if status != 200 and asked.path.startswith("/admin/"):
            return replace(answer, status=status, body=b'{"message": "no such scope"}')
        return answer

    world = replace(small_company.world, organization=replace(small_company.world.organization, key=key))
    params = parameters(projects="[PAY]", deployment="cloud", org_id=ORG_ID)
    said = check_screen(params, {}, lambda speaks: EmbeddedJira(world, speaks, tamper=tamper))
    assert all(word in said for word in words), said
    assert ORG_KEY not in said


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (
            "/watchers",
            ["issue/watchers", "read:jira-work", "read:issue.watcher:jira", "the dossiers do not name who watches"],
        ),
        ("/comment", ["issue/comment", "read:comment:jira", "sample_comments.csv"]),
        ("/mypermissions", ["mypermissions", "read:permission:jira", "answers, but not what the account may do there"]),
        ("/securitylevel", ["project/securitylevel", "read:issue-security-level:jira", "Set Issue Security"]),
        ("/auditing/record", ["Log       can't be read", "manage:jira-configuration", "read:audit-log:jira"]),
    ],
)
def test_a_missing_scope_is_named_with_what_lacks_without_it(screen, ending, words):
    """Classic and granular names, the account's right, and the tables; check itself succeeds."""
    said = screen(tamper=refusing(ending))
    assert all(word in said for word in words), said
    assert said.count("Missing") == (0 if "auditing" in ending else 1)


@pytest.mark.parametrize("ending", ["/search/jql", "/changelog/bulkfetch", "/issue/bulkfetch"])
def test_what_a_run_can_not_do_without_ends_check(screen, ending):
    """Status 3, with the same words: a run would end too."""
    with pytest.raises(SourceError, match="A run would end without this") as caught:
        screen(tamper=refusing(ending))
    assert "read:jira-work" in str(caught.value)
    assert ending.lstrip("/") in str(caught.value)


def test_a_data_center_has_no_scopes(screen):
    """Its tokens have the account's rights; so only the right is named."""
    said = screen("data-center", tamper=refusing("/watchers", status=403, body=b'{"message": "No"}'))
    assert "it takes the right Browse Projects, View Voters and Watchers" in said
    assert "scope" not in said


def test_what_is_not_there_is_not_called_a_missing_right(screen):
    """404 says that voting is off, say; a right is not the remedy."""
    said = screen(tamper=refusing("/votes", status=404, body=b'{"message": "Voting is off"}'))
    assert "Voting is off" in said
    assert "it takes" not in said


@pytest.mark.parametrize(
    ("apart", "words"),
    [(-30, None), (45, None), (-200, "3 minutes behind"), (600, "10 minutes ahead of"), (-90000, "25 hours behind")],
)
def test_clocks_that_differ_by_more_than_a_minute_are_told(screen, apart, words):
    """Jira's date is compared with this machine's clock when the answer came."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=apart), usegmt=True)
        return (
            replace(answer, headers={**answer.headers, "Date": date}) if asked.path.endswith("/serverInfo") else answer
        )

    said = screen(tamper=tamper)
    assert ("Clock" in said) == (words is not None)
    assert words is None or words in said


@pytest.mark.parametrize("date", ["", "yesterday", "Wed, 21 Oct 2026 07:28:00 +99999999999999999999"])
def test_a_clock_that_can_not_be_read_is_left_out(screen, date):
    """An odd date is no error."""

    def tamper(_: Asked, answer: Answer) -> Answer:
        return replace(answer, headers={**answer.headers, "Date": date})

    assert "Clock" not in screen(tamper=tamper)


def test_an_account_that_can_write_is_warned_of(screen, small_company):
    """Every right to change something is named, as the finding names it."""
    world = replace(
        small_company.world, powers=frozenset({"BROWSE_PROJECTS", "ADMINISTER", "EDIT_ISSUES", "DELETE_ISSUES"})
    )
    said = screen(world=world)
    assert "could also administer, delete issues and edit issues" in said


def held(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"project": ["PAY"] * len(names), "permission": names, "have": True})


@pytest.mark.parametrize("power", [*MORE_THAN_READ, "BROWSE_PROJECTS", "VIEW_VOTERS_AND_WATCHERS"])
def test_check_and_the_finding_judge_every_permission_alike(parameters, tmp_path, power):
    """What ``check`` warns of is what the package says, permission by permission: there is one judgement."""
    evidence = Evidence(tmp_path, parameters(projects="[PAY]"))
    evidence.provenance.powers = held("BROWSE_PROJECTS", power)
    evidence.pulled.deployment = "data-center"
    (line,) = check._projects(evidence, {"PAY": 1})
    told = scope_findings(
        interim_until=None, powers=evidence.provenance.powers, security_levels={"PAY": 0}, filter_record=None, unused=()
    )
    said = [finding.statement for finding in told if finding.id == "scope.powers"]
    assert ("could also" in line) == bool(said) == (power in MORE_THAN_READ)
    if said:
        assert f"could also {power.lower().replace('_', ' ')}" in line
        assert power in said[0]


@pytest.mark.parametrize("speaks", BOTH)
def test_a_project_that_answers_while_its_permissions_do_not_is_said_to_be_just_that(
    small_company, tmp_path, parameters, speaks
):
    """It is not called hidden; a finding says what is not known."""
    with EmbeddedJira(small_company.world, speaks, tamper=refusing("/mypermissions", status=403)) as jira:
        from auditlib.jira.connection import connected  # noqa: PLC0415

        params = parameters(jira_url=jira.url, projects="[PAY]")
        evidence = Evidence(tmp_path, params)
        with connected(params, evidence.store, {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}) as (reader, _):
            identify(reader)
            require_browsable(reader, ["PAY"])
    found = scope_findings(
        interim_until=None,
        powers=evidence.provenance.powers,
        security_levels=evidence.provenance.security_levels,
        filter_record=None,
        unused=(),
    )
    assert evidence.provenance.powers[evidence.provenance.powers["have"]].groupby("project").size().empty
    (one,) = [finding for finding in found if finding.id == "scope.powers-untold"]
    assert one.statement.startswith("PAY answers, but Jira does not tell what the account may do there.")
    assert RawStore(evidence.store.folder).entries("powers")[0].status == 403


def test_every_request_of_the_list_has_its_needs():
    """A new line of the read-only list says what it takes, and what lacks without it."""
    short = generate().short_name
    assert {short(path) for _, path in READ_ONLY} - {"tenant_info"} == set(scopes.NEEDS)


LISTS = {"workflows", "workflow/history", "workflow/history/list", "worklog/list"}
"""Questions about workflows and worklogs that go out as POST."""


def test_the_scopes_are_atlassians():
    """Classic and granular names are those of the OpenAPI description, where it lies beside the checkout."""
    if not SPEC.is_file():
        pytest.skip("Atlassian's description is not beside this checkout (../shared/spec)")
    paths = json.loads(SPEC.read_text())["paths"]
    seen = set()
    for path, methods in paths.items():
        name = "/".join(step for step in path.removeprefix("/rest/api/3/").split("/") if not step.startswith("{"))
        for method, operation in methods.items():
            if name not in scopes.NEEDS or not isinstance(operation, dict):
                continue
            allowed = (
                "post"
                if name in {"search/jql", "search/approximate-count", "issue/bulkfetch", "changelog/bulkfetch"} | LISTS
                else "get"
            )
            by_name = path.endswith("}") or not path.endswith(f"/{name}") or "{" not in path
            if method != allowed or not by_name:
                continue
            said = {one["state"]: one["scopes"] for one in operation.get("x-atlassian-oauth2-scopes", ())}
            need = scopes.NEEDS[name]
            if [need.classic] == said.get("Current", [""]) and set(need.granular) == set(said.get("Beta", ())):
                seen.add(name)
    only_data_center = {
        "secure/attachment",
        "auditing/events",
        "search",
        "project/workflowscheme",
        "workflow",
        "user",
        "user/list",
    }
    elsewhere = {name for name in scopes.NEEDS if name.startswith(("workspaces/", "servicedeskapi/"))}
    assert seen >= set(scopes.NEEDS) - only_data_center - {"serverInfo"} - elsewhere


@pytest.mark.parametrize("speaks", BOTH)
def test_the_query_for_the_shared_filter_has_the_days_of_the_period_and_the_filters_address(
    screen, small_company, speaks
):
    """Ready to be pasted: the filter's own dates are left out, and it is said that they are others."""
    old = 'created >= "2025-04-01" AND created < "2025-10-01" AND labels is EMPTY ORDER BY key'
    world = copy.copy(small_company.world)
    world.filters = {**world.filters, 10100: replace(world.filters[10100], jql=old)}
    said = screen(speaks, world=world, filter_id=10100)
    assert (
        '          project in ("PAY") AND created >= "2026-04-01" AND created < "2026-10-01" AND (labels is EMPTY) ORDER'
        in said
    )
    assert "it is filter 10100 (SOC 2 population): https://jira.invalid/issues/?filter=10100" in said
    assert 'it says created >= "2025-04-01" AND created < "2025-10-01" itself' in said


def test_a_filter_of_the_very_days_or_of_none_is_not_remarked_upon(screen, small_company):
    """Only what differs is worth a line; dates that can't be taken out are worth another."""
    world = copy.copy(small_company.world)

    def with_query(query: str) -> str:
        world.filters = {**world.filters, 10100: replace(world.filters[10100], jql=query)}
        return screen(world=world, filter_id=10100)

    assert "itself" not in screen(filter_id=10100)
    assert "itself" not in with_query('created >= "2026-04-01" AND created < "2026-10-01" AND labels is EMPTY')
    assert "it also asks elsewhere" in with_query("labels is EMPTY OR created > 2025-01-01")


@pytest.mark.parametrize(
    ("ending", "speaks", "words"),
    [
        (
            "/workflowscheme/project",
            "cloud",
            ["workflowscheme/project", "manage:jira-configuration", "Administer Jira"],
        ),
        ("/workflowscheme", "data-center", ["project/workflowscheme", "Administer Jira"]),
        ("/statuses", "cloud", ["project/statuses", "read:issue-status:jira"]),
    ],
)
def test_workflows_that_can_not_be_read_are_missing(screen, ending, speaks, words):
    """With what it takes, and what workflows.csv lacks then."""
    said = screen(speaks, refusing(ending))
    assert "workflows.csv" in said
    assert all(word in said for word in words)
