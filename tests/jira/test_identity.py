"""Identity: whose answers count, what is said when an account is refused, and where else a Jira is asked."""

from __future__ import annotations

import pytest
from carrier import Answer
from loopback import answered

from auditlib.jira.credentials import Credentials
from auditlib.jira.identity import Identity, asked_by, words_of

SITE = "https://jira.example/"


def known(account_id: str | None = "me") -> Identity:
    identity = Identity(SITE, Credentials("t", "u"))
    identity.account_id, identity.known = account_id, True
    return identity


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"X-AAccountId": "somebody"}, "answered for account somebody, not for me"),
        ({"X-AUSERNAME": "anonymous"}, "as to nobody"),
        ({"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"}, "as to nobody"),
        ({"X-AAccountId": "me", "X-AUSERNAME": "me"}, None),
        ({}, None),
    ],
)
def test_an_answer_to_another_account_or_to_nobody_is_none(headers, words):
    """Public projects are answered to anybody: that is no answer to us."""
    problem = known().problem(answered(Answer({}, headers=headers)))
    assert (problem is None) == (words is None)
    assert words is None or words in str(problem)


def test_before_jira_said_who_we_are_nobody_is_no_problem():
    """The first contact asks what Jira tells to anybody."""
    identity = Identity(SITE, Credentials("t"))
    assert identity.problem(answered(Answer({}, headers={"X-AUSERNAME": "anonymous"}))) is None


@pytest.mark.parametrize(
    ("who", "is_cloud", "answer", "words"),
    [
        (Credentials("t", "u"), None, Answer({"message": "Basic authentication is disabled"}, 403), "JIRA_TOKEN alone"),
        (Credentials("t", "u"), None, Answer({"message": "scope does not match"}, 401), "lacks a scope"),
        (Credentials("t"), None, Answer({}, 401), "JIRA_USER is not set"),
        (Credentials("t"), False, Answer({}, 401), "Check JIRA_USER and JIRA_TOKEN"),
        (Credentials("t", "u"), None, Answer({}, 403), "Ask Jira's administrator"),
        (
            Credentials("t", "u"),
            None,
            Answer({}, 403, {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=x"}),
            "CAPTCHA",
        ),
    ],
)
def test_a_refused_account_is_told_what_to_do(who, is_cloud, answer, words):
    """By Jira's words, the status, and what is set."""
    error = Identity(SITE, who, is_cloud=is_cloud).refused(answered(answer))
    assert words in str(error)
    assert str(error).startswith("https://jira.example ")


def test_an_account_that_was_accepted_before_is_told_as_such():
    """Then neither name nor address is wrong: the token has ended."""
    assert "accepted before" in str(known().refused(answered(Answer({}, 401))))


def test_the_other_address_is_looked_for_once():
    """After a 401, the same question goes there; after a second one there is no other way."""
    response = answered(Answer({}, 401))
    site = response.url.removesuffix("/rest/api/2/myself")
    identity = Identity(site, Credentials("t"))
    identity.elsewhere = lambda: "https://gateway.example/x"
    assert identity.other_address == ""
    assert identity.has_another_way(response)
    assert identity.other_address == "https://gateway.example/x"
    assert identity.has_another_way(response)  # it was answered at the site, from where another thread has moved
    identity.address = site
    assert not identity.has_another_way(response)


def test_an_account_that_is_settled_is_asked_for_nowhere_else():
    """One 401 in the middle of a run does not move it to another address."""
    identity = Identity(SITE, Credentials("t"))
    identity.elsewhere = lambda: "https://gateway.example/x"
    identity.settle()
    assert not identity.has_another_way(answered(Answer({}, 401)))


def test_credentials_that_end_are_had_anew():
    """A refused header is shown to whoever has them, and the question goes once more."""

    class Token:
        def header(self) -> str:
            return "Bearer new"

        def renewed(self, refused: str) -> bool:
            return refused == "Bearer old"

    identity = Identity(SITE, Credentials("t"), authorization=Token())
    assert identity.header() == "Bearer new"
    assert identity.has_another_way(answered(Answer({}, 401), Authorization="Bearer old"))
    identity.settle()
    assert not identity.has_another_way(answered(Answer({}, 401), Authorization="Bearer new"))


def test_a_response_names_its_request_and_its_reason():
    """Method and path without the query; Jira's words, or nothing."""
    response = answered(Answer({"errorMessages": ["No such thing"]}, 404), "/rest/api/2/issue/A-1?expand=x")
    assert asked_by(response) == "GET /rest/api/2/issue/A-1"
    assert words_of(response) == ": No such thing"
    assert words_of(answered(Answer({}, 404))) == ""
