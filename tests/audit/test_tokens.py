"""What looks like a credential in texts of Jira is named by kind and place, never by its text; nothing else is."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from functools import partial

import pytest
from dossier_collection import collect_dossiers
from hypothesis import given
from hypothesis import strategies as st
from small_world import START, full_issue, issue, small_world

from auditlib.audit.tokens import places_of, places_of_summaries, token_findings, token_kinds
from auditlib.demo.server.site import EmbeddedJira
from auditlib.dossier.texts import texts_of
from auditlib.pull.collect import collect

LETTERS = "Zx9Qw3Er7Ty1Ui5Op2As8Df4Gh6Jk0LmNbVcXz"


def web(**header: object) -> str:
    """Return a JSON Web Token with a header."""
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, {"sub": "1"})
    ]
    return ".".join([*parts, LETTERS])


KINDS = {
    "AWS access key": ["AKIA" + "Q3EGRTZUIO2ASDFG", "ASIA" + "Q3EGRTZUIO2ASDFG"],
    "Atlassian token": ["ATATT3" + "xFfGF0" + LETTERS * 3 + "_-" + "=0A1B2C3D"],
    "GitHub token": [
        "ghp_" + LETTERS[:36],
        "ghs_" + LETTERS[:36],
        "github_pat_" + LETTERS[:22] + "_" + (LETTERS * 2)[:59],
    ],
    "GitLab token": ["glpat-" + LETTERS[:20]],
    "Google API key": ["AIza" + LETTERS[:35]],
    "JSON Web Token": [web(alg="HS256", typ="JWT")],
    "private key": [f"-----BEGIN {kind}PRIVATE KEY-----\n{LETTERS * 3}" for kind in ("", "RSA ", "EC ", "OPENSSH ")]
    + [
        f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\nDEK-Info: AES\n\n{LETTERS * 3}",
        "-----BEGIN PGP PRIVATE KEY BLOCK-----",
    ],
    "Slack token": ["xoxb-" + "123456789012-" + LETTERS[:24], "xapp-1-A0123456789-1234567890123-" + "0a1b" * 16],
    "Stripe key": ["sk_live_" + LETTERS[:24], "rk_live_" + LETTERS[:24]],
}
ALL = [(kind, text) for kind, texts in KINDS.items() for text in texts]


@pytest.mark.parametrize(("kind", "text"), ALL)
@pytest.mark.parametrize("around", ["{}", "the token is {}, use it", "<{}>", '"{}"', "a={}\nb", "Bearer {}."])
def test_each_kind_is_recognised_wherever_it_stands(kind, text, around):
    """At the beginning, the end, between quotes and in a line of a file."""
    assert token_kinds(around.format(text)) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "AKIA" + "IOSFODNN7EXAMPLE",  # published by AWS as an example
        "AKIAQ3EGRTZUIO2",
        "xAKIAQ3EGRTZUIO2ASDFG",
        "ghp_short",
        "sk_test_" + LETTERS[:24],
        "-----BEGIN PUBLIC KEY-----\n" + LETTERS * 3,
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + LETTERS * 3,
        "the header -----BEGIN RSA PRIVATE KEY----- must be there",
        web(alg="none"),
        web(typ="JWT"),
        "eyJ" + "A" * 20 + ".eyJ" + "B" * 20 + "." + "C" * 30,
        "password=hunter2hunter2",
        "xoxb-your-token",
        "c3a1f0e2" * 8,
    ],
)
def test_what_is_none_is_not_named(text):
    """Examples, placeholders, public halves, headers without a key, digests, and passwords, which have no form."""
    assert token_kinds(text) == []


@given(st.text())
def test_no_text_makes_it_fall(text):
    """Whatever somebody wrote."""
    assert token_kinds(text) == [] or text


def test_a_long_text_takes_no_long_time():
    """Beginnings without an end are left after a bounded number of characters."""
    for text in ("eyJ" * 60_000, "eyJ" + "a" * 200_000, "-----BEGIN PRIVATE KEY-----\n" * 5_000, "xoxb-" * 40_000):
        assert token_kinds(text) == []


def test_places_of_summaries_are_those_of_each():
    """Looked at together first, since most hold nothing."""
    text = KINDS["GitHub token"][0]
    assert places_of_summaries(["AB-1", "AB-2"], ["plain", f"use {text}"]) == [("AB-2", "summary", "GitHub token")]
    assert places_of_summaries(["AB-1", "AB-2"], ["ghp_", f"{text[:9]}\n{text[9:]}"]) == []


@pytest.mark.parametrize(("kind", "text"), ALL)
def test_a_finding_names_the_place_and_never_the_text(kind, text):
    """Each issue once, with its places and kinds; an exception, since somebody must act."""
    seen = places_of("AB-7", [("description", text), ("comment 12", f"{text} {text}"), ("comment 13", "nothing")])
    (finding,) = token_findings("dossiers.tokens", "06_dossiers", seen)
    assert (finding.severity, finding.count) == ("exception", 1)
    assert f"AB-7: {kind} in description and {kind} in comment 12)" in finding.statement
    assert text not in finding.statement
    assert "revoke" in finding.statement.lower()


def test_of_nothing_there_is_no_finding():
    """Most packages have none."""
    assert token_findings("dossiers.tokens", "06_dossiers", []) == []


def world_with_tokens():
    """A small world in which somebody wrote a token into every kind of text."""
    made, texts = full_issue(1), [text for texts in KINDS.values() for text in texts[:1]]
    made.fields["summary"] = f"Use {texts[0]}"
    made.fields["description"] = f"It is {texts[2]}"
    made.comments[3] = replace(made.comments[3], body=f"or {texts[3]}")
    made.worklogs[4] = replace(made.worklogs[4], comment=f"with {texts[4]}")
    made.attachments[0] = replace(made.attachments[0], filename=f"{texts[8]}.txt")
    item = {
        "field": "description", "fieldtype": "jira", "fieldId": "description",
        "from": None, "fromString": f"before {texts[7]}", "to": None, "toString": f"It is {texts[2]}",
    }  # fmt: skip
    made.histories[5] = replace(made.histories[5], items=(item,))
    return small_world(made, *(issue(number) for number in range(2, 5)))


@pytest.mark.parametrize("dialect", ["cloud", "data-center"])
def test_every_kind_of_text_of_a_full_record_is_looked_at(tmp_path, dialect):
    """Fields, history with what was there before, comments, worklogs, names of attachments."""
    (one,) = collect_dossiers(world_with_tokens(), dialect, ["AC-1"], tmp_path, files=False).found
    assert {(place.where, place.kind) for place in places_of(one.asked, texts_of(one))} == {
        ("Summary", "AWS access key"),
        ("Description", "GitHub token"),
        ("comment 2003", "GitLab token"),
        ("worklog 3004", "Google API key"),
        ("the name of attachment 4000", "Stripe key"),
        ("history 1005", "Slack token"),
        ("history 1005", "GitHub token"),
    }


def test_a_package_has_a_finding_of_the_population_and_one_of_the_sample(tmp_path, parameters):
    """Since version 6 of the tables: one of older packages is computed as it was."""
    embedded = partial(EmbeddedJira, world_with_tokens())
    params = parameters(projects="[AC]", period_start=f"{START:%Y-%m-%d}", period_end="2026-01-31")
    evidence = collect(params, tmp_path, {}, lambda *_: None, base=tmp_path, embedded=embedded)
    found = {one.id: one.statement for shown in evidence.chapters for one in shown.findings(evidence)}
    assert "(AC-1: AWS access key in summary)" in found["population.tokens"]
    assert "Slack token in history 1005" in found["dossiers.tokens"]
    evidence.pulled.schema = {**evidence.pulled.schema, "tables": 5}
    earlier = {one.id for shown in evidence.chapters for one in shown.findings(evidence)}
    assert not {"population.tokens", "dossiers.tokens"} & earlier
