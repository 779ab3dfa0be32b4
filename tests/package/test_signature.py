"""Signatures by real keys, judged by us and by a plain ``ssh-keygen``; and what is none."""

from __future__ import annotations

import os
import time

import pytest
from ssh_keys import PHRASE, accepts, agent_with, fingerprint, made_key, public_half, telling

from auditlib.errors import UsageError
from auditlib.package import signature
from auditlib.package.signature import (
    LARGEST_SIGNATURE,
    SignatureError,
    accepted_as,
    made_with,
    namespace_of,
    ready_key,
    secret_of,
    sign,
)

CONTENT = b"0f  manifest-sha256.txt\n"


@pytest.fixture(autouse=True)
def _nobody_to_ask(monkeypatch):
    for name in ("SSH_AUTH_SOCK", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return made_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    return made_key(tmp_path_factory.mktemp("locked"), phrase=PHRASE)


def refusal(content, made, allowed=None):
    with pytest.raises(SignatureError) as error:
        made_with(content, made) if allowed is None else accepted_as(content, made, allowed)
    return str(error.value)


@pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
def test_a_plain_ssh_keygen_accepts_what_is_signed(kind, tmp_path):
    """Whatever the kind of key: the file is the one that ``ssh-keygen -Y verify`` reads."""
    own = made_key(tmp_path, kind)
    for name, content in (
        ("content", CONTENT),
        ("content.sig", sign(CONTENT, own)),
        ("allowed", f"a@b {public_half(own)}".encode()),
    ):
        (tmp_path / name).write_bytes(content)
    assert accepts(tmp_path / "allowed", "a@b", tmp_path / "content.sig", tmp_path / "content")
    assert made_with(CONTENT, (tmp_path / "content.sig").read_bytes()) == (kind.upper(), fingerprint(own))
    assert ready_key(own) == signature.SigningKey(own, fingerprint(own), kind.upper())


def test_a_locked_key_signs_through_the_agent_by_its_public_half_too(locked, tmp_path, monkeypatch):
    """As ``ssh-keygen`` itself does: the agent first; with the public half alone, only the agent."""
    with agent_with(locked, tmp_path) as socket:
        monkeypatch.setenv("SSH_AUTH_SOCK", socket)
        alone = tmp_path / "alone.pub"
        alone.write_text(public_half(locked))
        assert {made_with(CONTENT, sign(CONTENT, one))[1] for one in (locked, alone)} == {fingerprint(locked)}
        assert secret_of(alone) == ""
    with pytest.raises(UsageError, match="neither the agent nor a file beside it has the private half"):
        sign(CONTENT, alone)


def test_a_locked_key_signs_where_a_program_tells_its_passphrase(locked, tmp_path, monkeypatch):
    """``SSH_ASKPASS`` holds as for ``ssh-keygen``; no credential of a Jira reaches that program."""
    tell = telling(tmp_path)
    tell.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\necho '{PHRASE}'\n")
    for name, value in {"SSH_ASKPASS": str(tell), "SSH_ASKPASS_REQUIRE": "force", "JIRA_TOKEN": "geheim"}.items():
        monkeypatch.setenv(name, value)
    assert made_with(CONTENT, sign(CONTENT, locked))[1] == fingerprint(locked)
    assert "JIRA" not in (tmp_path / "seen").read_text()


def test_nobody_is_waited_for(locked, tmp_path, monkeypatch):
    """Without agent and program a locked key is a sentence at once; a program that never answers is one soon."""
    began = time.monotonic()
    with pytest.raises(UsageError, match=r"it has a passphrase, and nobody could be asked for it; .*ssh-add"):
        ready_key(locked)
    assert time.monotonic() - began < 5
    sleeping = telling(tmp_path)
    sleeping.write_text("#!/bin/sh\nsleep 60\n")
    monkeypatch.setenv("SSH_ASKPASS", str(sleeping))
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    monkeypatch.setattr(signature, "_SIGNS_WITHIN", 0.5)
    with pytest.raises(UsageError, match=r"did not sign within 0\.5 s"):
        ready_key(locked)
    assert time.monotonic() - began < 20


def test_a_key_that_can_not_sign_is_a_sentence(key, tmp_path, monkeypatch):
    """Each names the file and what to do."""
    junk, open_to_all = tmp_path / "junk", tmp_path / "open"
    junk.write_text("no key")
    open_to_all.write_bytes(key.read_bytes())
    open_to_all.chmod(0o644)
    said = {}
    for one in (junk, open_to_all, tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError) as error:
            ready_key(one)
        said[one.name] = str(error.value)
    assert "is no key of OpenSSH's own form" in said["junk"]
    assert f"chmod 600 {open_to_all}" in said["open"]
    assert "can't be read as a file" in said["none"]
    assert "can't be read as a file" in said[tmp_path.name]
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="this machine has none; install the OpenSSH client"):
        ready_key(key)


def test_what_is_no_signature_of_these_bytes_is_named(key):
    """Junk, a cut file, one for another purpose, one over other bytes, and one that is far too large."""
    good = sign(CONTENT, key)
    middle = good.index(b"\n", 100) - 1
    spoiled = good[:middle] + (b"A" if good[middle : middle + 1] != b"A" else b"B") + good[middle + 1 :]
    assert refusal(CONTENT + b"x", good) == "it was made over other bytes, or was changed"
    assert refusal(CONTENT, b"junk") == refusal(CONTENT, b"") == "it is no OpenSSH signature"
    assert refusal(CONTENT, spoiled) != ""
    assert "cut or spoiled" in refusal(CONTENT, good.replace(b"U1NIU0lH", b"U1NIU0l"))
    assert "more than 65,536 bytes" in refusal(CONTENT, good + b"\n" * LARGEST_SIGNATURE)
    other = signature._signed(CONTENT, key, "file")
    assert (namespace_of(good), namespace_of(other)) == ("auditlib", "file")
    assert refusal(CONTENT, other) == "it is a signature for 'file', not for 'auditlib'"


def test_every_changed_character_of_a_signature_is_noticed(key):
    """What does not count is white space alone."""
    good = sign(CONTENT, key)
    for place in range(0, len(good), 23):
        if good[place : place + 1].isspace():
            continue
        other = b"Q" if good[place : place + 1] != b"Q" else b"R"
        assert refusal(CONTENT, good[:place] + other + good[place + 1 :])


def test_the_list_of_allowed_signers_decides_who_signed(key, locked):
    """By name; a list without the key, with another purpose, or with a time that is over refuses, and says why."""
    good, own = sign(CONTENT, key), public_half(key)
    assert accepted_as(CONTENT, good, f"anna@example.com,audit {own}\n".encode()) == "anna@example.com"
    assert accepted_as(CONTENT, good, f'*@example.com namespaces="auditlib" {own}\n'.encode()) == "*@example.com"
    other = f"anna@example.com {public_half(locked)}\n".encode()
    assert refusal(CONTENT, good, other) == "nobody among the allowed signers made it"
    assert "not permitted" in refusal(CONTENT, good, f'a@b namespaces="git" {own}\n'.encode())
    assert "expired" in refusal(CONTENT, good, f'a@b valid-before="20200101" {own}\n'.encode())
    assert refusal(CONTENT, good, b"junk") != ""
    assert refusal(CONTENT + b"x", good, f"a@b {own}\n".encode()) != ""


def test_what_must_stand_in_no_package_is_of_the_private_half(key, tmp_path):
    """A line that no other key has."""
    secret = secret_of(key)
    assert len(secret) >= 40
    assert secret in key.read_text()
    assert secret not in made_key(tmp_path).read_text()
    assert secret_of(tmp_path / "none") == ""
    assert os.environ.get("SSH_AUTH_SOCK") is None
