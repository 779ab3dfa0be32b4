"""An organisation is asked with a key of its own, at its own host, one kind of question only; and no other host sees the key."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from carrier import HTML, Answer, Ask, listening

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.last_seen import ORG_ID
from auditlib.errors import AnswerError, ForbiddenRequestError, SourceError, UnreachableError, UsageError
from auditlib.jira import gateway
from auditlib.jira.connection import connected
from auditlib.jira.last_seen import account_of, can_be_asked, last_active_dates
from auditlib.jira.organization import Organization, organization_key
from auditlib.responses.request import Request, get
from auditlib.responses.store import RawStore
from auditlib.responses.topics import LAST_SEEN_ORGANIZATION

KEY = "made-up-organisation-key-of-tests"
TOPIC = LAST_SEEN_ORGANIZATION.of()
QUESTION = last_active_dates("org-1", "712020:ab-12")
TOLD: dict[str, Any] = {"data": {"product_access": []}, "links": {}}


@contextmanager
def organization_of(answer: Any, folder: Path, seen: list[Ask] | None = None) -> Iterator[Organization]:
    """Let an organisation answer on loopback, always the same or by a function."""

    def back(ask: Ask) -> Answer:
        if seen is not None:
            seen.append(ask)
        return answer(ask) if callable(answer) else answer

    with listening(back) as address:
        hosts = gateway.Hosts(organizations=address)
        one = Organization(
            "org-1", KEY, "https://acme.example", RawStore(folder / "raw"), hosts, first_wait_seconds=0.001
        )
        yield one
        one.close()


def test_the_key_goes_as_bearer_and_the_answer_is_kept_with_its_host(tmp_path):
    """The package says at which host it was asked; the second time it comes from disk."""
    seen: list[Ask] = []
    with organization_of(Answer(TOLD), tmp_path, seen) as asked:
        entry, answer = asked.ask(TOPIC, QUESTION)
        assert (entry.status, answer) == (200, TOLD)
        assert entry.asked_at.startswith("http://127.0.0.1")
        assert asked.ask(TOPIC, QUESTION) == (entry, TOLD)
    assert [(one.path, one.headers["authorization"]) for one in seen] == [
        ("/admin/v1/orgs/org-1/directory/users/712020:ab-12/last-active-dates", f"Bearer {KEY}")
    ]
    assert KEY.encode() not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_an_answer(tmp_path, status):
    """A key that may not ask does not end the run; the answer is kept, and read back as none."""
    with organization_of(Answer({"message": "Forbidden"}, status), tmp_path) as asked:
        for _ in range(2):
            entry, answer = asked.ask(TOPIC, QUESTION)
            assert (entry.status, answer) == (status, None)


def test_what_is_no_json_is_kept_as_refused(tmp_path):
    """A log-in page with status 200 tells nobody's activity."""
    with organization_of(Answer("<html>", 200, {"Content-Type": HTML}), tmp_path) as asked, pytest.raises(AnswerError):
        asked.ask(TOPIC, QUESTION)


def test_an_organization_that_does_not_answer_is_told_without_the_key(tmp_path, caplog):
    """The error names the host, and neither it nor the log holds a secret."""
    caplog.set_level(logging.DEBUG)
    hosts = gateway.Hosts(organizations="http://127.0.0.1:9")
    asked = Organization("o", KEY, "https://acme.example", RawStore(tmp_path), hosts, first_wait_seconds=0.001)
    with pytest.raises(UnreachableError) as caught:
        asked.ask(TOPIC, QUESTION)
    asked.close()
    assert KEY not in str(caught.value) + caplog.text


def test_who_stops_it_waits_for_nothing(tmp_path):
    """An interrupted run does not sit out the patience of a gate."""
    with organization_of(Answer(TOLD), tmp_path) as asked:
        asked.stop("the pull has ended")
        with pytest.raises(UnreachableError, match="the pull has ended"):
            asked.ask(TOPIC, QUESTION)


@pytest.mark.parametrize(
    "request_",
    [
        get("rest/api/3/myself"),
        get("admin/v1/orgs/org-1/users"),
        get("admin/v1/orgs/org-1/directory/users/712020:ab/../../x/last-active-dates"),
        Request("DELETE", "admin/v1/orgs/org-1/directory/users/712020:ab"),
        Request("POST", "admin/v1/orgs/org-1/directory/users/712020:ab/last-active-dates"),
    ],
    ids=str,
)
def test_nothing_else_is_sent(tmp_path, request_):
    """The key may allow to remove people: only the one question leaves."""
    seen: list[Ask] = []
    with organization_of(Answer(TOLD), tmp_path, seen) as asked, pytest.raises(ForbiddenRequestError):
        asked.ask(TOPIC, request_)
    assert seen == []


def test_the_key_goes_out_encrypted_only(tmp_path):
    """Before anything is sent."""
    with pytest.raises(SourceError, match="https"):
        Organization(
            "o", KEY, "https://acme.example", RawStore(tmp_path), gateway.Hosts(organizations="http://api.example")
        )
    assert gateway.ATLASSIAN.organizations == "https://api.atlassian.com"


@pytest.mark.parametrize(
    ("account", "fits"), [("712020:ab-12", True), ("5b10a2844c20165700ede21g", True), ("a/b", False), ("", False)]
)
def test_an_account_that_fits_no_address_is_not_asked_about(account, fits):
    """An id is never written in another way than it is."""
    assert can_be_asked(account) is fits


def test_a_question_says_whom_it_is_about():
    """On each of its pages."""
    assert account_of(QUESTION) == account_of(last_active_dates("o", "712020:ab-12", "c1")) == "712020:ab-12"


@pytest.mark.parametrize(("environ", "key"), [({}, ""), ({"JIRA_ORG_KEY": f" {KEY} "}, KEY)])
def test_the_key_comes_from_the_environment(environ, key):
    """And from nowhere else."""
    assert organization_key(environ) == key


def test_a_key_that_cannot_be_sent_is_refused_without_showing_it():
    """It was copied with more than itself."""
    with pytest.raises(UsageError, match=r"JIRA_ORG_KEY can't be sent: character 4") as caught:
        organization_key({"JIRA_ORG_KEY": "abc\nsecret"})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "environ", "there"),
    [
        ({"org_id": ORG_ID}, {"JIRA_ORG_KEY": KEY}, True),
        ({"org_id": ORG_ID}, {}, False),
        ({}, {"JIRA_ORG_KEY": KEY}, False),
        ({"org_id": ORG_ID, "deployment": "data-center"}, {"JIRA_ORG_KEY": KEY}, False),
    ],
)
def test_an_organization_is_asked_for_a_site_of_cloud_with_id_and_key(  # noqa: PLR0917 - fixtures and cases
    small_company, tmp_path, parameters, values, environ, there
):
    """Data Center has none; and no host is asked before somebody wants it."""
    deployment = values.get("deployment", "cloud")
    with EmbeddedJira(small_company.world, deployment) as jira, listening(lambda _: Answer(TOLD)) as address:
        params = parameters(jira_url=jira.url, **{"deployment": "cloud"} | values)
        who = {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token} | environ
        hosts = gateway.Hosts(organizations=address)
        with connected(params, RawStore(tmp_path), who, hosts=hosts) as (reader, _):
            assert (reader.organization is not None) is there


def test_the_site_never_sees_the_key_nor_the_organization_the_token(small_company, tmp_path, parameters):
    """Two credentials, two hosts."""
    at_organization: list[Ask] = []

    def answer(ask: Ask) -> Answer:
        at_organization.append(ask)
        return Answer(TOLD)

    at_site: list[Ask] = []

    def site(ask: Ask) -> Answer:
        at_site.append(ask)
        return Answer({"accountId": "1", "deploymentType": "Cloud", "version": "1001.0.0"})

    with listening(site) as place, listening(answer) as address:
        params = parameters(jira_url=place, deployment="cloud", org_id=ORG_ID)
        environ = {"JIRA_USER": "ada@example.com", "JIRA_TOKEN": "made-up-token-of-a-person", "JIRA_ORG_KEY": KEY}
        with connected(params, RawStore(tmp_path), environ, hosts=gateway.Hosts(organizations=address)) as (reader, _):
            reader.ask("account", reader.dialect.myself())
            assert reader.organization is not None
            reader.organization.ask(TOPIC, last_active_dates(ORG_ID, "712020:1"))
    assert {one.headers["authorization"] for one in at_organization} == {f"Bearer {KEY}"}
    assert not any(KEY in one.headers.get("authorization", "") for one in at_site)
    assert at_site


def test_a_site_on_this_machine_has_no_organization_of_atlassians(small_company, tmp_path, parameters):
    """A Jira that is tried out here must not send anybody's key into the world."""
    with EmbeddedJira(small_company.world, "cloud") as jira:
        params = parameters(jira_url=jira.url, deployment="cloud", org_id=ORG_ID)
        environ = {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token, "JIRA_ORG_KEY": KEY}
        with connected(params, RawStore(tmp_path), environ) as (reader, _):
            assert reader.organization is None
