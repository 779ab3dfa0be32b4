"""Controls of access in whole pulls: people who left, and last quarter's decisions, beside what Jira tells today."""

from __future__ import annotations

import json
from functools import partial

import pytest
from access_cases import list_of_leavers

from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.demo.server.site import EmbeddedJira
from auditlib.evidence.opened import Evidence
from auditlib.pull.collect import collect


@pytest.fixture(scope="module", params=["cloud", "data-center"])
def evidence(request, small_company, parameters, tmp_path_factory) -> Evidence:
    """What was pulled of two projects, with a list of leavers and a review."""
    folder = tmp_path_factory.mktemp("pulled")
    people = small_company.truth.departures
    (folder / "left.csv").write_text(list_of_leavers(people), encoding="utf-8", newline="")
    (folder / "review.csv").write_text(
        "account_id,project,permissions,decision,reviewer,reviewed_on\n", encoding="utf-8"
    )
    params = parameters(
        deployment=request.param, projects="[PAY, OPS]", sample_size=2, leavers="left.csv", review="review.csv",
        controls=json.dumps(["CT-15", "CT-17"]),
    )  # fmt: skip
    jira = partial(EmbeddedJira, small_company.world)
    pulled = collect(params, folder / "work", {}, lambda *_: None, base=folder, embedded=jira)
    sheet = pulled.review.sheet
    held = sheet[(sheet["project"] == "PAY") & (sheet["permissions"].fillna("") != "")].head(2)
    rows = [
        (held["account_id"].iloc[0], "PAY", held["permissions"].iloc[0], "remove"),
        (held["account_id"].iloc[1], "PAY", held["permissions"].iloc[1], "keep"),
        ("nobody-of-today", "PAY", "DELETE_ISSUES", "remove"),
    ]
    text = "".join(f"{','.join(row)},Dora,2026-04-10\n" for row in rows)
    with (pulled.folder / "data" / "review.csv").open("a", encoding="utf-8") as written:
        written.write(text)
    return Evidence(pulled.folder, pulled.params)


def test_people_who_left_are_held_against_their_accounts(evidence, small_company):
    """Planted: one whose account is in use, one known by name alone, two deactivated, one whom Jira never knew."""
    table = evidence.table("controls")
    found = table[table["control"] == "CT-15"]
    outcomes = {key.partition(" (")[0]: outcome for key, outcome in zip(found["key"], found["outcome"], strict=True)}
    names = {one.account_id: one.display_name for one in small_company.world.users.values()}
    by_address, by_name, by_account, before, nobody = small_company.truth.departures
    assert outcomes == {
        names[by_address.account_id]: EXCEPTION,
        names[by_name.account_id]: NO_EVIDENCE,
        names[by_account.account_id]: NO_EVIDENCE,
        names[before.account_id]: NOT_APPLICABLE,
        nobody.name: NOT_APPLICABLE,
    }
    said = dict(zip(found["key"].str.partition(" (")[0], found["evidence"], strict=True))
    assert "is deactivated, and no record tells since when" in said[names[by_account.account_id]]


def test_decisions_are_held_against_todays_permissions(evidence):
    """What was to be taken away and is held, what was kept, what nobody has any more."""
    table = evidence.table("controls")
    found = table[table["control"] == "CT-17"]
    assert found["outcome"].value_counts().to_dict() == {EXCEPTION: 1, NOT_APPLICABLE: 1, PASS: 1}
