"""``summary.json``: headline figures that are those of the tables."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from auditlib.audit.finding import FINDINGS
from auditlib.demo.server.site import EmbeddedJira
from auditlib.evidence.opened import Evidence
from auditlib.pull.collect import collect
from auditlib.run.summary import summary_of_run

ATTRIBUTES = [
    {"name": "late", "question": "In time?", "test": {"within": {"from": "created", "to": "resolved", "days": 3}}},
    {
        "name": "owned",
        "question": "Had it an owner?",
        "test": {"filled_before": {"field": "assignee", "event": "resolved"}},
    },
]


@pytest.fixture(scope="module")
def evidence(small_company, parameters, tmp_path_factory) -> Evidence:
    """What was pulled of the company, with a control and two attributes."""
    folder: Path = tmp_path_factory.mktemp("pulled")
    params = parameters(
        sample_size=6, attributes=json.dumps(ATTRIBUTES), controls="[CT-01]",
        workflow=json.dumps({"gate": ["Approved"], "done": ["Done"]}),
    )  # fmt: skip
    jira = partial(EmbeddedJira, small_company.world)
    return collect(params, folder, {}, lambda *_: None, base=folder, embedded=jira)


RECORD = {
    "period": {"interim": False}, "notebooks": ["06_controls"], "versions": {}, "account": {},
    "pulled": {"from": "2026-10-01T00:00:00Z", "to": "2026-10-01T00:00:01Z"},
}  # fmt: skip


def test_exceptions_are_counted_where_they_were_tested_most(evidence):
    """Of a control and of an attribute of the population all that deviate; of another attribute those of the sample."""
    summary = summary_of_run(evidence, RECORD)
    rates = evidence.table("attribute_rates").set_index(["attribute", "scope"])
    late, owned = rates.loc["late", "population"], rates.loc["owned", "sample"]
    control = evidence.table("control_rates").iloc[0]
    parts = [int(row["exceptions"] + row["no_evidence"]) for row in (late, owned, control)]
    assert all(parts)
    assert summary["figures"]["exceptions"] == sum(parts)


def test_controls_stand_in_the_summary_as_in_their_table(evidence):
    """A program reads the rates without the CSV; causes of controls have their share."""
    summary = summary_of_run(evidence, RECORD)
    (row,) = summary["controls"]
    control = evidence.table("control_rates").iloc[0]
    assert (row["control"], row["deviations"]) == ("CT-01", control["deviations"])
    cause = next(one for one in summary["causes"] if one["name"] == "deviations from “CT-01”")
    assert (cause["count"], cause["of"]) == (control["deviations"], control["population_tested"])
    assert {one["notebook"] for one in summary["conclusions"]} == {"06_controls"}
    assert FINDINGS.names[0] == "id"
