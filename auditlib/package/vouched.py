"""Who stands for a package, and since when: its signature and its time stamp, as ``verify`` judges them.

Both are over the tag manifest and made after it, so neither can stand inside of what is sealed: that a package has none although
its parameters ask for one is told from the outside, by whoever looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509

from auditlib.errors import AuditError, UsageError
from auditlib.evidence.differences import Difference, Kind, sentence
from auditlib.files import read_given
from auditlib.package.checks import Outcome
from auditlib.package.disk import is_plain_file, open_bytes
from auditlib.package.layout import SIGNATURE, TAG_MANIFEST, TIME_STAMP
from auditlib.package.signature import LARGEST_SIGNATURE, accepted_as, made_with, program
from auditlib.package.time_stamp import LARGEST_STAMP, read_authorities, read_stamp, require_vouched
from auditlib.params.model import Parameters
from auditlib.params.reading import parse_parameters
from auditlib.times import format_utc

_LARGEST_TAGS: Final = 1 << 16
"""Bytes of a tag manifest, which has three lines."""

_LARGEST_PARAMETERS: Final = 1 << 22


@dataclass(frozen=True)
class Policy:
    """Whom an auditor believes.

    Attributes
    ----------
    allowed_signers : bytes or None
        Who may have signed, as ``ssh-keygen`` reads it; None if whose key it is does not matter.
    authorities : tuple of Certificate, or None
        Those whose time is believed, and who vouches for them; None if whose time it is does not matter.
    """

    allowed_signers: bytes | None = None
    authorities: tuple[x509.Certificate, ...] | None = None


def read_policy(allowed_signers: Path | None, authorities: Path | None) -> Policy:
    """Read whom an auditor believes, from his own files.

    Raises
    ------
    UsageError
        If one can't be read, or can't be judged by on this machine.
    """
    signers = None if allowed_signers is None else _given("--allowed-signers", allowed_signers)
    if signers is not None:
        program()
    trusted = None if authorities is None else read_authorities(_given("--tsa-ca", authorities), str(authorities))
    return Policy(signers, None if trusted is None else tuple(trusted))


def look_at_signature(policy: Policy, package: Path) -> Outcome:
    """Judge the signature of a package; where signers are listed, one that lacks is a difference, else at most a remark."""
    if not _stands(package / SIGNATURE):
        return _lacks(package, SIGNATURE, Kind.UNSIGNED, wanted=policy.allowed_signers is not None)
    try:
        content, signature = _small(package, TAG_MANIFEST, _LARGEST_TAGS), _small(package, SIGNATURE, LARGEST_SIGNATURE)
        kind, fingerprint = made_with(content, signature)
        key = f"the {kind} key {fingerprint}"
        if policy.allowed_signers is None:
            return Outcome(good=f"by {key}; nobody vouched for its owner")
        return Outcome(good=f"by {accepted_as(content, signature, policy.allowed_signers)}, with {key}")
    except UsageError as error:  # this machine can't judge it, and nobody asked that it be
        return Outcome([Difference(Kind.NOT_JUDGED, SIGNATURE, found=str(error))], "there, and not judged")
    except AuditError as error:
        return Outcome([Difference(Kind.SIGNATURE, SIGNATURE, found=str(error))])


def look_at_time_stamp(policy: Policy, package: Path) -> Outcome:
    """Judge the time stamp of a package; where authorities are given, one that lacks is a difference, else at most a remark."""
    trusted = policy.authorities
    if not _stands(package / TIME_STAMP):
        return _lacks(package, TIME_STAMP, Kind.UNSTAMPED, wanted=trusted is not None)
    try:
        content, answer = _small(package, TAG_MANIFEST, _LARGEST_TAGS), _small(package, TIME_STAMP, LARGEST_STAMP)
        stamp = read_stamp(content, answer) if trusted is None else require_vouched(content, answer, trusted)
    except AuditError as error:
        return Outcome([Difference(Kind.TIME_STAMP, TIME_STAMP, found=str(error))])
    doubt = "" if trusted is not None else "; nobody vouched for this authority"
    return Outcome(good=f"made not later than {format_utc(stamp.at)}, says {stamp.authority}{doubt}")


def vouched_words(package: Path) -> list[tuple[str, str]]:
    """Return what stands for a package that was just sealed, as a name and words; nothing where nothing was asked for."""
    looks = (("Signature", look_at_signature), ("Time stamp", look_at_time_stamp))
    told = []
    for name, look in looks:
        outcome = look(Policy(), package)
        if outcome.good or outcome.differences:
            told.append((name, outcome.good or sentence(outcome.differences[0]).partition(": ")[2]))
    return told


def is_signed(package: Path) -> bool:
    """Say whether a signature stands in a package, whatever it is worth."""
    return _stands(package / SIGNATURE)


def is_stamped(package: Path) -> bool:
    """Say whether a time stamp stands in a package, whatever it is worth."""
    return _stands(package / TIME_STAMP)


def _stands(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _lacks(package: Path, name: str, asked_for: Kind, *, wanted: bool) -> Outcome:
    """Return what is told of a package without a signature, or without a time stamp."""
    if wanted:
        return Outcome([Difference(Kind.TAG_MISSING, name)])
    params = _parameters(package)
    key = "signing_key" if asked_for is Kind.UNSIGNED else "timestamp_url"
    asked = params is not None and getattr(params, key) is not None
    return Outcome([Difference(asked_for, name, expected=key)] if asked else ())


def _parameters(package: Path) -> Parameters | None:
    """Return what a package says it was asked for; None if that can't be read, which is told elsewhere."""
    try:
        text = _small(package, "data/params.yaml", _LARGEST_PARAMETERS).decode("utf-8")
        return parse_parameters(text, "params.yaml")
    except (AuditError, UnicodeDecodeError):
        return None


def _small(package: Path, name: str, most: int) -> bytes:
    """Return a small file of a package.

    Raises
    ------
    AuditError
        If it is none, or not small.
    """
    path = package / name
    if not is_plain_file(path):
        raise AuditError(f"{name} is no file of its own")
    try:
        with open_bytes(path) as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise AuditError(f"{name} can't be read: {error.strerror}") from None
    if len(content) > most:
        raise AuditError(f"{name} has more than {most:,} bytes")
    return content


def _given(option: str, path: Path) -> bytes:
    try:
        return read_given(path)
    except OSError as error:
        raise UsageError(f"{option} {path} can't be read: {error.strerror or error}") from None
