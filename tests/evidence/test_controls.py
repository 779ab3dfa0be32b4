"""Controls on the made-up company: the whole population is tested, the sample is filled up from the same draw, numbers add up."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from auditlib.audit.controls.engine import RULES
from auditlib.demo.server.site import EmbeddedJira
from auditlib.evidence.chapters import CONTROLS_SHOWN
from auditlib.evidence.opened import Evidence, open_evidence
from auditlib.params import library
from auditlib.pull.collect import collect
from auditlib.run.dossiers import collect_case_file
from auditlib.run.order import Run

SEED = "a seed for tests"
WORKFLOW = {"gate": ["Approved"], "working": ["In Progress"], "done": ["Done", "Closed"]}
CHANGES = {"id": "CT-01", "name": "changes", "applies_to": {"issue_type": ["Change"]}}
CONTROLS = ["CT-01", CHANGES, "CT-22"]
ALL, SOME, NUMBERS = "CT-01", "CT-01 (changes)", "CT-22"


@pytest.fixture(scope="module", params=["cloud", "data-center"])
def evidence(request, small_company, parameters, tmp_path_factory) -> Evidence:
    """What was pulled of the company with three controls."""
    folder = tmp_path_factory.mktemp("pulled")
    params = parameters(
        deployment=request.param, controls=json.dumps(CONTROLS), workflow=json.dumps(WORKFLOW), sample_size=6
    )
    jira = partial(EmbeddedJira, small_company.world)
    return collect(params, folder, {}, lambda *_: None, base=folder, embedded=jira)


def outcomes(table: pd.DataFrame, label: str) -> dict[str, str]:
    """Return by key the gravest outcome of a control, counted in a plain way."""
    order = ["exception", "no evidence", "pass", "not applicable"]
    found: dict[str, str] = {}
    for row in table[table["control"] == label].to_dict("records"):
        known = found.get(row["key"], "not applicable")
        found[row["key"]] = min(row["outcome"], known, key=order.index)
    return found


def test_every_issue_of_the_population_is_tested(evidence):
    """None is left out and none is there that is not of it; a rate that is exact is of all."""
    table = evidence.table("controls")
    for label in (ALL, SOME):
        mine = table[table["control"] == label]
        assert set(mine["key"]) == set(evidence.population["key"])
        assert not mine.duplicated(["key", "round"]).any()
    assert set(table.loc[table["control"] == NUMBERS, "key"]) == {"PAY", "PAYX", "OPS"}


def test_rates_are_those_of_the_rows(evidence):
    """Counted again from the rows, an issue once however many rounds it has."""
    table, rates = evidence.table("controls"), evidence.table("control_rates").set_index("control")
    for label in (ALL, SOME, NUMBERS):
        counts = Counter(outcomes(table, label).values())
        row = rates.loc[label]
        assert row["deviations"] == counts["exception"] + counts["no evidence"]
        assert row["population_tested"] == row["deviations"] + counts["pass"]
        assert row["not_applicable"] == counts["not applicable"]
    assert rates.loc[ALL, "population_tested"] > rates.loc[SOME, "population_tested"] > 0


def test_the_sample_is_filled_up_in_the_order_of_the_draw(evidence):
    """The order is that of the tickets, computed here once more; what is not concerned makes room for the next."""
    table, listed = evidence.table("controls"), evidence.table("control_sample")
    keys = sorted(evidence.population["key"], key=lambda key: hashlib.sha256(f"{SEED}:{key}".encode()).hexdigest())
    said = outcomes(table, SOME)
    concerned = [key for key in keys if said[key] != "not applicable"]
    mine = listed[listed["control"] == SOME]
    tested = mine.loc[mine["outcome"] != "not applicable", "key"].tolist()
    assert tested == concerned[:6]
    assert mine["key"].tolist()[:6] == keys[:6]
    stand_ins = mine[mine["in_place_of"] != ""]
    assert len(stand_ins) > 0
    assert set(stand_ins["in_place_of"]) <= set(keys[:6]) - set(tested)
    assert [keys[order - 1] for order in mine["order"]] == mine["key"].tolist()
    rates = evidence.table("control_rates").set_index("control").loc[SOME]
    assert (rates["sample_tested"], rates["stand_ins"]) == (len(tested), len(stand_ins))


def test_what_looks_at_no_issue_has_no_sample(evidence):
    """Of projects none is drawn."""
    assert NUMBERS not in set(evidence.table("control_sample")["control"])
    assert pd.isna(evidence.table("control_rates").set_index("control").loc[NUMBERS, "sample_tested"])


def test_a_sampled_issue_is_tested_by_its_full_record(evidence):
    """The flag says of which rows; the page of the issue has the same outcomes, with the entry that decides."""
    table = evidence.table("controls")
    sampled = set(evidence.sampled.sample["key"])
    of_issues = table[table["control"] != NUMBERS]
    assert (of_issues["sampled"] == of_issues["key"].isin(sampled)).all()
    deviating = of_issues[of_issues["sampled"] & (of_issues["outcome"] == "exception")].iloc[0]
    page = evidence.sampled.made[deviating["key"]].files["issue.html"].decode()
    assert f"{deviating['control']}: exception" in page
    assert f'href="#history-{deviating["history_ids"].split()[-1]}"' in page


def test_findings_and_conclusion_say_the_rates(evidence):
    """The same numbers, with the keys that deviate first in the order of the table."""
    row = evidence.table("control_rates").set_index("control").loc[ALL]
    found = evidence.findings.set_index("id")["statement"][f"controls.population:{ALL}"]
    assert f"{row['deviations']:,} of {row['population_tested']:,} issues that {ALL} concerns" in found
    assert f"{ALL} {row['deviations']:,} of {row['population_tested']:,}" in evidence.conclusion("06_controls")


def test_responses_feed_the_rows_of_the_issues_that_they_bring(evidence):
    """From a row of a control to the history and the issue that it was made of."""
    feeds = evidence.feeds()
    fed = {row for tables in feeds.values() for row in tables.get("controls", ())}
    assert set(evidence.population["key"]) <= fed


def test_without_controls_tables_are_empty_and_nothing_is_found(evidence):
    """Whoever names none has the chapter, which says so."""
    without = Evidence(evidence.folder, evidence.params.model_copy(update={"controls": ()}))
    assert not any(len(without.table(name)) for name in ("controls", "control_rates", "control_sample"))
    assert without.conclusion("06_controls").startswith("No control of the library is tested")
    assert not any("controls" in tables for tables in without.feeds().values())
    assert not any(one.startswith("controls.") for one in without.findings["id"])


def test_a_package_of_before_has_no_such_chapter(evidence, tmp_path):
    """Its tables are computed again without, and its pages say nothing of controls."""
    shutil.copytree(evidence.folder / "data", tmp_path / "data")
    path = tmp_path / "data" / "run.json"
    record = json.loads(path.read_text())
    record["schema"]["tables"] = CONTROLS_SHOWN.since - 1
    path.write_text(json.dumps(record))
    before = open_evidence(tmp_path)
    assert "06_controls" not in before.notebooks
    assert not {"controls", "control_rates", "control_sample"} & {one.name for one in before.tables}
    key = before.sampled.keys[0]
    assert "CT-01" not in before.sampled.made[key].files["issue.html"].decode()


def test_issues_that_somebody_chose_are_tested_and_no_limit_follows(evidence, tmp_path, small_company):
    """A package of dossiers has their outcomes, in the order in which they were asked for, and no population."""
    keys = list(evidence.population["key"][:4])
    order = Run(evidence.params, tmp_path / "chosen", embedded=partial(EmbeddedJira, small_company.world))
    package, _ = collect_case_file(order, keys[::-1], {}, lambda *_: None)
    tables = Path(package) / "data" / "tables"
    table = pd.read_csv(tables / "controls.csv", dtype=str, keep_default_na=False)
    assert set(table["key"]) == set(keys)
    assert NUMBERS not in set(table["control"]), "of the site nothing was read"
    listed = pd.read_csv(tables / "control_sample.csv", dtype=str, keep_default_na=False)
    assert listed.loc[listed["control"] == ALL, "key"].tolist() == keys[::-1]
    assert set(pd.read_csv(tables / "control_rates.csv", dtype=str, keep_default_na=False)["upper_limit"]) == {""}


def test_every_rule_of_the_library_is_known_by_name(evidence):
    """A control whose rule nobody knows would concern nothing, without a word; none is known to two."""
    others = [rule for other in evidence.controls.others for rule in other.rules]
    assert len(set(others)) == len(others)
    assert not set(others) & set(RULES)
    assert {library.entry(one).rule for one in library.ids()} == set(RULES) | set(others)
