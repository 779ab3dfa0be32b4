"""Time stamps by a real authority, judged by us and by a plain ``openssl ts``; and what is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from authorities import made_authority

from auditlib.errors import UsageError
from auditlib.package.time_stamp import (
    LARGEST_STAMP,
    StampError,
    question,
    read_authorities,
    read_stamp,
    require_answer,
    require_vouched,
)

CONTENT = b"0f  manifest-sha256.txt\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return made_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def stamp(authority):
    return authority.stamp(CONTENT)


@pytest.fixture(scope="module")
def trusted(authority):
    return read_authorities(authority.ca.read_bytes(), "ca.pem")


def refusal(content, answer, trusted=None):
    with pytest.raises(StampError) as error:
        read_stamp(content, answer) if trusted is None else require_vouched(content, answer, trusted)
    return str(error.value)


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_plain_openssl_accepts_what_is_accepted_here(authority, trusted, tmp_path, kind):
    """The whole answer is kept; its time and the name of its authority are told."""
    if kind == "rsa":
        authority.certify("rsa", "stamps", key="rsa")
    answer = authority.stamp(CONTENT, signer="rsa" if kind == "rsa" else "tsa")
    (tmp_path / "content").write_bytes(CONTENT)
    (tmp_path / "content.tsr").write_bytes(answer)
    assert authority.accepts(tmp_path / "content", tmp_path / "content.tsr")
    found = require_vouched(CONTENT, answer, trusted)
    assert found == read_stamp(CONTENT, answer)
    assert found.authority == f"Authority {'rsa' if kind == 'rsa' else 'tsa'}"
    assert abs((datetime.now(UTC) - found.at).total_seconds()) < 60


def test_every_changed_byte_of_a_token_is_noticed_without_an_authority(stamp):
    """What it holds, its certificate and its signature hang together; so nobody needs to trust anyone to see that."""
    for place in range(len(stamp)):
        for bit in range(8):
            spoiled = bytearray(stamp)
            spoiled[place] ^= 1 << bit
            assert refusal(CONTENT, bytes(spoiled)), (place, bit)


def test_what_is_no_time_stamp_of_these_bytes_is_named(authority, stamp):
    """Junk, a cut or lengthened file, one over other bytes, one without certificate, one that was refused."""
    none = "it is no answer of a time-stamping authority (RFC 3161)"
    assert {refusal(CONTENT, one) for one in (b"", b"junk", stamp[:-1], stamp + b"\0", b"0" * 9999)} == {none}
    assert refusal(CONTENT + b"x", stamp) == "it was made over other bytes"
    assert "does not hold the certificate" in refusal(CONTENT, authority.stamp(CONTENT, certificate=False))
    assert "more than 262,144 bytes" in refusal(CONTENT, bytes(LARGEST_STAMP + 1))
    rejected = bytes.fromhex("300930070201023002 0c00".replace(" ", ""))
    assert refusal(CONTENT, rejected) == "the authority did not grant it: rejection"


def test_the_certificate_holds_at_the_time_of_the_token_and_is_for_time_stamps(authority, trusted):
    """Expired then, not valid yet, for something else, of somebody whom nobody trusts; the chain may be given."""
    authority.certify("old", "stamps", until="20240101000000Z")
    authority.certify("new", "stamps", since="20980101000000Z")
    authority.certify("mail", "mail")
    authority.certify("middle", "ca")
    authority.certify("leaf", "stamps", by="middle")
    old, new, leaf = (authority.stamp(CONTENT, signer=name) for name in ("old", "new", "leaf"))
    assert read_stamp(CONTENT, old).authority == "Authority old"
    assert refusal(CONTENT, old, trusted).startswith("a certificate of Authority old had expired at ")
    assert refusal(CONTENT, new, trusted).startswith("a certificate of Authority new was not valid yet at ")
    misused = authority.misused(CONTENT, "mail")
    assert refusal(CONTENT, misused, trusted) == "the certificate of Authority mail is not one for time stamps alone"
    assert refusal(CONTENT, leaf, trusted) == "nobody in the file of authorities vouches for Authority leaf"
    middle = read_authorities((authority.folder / "middle.pem").read_bytes(), "middle.pem")
    assert require_vouched(CONTENT, leaf, [*trusted, *middle]).authority == "Authority leaf"


def test_an_answer_must_be_that_to_the_question(authority):
    """Its number used once is; a token over the same bytes that answers another question is not kept."""
    one, other = question(CONTENT), question(CONTENT)
    answer = authority.answer(one.as_bytes())
    assert require_answer(one, CONTENT, answer) == read_stamp(CONTENT, answer)
    with pytest.raises(StampError, match="it answers another question"):
        require_answer(other, CONTENT, answer)
    with pytest.raises(StampError, match="it answers another question"):
        require_answer(other, CONTENT, authority.stamp(CONTENT))


def test_a_file_of_authorities_holds_certificates():
    """Whatever else it holds is said."""
    with pytest.raises(UsageError, match=r"x\.pem holds no certificates in PEM form"):
        read_authorities(b"junk", "x.pem")
