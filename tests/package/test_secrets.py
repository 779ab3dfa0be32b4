"""A secret is found in every form before a package is sealed."""

from __future__ import annotations

import base64
import gzip
import os

import pytest
from bags import INFO, check_bag, refusal, write
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import AuditError
from auditlib.package import secrets
from auditlib.package.bag import seal
from auditlib.package.secrets import holds
from auditlib.secret_forms import needles_of

SECRET = "tok/en+4711&ä"


def basic(secret: str) -> bytes:
    return base64.b64encode(f"auditor@company.example:{secret}".encode())


FORMS = {
    "plain": SECRET.encode(),
    "json": b'{"token": "tok/en+4711&\\u00e4"}',
    "html": b"<p>tok/en+4711&amp;\xc3\xa4</p>",
    "address": b"?token=tok%2Fen%2B4711%26%C3%A4",
    "basic": basic(SECRET),
    "basic, one further": base64.b64encode(f"u:{SECRET}".encode()),
    "basic, two further": base64.b64encode(f"us:{SECRET} and more".encode()),
    "urlsafe": base64.urlsafe_b64encode(f"use:{SECRET}".encode()),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("wrap", ["as is", "gzip", "gzip, named otherwise", "second gzip member"])
def test_a_secret_is_found_in_every_form(payload, form, wrap):
    """A credential in a package is refused, and the message names the file, not the credential."""
    content = b"before " + FORMS[form] + b" after"
    name, held = {
        "as is": ("data/run.json", content),
        "gzip": ("data/raw/2.json.gz", gzip.compress(content)),
        "gzip, named otherwise": ("data/raw/2.json", gzip.compress(content)),
        "second gzip member": ("data/raw/2.json.gz", gzip.compress(b"{}") + gzip.compress(content)),
    }[wrap]
    write(payload, {name: held})
    message = refusal(payload, secrets=[SECRET])
    assert name in message
    assert SECRET not in message
    assert check_bag(payload) != []


def test_a_secret_across_two_reads_is_found(payload, monkeypatch):
    """A file is read in pieces, and a secret may lie on the border."""
    monkeypatch.setattr(secrets, "CHUNK", 5)
    write(payload, {"data/run.json": b"1234" + SECRET.encode()})
    assert "data/run.json" in refusal(payload, secrets=[SECRET])


@pytest.mark.parametrize("cut", range(1, 9))
def test_wherever_the_border_lies_the_secret_is_found(cut):
    """Also where all but its first or its last byte came before, and where it came byte by byte."""
    assert holds([b"xx" + b"needlexyz"[:cut], b"needlexyz"[cut:] + b"xx"], (b"needlexyz",))
    assert holds([bytes([one]) for one in b"x" * cut + b"needlexyz"], (b"needlexyz", b"other"))
    assert not holds([b"needlexyz"[:cut], b"-", b"needlexyz"[cut:]], (b"needlexyz",))


def test_a_secret_in_a_name_or_in_bag_info_is_found(payload):
    """Names and descriptions stand in the package too; the message can't show the name then."""
    write(payload, {"data/abcdefgh-secret": b""})
    assert "abcdefgh" not in refusal(payload, secrets=["abcdefgh"])
    with pytest.raises(AuditError, match="bag-info"):
        seal(payload, {"External-Description": "with hgfedcba"}, secrets=["hgfedcba"])


@given(st.text(min_size=8), st.text(), st.text())
def test_base64_of_a_secret_is_found_at_any_place(secret, before, after):
    """Whatever stands before and after it."""
    texts = [part.encode("utf-8", "surrogatepass") for part in (before, secret, after)]
    assert holds([base64.b64encode(b"".join(texts))], needles_of([secret]))


def test_a_damaged_gzip_file_is_sealed_as_it_is(payload):
    """An attachment may be anything; it is evidence as received."""
    whole = gzip.compress(os.urandom(5000))
    write(payload, {"data/cut.gz": whole[:2000], "data/none.gz": b"\x1f\x8b none", "data/one": b"\x1f\x8b"})
    seal(payload, INFO, secrets=[SECRET])
    assert check_bag(payload) == []


def test_a_word_is_no_secret(payload):
    """A password of a few letters can't be told from ordinary text; user:password can."""
    write(payload, {"data/a.txt": b"the demo data"})
    seal(payload, INFO, secrets=["demo"])
    write(payload, {"data/a.txt": b"Basic " + base64.b64encode(b"auditor:demo")})
    assert "data/a.txt" in refusal(payload, secrets=["demo", "auditor:demo"])
