"""The statement on information produced by the entity (IPE): its records, and what every package says in it. Pure.

A listing is evidence only if one knows where it comes from and why it is accurate and complete. The statement says so in rows:
what is stated, how that is tested here, and what the test came to in this very package. Three places show the same rows: the
first page of ``01_scope``, the cover, and the first sheet of ``audit.xlsx``.

Notes
-----
ISA 500, Audit Evidence, paragraph 9: who uses information produced by the entity evaluates whether it is sufficiently reliable
for the auditor's purposes, by evidence on its accuracy and completeness, and by whether it is precise and detailed enough.

AICPA, TSP section 100, 2017 Trust Services Criteria (with revised points of focus, 2022), PI1.1: a definition of data that is
available to its users names eight particulars: the population of events or instances; the nature of each element; the source; the
unit of measurement; accuracy, correctness and precision; the uncertainty inherent in elements and population; the date or period;
and what else decides inclusion and exclusion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditlib.phrases import agreeing, counted, listed

TITLE: Final = "Statement on information produced by the entity (IPE)"

HEADS: Final = ("about", "what is stated", "how it is tested", "result in this package")
"""The heads of each part's rows."""

ROLES: Final = ("Prepared by", "Reviewed by", "Auditor")
"""Who signs the statement."""

TO_SIGN: Final = ("role", "name", "signature", "date")

_MOST_POWERS: Final = 4


@dataclass(frozen=True)
class Claim:
    """One row: what is stated, with its test and what that came to.

    Attributes
    ----------
    about : str
        In a word or two.
    says, test, result : str
        Whole sentences; the result is computed.
    """

    about: str
    says: str
    test: str
    result: str


@dataclass(frozen=True)
class Part:
    """Rows that belong together.

    Attributes
    ----------
    title : str
        With the paragraph that it follows.
    rows : tuple of Claim
    """

    title: str
    rows: tuple[Claim, ...]


@dataclass(frozen=True)
class IpeStatement:
    """The whole statement.

    Attributes
    ----------
    about : tuple of (str, str)
        Which audit, package, Jira, period: label and value.
    parts : tuple of Part
    unsaid : tuple of str
        What it does not say.
    """

    about: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    unsaid: tuple[str, ...]


def statement_of(record: Mapping[str, Any]) -> IpeStatement:
    """Return a statement from its record in ``summary.json``."""
    return IpeStatement(
        about=tuple((str(label), str(text)) for label, text in record["about"]),
        parts=tuple(Part(part["title"], tuple(Claim(**row) for row in part["rows"])) for part in record["parts"]),
        unsaid=tuple(record["unsaid"]),
    )


@dataclass(frozen=True)
class Reading:
    """What is known of how Jira was read.

    Attributes
    ----------
    address, system : str
        Of the site, and which Jira it is: ``Jira Cloud 1001.0.0``.
    account, account_id : str
        As whom.
    read : str
        From when to when Jira was read: ``from … to …``, or ``at …``.
    answers, size, repeated, refused : int
        Answers kept and their bytes; questions sent more than once; answers kept as unusable.
    strangers : int
        Answers to requests that are not on the read-only list.
    index : str
        SHA-256 of the index of the answers.
    more_than_read : tuple of str
        What the account could do beyond reading.
    powers_told : bool or None
        Whether Jira told what the account may do; None where it was not asked.
    recorded : bool
        Whether issues recorded earlier were served in place of a Jira.
    given : tuple of str
        Lists of the company and the auditor that the package holds.
    tables : int
        How many the package has.
    signs, stamps : bool
        Whether a signature and a time stamp were asked for.
    """

    address: str
    system: str
    account: str
    account_id: str
    read: str
    answers: int
    size: int
    repeated: int
    refused: int
    strangers: int
    index: str
    more_than_read: tuple[str, ...]
    powers_told: bool | None
    recorded: bool
    given: tuple[str, ...]
    tables: int
    signs: bool
    stamps: bool


def way(reading: Reading, *, completeness: str) -> Part:
    """Return source and way: from Jira by its API, as an account, into files and tables, with the check at each step.

    Parameters
    ----------
    reading : Reading
    completeness : str
        Whether all was received, as the test of this kind of package shows.
    """
    return Part(
        "Source and way: Jira → API → account → file → table → package",
        (
            Claim(
                "Jira → API",
                f"{_server(reading)} was asked over its REST API, with reading requests only.",
                "Each request is held against a read-only list before it is sent; here each kept request once more.",
                _requests(reading),
            ),
            Claim(
                "account",
                f"Read as {reading.account} ({reading.account_id}), {reading.read}.",
                "Jira was asked who asks, and what that account may do in each project of a population.",
                _powers(reading),
            ),
            Claim("all received", *completeness.split("\n")),
            Claim(
                "answer → file",
                "Each answer lies in data/raw as it was received, with request, UTC time, status and SHA-256 in index.jsonl.",
                "The SHA-256 of an answer is compared whenever it is read; one digest of the index stands for all.",
                f"{counted(reading.answers, 'answer')}, {reading.size:,} bytes. SHA-256 of the index: {reading.index}",
            ),
            Claim(
                "file → table",
                "Every table is computed from the answers, the parameters and lists that were given, and from nothing else.",
                "auditlib verify computes each once more, offline, and compares to the byte; a difference is named.",
                f"{counted(reading.tables, 'table')}. Lists given: {_given(reading.given)}",
            ),
            Claim(
                "table → package",
                "A BagIt bag: manifest-sha256.txt has the SHA-256 of every file, tagmanifest-sha256.txt stands for them all.",
                "sha256sum -c manifest-sha256.txt, or any BagIt tool; auditlib rerun executes the notebooks again.",
                f"Sealed after this page was made. {_seal(reading)}",
            ),
        ),
    )


def _server(reading: Reading) -> str:
    if reading.recorded:
        return f"A folder of issues recorded earlier, served in place of a Jira ({reading.system}),"
    return f"{reading.address} ({reading.system})"


def _requests(reading: Reading) -> str:
    on_list = "all on the list" if not reading.strangers else f"{reading.strangers:,} not on the list"
    told = [f"{counted(reading.answers, 'request')} answered, {on_list}"]
    if reading.repeated:
        told.append(f"sent again {counted(reading.repeated, 'time')}")
    if reading.refused:
        told.append(f"{counted(reading.refused, 'unusable answer')} kept beside")
    return f"{'; '.join(told)}."


def _powers(reading: Reading) -> str:
    if reading.more_than_read:
        return f"It could do more than read: {listed(reading.more_than_read, _MOST_POWERS)}."
    if reading.powers_told is None:
        return "What it may do was not asked."
    return "It could only read." if reading.powers_told else "Jira did not tell what it may do."


def _given(given: Sequence[str]) -> str:
    return f"{listed(given, 8)}, copied as given." if given else "none."


def _seal(reading: Reading) -> str:
    asked = [name for name, wanted in (("a signature", reading.signs), ("a time stamp", reading.stamps)) if wanted]
    said = f"{listed(asked).capitalize()} {agreeing(len(asked), 'was', 'were')} asked for" if asked else ""
    left = [name for name, wanted in (("signature", reading.signs), ("time stamp", reading.stamps)) if not wanted]
    none = f"no {' and no '.join(left)} {'was' if asked else 'was asked for'}" if left else ""
    whole = ", ".join(one for one in (said, none) if one)
    return f"{whole[:1].upper()}{whole[1:]}. SHA-256 of tagmanifest-sha256.txt (by hand): {'_' * 16}"


UNSAID: Final = (
    "Whether Jira was changed, by who may, before it was asked: it says what Jira answered, and when.",
    "What this account can't see. Hidden, deleted and never allocated may look alike: then a number is called unexplained.",
    "Whether it is reliable enough for a purpose: that is for who uses it to judge, and to sign.",
)
"""What the statement of no package says."""
