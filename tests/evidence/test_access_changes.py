"""Changes of permissions and earlier members, on the made-up company in both dialects, against its known truth."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

import pandas as pd
import pytest
from made_up import members_before

from auditlib.audit.chapters import PERMISSIONS
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.company import LOG_BEGIN, Company
from auditlib.evidence.opened import Evidence
from auditlib.phrases import minute
from auditlib.pull.collect import collect

DIALECTS = ("cloud", "data-center")
LATER = ("2026-06-01", "2026-09-30")
"""A period that the log covers; it begins on 4 May."""


def pulled(company: Company, parameters: Any, folder: Any, dialect: str, days: tuple[str, str] = LATER) -> Evidence:
    params = parameters(deployment=dialect, period_start=days[0], period_end=days[1], timezone="UTC")
    jira = partial(EmbeddedJira, company.world)
    return collect(params, folder, {}, lambda *_: None, base=folder, embedded=jira)


@pytest.fixture(scope="module", params=DIALECTS)
def evidence(request, small_company, parameters, tmp_path_factory) -> Evidence:
    """What was pulled of the company, for a period that the log covers."""
    return pulled(small_company, parameters, tmp_path_factory.mktemp("pulled"), request.param)


def accounts(evidence, world, members):
    """Return members as this Jira names people."""
    if evidence.deployment == "cloud":
        return set(members)
    users = {one.account_id: one.key for one in world.users.values()}
    return {users.get(one, one) for one in members}


def findings(evidence) -> dict[str, tuple[str, int, str]]:
    told = evidence.table("findings")
    of = told[(told["notebook"] == PERMISSIONS.notebook) & told["id"].str.startswith("changes.")]
    return {row.id: (row.severity, row.count, row.statement) for row in of.itertuples(index=False)}


def test_the_planted_changes_are_told_with_their_kinds(evidence, small_company):
    """Each in its record, in both dialects alike."""
    changes = evidence.access_changes.all_changes
    numbers = small_company.truth.access.planted
    told = {
        name: set(changes.loc[changes["id"] == str(number), "kind"])
        for name, number in numbers.items()
        if evidence.deployment == "cloud"
    }
    if not told:  # events have no number: by their time
        by_id = {record.id: record.created for record in small_company.world.log}
        told = {name: set(changes.loc[changes["at"] == by_id[number], "kind"]) for name, number in numbers.items()}
    assert told == {
        "grant added": {"grant added"},
        "grant removed": {"grant removed"},
        "grant to move": {"grant added"},
        "role left": {"role membership"},
        "role given": {"role membership"},
        "role given to a group": {"role membership"},
        "role given later": {"role membership"},
        "group joined": {"group membership"},
        "group left": {"group membership"},
        "group left later": {"group membership"},
        "group joined later": {"group membership"},
        "administrator made": {"administrator made"},
        "administrator removed": {"administrator removed"},
        "administrators made": {"administrator made"},
        "administrators removed": {"administrator removed"},
        "scheme taken from a project": {"scheme swapped"},
        "scheme swapped": {"scheme swapped"},
        "person deactivated": {"user"},
        "workflow updated": {"workflow"},
        "field created": {"field"},
    }


def test_members_are_those_of_then(evidence, small_company):
    """Of every group and role through which something is held, at both edges of the period and today."""
    table, access, period = evidence.table("memberships"), small_company.truth.access, evidence.params.period
    assert set(table["holder_type"]) == {"group", "projectRole"}
    nested = {("group", one.name, "") for one in small_company.world.groups.values() if one.subgroups}
    for (kind, name, project), part in table.groupby(["holder_type", "holder", "project"]):
        place = (kind, name, project)
        if place not in access.members or place in nested:  # whose members those are is not told apart
            continue
        instants = {
            "at_start": period.begins,
            "at_end": period.ends,
            "today": datetime.max.replace(tzinfo=period.begins.tzinfo),
        }
        for column, instant in instants.items():
            then = set(part.loc[part[column].fillna(value=False), "account_id"])
            assert then == accounts(evidence, small_company.world, members_before(access, place, instant)), (
                place,
                column,
            )
    assert not table["at_start"].isna().any()
    assert (table["at_end"] != table["today"]).sum() >= 3
    assert "changes.contradictions" not in findings(evidence)
    assert ("changes.nested-groups" in findings(evidence)) == (evidence.deployment == "data-center")


def test_the_changes_of_the_period_are_those_of_the_log(evidence, small_company):
    """None from before or after; each record of a watched category is there."""
    period, table = evidence.params.period, evidence.table("permission_changes")
    assert ((table["at"] >= period.begins) & (table["at"] < period.ends)).all()
    watched = {"permissions", "group management", "user management", "workflows", "fields"}
    records = [one for one in small_company.world.log if period.begins <= one.created < period.ends]
    of = [one for one in records if one.category in watched or one.summary == "Project roles changed"]
    assert len(table) == len(of) > 20
    assert table["at"].is_monotonic_increasing
    assert not (table["kind"] == "other").any()
    swaps = table[(table["kind"] == "scheme swapped") & table["after"].notna()]
    assert swaps[["project", "before", "after"]].to_numpy().tolist() == [
        ["OPS", "Payments Permission Scheme", "Default Permission Scheme"]
    ]


def test_what_asks_for_an_answer_is_found(evidence):
    """Administrators, powers given, schemes swapped: with their number and who did it."""
    told = findings(evidence)
    assert told["changes.administrators-made"][:2] == ("exception", 2)
    assert "Adminah Rootsdottir" in told["changes.administrators-made"][2]
    assert told["changes.administrators-removed"][:2] == ("note", 2)
    severity, count, text = told["changes.grants-added"]
    assert (severity, count) == ("exception", 2)
    assert "Move Issues → Group release-managers" in text
    assert "Delete Issues → Group jira-software-users" in text
    assert told["changes.grants-removed"][:2] == ("note", 1)
    assert told["changes.schemes"][:2] == ("exception", 1)
    assert {"changes.members-left", "changes.members-joined"} <= told.keys()
    assert "changes.log" not in told
    assert "In the period the log records " in evidence.conclusion(PERMISSIONS.notebook)


def test_since_when_is_the_last_addition(evidence, small_company):
    """For those whom the log shows to be added; nobody has been a member longer than the log knows."""
    since = evidence.access_changes.since
    assert (since["at"] >= pd.Timestamp(LOG_BEGIN)).all()
    number = small_company.truth.access.planted["group joined later"]
    at = next(record.created for record in small_company.world.log if record.id == number)
    assert since.loc[since["at"] == at, "holder"].tolist() == ["release-managers"]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_before_the_log_begins_nobody_is_said_to_be_a_member(small_company, parameters, tmp_path, dialect):
    """The beginning of the period is not known; its end is, and a finding says from when on."""
    evidence = pulled(small_company, parameters, tmp_path, dialect, ("2026-04-01", "2026-09-30"))
    table = evidence.table("memberships")
    assert table["at_start"].isna().all()
    assert table["at_end"].notna().all()
    first = small_company.world.log[0].created
    assert table["note"].str.startswith(f"not known before {first:%Y-%m-%dT%H:%M:%S}").all()
    severity, _, text = findings(evidence)["changes.log"]
    assert severity == "limit"
    assert f"reaches back to {minute(first, evidence.period.zone)} only" in text


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_log_that_may_not_be_read_is_a_limit(small_company, parameters, tmp_path, dialect):
    """The run goes on; nothing is said of changes but what it takes to read them."""
    world = replace(small_company.world, powers=frozenset({"BROWSE_PROJECTS", "ADMINISTER_PROJECTS", "USER_PICKER"}))
    evidence = pulled(Company(world, small_company.truth), parameters, tmp_path, dialect)
    assert len(evidence.table("permission_changes")) == 0
    table = evidence.table("memberships")
    assert len(table) > 0
    assert table["at_start"].isna().all()
    assert table["at_end"].isna().all()
    (told,) = findings(evidence).values()
    assert told[:2] == ("limit", 0)
    assert "Administer Jira" in told[2]
    assert ("read:audit-log:jira" in told[2]) == (dialect == "cloud")
    assert "could not be read" in evidence.conclusion(PERMISSIONS.notebook)
