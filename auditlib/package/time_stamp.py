"""A time stamp over the tag manifest: read, and judged with the certificates of whom an auditor trusts. Asks no network.

A *token* (RFC 3161) says that an authority saw a digest not later than at its time. It is kept with the whole answer that it
came in, as ``openssl ts -verify -in`` expects it.

Notes
-----
RFC 3161, sections 2.3 (the authority's certificate is for time stamps alone) and 2.4.2 (the answer); RFC 5652, sections 5.3 and
5.4 (how the attributes are signed); RFC 5035 (a token names the certificate that it is to be checked with).
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from auditlib.errors import AuditError, UsageError
from auditlib.text import shorten, visible_text
from auditlib.times import format_utc

LARGEST_STAMP: Final = 1 << 18
"""Bytes of an answer; one with all certificates of its authority has some 6,000."""

_LONGEST: Final = 160

_IMPRINTS: Final = MappingProxyType(
    {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}
)
"""Digests that an imprint may be made with, by their numbers (RFC 5754)."""

_TOKEN_CONTENT: Final = bytes.fromhex("2a864886f70d0109100104")  # 1.2.840.113549.1.9.16.1.4, what a token holds
_CONTENT_TYPE: Final = bytes.fromhex("2a864886f70d010903")
_MESSAGE_DIGEST: Final = bytes.fromhex("2a864886f70d010904")
_SIGNED_WITH: Final = bytes.fromhex("2a864886f70d010910020c")  # ESSCertID, SHA-1
_SIGNED_WITH_2: Final = bytes.fromhex("2a864886f70d010910022f")  # ESSCertIDv2

_DIGESTS: Final = MappingProxyType(
    {
        bytes.fromhex("608648016503040201"): hashes.SHA256(),
        bytes.fromhex("608648016503040202"): hashes.SHA384(),
        bytes.fromhex("608648016503040203"): hashes.SHA512(),
    }
)

_PSS: Final = bytes.fromhex("2a864886f70d01010a")
_OF_THE_SIGNER: Final = (_PSS, bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2b6570"))
"""Kinds of signature that name no digest of their own: RSA-PSS, RSA, Ed25519."""

_SIGNATURES: Final = MappingProxyType(
    {
        bytes.fromhex("2a864886f70d01010b"): hashes.SHA256(),  # with RSA
        bytes.fromhex("2a864886f70d01010c"): hashes.SHA384(),
        bytes.fromhex("2a864886f70d01010d"): hashes.SHA512(),
        bytes.fromhex("2a8648ce3d040302"): hashes.SHA256(),  # with ECDSA
        bytes.fromhex("2a8648ce3d040303"): hashes.SHA384(),
        bytes.fromhex("2a8648ce3d040304"): hashes.SHA512(),
    }
)
"""The digest that a kind of signature names."""

_SEQUENCE, _SET, _BYTES, _FIRST = 0x30, 0x31, 0x04, 0xA0


class StampError(AuditError):
    """An answer that is no time stamp of these bytes; says what it is instead."""


@dataclass(frozen=True)
class Stamp:
    """What a token says.

    Attributes
    ----------
    at : datetime
        The authority's time, UTC: the bytes were there not later.
    authority : str
        As its certificate names it. Who signs certificates himself may write any name.
    """

    at: datetime
    authority: str


# Ask


def question(content: bytes) -> TimeStampRequest:
    """Return the question for a token over bytes: their SHA-256, a number used once, and the wish for the certificate."""
    builder = TimestampRequestBuilder().data(content).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build()


def require_answer(asked: TimeStampRequest, content: bytes, answer: bytes) -> Stamp:
    """Return what an authority says, after it was found to be the answer to this question, and to hold together.

    Raises
    ------
    StampError
        If it is refused, another's, of other bytes, or no answer at all.
    """
    stamp = read_stamp(content, answer)
    if _decoded(answer).tst_info.nonce != asked.nonce:
        raise StampError("it answers another question: its number is not the one that was sent")
    return stamp


# Judge


def read_stamp(content: bytes, answer: bytes) -> Stamp:
    """Return what a token over these bytes says; who its authority is, is not asked.

    Parameters
    ----------
    content : bytes
        The tag manifest.
    answer : bytes
        The file ``.tsr``.

    Raises
    ------
    StampError
        If it is none, over other bytes, or not what its own certificate signed.
    """
    response = _decoded(answer)
    if response.status != PKIStatus.GRANTED:
        raise StampError(f"the authority did not grant it: {_refusal(response)}")
    try:
        return _read(response, content)
    except StampError:
        raise
    except Exception:  # noqa: BLE001 - the bytes are a stranger's, and may fail anywhere in the libraries that read them
        raise StampError("it can't be read as a time stamp") from None


def _read(response: TimeStampResponse, content: bytes) -> Stamp:
    imprint, at = response.tst_info.message_imprint, response.tst_info.gen_time
    digest = _IMPRINTS.get(imprint.hash_algorithm.dotted_string)
    if digest is None:
        raise StampError("it is made with a digest that is not judged here")
    if imprint.message != hashlib.new(digest, content).digest():
        raise StampError("it was made over other bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd certificates: they are refused, or are not
        signer = _signer(response)
        _require_signed(response.time_stamp_token(), signer)
    return Stamp(at.astimezone(UTC), _shown(signer.subject))


def require_vouched(content: bytes, answer: bytes, authorities: Sequence[x509.Certificate]) -> Stamp:
    """Return what a token says, after its authority's certificate was found to be one of whom an auditor trusts, at its time.

    Parameters
    ----------
    content, answer : bytes
        As of `read_stamp`.
    authorities : sequence of Certificate
        Trusted: roots, and what stands between them and the authority.

    Raises
    ------
    StampError
        As of `read_stamp`; if nobody trusted vouches for it, or its certificate was not valid then or is for something else.
    """
    stamp = read_stamp(content, answer)
    builder = VerifierBuilder()
    for one in dict.fromkeys(authorities):
        builder = builder.add_root_certificate(one)
    try:
        builder.build().verify_message(_decoded(answer), content)
    except (VerificationError, ValueError) as error:
        raise StampError(_unvouched(stamp, str(error))) from None
    return stamp


def read_authorities(content: bytes, name: str) -> list[x509.Certificate]:
    """Return the certificates of a file in PEM form.

    Raises
    ------
    UsageError
        If it holds none.
    """
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError:
        raise UsageError(
            f"{name} holds no certificates in PEM form, which begin with -----BEGIN CERTIFICATE-----"
        ) from None


def _decoded(answer: bytes) -> TimeStampResponse:
    if len(answer) > LARGEST_STAMP:
        raise StampError(f"it has more than {LARGEST_STAMP:,} bytes, which no time stamp has")
    try:
        return decode_timestamp_response(answer)
    except ValueError:
        raise StampError("it is no answer of a time-stamping authority (RFC 3161)") from None


def _refusal(response: TimeStampResponse) -> str:
    said = shorten(visible_text(" ".join(response.status_string)), _LONGEST)
    try:
        name = PKIStatus(response.status).name.lower().replace("_", " ")
    except ValueError:
        name = "a status that nobody knows"
    return f"{name}{f' ({said})' if said else ''}"


def _unvouched(stamp: Stamp, said: str) -> str:
    """Say why a token is not believed."""
    at, who = format_utc(stamp.at), stamp.authority
    if "EKU" in said or "purpose" in said:
        return f"the certificate of {who} is not one for time stamps alone"
    if "expired" in said:
        return f"a certificate of {who} had expired at {at}"
    if "not yet valid" in said:
        return f"a certificate of {who} was not valid yet at {at}"
    if "certificate verify error" in said or "issuer" in said:
        return f"nobody in the file of authorities vouches for {who}"
    return f"it is not believed: {shorten(visible_text(said), _LONGEST)}"


def _shown(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    text = str(common[0].value) if common else name.rfc4514_string()
    return shorten(visible_text(" ".join(text.split())), 80) or "an authority without a name"


def _signer(response: TimeStampResponse) -> x509.Certificate:
    """Return the certificate that a token says it was signed with."""
    signers = list(response.signed_data.signer_infos)
    if len(signers) != 1:
        raise StampError(f"it has {len(signers)} signers, and a time stamp has one")
    certificates = [x509.load_der_x509_certificate(one) for one in sorted(response.signed_data.certificates)]
    (wanted,) = signers
    named = wanted.issuer.public_bytes()  # names are equal also where one is not written as the other
    for one in certificates:
        if (one.issuer.public_bytes(), one.serial_number) == (named, wanted.serial_number):
            return one
    raise StampError("it does not hold the certificate of its authority, so nobody can check it")


# What was signed


class _Element(NamedTuple):
    """An element of DER: its tag, what it holds, and all of it."""

    tag: int
    held: bytes
    whole: bytes


def _elements(data: bytes) -> Iterator[_Element]:
    """Yield the elements that stand in a row.

    Raises
    ------
    IndexError, ValueError
        If something else stands there.
    """
    place = 0
    while place < len(data):
        begins, tag, length = place, data[place], data[place + 1]
        place += 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise ValueError("a length that DER has not")
            length = int.from_bytes(data[place : place + size], "big")
            place += size
        if place + length > len(data):
            raise ValueError("it is cut")
        yield _Element(tag, data[place : place + length], data[begins : place + length])
        place += length


def _in(element: _Element, tag: int) -> list[_Element]:
    """Return what an element of this tag holds."""
    if element.tag != tag:
        raise ValueError(f"tag {element.tag:#x} where {tag:#x} is expected")
    return list(_elements(element.held))


def _require_signed(token: bytes, certificate: x509.Certificate) -> None:
    """Check that a token is what the holder of a certificate signed, and that it names this certificate.

    Raises
    ------
    StampError
        If it is not.
    ValueError, LookupError
        If it has another form.
    """
    (outer,) = _elements(token)
    signed_data = _in(_in(outer, _SEQUENCE)[1], _FIRST)[0]
    version, digests, enclosed, *_, signers = _in(signed_data, _SEQUENCE)
    kind, content = _in(enclosed, _SEQUENCE)
    (signer,) = _in(signers, _SET)
    number, _, digest_kind, attributes, signature_kind, signature, *_ = _in(signer, _SEQUENCE)
    known = {digest.whole for digest in _in(digests, _SET)}
    if (version.held, number.held, kind.held) != (b"\x03", b"\x01", _TOKEN_CONTENT) or digest_kind.whole not in known:
        raise ValueError("not the form of a token")
    digest = _digest_of(digest_kind)
    values = {
        name.held: _in(value, _SET)[0] for name, value in (_in(one, _SEQUENCE) for one in _in(attributes, _FIRST))
    }
    if values[_CONTENT_TYPE].held != kind.held:
        raise StampError("it was signed as something else than a time stamp")
    if values[_MESSAGE_DIGEST].held != _hash(digest, _in(content, _FIRST)[0].held):
        raise StampError("it was changed after it was signed")
    if not _names(values, certificate):
        raise StampError("it names another certificate than the one that it holds")
    whole = bytes([_SET]) + attributes.whole[1:]
    try:
        _verify(certificate, signature_kind, digest, signature.held, whole)
    except InvalidSignature:
        raise StampError("it was changed after it was signed, or is signed with another key") from None


def _names(values: dict[bytes, _Element], certificate: x509.Certificate) -> bool:
    """Say whether the attributes name a certificate as the one to check with."""
    for name, usual in ((_SIGNED_WITH_2, hashes.SHA256()), (_SIGNED_WITH, hashes.SHA1())):  # noqa: S303 - as RFC 2634 has it
        if name in values:
            first = _in(_in(_in(values[name], _SEQUENCE)[0], _SEQUENCE)[0], _SEQUENCE)
            digest = _digest_of(first[0]) if first[0].tag == _SEQUENCE else usual
            told = next((one.held for one in first if one.tag == _BYTES), b"")
            return told == certificate.fingerprint(digest)
    return False


def _digest_of(kind: _Element) -> hashes.HashAlgorithm:
    found = _DIGESTS.get(_in(kind, _SEQUENCE)[0].held)
    if found is None:
        raise StampError("it is signed with a digest that is not judged here")
    return found


def _hash(digest: hashes.HashAlgorithm, data: bytes) -> bytes:
    return hashlib.new(digest.name, data).digest()


def _verify(
    certificate: x509.Certificate, kind: _Element, digest: hashes.HashAlgorithm, signature: bytes, data: bytes
) -> None:
    """Check a signature with the key of a certificate.

    Raises
    ------
    InvalidSignature
        If it is not of this key over these bytes.
    """
    key, name = certificate.public_key(), _in(kind, _SEQUENCE)[0].held
    if name not in _SIGNATURES and name not in _OF_THE_SIGNER:
        raise StampError("it is signed in a way that is not judged here")
    chosen = _SIGNATURES.get(name, digest)
    if isinstance(key, rsa.RSAPublicKey) and name == _PSS:
        key.verify(signature, data, padding.PSS(padding.MGF1(chosen), padding.PSS.AUTO), chosen)
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), chosen)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(chosen))
    elif isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, data)
    else:
        raise StampError("it is signed with a kind of key that is not judged here")
