"""What the notebook of controls shows beside its tables: the same rows, exceptions first, each with its way to the entries."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from auditlib.audit.controls.subject import DEVIATIONS, OUTCOMES
from auditlib.demo.server.site import EmbeddedJira
from auditlib.pull.collect import collect
from auditlib.run.paper import open_workpaper
from auditlib.run.workpaper import Workpaper

WORKFLOW = {"gate": ["Approved"], "done": ["Done", "Closed"]}
CONTROLS = ["CT-01", {"id": "CT-01", "name": "changes", "applies_to": {"issue_type": ["Change"]}}, "CT-22"]


@pytest.fixture(scope="module")
def pulled(small_company, parameters, tmp_path_factory) -> Path:
    """A working folder in which everything was pulled, with controls."""
    folder = tmp_path_factory.mktemp("pulled")
    params = parameters(sample_size=6, controls=json.dumps(CONTROLS), workflow=json.dumps(WORKFLOW))
    collect(params, folder, {}, lambda *_: None, base=folder, embedded=partial(EmbeddedJira, small_company.world))
    return folder


@pytest.fixture(scope="module")
def paper(pulled) -> Workpaper:
    """The notebook's view of it."""
    return open_workpaper("06_controls", str(pulled.resolve()))


def test_the_matrix_has_each_issue_that_is_tested_and_its_totals_are_the_rates(paper):
    """Sampled issues and what stands in; signs lead to the entry where there is a record; what is shown adds up."""
    table, rates = paper.control_matrix, paper.evidence.controls.rates.set_index("control")
    listed = paper.evidence.controls.control_sample
    assert set(table.frame["key"]) == set(listed["key"])
    for place, label in enumerate(("CT-01", "CT-01 (changes)"), start=4):
        row = rates.loc[label]
        assert table.foot[place] == f"{row['sample_deviations']} of {row['sample_tested']}"
    words = [
        [OUTCOMES.index(sign.word) for sign in row if sign]
        for row in table.frame[["CT-01", "CT-01 (changes)"]].itertuples(index=False)
    ]
    assert [min(row) for row in words] == sorted(min(row) for row in words)
    stand_ins = listed.loc[listed["in_place_of"] != "", "key"]
    standing = table.frame[table.frame["key"].isin(stand_ins)]
    assert (standing["order"] > 6).all()
    for label in ("CT-01", "CT-01 (changes)"):
        told = set(table.frame.loc[table.frame[label] != "", "key"])
        assert told == set(listed.loc[listed["control"] == label, "key"])
    recorded = table.frame[table.frame["key"].isin(paper.full_records)]
    leading = [sign.href for sign in recorded["CT-01"] if sign and sign.word in DEVIATIONS]
    assert leading
    assert all("/issue.html#" in href for href in leading)


def test_every_deviation_stands_there_with_its_entries(paper):
    """Of a sampled issue each entry is a link into its record, of another one its number alone."""
    shown, table = paper.control_deviations, paper.evidence.controls.table
    assert len(shown) == table["outcome"].isin(DEVIATIONS).sum()
    assert list(shown["outcome"]) == sorted(shown["outcome"], key=OUTCOMES.index)
    for row in shown.itertuples():
        assert " ".join(text for text, _ in row.history_ids.parts) == row.history_ids
        assert all(bool(href) == (row.key in paper.full_records) for _, href in row.history_ids.parts)


def test_the_rates_in_words_are_those_of_the_table(paper):
    """With columns for what is there alone."""
    rates = paper.evidence.controls.rates
    shown = paper.control_rates
    assert list(shown["control"]) == list(rates["control"])
    first, row = shown.iloc[0], rates.iloc[0]
    assert first["population"].startswith(f"{row['deviations']} of {row['population_tested']} (")
    assert "falls_due_later" not in shown
    assert shown.iloc[2]["sample"] == ""


def test_what_each_test_can_not_prove_is_said(paper):
    """A row a control, in the words of the library."""
    assert list(paper.proofs["control"]) == ["CT-01", "CT-01 (changes)", "CT-22"]
    assert paper.proofs["does_not_prove"].str.len().min() > 20


def test_without_controls_nothing_is_shown(pulled):
    """An empty section vanishes, and the title says why."""
    paper = open_workpaper("06_controls", str(pulled.resolve()), controls=[])
    assert paper.control_matrix.frame.empty
    assert paper.control_deviations.empty
    assert paper.section("t", "s", paper.control_matrix, paper.show(paper.control_rates, rows="x")).empty
    assert paper.opening.title == "No control of the library is tested, since the parameters name none."
    assert isinstance(paper.rates_of_controls, pd.DataFrame)
