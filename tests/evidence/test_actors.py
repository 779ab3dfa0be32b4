"""Who made the entries of the population, of what an embedded Jira answers in either dialect and in its odd forms."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

import pytest

from auditlib.demo.server.site import EmbeddedJira
from auditlib.pull.collect import collect
from auditlib.records.actors import actor_of_entry

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody


@pytest.fixture
def pulled(small_company, parameters, tmp_path):
    """Pull a population without a record, in a dialect and forms."""

    def pull(deployment: str, **forms: str) -> Any:
        made = partial(EmbeddedJira, small_company.world, forms=forms)
        params = parameters(deployment=deployment, sample_size=1, permissions="[BROWSE_PROJECTS, ADMINISTER_PROJECTS]")
        return collect(params, tmp_path / deployment, {}, QUIET, base=tmp_path, embedded=made)

    return pull


@pytest.mark.parametrize("deployment", ["cloud", "data-center"])
def test_every_entry_of_the_population_is_counted_once(pulled, deployment):
    """By whoever made it, and no entry of another issue; taken twice the numbers are the same."""
    evidence = pulled(deployment, authors="on-behalf")
    population = set(evidence.listing.population["id"])
    plain = Counter(
        actor_of_entry(entry)
        for issue, entries in evidence.answers.histories()
        for entry in {one["id"]: one for one in entries}.values()
        if issue in population
    )
    table = evidence.actors.table
    rows = {(row.account_id, row.display_name, row.kind, row.on_behalf_of): row.entries for row in table.itertuples()}
    assert rows == {(one.id, one.name, one.kind, one.on_behalf_of): count for one, count in plain.items()}
    assert "on behalf" in set(table["kind"])
    again = evidence.histories.taken_counts()
    assert dict(again.within(evidence.listing.population["id"])) == plain, (
        "read once more where somebody took the counts"
    )


def test_the_limit_names_who_may_set_a_rule(pulled):
    """Administrators of the projects as the schemes grant it, and of Jira as far as an answer shows it."""
    evidence = pulled("data-center")
    found = {one.id: one for one in evidence.actors.findings}
    held = evidence.access.answered.able.people(evidence.projects, ["ADMINISTER_PROJECTS"])
    statement = found["actors.rules"].statement
    assert held
    assert f"{len(held)} account" in statement
    assert "actors.kinds-untold" in found
    assert {"actors.rules", "actors.kinds-untold"} <= set(evidence.findings["id"])


@pytest.mark.parametrize(
    ("form", "kind"), [("service", "service account"), ("agent", "agent"), ("some-absent", "unknown")]
)
def test_cloud_tells_apps_from_persons(pulled, form, kind):
    """An app's entries are not a person's, and a third of the entries is in no doubt about it."""
    evidence = pulled("cloud", authors=form)
    assert kind in set(evidence.actors.table["kind"])
    found = {one.id: one for one in evidence.actors.findings}
    assert "actors.kinds-untold" not in found
    others = evidence.actors.table.query("kind != 'person'")["entries"].sum()
    assert found["actors.others"].count == others
