"""Signature and time stamp at the command line: what is said, and with which status it ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from authorities import made_authority
from bags import INFO, write
from places import ROOT
from ssh_keys import fingerprint, made_key, public_half

from auditlib import cli
from auditlib.cli import verification
from auditlib.cli.options import FailOn
from auditlib.cli.several import found_by, require_vouchers
from auditlib.errors import UsageError
from auditlib.package.bag import seal
from auditlib.package.signature import sign
from auditlib.run import authority as asking

TAGS, SIG, TSR = (f"tagmanifest-sha256.txt{ending}" for ending in ("", ".sig", ".tsr"))


@pytest.fixture
def auditlib(monkeypatch, capsys) -> Callable[..., tuple[int, str, str]]:
    """Run a command in this process; returns its status, and what it printed."""
    monkeypatch.setattr(asking, "_WAITS", 0.0)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["auditlib", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return run


@pytest.fixture
def bag(tmp_path) -> Path:
    made = write(tmp_path / "bag", {"data/a": b"a"})
    seal(made, INFO)
    return made


def only_around(monkeypatch) -> None:
    """Leave out what computes tables: the bag holds none."""
    all_checks = verification.checks
    names = ("bag", "signature", "time stamp")
    monkeypatch.setattr(verification, "checks", lambda *given: [one for one in all_checks(*given) if one.name in names])


def test_a_policy_decides_the_status_of_a_package_that_is_whole(auditlib, monkeypatch, bag, tmp_path):
    """Unsigned, signed by one of the list, signed by nobody of the list; what fails says that the content is whole."""
    only_around(monkeypatch)
    key, other, authority = made_key(tmp_path), made_key(tmp_path, "ecdsa"), made_authority(tmp_path / "authority")
    for name, one in (("own", key), ("others", other)):
        (tmp_path / name).write_text(f"anna@example.com {public_half(one)}\n")
    by = ("--allowed-signers", tmp_path / "own", "--tsa-ca", authority.ca)
    assert auditlib("verify", bag) == (
        0,
        f"Bag and digests: intact\nSignature: none\nTime stamp: none\nVerified: {bag}\n",
        "",
    )
    status, _, err = auditlib("verify", bag, *by)
    around = f"auditlib: {bag} is whole, but what was to stand for it is not accepted"
    assert (status, err.splitlines()) == (4, [f"{SIG}: missing", f"{TSR}: missing", around])
    content = (bag / TAGS).read_bytes()
    (bag / SIG).write_bytes(sign(content, key))
    (bag / TSR).write_bytes(authority.stamp(content))
    status, out, err = auditlib("verify", bag, *by)
    assert (status, err) == (0, "")
    assert f"Signature: by anna@example.com, with the ED25519 key {fingerprint(key)}\n" in out
    assert ", says Authority tsa\n" in out
    status, _, err = auditlib("verify", bag, "--allowed-signers", tmp_path / "others")
    assert (status, err.splitlines()) == (4, [f"{SIG}: not accepted: nobody among the allowed signers made it", around])
    status, _, err = auditlib("verify", bag, "--tsa-ca", tmp_path / "own")
    assert (status, "holds no certificates in PEM form" in err) == (2, True)


@pytest.mark.slow
@pytest.mark.xdist_group("cloud")
def test_what_fails_at_the_seal_is_told_and_leaves_the_package(auditlib, tmp_path):
    """Status 0: it is no lost package; the screen says who signed, stderr what is missing and how to mend it."""
    key, address = made_key(tmp_path), "http://127.0.0.1:9/stamp"
    given = ("-p", f"signing_key={key}", "-p", f"timestamp_url={address}", "--out", tmp_path / "package")
    status, out, err = auditlib("dossiers", ROOT / "params" / "demo.yaml", "PAY-17", *given)
    assert status == 0
    assert "Signature  by the ED25519 key" in out
    assert f"auditlib: the package is sealed and not time-stamped: {address} gives no time stamp: " in err
    assert (tmp_path / "package" / SIG).is_file()
    assert not (tmp_path / "package" / TSR).exists()


def test_fail_on_names_what_did_not_come_about(bag):
    """Whatever the figures say; each by its own word."""
    asked = [FailOn.UNSIGNED, FailOn.UNSTAMPED, FailOn.DRIFT]
    summary = {"figures": {"drift": 2}}
    assert found_by(summary, bag, asked).endswith("--fail-on names: unsigned, unstamped, drift (2)")
    (bag / SIG).write_bytes(b"any")
    (bag / TSR).write_bytes(b"any")
    assert found_by({"figures": {"drift": 0}}, bag, asked) == ""


def test_a_run_that_can_only_end_unsigned_does_not_begin(parameters):
    """The parameters name no key, or no authority, and ``--fail-on`` wants both."""
    for what, key in (("unsigned", "signing_key"), ("unstamped", "timestamp_url")):
        with pytest.raises(UsageError, match=f"--fail-on {what}: the parameters name no {key}"):
            require_vouchers(parameters(), [FailOn(what)])
    require_vouchers(parameters(signing_key="k", timestamp_url="https://tsa.example.com"), list(FailOn))
