"""Credentials: sent as Jira reads them, refused by name where they can't be sent, and shown to nobody."""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import requests

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import UsageError
from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials, credentials_from, header_of, secrets_in
from auditlib.jira.protocol import dialect
from auditlib.pull.access import identify
from auditlib.responses.store import RawStore
from auditlib.run.kernels import kernel_environment
from auditlib.run.order import Run, secrets_of


def test_user_and_password_go_out_as_utf8():
    """Jira reads Basic as UTF-8; Latin-1 would be another password."""
    value = header_of(Credentials("pässwörd–łódź", "łukasz"))
    assert base64.b64decode(value.removeprefix("Basic ")).decode("utf-8") == "łukasz:pässwörd–łódź"
    assert header_of(Credentials("abc")) == "Bearer abc"


def test_a_user_outside_of_latin1_is_let_in(small_company, tmp_path):
    """The whole way, over a real server."""
    world = replace(small_company.world, password="żółć-密码")
    with EmbeddedJira(world, "data-center") as jira:
        with JiraReader(
            jira.url, dialect("data-center"), Credentials(jira.token, jira.user), RawStore(tmp_path)
        ) as reader:
            identify(reader)
            assert reader.knows_account


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"JIRA_TOKEN": "abc\u2026"}, ["JIRA_TOKEN", "U+2026", "character 4 of 4", "copied whole"]),
        ({"JIRA_TOKEN": "\u2026", "JIRA_USER": "you@example.com"}, ["JIRA_TOKEN", "U+2026"]),
        ({"JIRA_TOKEN": "ab\u200bcd"}, ["U+200B", "character 3 of 5"]),
        ({"JIRA_TOKEN": "ab cd"}, ["U+0020"]),
        ({"JIRA_TOKEN": "tokén"}, ["U+00E9"]),
        ({"JIRA_TOKEN": "ab\ncd"}, ["line end"]),
        ({"JIRA_TOKEN": "ab\ncd", "JIRA_USER": "u"}, ["JIRA_TOKEN", "line end"]),
        ({"JIRA_TOKEN": "ab\x07cd", "JIRA_USER": "u"}, ["U+0007"]),
        ({"JIRA_TOKEN": "x", "JIRA_USER": "m\udcfcller"}, ["JIRA_USER", "not UTF-8"]),
        ({"JIRA_TOKEN": "x", "JIRA_USER": "a:b"}, ["JIRA_USER", "colon"]),
        ({"JIRA_USER": "u"}, ["JIRA_TOKEN is not set"]),
        ({"JIRA_CLIENT_ID": "u"}, ["go together"]),
        ({"JIRA_CLIENT_ID": "u", "JIRA_CLIENT_SECRET": "s", "JIRA_TOKEN": "t"}, ["not both"]),
        ({"JIRA_CLIENT_ID": "u", "JIRA_CLIENT_SECRET": "s\u2026"}, ["JIRA_CLIENT_SECRET", "U+2026"]),
    ],
)
def test_what_can_not_be_sent_is_refused_by_name_and_place(environ, words):
    """Variable, character and place are told, the value is not; status 2."""
    with pytest.raises(UsageError) as caught:
        credentials_from(environ)
    assert all(word in str(caught.value) for word in words)
    assert not any(value in str(caught.value) for value in environ.values() if len(value) > 3)
    assert caught.value.status == 2


def test_netrc_is_never_looked_into(small_company, tmp_path, monkeypatch):
    """Whatever a file of the machine knows of a host, the credentials are those that were given."""
    seen: list[str] = []

    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with EmbeddedJira(small_company.world, "cloud") as jira:
        with JiraReader(jira.url, dialect("cloud"), Credentials("x"), RawStore(tmp_path / "raw")) as reader:
            for anonymous in (False, True):
                client = reader._sender.connection(reader.address, anonymous=anonymous)
                request = client._session.prepare_request(requests.Request("GET", jira.url))
                seen.append(request.headers.get("Authorization", ""))
    assert seen == ["Bearer x", ""]


def test_no_credential_reaches_a_kernel_or_a_package(parameters, small_company):
    """A kernel gets none of the variables; a package is searched for all of them."""
    environ = {"JIRA_CLIENT_ID": "client-4711", "JIRA_CLIENT_SECRET": "secret-4711", "JIRA_ORG_KEY": "org-4711"}
    assert not any(name.startswith("JIRA_") for name in kernel_environment({**environ, "JIRA_TOKEN": "t", "HOME": "h"}))
    embedded = partial(EmbeddedJira, small_company.world)
    found = secrets_of(Run(parameters(), Path("out"), (), embedded=embedded), environ)
    assert "secret-4711" in found
    assert "org-4711" in found
    assert "secret-4711" not in repr(
        credentials_from({k: environ[k] for k in ("JIRA_CLIENT_ID", "JIRA_CLIENT_SECRET")})
    )


def test_credentials_of_every_audit_are_secret():
    """Those of the file that is run, and those of others that stand in the same environment; with the user that they go with."""
    environ = {
        "JIRA_USER": "ana@company.example", "JIRA_TOKEN": " token-4711 ", "JIRA_USER_EU": "bo@company.example",
        "JIRA_TOKEN_EU": "token-4712", "JIRA_TOKENS": "none of ours", "JIRA_ORG_KEY": "", "HOME": "elsewhere",
    }  # fmt: skip
    found = secrets_in(environ)
    assert {"token-4711", "ana@company.example:token-4711", "token-4712", "bo@company.example:token-4712"} <= set(found)
    assert not {"none of ours", "elsewhere", "", ":", "ana@company.example"} & set(found)
