"""People's last activity is asked for within bounds; whatever is refused, the run goes on and says what would cure it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from auditlib.demo.server.exchange import json_answer
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.last_seen import ORG_ID
from auditlib.demo.world.records import User
from auditlib.evidence.last_seen import MOST_SINGLY
from auditlib.evidence.opened import Evidence
from auditlib.pull.collect import collect

ORGANIZATION, USERS, USER = "/admin/v1/orgs/", "/rest/api/2/user/list", "/rest/api/2/user"


def pulled(company, folder, params, tamper=None) -> tuple[Evidence, list]:
    """Pull from the embedded Jira; return the evidence, and the requests that it served."""
    served = []

    def make(speaks):
        jira = EmbeddedJira(company.world, speaks, tamper=tamper)
        served.append(jira)
        return jira

    evidence = collect(params, folder, {}, lambda *_: None, base=folder, embedded=make)
    return evidence, [one for jira in served for one in jira.requests]


def large(company):
    """Return the company with so many people that they are not asked about one by one."""
    world = company.world
    more = {
        f"712020:more-{number:04d}": User(
            f"712020:more-{number:04d}", f"JIRAUSER{50000 + number}", f"more.{number}", f"More {number:04d}", ""
        )
        for number in range(MOST_SINGLY + 50)
    }
    everyone = next(one for one in world.groups.values() if one.name == "auditors")  # may browse, and no more
    groups = world.groups | {everyone.group_id: replace(everyone, members=(*everyone.members, *more))}
    seen = dict(world.organization.last_active) | {
        "712020:more-0001": next(iter(world.organization.last_active.values()))
    }
    organization = replace(world.organization, last_active=seen)
    return replace(company, world=replace(world, users=world.users | more, groups=groups, organization=organization))


@pytest.mark.parametrize("deployment", ["cloud", "data-center"])
def test_everybody_who_holds_a_permission_is_asked_about_once(small_company, tmp_path, parameters, deployment):
    """The times are those of the made-up company, in the audit's zone; who has none is not said to be never there."""
    params = parameters(projects="[PAY]", deployment=deployment, org_id=ORG_ID)
    evidence, requests = pulled(small_company, tmp_path, params)
    sheet = evidence.review.sheet
    truth = {
        (user.account_id if deployment == "cloud" else user.key): small_company.world.organization.last_active.get(one)
        for one, user in small_company.world.users.items()
    }
    for account, told in zip(sheet["account_id"], sheet["last_active"], strict=True):
        wanted = truth[account]
        assert told == (
            "none told" if wanted is None else wanted.astimezone(params.zone).isoformat(timespec="milliseconds")
        )
    asked = [one.path for one in requests if one.path.startswith(ORGANIZATION) or one.path in {USERS, USER}]
    assert len(asked) == sheet["account_id"].nunique() <= MOST_SINGLY
    assert not {one.id for one in evidence.review.findings} & {"access.activity-unread", "access.activity-unasked"}


def test_of_many_data_center_lists_all(small_company, tmp_path, parameters):
    """Ten thousand people are ten pages, not ten thousand questions."""
    params = parameters(projects="[PAY]", deployment="data-center")
    evidence, requests = pulled(large(small_company), tmp_path, params)
    assert [one.path for one in requests if one.path in {USERS, USER}] == [USERS]
    told = evidence.review.sheet.set_index("account_id")["last_active"]
    assert told["JIRAUSER50001"][:4] == "2026"
    assert told["JIRAUSER50002"] == "none told"


@pytest.mark.parametrize("deployment", ["cloud", "data-center"])
def test_of_many_who_cannot_be_listed_those_with_powers_are_asked_about(
    small_company, tmp_path, parameters, deployment
):
    """The others are said to be not asked; the bound holds."""

    def tamper(asked, answer):
        return json_answer({"errorMessages": ["no such resource"]}, 404) if asked.path == USERS else answer

    params = parameters(projects="[PAY]", deployment=deployment, org_id=ORG_ID)
    evidence, requests = pulled(large(small_company), tmp_path, params, tamper)
    singly = [one for one in requests if one.path.startswith(ORGANIZATION) or one.path == USER]
    powerful = evidence.review.people_seen.powerful
    assert len(singly) == len(powerful) < MOST_SINGLY
    told = evidence.review.sheet.set_index("account_id")["last_active"]
    assert set(told[[one for one in told.index if one not in powerful]]) == {"not asked"}
    assert "not asked" not in set(told[[one for one in told.index if one in powerful]])
    (finding,) = (one for one in evidence.review.findings if one.id == "access.activity-unasked")
    assert finding.count > MOST_SINGLY


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_tried_once(small_company, tmp_path, parameters, status):
    """Who may not ask about one may not ask about any; the finding says what it takes, in the organisation's own words."""

    def tamper(asked, answer):
        return json_answer({"message": "the key has ended"}, status) if asked.path.startswith(ORGANIZATION) else answer

    params = parameters(projects="[PAY]", deployment="cloud", org_id=ORG_ID)
    evidence, requests = pulled(small_company, tmp_path, params, tamper)
    assert sum(one.path.startswith(ORGANIZATION) for one in requests) == 1
    assert set(evidence.review.sheet["last_active"]) == {"not readable"}
    (finding,) = (one for one in evidence.review.findings if one.id == "access.activity-unread")
    assert (finding.severity, "the key has ended" in finding.statement) == ("limit", True)
    assert "JIRA_ORG_KEY" in finding.statement


@pytest.mark.parametrize(
    "body", [b"[]", b'{"data": {"product_access": "none"}}', b'{"data"', b"<html>"], ids=["list", "text", "cut", "html"]
)
def test_an_answer_in_no_known_form_is_not_readable(small_company, tmp_path, parameters, body):
    """Neither the run ends nor is a time made up."""

    def tamper(asked, answer):
        return replace(answer, body=body) if asked.path.startswith(ORGANIZATION) else answer

    params = parameters(projects="[PAY]", deployment="cloud", org_id=ORG_ID)
    evidence, _ = pulled(small_company, tmp_path, params, tamper)
    assert set(evidence.review.sheet["last_active"]) == {"not readable"}
    assert "access.activity-unread" in {one.id for one in evidence.review.findings}


def test_one_person_whom_the_organization_does_not_know_is_not_readable(small_company, tmp_path, parameters):
    """The others are."""
    gone = small_company.world.account.account_id

    def tamper(asked, answer):
        return json_answer({"code": 404}, 404) if gone in asked.path else answer

    params = parameters(projects="[PAY]", deployment="cloud", org_id=ORG_ID)
    evidence, _ = pulled(small_company, tmp_path, params, tamper)
    told = evidence.review.sheet.set_index("account_id")["last_active"]
    assert told[gone] == "not readable"
    assert (told == "not readable").sum() == 1


def test_without_an_organization_nobody_is_asked_and_the_cure_is_named(small_company, tmp_path, parameters):
    """Jira Cloud itself does not tell when people were active."""
    evidence, requests = pulled(small_company, tmp_path, parameters(projects="[PAY]", deployment="cloud"))
    assert not any(one.path.startswith(ORGANIZATION) for one in requests)
    (finding,) = (one for one in evidence.review.findings if one.id == "access.activity-unread")
    assert "Set org_id" in finding.statement


@pytest.mark.parametrize("what", ["older", "refused"])
def test_a_data_center_that_does_not_tell_is_not_readable(small_company, tmp_path, parameters, what):
    """Versions before 10.3 leave it out for everybody, so its absence says nothing of a person."""

    def tamper(asked, answer):
        if asked.path != USER:
            return answer
        if what == "refused":
            return json_answer({"errorMessages": ["You may not see users."]}, 403)
        return replace(answer, body=answer.body.replace(b"lastLoginTime", b"somethingElse"))

    evidence, _ = pulled(small_company, tmp_path, parameters(projects="[PAY]", deployment="data-center"), tamper)
    assert set(evidence.review.sheet["last_active"]) == {"not readable"}
    (finding,) = (one for one in evidence.review.findings if one.id == "access.activity-unread")
    assert "Browse Users" in finding.statement
    assert ("You may not see users" in finding.statement) is (what == "refused")


def test_an_organization_that_is_not_reached_does_not_end_the_run(small_company, tmp_path, parameters):
    """A firewall in front of the organisation's host hides last activity, and nothing else."""

    def tamper(asked, answer):
        return replace(answer, reset=True) if asked.path.startswith(ORGANIZATION) else answer

    params = parameters(projects="[PAY]", deployment="cloud", org_id=ORG_ID)
    evidence, requests = pulled(small_company, tmp_path, params, tamper)
    assert sum(one.path.startswith(ORGANIZATION) for one in requests) <= 3
    assert set(evidence.review.sheet["last_active"]) == {"not readable"}


def test_what_was_asked_is_not_asked_again(small_company, tmp_path, parameters):
    """A run that goes on takes the answers from disk."""
    params = parameters(projects="[PAY]", deployment="cloud", org_id=ORG_ID)
    make = partial(pulled, small_company, tmp_path, params)
    make()
    _, requests = make()
    assert not any(one.path.startswith(ORGANIZATION) for one in requests)
