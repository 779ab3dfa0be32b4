"""Two years side by side, read from the text of their files; the passage from Data Center to Cloud loses nothing unseen."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from two_years import by_figure, found

from auditlib.audit.yearly.year import Year
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.world.records import World
from auditlib.evidence.opened import open_evidence
from auditlib.evidence.years import read_year, side_by_side
from auditlib.package.previous import open_previous, read_file
from auditlib.pull.collect import collect

pytestmark = pytest.mark.xdist_group("years")


def pulled(world: World, deployment: str, folder: Path, parameters) -> Year:
    """Pull a year from the embedded Jira."""
    params = parameters(deployment=deployment, sample_size=12, projects="[PAY, OPS]")
    jira = partial(EmbeddedJira, world)
    return collect(params, folder, {}, lambda *_: None, base=folder, embedded=jira).this_year


@pytest.fixture(scope="module")
def data_center(small_company, parameters, tmp_path_factory) -> Year:
    return pulled(small_company.world, "data-center", tmp_path_factory.mktemp("dc"), parameters)


@pytest.fixture(scope="module")
def cloud(small_company, parameters, tmp_path_factory) -> Year:
    return pulled(small_company.world, "cloud", tmp_path_factory.mktemp("cloud"), parameters)


def test_a_perfect_migration_differs_in_nothing_but_the_deployment(cloud, data_center):
    """Every issue, creation and history of the one is in the other; that is told with how it was compared."""
    years = side_by_side(cloud, data_center)
    rows = by_figure(years.compared)
    assert found(years.compared) == {"deployment": ("note", 1), "overlap": ("note", 183)}
    assert int(rows["issues: in both"][0]) == len(cloud.population) == len(data_center.population) > 20
    for name in ("only here", "only last year"):
        assert rows[f"issues: of the shared days, {name}"][2] == "same"
    for name in ("created at another time", "another type", "another reporter", "another status"):
        assert rows[f"issues: {name}"][0] == "0"
    entries = rows["histories: entries"]
    assert entries[0] == entries[1]
    assert int(entries[0]) > 0
    assert rows["people who hold: DELETE_ISSUES"][2:] == ("same", "by name alone")


def test_what_a_migration_lost_is_found(small_company, data_center, parameters, tmp_path):
    """A lost issue, another time of creation, lost history: each by its key."""
    world = deepcopy(small_company.world)
    sampled = [row["key"] for row in data_center.rows("sample_history")]
    by_key = {issue.key: issue for issue in world.issues.values()}
    robbed = by_key[sampled[0]]
    unsampled = [key for key in data_center.population if key not in {row["key"] for row in data_center.rows("sample")}]
    lost, redated = by_key[unsampled[0]], by_key[unsampled[-1]]
    del world.issues[lost.id]
    redated.created += timedelta(hours=1)
    redated.fields["created"] = redated.created
    robbed.histories = []
    years = side_by_side(pulled(world, "cloud", tmp_path, parameters), data_center)
    told = {one.id: one for one in years.compared.findings if one.severity == "exception"}
    assert robbed.key in told["yearly.histories-lost"].statement
    assert redated.key in told["yearly.created"].statement
    assert lost.key in told["yearly.no-longer-there"].statement
    assert told["yearly.created"].count == told["yearly.no-longer-there"].count == 1
    assert "asks for an answer" not in years.conclusion
    assert years.conclusion.endswith("ask for an answer.")


def test_a_sealed_package_reads_as_the_evidence_it_was_made_of(sealed):
    """The text of its files and its responses are one year: what ``compare`` says is what ``yearly.csv`` would."""
    files = open_previous(sealed.folder)
    read = read_year(partial(read_file, files), "the package")
    opened = open_evidence(sealed.folder).this_year
    assert replace(read, tables={}) == replace(opened, tables={})
    assert read.tables.keys() == opened.tables.keys()
    for name, frame in opened.tables.items():
        assert frame.equals(read.tables[name]), name
    years = side_by_side(opened, read)
    assert {row.change for row in years.compared.rows if not row.figure.startswith("numbering joins")} == {"same"}
