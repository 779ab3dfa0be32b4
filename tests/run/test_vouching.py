"""Signature and time stamp at the end of a run: what comes about, and what is told of what does not."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from functools import partial

import pytest
from authorities import made_authority, send, serving
from bags import INFO, write
from doc_blocks import shown_in
from ssh_keys import accepts, fingerprint, made_key, public_half

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import AuditError, UsageError
from auditlib.package.bag import seal
from auditlib.package.recompute import recompute
from auditlib.package.signature import secret_of
from auditlib.package.verify import check_bag
from auditlib.package.vouched import look_at_signature, look_at_time_stamp, read_policy, vouched_words
from auditlib.run import authority as asking
from auditlib.run.dossiers import collect_case_file
from auditlib.run.order import Run, secrets_of
from auditlib.run.vouching import seal_lines, vouch, with_key
from auditlib.run.workbook import run

TAGS, SIG, TSR = (f"tagmanifest-sha256.txt{ending}" for ending in ("", ".sig", ".tsr"))


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(asking, "_WAITS", 0.0)


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return made_key(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return made_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def order(parameters, tmp_path, small_company):
    """Make an order of the small company, whose remarks are kept."""

    def make(**values):
        said = []
        params = parameters(sample_size=2, deployment="data-center", **values)
        jira = partial(EmbeddedJira, small_company.world)
        return Run(params, tmp_path / "package", (), 1, base=tmp_path, embedded=jira, remark=said.append), said

    return make


def quiet(*_):
    """Take progress and tell nobody."""


def answering(authority):
    return serving(lambda query, handler: send(handler, authority.answer(query)))


@pytest.mark.parametrize("what", ["run", "dossiers"])
def test_a_whole_package_is_signed_and_stamped_and_verifies(order, key, authority, tmp_path, what):
    """By us under a policy, by plain ``ssh-keygen`` and ``openssl``; run.json, summary and cover say what was asked for."""
    with answering(authority) as address:
        asked, said = order(signing_key=key, timestamp_url=address)
        if what == "run":
            package = run(asked, {}, quiet)
        else:
            package, _ = collect_case_file(asked, ["PAY-1"], {}, quiet)
    assert said == []
    assert check_bag(package) == recompute(package) == []
    (tmp_path / "allowed").write_text(f"anna@example.com {public_half(key)}\n")
    assert accepts(tmp_path / "allowed", "anna@example.com", package / SIG, package / TAGS)
    assert authority.accepts(package / TAGS, package / TSR)
    policy = read_policy(tmp_path / "allowed", authority.ca)
    for look in (look_at_signature, look_at_time_stamp):
        outcome = look(policy, package)
        assert (outcome.differences, bool(outcome.good)) == ((), True)
    seal = {"signing_key": {"kind": "ED25519", "fingerprint": fingerprint(key)}, "timestamp_url": address}
    for name in ("run.json", "summary.json"):
        assert json.loads((package / "data" / name).read_text())["seal"] == seal
    cover = (package / "data" / "index.html").read_text()
    assert fingerprint(key) in cover
    assert address in cover
    secret = secret_of(key).encode()
    assert not any(secret in path.read_bytes() for path in package.rglob("*") if path.is_file())


def test_a_key_that_can_not_sign_ends_a_run_before_jira_is_asked(order, tmp_path):
    """Nothing is left behind; the same holds for ``check`` and for dossiers."""
    (tmp_path / "junk").write_text("no key")
    asked, _ = order(signing_key="junk")
    for begin in (lambda: run(asked, {}, quiet), lambda: collect_case_file(asked, ["PAY-1"], {}, quiet)):
        with pytest.raises(UsageError, match="is no key of OpenSSH's own form"):
            begin()
    with pytest.raises(UsageError, match="is no key of OpenSSH's own form"):
        seal_lines(asked.params, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["junk"]


def test_what_fails_at_sealing_is_remarked_and_leaves_a_sealed_bag(order, key, tmp_path):
    """The key is gone, the authority is down: the bag is whole, has neither, and the sentences say how to mend it."""
    own = tmp_path / "own"
    own.write_bytes(key.read_bytes())
    own.chmod(0o600)
    asked, said = order(signing_key="own", timestamp_url="http://127.0.0.1:9/stamp")
    bag = write(tmp_path / "bag", {"data/a": b"a"})
    seal(bag, INFO)
    ready = with_key(asked)
    own.unlink()
    vouch(ready, bag)
    assert check_bag(bag) == []
    assert vouched_words(bag) == []
    signing, stamping = said
    assert signing.startswith(f"the package is sealed and not signed: signing_key {own} can't be read as a file")
    assert f"ssh-keygen -Y sign -n auditlib -f {own} tagmanifest-sha256.txt" in signing
    assert stamping.startswith(
        "the package is sealed and not time-stamped: http://127.0.0.1:9/stamp gives no time stamp: "
    )
    assert "seal" not in replace(ready, params=order()[0].params, key=None).seal_record


def test_a_package_in_which_the_key_stands_is_not_sealed(order, key, tmp_path):
    """A private key is a credential like any other."""
    asked, _ = order(signing_key=key)
    bag = write(tmp_path / "bag", {"data/a": key.read_bytes()})
    with pytest.raises(AuditError, match="a credential of this run stands in it"):
        seal(bag, INFO, secrets=secrets_of(with_key(asked), {}))


def test_check_tells_what_a_package_would_be_signed_and_stamped_with(order, key, authority, tmp_path):
    """Both are tried; an authority that does not answer is missing, and no reason not to run."""
    with answering(authority) as address:
        signing, stamping = seal_lines(order(signing_key=key, timestamp_url=address)[0].params, tmp_path)
    assert signing == f"Signing   with the ED25519 key {fingerprint(key)}"
    assert stamping.startswith("Stamping  by Authority tsa, whose time is 20")
    (missing,) = seal_lines(order(timestamp_url="http://127.0.0.1:9/stamp")[0].params, tmp_path)
    assert missing.startswith("Missing   http://127.0.0.1:9/stamp gives no time stamp: ")
    assert seal_lines(order()[0].params, tmp_path) == []


@pytest.mark.skipif(shutil.which("curl") is None, reason="this machine has no curl")
def test_a_package_is_signed_and_stamped_by_hand_as_the_page_says(key, authority, tmp_path):
    """What failed at the seal is mended in the folder of the package, and judged like any other."""
    bag = write(tmp_path / "bag", {"data/a": b"a"})
    seal(bag, INFO)
    (tmp_path / "allowed").write_text(f"anna@example.com {public_half(key)}\n")
    lines = shown_in("docs/analysts.md", "sh", "ssh-keygen -Y sign").replace("~/.ssh/id_ed25519", str(key))
    with answering(authority) as address:
        asked = lines.replace("https://timestamp.example.com", address)
        subprocess.run(["sh", "-e", "-c", asked], cwd=bag, check=True, capture_output=True)
    assert check_bag(bag) == []
    policy = read_policy(tmp_path / "allowed", authority.ca)
    assert [look(policy, bag).differences for look in (look_at_signature, look_at_time_stamp)] == [(), ()]
