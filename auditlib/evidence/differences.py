"""What ``verify`` finds, as records: what kind of difference, where, what was expected and what was found. Pure.

A sentence is made from a record in one place, here. What a system on the way did to many files is told once, by what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from auditlib.phrases import counted
from auditlib.text import shorten, visible_text

_LONGEST: Final = 100

_MOST: Final = 600
"""Characters of a path or a value in a sentence: a stranger's may have millions."""


class Kind(StrEnum):
    """Kinds of difference between a package and what it says of itself."""

    CHANGED = "changed"
    EMPTIED = "emptied"
    MISSING = "missing"
    RENAMED = "renamed"
    COPIED = "copied"
    UNLISTED = "unlisted"
    UNREADABLE = "unreadable"
    NO_FILE = "no file"
    BESIDE_DATA = "beside data"
    NO_PAYLOAD = "no payload"
    FLAT = "flat"
    TAG_MISSING = "tag missing"
    TAG_NO_FILE = "tag no file"
    TAG_UNLISTED = "tag unlisted"
    TAG_UNKNOWN = "tag unknown"
    DECLARATION = "declaration"
    SIZE = "size"
    LINE = "line"
    LISTED_PATH = "listed path"
    LISTED_TWICE = "listed twice"
    ORDER = "order"
    TOO_MANY_LINES = "too many lines"
    AND_MORE = "and more"
    SECOND_OPINION = "second opinion"
    # what systems do to a package on its way
    FORM = "form"
    LINE_ENDS = "line ends"
    LEFT = "left"
    CASE = "case"
    HARD_LINK = "hard link"
    # what a package says of itself
    CONTENTS_MORE = "too much"
    CONTENTS_LESS = "lacking"
    RECORD = "record"
    INFO_LINE = "info line"
    INDEX_LINE = "index line"
    ANSWER = "answer"
    NO_LINE = "no line"
    PAGES = "pages"
    # kept of last year's package
    PREVIOUS_OTHER = "previous other"
    PREVIOUS_CHANGED = "previous changed"
    PREVIOUS_MISSING = "previous missing"
    PREVIOUS_UNKNOWN = "previous unknown"
    # computed again from the raw responses
    NEWER_SCHEMA = "newer schema"
    NOT_COMPUTED = "not computed"
    OTHER_VERSION = "other version"
    NOT_GIVEN = "not given"
    NOT_THERE = "not there"
    CONTENT = "content"
    # a package without names
    NOT_MASKED = "not masked"
    OTHER_FULL = "other full package"
    OTHER_KEY = "other key"
    MADE_OTHERWISE = "made otherwise"
    NOT_COMPARED = "not compared"
    # who stands for the package, and since when
    SIGNATURE = "signature"
    TIME_STAMP = "time stamp"
    UNSIGNED = "unsigned"
    UNSTAMPED = "unstamped"
    NOT_JUDGED = "not judged"


REMARKS: Final = frozenset(
    {Kind.FORM, Kind.HARD_LINK, Kind.NOT_COMPARED, Kind.UNSIGNED, Kind.UNSTAMPED, Kind.NOT_JUDGED}
)
"""Kinds that are told and make no package another: the content is what was sealed."""


class Difference(NamedTuple):
    """A difference between a package and its manifests, or what its raw responses give.

    Attributes
    ----------
    kind : Kind
        What kind of difference.
    path : str
        The file, from the package's folder on, as it is named there; empty if it is of no single file.
    expected, found : str
        What should be, and what is, as far as that can be said: a digest, a size, a reason, a part of a line.
    line : int
        The line of the file, counted from 1; 0 if it is not of one line.
    """

    kind: Kind
    path: str = ""
    expected: str = ""
    found: str = ""
    line: int = 0


_SENTENCES: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.CHANGED: "{path}: changed: its SHA-256 is {found}, {manifest} says {expected}",
        Kind.EMPTIED: "{path}: emptied: nothing is in it, {manifest} says {expected}",
        Kind.MISSING: "{path}: missing: {manifest} lists it",
        Kind.RENAMED: "{path}: renamed: what {manifest} lists under this name stands under {found}",
        Kind.COPIED: "{path}: unexpected: a copy of {expected}; {manifest} does not list it",
        Kind.UNLISTED: "{path}: unexpected: {manifest} does not list it",
        Kind.UNREADABLE: "{path}: can't be read: {found}",
        Kind.NO_FILE: "{path}: unexpected: {found}",
        Kind.BESIDE_DATA: "{path}: unexpected: no package holds this beside 'data'",
        Kind.NO_PAYLOAD: "{path}: missing: the package has no payload",
        Kind.FLAT: "{found} files stand side by side, under names like {path}, and not in folders: the program that unpacked "
        "them did not take the backslash for a separator; unpack with another",
        Kind.TAG_MISSING: "{path}: missing",
        Kind.TAG_NO_FILE: "{path}: not a file",
        Kind.TAG_UNLISTED: "{path}: does not list {expected}",
        Kind.TAG_UNKNOWN: "{path}: lists {found}, which is no tag file of a package",
        Kind.DECLARATION: "{path}: not the declaration of a BagIt 1.0 bag in UTF-8",
        Kind.SIZE: "{path}: Payload-Oxum is {found}, the file says {expected}",
        Kind.LINE: "{path}:{line}: malformed line, not lower-case SHA-256, two spaces, path, line feed: {short}",
        Kind.LISTED_PATH: "{path}:{line}: malformed line: {short}: {expected}",
        Kind.LISTED_TWICE: "{path}:{line}: malformed line: {found} is listed twice",
        Kind.ORDER: "{path}: malformed: its lines are not in byte order of the paths",
        Kind.TOO_MANY_LINES: "{path}: lists more than {expected} files, and {found} stand in the package; the rest was not read",
        Kind.AND_MORE: "{path}: and {found} more like that",
        Kind.SECOND_OPINION: "bagit: {found}",
        Kind.CONTENTS_MORE: "{path}: unexpected: {found}",
        Kind.CONTENTS_LESS: "{path}: missing: {expected}",
        Kind.RECORD: "{path}: {found}; by the raw responses and the parameters it is {expected}",
        Kind.INFO_LINE: "{path}: {found}; by what the package holds it is {expected}",
        Kind.INDEX_LINE: "{path}:{line}: {found}; expected is {expected}",
        Kind.ANSWER: "{path}: {found}; by its line in raw/index.jsonl it is {expected}",
        Kind.NO_LINE: "{path}: unexpected: no line of raw/index.jsonl names it",
        Kind.PAGES: "{path}: {found}; expected is {expected}",
        Kind.PREVIOUS_OTHER: "{path}: not of last year's package: its SHA-256 is {found}, run.json records {expected}",
        Kind.PREVIOUS_CHANGED: "{path}: not what last year's package holds: its SHA-256 is {found}, the manifest of that package "
        "says {expected}",
        Kind.PREVIOUS_MISSING: "{path}: missing: last year's package holds it, and a comparison needs it",
        Kind.PREVIOUS_UNKNOWN: "{path}: unexpected: nothing of last year's package is kept there",
        Kind.NEWER_SCHEMA: "{path}: made with versions of the schema that are not known here: {found}; known are {expected} and "
        "those before. Use the auditlib that made the package, or a newer one",
        Kind.NOT_COMPUTED: "the tables can't be computed again: {found}",
        Kind.OTHER_VERSION: "made by auditlib {found}, computed again by {expected}: verify with the version that made it",
        Kind.NOT_GIVEN: "{inner} is not what the raw responses give",
        Kind.NOT_THERE: "{inner} is missing; the raw responses give {expected}",
        Kind.NOT_MASKED: "{path}: unexpected: a package without names does not hold this",
        Kind.OTHER_FULL: "{path}: of another full package: made of that with the tag manifest {expected}, this is {found}",
        Kind.OTHER_KEY: "{path}: made with another key: it says {expected}, the key given is {found}",
        Kind.MADE_OTHERWISE: "{path}: not what the full package and the key give: its SHA-256 is {found}, made again {expected}",
        Kind.NOT_COMPARED: "pages, charts, workbooks, PDF and cover were not compared: {found} made them. To compare them to "
        "the byte, verify with that too",
        Kind.CONTENT: "{inner} differs from what the raw responses give: {found}, computed {expected}",
        Kind.SIGNATURE: "{path}: not accepted: {found}",
        Kind.TIME_STAMP: "{path}: not accepted: {found}",
        Kind.UNSIGNED: "{path}: there is none, although the parameters name a {expected}: the key failed when the package was "
        "sealed, or the file was taken away. Nothing but the digest that you were given says who made this package",
        Kind.UNSTAMPED: "{path}: there is none, although the parameters name a {expected}: the authority failed when the package "
        "was sealed, or the file was taken away. Nothing but this package itself says when it was made",
        Kind.NOT_JUDGED: "{path}: {found}",
    }
)
"""``manifest`` is the one that lists the path, ``inner`` the path below ``data/``, ``short`` what was found, cut."""

_TOGETHER: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.LINE_ENDS: "every line ends in CR LF, as a transfer of text between systems makes it; with LF alone the content is "
        "what was sealed. Fetch the package again as it is, for example within a zip file",
        Kind.LEFT: "not of the package: the macOS Finder and the Windows Explorer leave such files in folders that they show. "
        "Remove them",
        Kind.CASE: "upper and lower case of the name are not those of the manifest. Fetch the package again by a way that "
        "keeps them",
        Kind.HARD_LINK: "the file has another name too, inside the package or outside (a hard link), as programs make it that "
        "save space; the content is what was sealed. What is written under that name changes the package: keep a copy of it",
        Kind.FORM: "the same name in another form of Unicode, as macOS writes it; the content is what was sealed",
    }
)


def sentence(difference: Difference) -> str:
    """Return a difference as a line for people.

    >>> sentence(Difference(Kind.TAG_MISSING, "bagit.txt"))
    'bagit.txt: missing'
    """
    told = (difference.path, difference.expected, difference.found)
    path, expected, found = (shorten(visible_text(it), _MOST) for it in told)
    if difference.kind in _TOGETHER:
        return f"{path}: {_TOGETHER[difference.kind]}"
    return _SENTENCES[difference.kind].format(
        path=path,
        expected=expected,
        found=found,
        line=difference.line,
        short=shorten(found, _LONGEST),
        inner=path.removeprefix("data/"),
        manifest="manifest-sha256.txt" if path.startswith("data/") else "tagmanifest-sha256.txt",
    )


def sentences(differences: Iterable[Difference]) -> list[str]:
    """Return a line for each difference that is told by itself, then one for all of each kind that is told together."""
    lines, together = [], dict[Kind, set[str]]()
    for one in differences:
        if one.kind in _TOGETHER:
            together.setdefault(one.kind, set()).add(visible_text(one.path))
        else:
            lines.append(sentence(one))
    for kind, paths in together.items():
        some = ", ".join(sorted(paths)[:2]) + (", …" if len(paths) > 2 else "")
        lines.append(f"{counted(len(paths), 'file')} ({some}): {_TOGETHER[kind]}")
    return lines
