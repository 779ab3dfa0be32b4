"""What the cover says of signature and time stamp: what was asked for, how to check it, what it proves and what not. Pure.

The cover is sealed before either is made, so it can't tell what came of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_TAGS: Final = "tagmanifest-sha256.txt"
_LATER: Final = "It is made after this page, so look whether"


@dataclass(frozen=True)
class Seal:
    """One of both.

    Attributes
    ----------
    question : str
        That it answers.
    says : str
        What was asked for, and where it stands.
    commands : tuple of str
        That check it without this program.
    proves, not_proved : str
        What follows from it, and what does not.
    """

    question: str
    says: str
    commands: tuple[str, ...]
    proves: str
    not_proved: str


def seals(summary: Mapping[str, Any]) -> list[Seal]:
    """Return what a package was to be signed and time-stamped with; nothing where its parameters ask for neither."""
    asked = summary.get("seal", {})
    key, address = asked.get("signing_key"), asked.get("timestamp_url")
    made = [] if key is None else [_signature(key)]
    return made if address is None else [*made, _time_stamp(str(address))]


def _signature(key: Mapping[str, Any]) -> Seal:
    return Seal(
        "Who stands for it?",
        f"The parameters ask for a signature with the {key['kind']} key {key['fingerprint']}. {_LATER} {_TAGS}.sig stands "
        "beside bagit.txt. You need a list of those who may sign, a name and a public key a line, that you did not get with "
        "the package:",
        (
            f"ssh-keygen -Y find-principals -s {_TAGS}.sig -f signers.txt",
            f"ssh-keygen -Y verify -n auditlib -f signers.txt -I NAME -s {_TAGS}.sig < {_TAGS}",
        ),
        "It proves that whoever holds this key signed the package as it is.",
        "It does not prove when, nor who that is: that the key is somebody's says your list alone.",
    )


def _time_stamp(address: str) -> Seal:
    return Seal(
        "Since when is it there?",
        f"The parameters ask for a time stamp of {address}. {_LATER} {_TAGS}.tsr stands beside bagit.txt. You need the "
        "certificates of the authority, from itself:",
        (
            f"openssl ts -verify -in {_TAGS}.tsr -data {_TAGS} -CAfile authority.pem",
            f"openssl ts -reply -in {_TAGS}.tsr -text",
        ),
        "It proves that the package was there as it is, not later than the authority's time.",
        "It does not prove that Jira was asked only then, nor that nothing was changed before.",
    )
