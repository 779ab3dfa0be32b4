"""What ``verify`` says of signature and time stamp of a small bag, with and without a policy."""

from __future__ import annotations

import os
import subprocess
from functools import partial

import pytest
from authorities import made_authority
from bags import INFO, write
from ssh_keys import accepts, fingerprint, made_key, public_half

from auditlib.errors import UsageError
from auditlib.evidence.differences import REMARKS, Kind, sentence
from auditlib.package.bag import seal
from auditlib.package.signature import sign
from auditlib.package.verify import check_bag
from auditlib.package.vouched import (
    Policy,
    is_signed,
    is_stamped,
    look_at_signature,
    look_at_time_stamp,
    read_policy,
    vouched_words,
)

TAGS, SIG, TSR = (f"tagmanifest-sha256.txt{ending}" for ending in ("", ".sig", ".tsr"))
PARAMETERS = (
    b"audit: A\njira_url: https://jira.example.com\nprojects: [AB]\nperiod_start: '2026-01-01'\nperiod_end: '2026-12-31'\n"
    b"timezone: UTC\nsigning_key: key\ntimestamp_url: https://tsa.example.com\n"
)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return made_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return made_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def policy(key, authority, tmp_path):
    (tmp_path / "allowed").write_text(f"anna@example.com {public_half(key)}\n")
    return read_policy(tmp_path / "allowed", authority.ca)


@pytest.fixture
def vouched(bag, key, authority):
    """A bag with both, made by hand after it was sealed, as an auditor may do it."""
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", "auditlib", "-f", key, bag / TAGS], check=True, capture_output=True
    )
    (bag / TSR).write_bytes(authority.stamp((bag / TAGS).read_bytes()))
    return bag


def told(look, policy, package):
    """Return what fails, what is remarked, and what is good."""
    outcome = look(policy, package)
    failed = [sentence(one) for one in outcome.differences if one.kind not in REMARKS]
    return failed, [one.kind for one in outcome.differences if one.kind in REMARKS], outcome.good


def test_both_are_told_as_what_they_are_and_belong_to_a_bag(vouched, key, policy, authority, tmp_path):
    """Without a policy nobody vouched for the names; with one, who signed is named. Standard tools agree."""
    assert check_bag(vouched) == []
    assert (
        told(look_at_signature, Policy(), vouched)[2]
        == f"by the ED25519 key {fingerprint(key)}; nobody vouched for its owner"
    )
    assert told(look_at_signature, policy, vouched) == (
        [],
        [],
        f"by anna@example.com, with the ED25519 key {fingerprint(key)}",
    )
    said = told(look_at_time_stamp, policy, vouched)[2]
    assert said.endswith(", says Authority tsa")
    assert told(look_at_time_stamp, Policy(), vouched)[2] == f"{said}; nobody vouched for this authority"
    assert accepts(tmp_path / "allowed", "anna@example.com", vouched / SIG, vouched / TAGS)
    assert authority.accepts(vouched / TAGS, vouched / TSR)
    assert [name for name, _ in vouched_words(vouched)] == ["Signature", "Time stamp"]


def test_what_lacks_is_a_difference_with_a_policy_and_a_remark_where_it_was_asked_for(payload, policy):
    """A package that asked for neither lacks nothing; one that did is told to, and does not fail by that."""
    seal(payload, INFO)
    assert not is_signed(payload)
    assert not is_stamped(payload)
    for look, name, remark in ((look_at_signature, SIG, Kind.UNSIGNED), (look_at_time_stamp, TSR, Kind.UNSTAMPED)):
        assert told(look, Policy(), payload) == ([], [], "")
        assert told(look, policy, payload) == ([f"{name}: missing"], [], "")
        (payload / "data/params.yaml").write_bytes(PARAMETERS)
        assert told(look, Policy(), payload) == ([], [remark], "")
        assert told(look, policy, payload) == ([f"{name}: missing"], [], "")
        (payload / "data/params.yaml").unlink()
    assert vouched_words(payload) == []


@pytest.mark.parametrize("with_policy", [False, True])
def test_a_bogus_or_foreign_file_is_a_difference_and_named(vouched, policy, key, authority, with_policy):
    """Junk, of another package, of another purpose, of another folder: whatever the policy."""
    rules = policy if with_policy else Policy()
    signs, stamps = (partial(told, look, rules) for look in (look_at_signature, look_at_time_stamp))
    (vouched / SIG).write_bytes(b"junk")
    (vouched / TSR).write_bytes(b"junk")
    assert signs(vouched)[0] == [f"{SIG}: not accepted: it is no OpenSSH signature"]
    assert stamps(vouched)[0] == [f"{TSR}: not accepted: it is no answer of a time-stamping authority (RFC 3161)"]
    (vouched / SIG).write_bytes(sign(b"another package", key))
    (vouched / TSR).write_bytes(authority.stamp(b"another package"))
    assert signs(vouched)[0] == [f"{SIG}: not accepted: it was made over other bytes, or was changed"]
    assert stamps(vouched)[0] == [f"{TSR}: not accepted: it was made over other bytes"]
    (vouched / SIG).unlink()
    (vouched / TSR).unlink()
    (vouched / SIG).mkdir()
    os.mkfifo(vouched / TSR)
    assert "is no file of its own" in signs(vouched)[0][0]
    assert "is no file of its own" in stamps(vouched)[0][0]


def test_what_nobody_trusts_is_a_difference_under_a_policy_alone(vouched, tmp_path, authority):
    """The same files without a policy are told as what they are."""
    other = made_key(tmp_path)
    (tmp_path / "others").write_text(f"bert@example.com {public_half(other)}\n")
    authority.certify("alone", "ca", by="alone")
    rules = read_policy(tmp_path / "others", authority.folder / "alone.pem")
    assert told(look_at_signature, rules, vouched)[0] == [
        f"{SIG}: not accepted: nobody among the allowed signers made it"
    ]
    assert told(look_at_time_stamp, rules, vouched)[0] == [
        f"{TSR}: not accepted: nobody in the file of authorities vouches for Authority tsa"
    ]
    assert told(look_at_signature, Policy(), vouched)[0] == told(look_at_time_stamp, Policy(), vouched)[0] == []


def test_a_machine_without_ssh_keygen_says_that_it_did_not_judge(vouched, policy, tmp_path, monkeypatch):
    """It is a remark where nobody asked for a judgement, and refused where somebody did."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert told(look_at_signature, Policy(), vouched) == ([], [Kind.NOT_JUDGED], "there, and not judged")
    with pytest.raises(UsageError, match="this machine has none"):
        read_policy(tmp_path / "allowed", None)


def test_files_of_a_policy_are_read_before_anything_is_judged(tmp_path):
    """One that is not there, and one that holds no certificate, are named with their option."""
    with pytest.raises(UsageError, match=r"--allowed-signers .*none"):
        read_policy(tmp_path / "none", None)
    write(tmp_path, {"junk.pem": b"junk"})
    with pytest.raises(UsageError, match=r"junk\.pem holds no certificates"):
        read_policy(None, tmp_path / "junk.pem")
