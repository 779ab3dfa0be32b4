"""Packages of dossiers only, samples that go on, and what became of sampled issues: the whole way, on the embedded Jira."""

from __future__ import annotations

import copy
import csv
import io
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from auditlib.audit.sampling.sample import plan_and_draw
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story import texts
from auditlib.demo.world.records import History
from auditlib.errors import ParameterError, SampleError, UsageError
from auditlib.evidence.opened import open_evidence
from auditlib.package.recompute import recompute
from auditlib.params.model import Parameters
from auditlib.report.safe_html import network_requests
from auditlib.report.tables_in_pages import SCRIPT
from auditlib.run.dossiers import collect_case_file, require_keys
from auditlib.run.order import Run
from auditlib.run.workbook import run

ATTRIBUTES = (
    "[{name: eyes, question: 'Two people?', applies_to: {issue_type: [Change]}, "
    "test: {different_people: [{to_status: Approved}, {to_status: Done}]}}, "
    "{name: late, question: 'In time?', test: {within: {from: created, to: resolved, days: 3}}}]"
)


def rows_of(package: Path, name: str) -> list[dict[str, str]]:
    text = (package / "data" / "tables" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


# auditlib dossiers


@pytest.mark.slow
@pytest.mark.parametrize("deployment", ["cloud", "data-center"])
def test_a_package_of_dossiers(company, parameters, tmp_path, deployment):
    """Keys come as the auditor wrote them; moved ones are followed, absent ones told, the rest is sealed and verifies."""
    moved = next(key for key in company.truth.planted["moved"] if company.truth.fate(key).now_visible)
    hole = next(key for key in company.truth.planted["hole in status"])
    params = parameters(deployment=deployment, attributes=ATTRIBUTES).model_copy(update={"attachments": True})
    keys = (f" {moved.lower()} ", "PAY-999999", hole, moved)
    order = Run(params, tmp_path / "case", embedded=partial(EmbeddedJira, company.world))
    package, absent = collect_case_file(order, keys, {}, lambda *_: None)
    assert absent == ["PAY-999999"]
    assert recompute(package) == []
    folders = {path.name for path in (package / "data" / "dossiers").iterdir()}
    assert folders == {moved, hole}
    names = {path.name for path in (package / "data" / "dossiers" / hole).iterdir() if path.is_file()}
    tables = {f"{name}.csv" for name in ("details", "history", "comments", "worklogs", "links", "attachments")}
    assert names == tables | {"issue.html", "issue.json"}
    assert (package / "data" / "dossiers.pdf").read_bytes().startswith(b"%PDF-")
    said = {row["id"]: row["statement"] for row in rows_of(package, "findings")}
    assert f"{moved} (now {company.truth.fate(moved).now_key})" in said["dossiers.moved"]
    assert "PAY-999999" in said["dossiers.absent"]
    assert hole in said["dossiers.replay"]
    assert {row["key"] for row in rows_of(package, "attributes")} == {moved, hole, "PAY-999999"}
    summary = json.loads((package / "data" / "summary.json").read_text(encoding="utf-8"))
    assert summary["figures"] | {"history_entries": 0, "comments": 0} == {
        "keys": 3, "dossiers": 2, "absent": 1, "moved": 1, "history_entries": 0, "comments": 0,
    }  # fmt: skip
    done = subprocess.run(
        ["sha256sum", "-c", "--quiet", "manifest-sha256.txt"], cwd=package, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_an_interrupted_collection_goes_on_with_the_same_keys(company, parameters, tmp_path):
    """--resume asks for what is missing only, of the same keys with the same parameters."""
    out, params, first = (
        tmp_path / "case",
        parameters(deployment="cloud"),
        company.truth.planted["issue with everything"],
    )

    def interrupt(stage: str, *_: object) -> None:
        if stage == "dossiers":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collect_case_file(Run(params, out, embedded=partial(EmbeddedJira, company.world)), first, {}, interrupt)
    again = Run(params, out, embedded=partial(EmbeddedJira, company.world), resume=True)
    with pytest.raises(UsageError, match="other keys"):
        collect_case_file(again, ["PAY-1"], {}, lambda *_: None)
    other = replace(again, params=params.model_copy(update={"attachments": True}))
    with pytest.raises(UsageError, match="another attachments"):
        collect_case_file(other, first, {}, lambda *_: None)
    package, absent = collect_case_file(again, first, {}, lambda *_: None)
    assert absent == []
    assert recompute(package) == []


@pytest.mark.slow
@pytest.mark.xdist_group("cloud")
@pytest.mark.parametrize("sealed", ["cloud"], indirect=True)
def test_a_frozen_population_is_copied_whole_or_not_at_all(sealed, tmp_path):
    """A run with --from that was killed while it copied does not go on with half a population."""
    working = tmp_path / "again.partial" / "data"
    half = working / "raw.tmp"
    half.mkdir(parents=True)
    lines = (sealed.folder / "data" / "raw" / "index.jsonl").read_text("utf-8").splitlines(keepends=True)
    (half / "index.jsonl").write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")
    (working / "params.yaml").write_bytes((sealed.folder / "data" / "params.yaml").read_bytes())
    order = Run(
        sealed.params,
        tmp_path / "again",
        ("05_sample",),
        frozen=sealed.folder,
        embedded=partial(EmbeddedJira, sealed.company.world),
    )
    package = run(replace(order, resume=True), {}, lambda *_: None)
    assert not (package / "data" / "raw.tmp").exists()
    assert rows_of(package, "population") == rows_of(sealed.folder, "population")
    assert recompute(package) == []


@pytest.mark.parametrize(("given", "said"), [((), "no key"), (("PAY",), "PAY"), (("PAY-1", "x-1-2"), "X-1-2")])
def test_what_is_no_key_is_named(given, said):
    """Nothing is asked of Jira before all keys are keys."""
    with pytest.raises(UsageError, match=said):
        require_keys(given)


def test_a_key_that_is_given_twice_is_one():
    """Each issue is collected once, in the order given, however its key is written."""
    assert require_keys(["PAY-2", " pay-1 ", "PAY-2", "", "PAY-1"]) == ["PAY-2", "PAY-1"]


# samples that go on


@pytest.fixture
def drawn(sealed) -> Callable[..., object]:
    """Draw from the sealed package's population with other parameters."""
    evidence = open_evidence(sealed.folder)

    def draw(**values: object):
        params = Parameters.model_validate({**evidence.params.model_dump(by_alias=True), **values})
        return plan_and_draw(evidence.population, params, None)

    return draw


def test_an_extension_keeps_what_was_drawn(drawn):
    """The first issues stay in their places; the new ones come after them, with their reason."""
    first = drawn().sample
    longer = drawn(
        sample_extensions=[{"issues": 3, "reason": "one deviation"}, {"issues": 2, "reason": "and another"}]
    ).sample
    assert list(longer["key"][: len(first)]) == list(first["key"])
    assert list(longer["drawn_as"][len(first) :]) == ["extension: one deviation"] * 3 + ["extension: and another"] * 2
    assert list(longer["order"]) == list(range(1, len(first) + 6))


def test_a_replaced_issue_stays_listed(drawn):
    """The next one drawn takes its place; the replaced one stays, with the reason, and is not tested."""
    first = drawn()
    key = first.sample["key"][2]
    other = drawn(sample_replacements=[{"key": key, "reason": "a test issue"}])
    assert list(other.sample["key"][: len(first.sample)]) == list(first.sample["key"])
    assert other.sample["drawn_as"].iloc[-1] == f"in place of {key}: a test issue"
    assert list(other.sample.loc[other.sample["replaced"] != "", "key"]) == [key]
    assert len(other.tested) == len(first.tested)
    assert key not in set(other.tested["key"])


def test_only_what_is_drawn_can_be_replaced(drawn):
    """A reason for an issue that was never in the sample would be a lie in the evidence."""
    with pytest.raises(SampleError, match="PAY-1 is not in the sample"):
        drawn(sample_replacements=[{"key": "PAY-1", "reason": "why not"}])


def test_a_selection_is_not_extended(parameters):
    """What was chosen by hand can only be chosen anew."""
    with pytest.raises(ParameterError, match="sample_extensions"):
        parameters(sample_keys="[PAY-1]", sample_seed="", sample_extensions="[{issues: 1, reason: x}]")


@pytest.mark.slow
def test_keys_that_can_not_be_tested_say_why(sealed):
    """Foreign, unknown, moved, excluded and out-of-period keys of the auditor's list are told apart."""
    evidence = open_evidence(sealed.folder)
    population = set(evidence.population["key"])
    walk = evidence.answers.walk("PAY")
    excluded = set(evidence.listing.excluded["key"])
    outside = next(key for key in (f"PAY-{number}" for number in walk["number"]) if key not in population | excluded)
    gaps = evidence.table("gaps")
    gone = gaps.loc[gaps["classification"] == "unexplained", "key"].iloc[0]
    moved = gaps.loc[gaps["classification"] == "moved"].iloc[0]
    good = evidence.population["key"].iloc[0]
    keys = [good, "NOPE-1", outside, gone, moved["key"], good, "no key"]
    values = evidence.params.model_dump(by_alias=True) | {
        "sample_seed": None,
        "sample_strata": [],
        "sample_keys": "keys.txt",
    }
    listed = "\n".join(keys)
    drawn = plan_and_draw(evidence.population, Parameters.model_validate(values), listed, evidence.sampled.why_not)
    reasons = dict(zip(drawn.rejected["given"], drawn.rejected["reason"], strict=True))
    assert list(drawn.sample["key"]) == [good]
    assert reasons == {
        "NOPE-1": "in a project that is not listed",
        outside: "not created in the period",
        gone: "does not answer",
        moved["key"]: f"moved: answers as {moved['now_key']}",
        good: "repeated",
        "no key": "not an issue key",
    }


# since the population was read


@pytest.mark.slow
@pytest.mark.xdist_group("cloud")
@pytest.mark.parametrize("sealed", ["cloud"], indirect=True)
def test_a_frozen_sample_shows_what_became_of_its_issues(sealed, tmp_path):
    """With --from the sampled issues are read anew: gone, moved and edited ones are told, and the population stays."""
    world = copy.deepcopy(sealed.company.world)
    keys = list(open_evidence(sealed.folder).sampled.sample["key"])
    by_key = {issue.key: issue for issue in world.issues.values()}
    gone, moved, edited = (by_key[key] for key in keys[:3])
    del world.issues[gone.id]
    later = edited.updated + timedelta(days=1)
    item = {"field": "summary", "fieldtype": "jira", "fieldId": "summary", "from": None,
            "fromString": edited.fields["summary"], "to": None, "toString": "changed since"}  # fmt: skip
    edited.histories.append(History(90_000_001, later, world.account, (item,)))
    edited.fields["summary"], edited.fields["updated"], edited.updated = "changed since", later, later
    old, moved_at = moved.key, moved.updated + timedelta(days=1)
    moved.key = "LAB-999"
    world.moved_keys[old] = moved.id
    move = {"field": "Key", "fieldtype": "jira", "from": None, "fromString": old, "to": None, "toString": "LAB-999"}
    moved.histories.append(History(90_000_002, moved_at, world.account, (move,)))
    order = Run(
        sealed.params, tmp_path / "again", ("05_sample",), frozen=sealed.folder, embedded=partial(EmbeddedJira, world)
    )
    package = run(replace(order, base=tmp_path), {}, lambda *_: None)
    rows = [(row["key"], row["change"], row["now_key"], row["evidence"]) for row in rows_of(package, "sample_changes")]
    assert rows[0][:2] == (gone.key, "gone")
    assert rows[1] == (old, "moved", "LAB-999", "history 90000002")
    assert rows[2] == (edited.key, "edited", edited.key, "history 90000001")
    assert len(rows) == 3
    for name in ("population.csv", "gaps.csv", "keys.txt", "sample.csv"):
        assert (package / "data/tables" / name).read_bytes() == (sealed.folder / "data/tables" / name).read_bytes()
    assert recompute(package) == []
    summary = json.loads((package / "data" / "summary.json").read_text(encoding="utf-8"))
    assert summary["figures"]["drift"] == 3


@pytest.mark.slow
def test_the_sample_of_a_run_has_its_records(sealed):
    """A sealed package holds the full record of each sampled issue, and its tables are those of the records."""
    keys = {row["key"] for row in rows_of(sealed.folder, "sample")}
    assert {path.name for path in (sealed.folder / "data" / "dossiers").iterdir()} == keys
    truth = {
        entry.id for issue in sealed.company.world.issues.values() if issue.key in keys for entry in issue.histories
    }
    assert {int(row["history_id"]) for row in rows_of(sealed.folder, "sample_history")} == truth
    comments = {
        one.id
        for issue in sealed.company.world.issues.values()
        if issue.key in keys
        for one in issue.comments
        if one.visible
    }
    assert {int(row["comment_id"]) for row in rows_of(sealed.folder, "sample_comments")} == comments
    index = [json.loads(line) for line in (sealed.folder / "data/raw/index.jsonl").read_text("utf-8").splitlines()]
    fed = {key for entry in index for key in entry["feeds"].get("sample_history", [])}
    assert fed == keys


# hostile content


@pytest.fixture(scope="module")
def hostile(company, parameters, tmp_path_factory) -> Path:
    """A package of dossiers of everything in the company that breaks careless programs."""
    names = (
        "hostile comment", "hostile description", "hostile summary", "hostile display name", "hostile attachment names",
        "long description", "no reporter", "people who left", "comment in another script", "issue with everything",
    )  # fmt: skip
    keys = dict.fromkeys(key for name in names for key in company.truth.planted[name])
    params = parameters(deployment="cloud").model_copy(update={"attachments": True})
    order = Run(params, tmp_path_factory.mktemp("hostile") / "case", embedded=partial(EmbeddedJira, company.world))
    package, absent = collect_case_file(order, list(keys), {}, lambda *_: None)
    assert absent == []
    return package


@pytest.mark.slow
@pytest.mark.xdist_group("hostile")
def test_no_cell_becomes_a_formula(hostile):
    """Nothing that Jira's users wrote is taken for a formula, in no CSV file and on no sheet."""
    files = [*(hostile / "data" / "tables").glob("*.csv"), *(hostile / "data" / "dossiers").rglob("*.csv")]
    assert len(files) > 100
    guarded = 0
    for path in files:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True))
        for row in rows[1:]:
            for cell in row:
                assert cell[:1] not in set("=+-@\t\r"), (path, cell[:40])
                guarded += cell[:1] == "'"
    assert guarded > 10
    book = openpyxl.load_workbook(hostile / "data" / "audit.xlsx")
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds <= {"s", "n", "d", "inlineStr"}


@pytest.mark.slow
@pytest.mark.xdist_group("hostile")
def test_everything_hostile_is_there_and_harmless(hostile, company):
    """The texts stand in the record as they were written, and no page of the package could act on them."""
    data = hostile / "data"
    for page in data.rglob("*.html"):
        inner = page.parent.name == "attachments"
        assert not inner, "a file of Jira is kept under an ending that a browser would run"
        cover = {"script_beside": SCRIPT, "drawings": True} if page.name == "index.html" else {}
        assert network_requests(page.read_text(encoding="utf-8"), **cover) == []
    written = "".join(path.read_text(encoding="utf-8") for path in data.rglob("issue.json"))
    for text in (*texts.HOSTILE_SUMMARIES, *texts.HOSTILE_COMMENTS[:3]):
        assert json.dumps(text, ensure_ascii=False)[1:-1] in written or json.dumps(text)[1:-1] in written, text
    longest = max((data / "dossiers").rglob("details.csv"), key=lambda path: path.stat().st_size)
    assert longest.stat().st_size > 64_000
    names = [path.name for path in (data / "dossiers").rglob("attachments/*")]
    assert len(names) == len(set(names)) >= 10
