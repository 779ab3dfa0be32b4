"""A secret is found in every form before a package is sealed."""

from __future__ import annotations

import base64
import bz2
import gzip
import html
import io
import lzma
import os
import zipfile
import zlib

import pytest
from bags import INFO, check_bag, refusal, write
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from auditlib.errors import AuditError
from auditlib.package import secrets
from auditlib.package.bag import NOT_SEARCHED, seal
from auditlib.package.secrets import holds
from auditlib.package.verify import read_info
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
    "json, slash quoted": b'{"token": "tok\\/en+4711&\xc3\xa4"}',
    "address, small digits": b"?token=tok%2fen%2b4711%26%c3%a4",
    "address, path": b"/tok/en%2B4711%26%C3%A4",
    "address, twice": b"?to=%3Ftoken%3Dtok%252Fen%252B4711%2526%25C3%25A4",
    "address, twice, small digits": b"?token=tok%252fen%252b4711%2526%25c3%25a4",
    "utf-16": f"token={SECRET}".encode("utf-16-le"),
    "utf-16, other order": f"token={SECRET}".encode("utf-16-be"),
    "hex": SECRET.encode().hex().encode(),
    "hex, capitals": SECRET.encode().hex().upper().encode(),
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


def test_quotes_are_found_as_each_of_our_pages_writes_them():
    """Python's ``html`` and markupsafe quote quotes otherwise; in XML they stand as they are."""
    secret = 'it\'s "a" <secret> & more'
    pages = (html.escape(secret), str(escape(secret)), html.escape(secret, quote=False))
    assert len(set(pages)) == 3
    assert all(holds([f"<td>{page}</td>".encode()], needles_of([secret])) for page in pages)


@given(st.lists(st.text(min_size=8), min_size=1, max_size=3))
def test_no_needle_holds_another(secrets):
    """What holds another one stands nowhere without it: looking for it would only take time."""
    needles = needles_of(secrets)
    assert not [one for one in needles for other in needles if one != other and other in one]
    assert all(holds([secret.encode("utf-8", "surrogatepass")], needles) for secret in secrets)


def zipped(**files: bytes) -> bytes:
    """Return a zip archive, as office documents are; ``__`` stands for a slash in a name, ``_`` for a dot."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return held.getvalue()


INSIDE = {
    "office document": (zipped(word__document_xml=b"<w:t>" + SECRET.encode() + b"</w:t>"), "word/document.xml"),
    "zip in gzip in zip": (zipped(a_gz=gzip.compress(zipped(b_txt=SECRET.encode()))), "a.gz > gzip > b.txt"),
    "bzip2": (bz2.compress(SECRET.encode()), "bzip2"),
    "xz": (lzma.compress(b"some text " * 50 + SECRET.encode()[:3] + SECRET.encode() * 3), "xz"),
    "page of a PDF": (
        b"%PDF-1.7\n1 0 obj <</Filter /FlateDecode>>\nstream\r\n" + zlib.compress(SECRET.encode()) + b"\nendstream",
        "stream",
    ),
    "text of a PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\x20zTXtComment\0\0" + zlib.compress(SECRET.encode()), "stream"),
    "translated text of a PNG": (
        b"\x89PNG\r\n\x1a\n\0\0\0\x20iTXtTitle\0\1\0de\0Titel\0" + zlib.compress(SECRET.encode()),
        "stream",
    ),
    "zip behind a program": (b"MZ\0\0" * 999 + zipped(c_txt=SECRET.encode()), "c.txt"),
}


@pytest.mark.parametrize("kind", INSIDE)
def test_a_secret_inside_of_an_attachment_stops_the_seal(payload, kind):
    """The message names the file and the way inside of it."""
    content, way = INSIDE[kind]
    assert not holds([content], needles_of([SECRET]))
    write(payload, {"data/dossiers/AB-1/attachments/1_held": content})
    message = refusal(payload, secrets=[SECRET])
    assert f"data/dossiers/AB-1/attachments/1_held, in {way}: a credential" in message
    assert SECRET not in message


def test_what_could_not_be_searched_is_named_in_the_package(payload):
    """A package whose files were not all opened says so; one of which all were, says nothing."""
    seal(payload, INFO, secrets=[SECRET])
    assert NOT_SEARCHED not in read_info(payload)
    write(payload, {"data/held.7z": b"7z\xbc\xaf'\x1c\0\4", "data/cut.gz": gzip.compress(os.urandom(5000))[:2000]})
    seal(payload, INFO, secrets=[SECRET])
    said = read_info(payload)[NOT_SEARCHED]
    assert said == "2 files in part: data/cut.gz: gzip is cut; data/held.7z: is 7z, which is not opened"
    assert check_bag(payload) == []


def test_without_a_secret_nothing_is_opened(payload):
    """Nothing is looked for then."""
    write(payload, {"data/held.7z": b"7z\xbc\xaf'\x1c\0\4"})
    seal(payload, INFO)
    assert NOT_SEARCHED not in read_info(payload)


def test_a_secret_in_the_name_of_an_entry_is_not_shown(payload):
    """The way inside of a file is left out of the message where it is the credential."""
    write(payload, {"data/a.zip": zipped(abcdefghsecret=b"x")})
    message = refusal(payload, secrets=["abcdefghsecret"])
    assert "data/a.zip: a credential" in message
    assert "abcdefghsecret" not in message


def test_a_word_is_no_secret(payload):
    """A password of a few letters can't be told from ordinary text; user:password can."""
    write(payload, {"data/a.txt": b"the demo data"})
    seal(payload, INFO, secrets=["demo"])
    write(payload, {"data/a.txt": b"Basic " + base64.b64encode(b"auditor:demo")})
    assert "data/a.txt" in refusal(payload, secrets=["demo", "auditor:demo"])
