"""The second source in whole pulls: the file goes into the package, and both sides are reconciled from it."""

from __future__ import annotations

import json
from functools import partial

import pytest

from auditlib.audit.controls.site.second_source import BOTH, DEPLOYMENT_ONLY, NOT_FOUND, TICKET_ONLY, UNKNOWN_KEY
from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import ParameterError, UsageError
from auditlib.evidence.opened import Evidence
from auditlib.package.recompute import recompute
from auditlib.pull.collect import begin, collect

SOURCE = {"name": "GitLab deployments", "file": "deployed.jsonl", "form": "gitlab-deployments"}
WORKFLOW = {"gate": ["Approved"], "working": ["In Progress"], "testing": ["Testing"], "done": ["Done"]}
CONTROLS = [{"id": "CT-09", "applies_to": {"issue_type": ["Change"]}}]


def deployed(number: int, ref: str, at: str, **more: object) -> str:
    record = {
        "iid": number, "ref": ref, "status": "success", "created_at": at, "environment": {"name": "production"},
        "deployable": {"started_at": at, "commit": {"title": "", "message": ""}},
    }  # fmt: skip
    return json.dumps({**record, **more})


@pytest.fixture(scope="module")
def keys(small_company) -> dict[str, str]:
    """The issues of the change process by their cases."""
    return dict(small_company.truth.process)


@pytest.fixture(scope="module", params=["cloud", "data-center"])
def evidence(request, small_company, parameters, keys, tmp_path_factory) -> Evidence:
    """What was pulled of the change process, with a file of deployments."""
    good, never = keys["change as it should be"], keys["change never approved, released"]
    folder = tmp_path_factory.mktemp("pulled")
    lines = [
        deployed(1, f"{good.lower()}-pumps", "2026-07-15T12:00:00Z"),
        deployed(2, "main", "2026-07-16T12:00:00Z", deployable={"commit": {"title": f"{never}: pumps"}}),
        deployed(3, "hotfix", "2026-07-17T12:00:00Z"),
        deployed(4, "CHG-99999-x", "2026-07-18T12:00:00Z"),
        deployed(5, f"{good}-again", "2026-07-19T12:00:00Z", status="failed"),
    ]
    (folder / "deployed.jsonl").write_text("\n".join(lines), encoding="utf-8")
    params = parameters(
        deployment=request.param, projects="[CHG]", timezone="UTC", sample_size=3, controls=json.dumps(CONTROLS),
        workflow=json.dumps(WORKFLOW), second_source=json.dumps(SOURCE),
    )  # fmt: skip
    jira = partial(EmbeddedJira, small_company.world)
    return collect(params, folder / "work", {}, lambda *_: None, base=folder, embedded=jira)


def test_both_sides_are_reconciled(evidence, keys):
    """One after its approval, one without any, one without a ticket, one of no issue; the failed one does not count."""
    table = evidence.table("second_source")
    told = table[table["line"].notna()].set_index("ref")
    assert told["side"].to_dict() == {"1": BOTH, "2": BOTH, "3": DEPLOYMENT_ONLY, "4": UNKNOWN_KEY}
    assert told["key"].fillna("").to_dict() == {
        "1": keys["change as it should be"],
        "2": keys["change never approved, released"],
        "3": "",
        "4": "CHG-99999",
    }
    assert told.loc["1", "verdict"] == "after its approval"
    assert told.loc["2", "verdict"] == "without an approval"
    alone = table[table["side"] == TICKET_ONLY].set_index("key")["verdict"]
    assert alone[keys["change rewritten after its approval"]] == NOT_FOUND
    issues = evidence.listing.population
    changes = set(issues.loc[issues["issue_type"] == "Change", "key"])
    assert {*alone.index, *told.loc[told["side"] == BOTH, "key"]} == changes


def test_the_control_says_the_same(evidence, keys):
    """What stands in controls.csv follows from the same comparison, whether the issue is sampled or not."""
    table = evidence.table("controls").set_index("key")["outcome"]
    assert table[keys["change as it should be"]] == "pass"
    assert table[keys["change never approved, released"]] == "exception"
    assert table[keys["change rewritten after its approval"]] == "no evidence"
    known = {one.id: one for one in evidence.reconciliation.findings}
    assert known["second-source.without-ticket"].count == 1
    assert known["second-source.no-issue"].count == 1
    assert known["second-source.rows"].statement.startswith("Of 5 rows of GitLab deployments, 2 name an issue")


def test_a_package_reads_its_own_copy(evidence):
    """The copy has the name of its form; the tables are computed from it without the company's file."""
    copy = evidence.folder / "data" / "second_source.jsonl"
    assert copy.is_file()
    again = Evidence(evidence.folder, evidence.params)
    assert again.table_files()["second_source.csv"] == evidence.table_files()["second_source.csv"]
    written = evidence.folder / "data" / "tables"
    written.mkdir(exist_ok=True)
    for name, content in evidence.table_files().items():
        (written / name).write_bytes(content)
    assert not [one for one in recompute(evidence.folder) if "second_source" in one.path or "controls" in one.path]
    kept = copy.read_bytes()
    copy.write_bytes(kept.replace(b"2026-07-15T12", b"2026-07-10T12"))
    assert "data/tables/second_source.csv" in [one.path for one in recompute(evidence.folder)]
    copy.write_bytes(kept)


def test_a_file_that_is_wrong_is_told_before_anything_is_asked(parameters, tmp_path):
    """A line that can't be read, a file that is not there, a workbook: each in a sentence."""
    given = parameters(second_source=json.dumps({**SOURCE, "file": "x.csv", "key_from": ["ref"], "time": "at"}))
    with pytest.raises(UsageError, match=r"second_source.file: .*can't be read"):
        begin(given, tmp_path / "a", tmp_path)
    (tmp_path / "x.csv").write_bytes(b"PK\x03\x04")
    with pytest.raises(UsageError, match=r"second_source.file: x.csv is a workbook"):
        begin(given, tmp_path / "b", tmp_path)
    (tmp_path / "x.csv").write_text("ref,at,status\npay-1,today,success\n", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"x.csv:2: second_source = today: a time is needed"):
        begin(given, tmp_path / "c", tmp_path)
