"""The pull and the tables, on the made-up company in both dialects, against its known truth."""

from __future__ import annotations

import copy
import json
import shutil
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from plain_ways import side_of

from auditlib.audit.permissions.projects import PROJECT_ROLES
from auditlib.audit.yearly.rows import YEARLY
from auditlib.demo.folder.load import load_folder
from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.demo.story.company import Company, build_company
from auditlib.demo.world.records import History, Issue, World
from auditlib.errors import AnswerError, NotBrowsableError, ReconciliationError
from auditlib.evidence.changed import SAMPLE_CHANGES
from auditlib.evidence.chapters import TABLES
from auditlib.evidence.opened import Evidence, open_evidence
from auditlib.jira.connection import connected
from auditlib.params.model import Parameters
from auditlib.pull import collect as collecting
from auditlib.pull.collect import collect
from auditlib.responses.store import RawStore
from auditlib.tables import Column

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody
DIALECTS = ["cloud", "data-center"]
ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"]


def pulled(company: Company, params: Parameters, folder: Path, **jira: Any) -> Evidence:
    """Pull from the embedded Jira, which is made with those options."""
    return collect(params, folder, {}, QUIET, base=folder, embedded=partial(EmbeddedJira, company.world, **jira))


def truth_of_gaps(company: Company, evidence: Evidence) -> dict[str, str]:
    """What the answers, the log and the issues that were read can prove, by key."""
    expected = {}
    read = evidence.answers.known_histories
    for row in evidence.table("numbering").itertuples():
        fates = company.truth.missing(row.project, row.first_number, row.last_number)
        expected |= {fate.key: fate.proof_from(read) for fate in fates.values()}
    return expected


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("zone", ZONES)
def test_the_population_is_the_truth(company, parameters, tmp_path, dialect, zone):
    """Every issue created in the period by exact instants, whatever the zones of the account and the server; no other."""
    params = parameters(deployment=dialect, timezone=zone)
    evidence = pulled(company, params, tmp_path)
    period = params.period
    assert set(evidence.population["key"]) == company.truth.population(params.projects, period.begins, period.ends)
    assert (evidence.listing.reconciliation["difference"] == 0).all()
    assert evidence.listing.reconciliation["population"].sum() == len(evidence.population) > 200


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("seed", ["demo", "other", "third"])
def test_every_missing_number_is_classified_as_its_truth_allows(parameters, tmp_path, dialect, seed):
    """Moved numbers are proved with their new key, deleted ones by the log, others by whatever names them."""
    company = build_company(seed, scale=0.4)
    evidence = pulled(company, parameters(deployment=dialect), tmp_path)
    gaps = evidence.table("gaps")
    assert dict(zip(gaps["key"], gaps["classification"], strict=True)) == truth_of_gaps(company, evidence)
    assert set(gaps["classification"]) == {"moved", "deleted", "existed", "unexplained"}
    assert gaps["evidence"].notna().equals(gaps["classification"] != "unexplained")
    assert gaps["possible"].notna().equals(gaps["classification"].isin(["existed", "unexplained"]))
    for row in gaps[gaps["classification"] == "moved"].itertuples():
        fate = company.truth.fate(row.key)
        assert row.now_key == fate.now_key
        assert row.evidence.endswith(f" of {fate.now_key}")
        assert row.at.to_pydatetime() == fate.left_at


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_range_holds_every_number_given_out_in_the_period(company, parameters, tmp_path, dialect):
    """No number given out in the period lies outside of the audited range, but those of back-dated imports."""
    params = parameters(deployment=dialect)
    evidence = pulled(company, params, tmp_path)
    for row in evidence.table("numbering").itertuples():
        for number, fate in company.truth.fates(row.project).items():
            if fate.given_out is not None and side_of(params.period, fate.given_out) == "in" and not fate.backdated:
                assert row.first_number <= number <= row.last_number, fate


@pytest.mark.parametrize("dialect", DIALECTS)
def test_states_at_the_periods_end_are_the_truth(company, parameters, tmp_path, dialect):
    """Status and resolution as of the period's end, walked back from today, but for the holes that were planted."""
    params = parameters(deployment=dialect)
    evidence = pulled(company, params, tmp_path)
    for row in evidence.population.itertuples():
        if row.id in company.truth.holes:
            continue
        status, resolution = company.truth.status_at(row.id, params.period.ends)
        found = None if pd.isna(row.resolution_at_period_end) else row.resolution_at_period_end
        assert (row.status_at_period_end, found) == (status, resolution), row.key


@pytest.fixture(scope="module")
def small(small_company, parameters, tmp_path_factory) -> Evidence:
    """A pulled folder with a row in every table but for what happened while Jira was asked."""
    attribute = '{name: owner, question: "An owner?", test: {filled_before: {field: assignee, event: resolved}}}'
    within = '{name: in time, question: "Soon?", test: {within: {from: created, to: resolved, days: 1}}}'
    folder = tmp_path_factory.mktemp("small")
    (folder / "builds.csv").write_text("branch,at\nmain,2026-05-04T09:00:00Z\n", encoding="utf-8")
    (folder / "requests.csv").write_text("request,wanted,answered_by\nR-1,All issues,population\n", encoding="utf-8")
    params = parameters(
        requests=f"{folder.as_posix()}/requests.csv",
        attributes=f"[{attribute}, {within}]",
        issue_types="[Bug, Change]",
        controls="[{id: CT-01, gate: [Approved], done: [Done]}]",
        second_source=f"{{name: builds, file: {folder.as_posix()}/builds.csv, key_from: [branch], time: at}}",
    )
    return pulled(small_company, params, folder / "work")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_has_the_columns_the_kinds_and_the_order_of_its_record(small, table):
    """Nothing is repaired on the way into the file."""
    frame = table.check(small.table(table.name))
    if table.sort_keys:
        pd.testing.assert_frame_equal(frame, table.sort(frame))


@pytest.mark.parametrize(
    "table", [it for it in TABLES if it not in {SAMPLE_CHANGES, PROJECT_ROLES, YEARLY}], ids=lambda table: table.name
)
def test_a_column_that_nobody_fills_fails_where_the_table_is_made(small, table, monkeypatch):
    """A column is declared and forgotten in the rows: no frame leaves its maker, but one that happens to have no rows."""
    planted = replace(table, further=(*table.further, Column("planted", "text", "Nobody fills it.")))
    for module in [module for name, module in sys.modules.items() if name.startswith("auditlib.")]:
        for name in [name for name, value in vars(module).items() if value is table]:
            monkeypatch.setattr(module, name, planted)
    with pytest.raises((ValueError, KeyError), match=r"planted|columns passed"):
        Evidence(small.folder, small.params).table(table.name)


def test_both_dialects_give_the_same_tables(company, parameters, tmp_path):
    """Cloud and Data Center answer in their own ways; the tables are equal, but for how each names addresses and notes."""
    one = pulled(company, parameters(deployment="cloud"), tmp_path / "cloud")
    two = pulled(company, parameters(deployment="data-center"), tmp_path / "data-center")
    for name in ("population", "excluded", "numbering", "gaps", "status", "sample"):
        left, right = (evidence.table(name).drop(columns=["url"], errors="ignore") for evidence in (one, two))
        if name == "gaps":
            # An event of Data Center's log has no id, and is named by its instant.
            left, right = (frame.replace({"evidence": r"^log .*"}, "log", regex=True) for frame in (left, right))
        pd.testing.assert_frame_equal(left, right, check_dtype=False, obj=name)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_tables_are_a_function_of_the_answers(company, parameters, tmp_path, dialect):
    """The folder opened anew gives the same bytes, and so does a second pull of the same Jira."""
    params = parameters(deployment=dialect)
    first = pulled(company, params, tmp_path / "one").table_files()
    assert open_evidence(tmp_path / "one").table_files() == first
    assert pulled(company, params, tmp_path / "two").table_files() == first


def test_pages_of_one_give_the_same_tables(small_company, parameters, tmp_path):
    """Nothing depends on the page size that a server grants."""
    params = parameters()
    whole = pulled(small_company, params, tmp_path / "whole").table_files()
    assert pulled(small_company, params, tmp_path / "single", page_size=1).table_files() == whole


def test_restrictions_leave_out_and_list(company, parameters, tmp_path):
    """What a type or a query leaves out of the population is listed with its reason, and never makes a gap."""
    everything = pulled(company, parameters(), tmp_path / "all")
    params = parameters(issue_types="[Bug]", population_jql="priority = High")
    evidence = pulled(company, params, tmp_path / "some")
    left_out = evidence.listing.excluded[evidence.listing.excluded["reason"].isin(["issue type", "filter"])]
    assert set(evidence.population["key"]) | set(left_out["key"]) == set(everything.population["key"])
    assert set(evidence.population["issue_type"]) == {"Bug"}
    assert {"issue type", "filter"} == set(left_out["reason"])
    pd.testing.assert_frame_equal(evidence.table("numbering"), everything.table("numbering"))
    pd.testing.assert_frame_equal(
        evidence.table("gaps").drop(columns="url"), everything.table("gaps").drop(columns="url")
    )


def test_a_shared_filter_is_recorded(company, parameters, tmp_path):
    """A filter narrows the population by its JQL as it was, and its owner and shares are told."""
    evidence = pulled(company, parameters(filter_id=10100), tmp_path)
    assert evidence.provenance.shared_filter["jql"]
    assert 0 < len(evidence.population) < len(evidence.passes.issues)
    (finding,) = evidence.findings[evidence.findings["id"] == "scope.filter"]["statement"]
    assert "10100" in finding


def test_issues_that_left_the_listed_projects_are_named(company, parameters, tmp_path):
    """An issue created in the period that now stands elsewhere is listed as moved out."""
    params = parameters(projects="[OPS]")
    evidence = pulled(company, params, tmp_path)
    moved = evidence.listing.excluded[evidence.listing.excluded["reason"] == "moved out"]
    expected = {
        fate.key
        for fate in company.truth.fates("OPS").values()
        if fate.kind == "moved" and fate.now_visible and not fate.now_key.startswith("OPS-")
        and fate.created is not None and side_of(params.period, fate.created) == "in"
    }  # fmt: skip
    assert set(moved["key"]) == expected
    assert len(expected) > 0


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_project_out_of_sight_ends_the_run_before_any_pull(company, parameters, tmp_path, dialect):
    """A listed project that can't be browsed is named, and nothing is pulled."""
    with pytest.raises(NotBrowsableError, match="HR") as caught:
        pulled(company, parameters(deployment=dialect, projects="[PAY, HR, NOSUCH]"), tmp_path)
    assert caught.value.projects == ["HR", "NOSUCH"]
    assert not RawStore(tmp_path / "data" / "raw").entries("first_pass")


def test_an_issue_lost_between_the_passes_is_never_passed_over(small_company, parameters, tmp_path):
    """If one pass has an issue that the other lacks, for no reason that Jira shows, the run ends."""

    def lose_one(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("/search/jql") and b'"summary"' in asked.body:
            page = json.loads(answer.body)
            page["issues"] = page["issues"][1:]
            return replace(answer, body=json.dumps(page).encode())
        return answer

    with pytest.raises(ReconciliationError, match="differ") as caught:
        pulled(small_company, parameters(), tmp_path, tamper=lose_one)
    assert all(len(ids) == 1 for ids in caught.value.differences.values())


def test_an_issue_without_creation_time_is_an_error_that_names_it(small_company, parameters, tmp_path):
    """An issue that can't be placed in time ends the run; its response is kept."""

    def forget(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("/search/jql") and b'"summary"' in asked.body:
            page = json.loads(answer.body)
            if page["issues"]:
                page["issues"][0]["fields"].pop("created")
            return replace(answer, body=json.dumps(page).encode())
        return answer

    with pytest.raises(AnswerError, match=r"[A-Z]+-\d+"):
        pulled(small_company, parameters(), tmp_path, tamper=forget)
    assert any(entry.topic.startswith("first_pass") for entry in RawStore(tmp_path / "data" / "raw").refusals())


def test_the_account_is_asked_for_before_anything_else(company, parameters, tmp_path):
    """ServerInfo and myself come first: no question goes out before it is known who asks."""
    evidence = pulled(company, parameters(), tmp_path)
    assert [entry.topic for entry in evidence.store.entries()][:2] == ["server", "account"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_real_address_is_asked_with_credentials_from_the_environment(company, parameters, tmp_path, dialect):
    """With deployment auto, serverInfo says which dialect to speak."""
    with EmbeddedJira(company.world, dialect) as jira:
        params = parameters(jira_url=jira.url)
        environ = {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
        with connected(params, RawStore(tmp_path / "raw"), environ) as (reader, _):
            assert dialect == reader.dialect.NAME


def test_missing_numbers_of_real_issues_are_exactly_those_counted(real_data, parameters, tmp_path):
    """The real AC, ALOY and MOD issues: all in the population, every missing number unexplained, none too many."""
    folder = load_folder(real_data / "tidev")
    params = parameters(
        projects=f"[{', '.join(folder.projects)}]",
        period_start=folder.first_day.isoformat(),
        period_end=folder.last_day.isoformat(),
        timezone="UTC",
    )
    evidence = collect(params, tmp_path, {}, QUIET, base=tmp_path, embedded=partial(EmbeddedJira, folder.world))
    assert len(evidence.population) == 6369
    numbering = evidence.table("numbering").set_index("project")
    assert numbering["missing"].to_dict() == {"AC": 2224, "ALOY": 251, "MOD": 2561}
    assert (numbering["unexplained"] == numbering["missing"]).all()
    assert numbering.loc["AC", "out_of_order"] == 2654


def test_real_issues_with_history_keep_it(real_data, parameters, tmp_path):
    """The real EE and K5 issues, Chinese texts among them, with their whole change log."""
    folder = load_folder(real_data / "devlake")
    params = parameters(
        projects=f"[{', '.join(folder.projects)}]",
        period_start=folder.first_day.isoformat(),
        period_end=folder.last_day.isoformat(),
        timezone="UTC",
    )
    evidence = collect(params, tmp_path, {}, QUIET, base=tmp_path, embedded=partial(EmbeddedJira, folder.world))
    assert len(evidence.population) == 33
    assert sum(len(entries) for _, entries in evidence.answers.histories()) > 500


def test_a_seed_is_drawn_and_recorded_when_none_is_given(small_company, parameters, tmp_path):
    """Without a seed the run draws one, and the package's parameters hold it."""
    params = parameters().model_copy(update={"sample_seed": None})
    evidence = pulled(small_company, params, tmp_path)
    assert len(evidence.params.sample_seed) == 32
    assert open_evidence(tmp_path).params.sample_seed == evidence.params.sample_seed
    assert collecting.with_seed(params).sample_seed != evidence.params.sample_seed


def test_an_issue_that_no_search_lists_is_not_called_gone(small_company, parameters, tmp_path):
    """An issue that every search leaves out and that answers by its key is told, never taken for deleted or hidden."""
    chosen = next(
        one
        for one in sorted(small_company.world.issues.values(), key=lambda one: one.created)
        if one.project == "PAY" and one.visible and one.created.isoformat() > "2026-06-01"
    )

    def leave_out(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("/search/jql") and answer.status == 200:
            page = json.loads(answer.body)
            page["issues"] = [one for one in page["issues"] if one["id"] != str(chosen.id)]
            return replace(answer, body=json.dumps(page).encode())
        return answer

    evidence = pulled(small_company, parameters(), tmp_path, tamper=leave_out)
    row = evidence.table("gaps").set_index("key").loc[chosen.key]
    assert row["evidence"] == "answers under its own key, in no search"
    (finding,) = evidence.findings[evidence.findings["id"] == "numbering.unlisted"].itertuples()
    assert finding.severity == "exception"
    assert chosen.key in finding.statement


def test_no_security_level_means_nothing_to_who_may_not_set_them(small_company, parameters, tmp_path):
    """Jira lists the levels that an account may use: an empty list does not prove that nothing is hidden."""
    evidence = pulled(small_company, parameters(), tmp_path)
    assert evidence.provenance.security_levels["PAYX"] is None
    assert "hidden by issue security" in set(evidence.table("gaps")["possible"].dropna().str.split("; ").explode())


# Names that change, records that are odd, and nothing at all


def renamed(world: World) -> World:
    """Give every status, resolution and type another name of today; the histories keep those of their day."""
    found = copy.deepcopy(world)
    for issue in found.issues.values():
        for field in ("status", "resolution", "issuetype"):
            if issue.fields.get(field):
                issue.fields[field] = {**issue.fields[field], "name": f"{issue.fields[field]['name']} (neu)"}
    first: dict[str, Issue] = {}
    for issue in found.issues.values():
        first.setdefault(issue.fields["issuetype"]["id"], issue)
    for number, issue in first.items():  # what a type was called is known where an issue came to be of that type
        name = issue.fields["issuetype"]["name"].removesuffix(" (neu)")
        item = {"field": "issuetype", "fieldtype": "jira", "fieldId": "issuetype", "from": number, "fromString": name,
                "to": number, "toString": name}  # fmt: skip
        issue.histories.append(History(90_000_000 + int(number), issue.updated, None, (item,)))
    return found


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_of_the_parameters_survive_a_rename(small_company, parameters, tmp_path, dialect):
    """Types in scope, accepted resolutions and attributes mean the same things before and after; then has the name of then."""
    four_eyes = {
        "name": "approved", "question": "Was it?", "applies_to": {"issue_type": ["Change"]},
        "test": {"order": {"first": {"to_status": "APPROVED"}, "then": {"to_status": "Done"}}},
    }  # fmt: skip
    params = parameters(
        deployment=dialect,
        issue_types='["Change"]',
        closing_resolutions='["done"]',
        attributes=json.dumps([four_eyes]),
        sample_size=6,
    )
    before = pulled(small_company, params, tmp_path / "before")
    other = replace(small_company, world=renamed(small_company.world))
    after = pulled(other, params, tmp_path / "after")
    assert list(after.population["key"]) == list(before.population["key"])
    assert len(before.population) > 5
    names = ["key", "reason"]
    assert after.states.closing[names].to_numpy().tolist() == before.states.closing[names].to_numpy().tolist()
    outcomes = ["key", "attribute", "outcome"]
    for one in ("attributes", "population_outcomes"):
        left, right = (getattr(evidence.sampled, one)[outcomes].to_numpy().tolist() for evidence in (before, after))
        assert left == right
        assert {row[2] for row in left} - {"not applicable"}
    changed = [set(evidence.changed_later["key"]) for evidence in (before, after)]
    assert changed[0] == changed[1]
    assert after.conclusion("04_status").split(".")[0] == before.conclusion("04_status").split(".")[0]
    moved = after.population["status_at_period_end"].dropna()
    assert (moved.str.removesuffix(" (neu)") == before.population["status_at_period_end"].dropna()).all()
    assert not moved.str.endswith(" (neu)").all()


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_odd_time_of_an_issue_or_entry_ends_nothing(small_company, parameters, tmp_path, dialect):
    """The cell is empty, a limit names the issue; a history with an odd entry leaves one state unknown."""
    params = parameters(deployment=dialect, sample_size=5)
    before = pulled(small_company, params, tmp_path / "before")
    key = before.population.loc[before.population["status"].ne(before.population["status_at_period_end"]), "key"].iloc[
        0
    ]
    number = int(before.population.set_index("key").loc[key, "id"])

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if answer.status != 200 or b'"issue' not in answer.body:
            return answer
        body = json.loads(answer.body)
        for issue in body.get("issues") or ():
            if issue.get("key") == key and "updated" in issue.get("fields", {}):
                issue["fields"]["updated"] = "20226-03-06T09:00:00.000+0000"
        return replace(answer, body=json.dumps(body).encode())

    after = pulled(small_company, params, tmp_path / "after", tamper=tamper)
    rows = after.population.set_index("id")
    assert pd.isna(rows.loc[number, "updated"])
    said = after.findings.set_index("id").loc["population.unread-times"]
    assert (said["severity"], said["count"]) == ("limit", 1)
    assert f"{key} (updated)" in said["statement"]
    kept = ["key", "status", "status_at_period_end", "created"]
    assert after.population[kept].to_numpy().tolist() == before.population[kept].to_numpy().tolist()


def test_real_data_without_histories_have_nothing_to_compare(real_data, parameters, tmp_path):
    """Nothing could be walked back, so no history is said to lead anywhere: three counts, a limit for each kind of record."""
    (tmp_path / "issues").mkdir()
    shutil.copy(real_data / "tidev" / "MOD.jsonl.gz", tmp_path / "issues")
    folder = load_folder(tmp_path / "issues")
    params = parameters(
        deployment="cloud", projects="[MOD]", period_start=folder.first_day, period_end=folder.last_day, sample_size=5
    )
    evidence = collect(params, tmp_path / "out", {}, QUIET, base=tmp_path, embedded=partial(EmbeddedJira, folder.world))
    assert "None of 5 histories holds anything to compare" in evidence.conclusion("06_dossiers")
    found = evidence.findings.set_index("id")
    assert found.loc["dossiers.no-history", ["severity", "count"]].tolist() == ["limit", 5]
    assert found.loc["status.no-history", "severity"] == "limit"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_of_an_archived_project_no_completeness_is_stated(small_company, parameters, tmp_path, dialect):
    """Jira's search may leave its issues out: that is a limit, told wherever completeness is concluded."""
    evidence = pulled(small_company, parameters(deployment=dialect, projects="[PAY, OLD]"), tmp_path)
    assert evidence.provenance.not_live == {"OLD": "archived"}
    (finding,) = evidence.findings[evidence.findings["id"] == "scope.not-live"].itertuples()
    assert (finding.severity, finding.notebook, finding.count) == ("limit", "01_scope", 1)
    for notebook in ("02_population", "03_numbering"):
        assert "OLD is archived" in evidence.conclusion(notebook)
        assert "not shown to be complete" in evidence.conclusion(notebook)


EMPTY = {
    "nothing in the period": {"period_start": "2019-01-01", "period_end": "2019-02-01"},
    "no such type": {"issue_types": "[Chnage]"},
    "a project without issues": {"projects": "[OLD]"},
    "one project without issues": {"projects": "[PAY, OLD]", "sample_size": 1},
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("values", EMPTY.values(), ids=EMPTY)
def test_nothing_is_a_result(small_company, parameters, tmp_path, dialect, values):
    """Where nothing was created, all tables, findings and conclusions are there, and say so."""
    evidence = pulled(small_company, parameters(deployment=dialect, **values), tmp_path)
    assert all(content.count(b"\n") >= 1 for name, content in evidence.table_files().items() if name.endswith(".csv"))
    assert (len(evidence.population) == 0) == ("sample_size" not in values)
    for notebook in (
        "01_scope",
        "02_population",
        "03_numbering",
        "04_status",
        "05_sample",
        "06_dossiers",
        "07_permissions",
        "09_summary",
    ):
        assert evidence.conclusion(notebook).endswith(".")
