"""How much of one issue is set on paper: bounds in characters, the same on every machine. Pure.

What Jira's editors write stays far below. An issue beyond them could make the typesetter work for hours, or end it; so the PDF
shows the first part of each section, and says where the rest is: ``issue.html`` and ``issue.json`` always have all of it.

A section's size is counted as the characters of its texts, `WIDE` for each in texts of other letters than ASCII, whose
shapes depend on each other, `LINE` more for each line end, and `PIECE` more for each piece: a row, a paragraph, a run of
characters set alike, a cell. So a hundred thousand short comments are as long as one text of that size.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

SECTION: Final = 2_500_000
"""Size of a section of one issue up to which it is set, such as its history: more than ten thousand changes."""

BODY: Final = 600_000
"""Size of one long text up to which it is set, such as the description or a comment."""

DOCUMENT: Final = 5_000_000
"""Size of all issues of one PDF up to which each section may take `SECTION`; beyond, each is halved until they fit."""

LEAST: Final = 100_000
"""Size of a section that is set however many issues stand in one PDF: far more than nearly all have."""

PIECE: Final = 40
WIDE: Final = 3
LINE: Final = 10
"""What a piece, a character of other letters and a line end count."""

MOST_MARKS: Final = 100
"""Marks above and below one letter; more take memory without end."""

LONGEST_NAME: Final = 2_000
"""Characters of a text of one line, such as a name or an address."""

LONGEST_TEXT: Final = 100_000
"""Characters of a text of several lines in one cell. Jira takes 32,767 by itself."""

LONGEST_PART: Final = 4_000
"""Characters of a paragraph; the typesetter's work grows with the square of it, so a longer one is set in parts."""

LONGEST_LINK: Final = 8_000
"""Bytes of an address that a PDF can open."""

MOST_RUNS: Final = 400
"""Runs of characters in a part of a paragraph."""

PART: Final = "\u2029"
"""Where a long paragraph is set in parts. `visible_text` leaves none in any text."""

Json = dict[str, Any]

_SECTIONS: Final[Mapping[str, str]] = {
    "details": "details", "people": "people", "description": "description", "attachments": "attachments",
    "subtasks": "sub-tasks", "links": "links", "comments": "comments", "worklogs": "work log", "history": "history",
    "approvals": "approvals", "sla": "SLAs",
    "fields": "other fields", "unset": "fields without a value", "notes": "notes",
}  # fmt: skip
"""Sections whose length is decided in Jira, as they are called."""

_MADE: Final[Mapping[str, str]] = {
    "requests": "requests", "replay": "replay check", "missing": "what is missing", "people": "people named",
}  # fmt: skip
"""Those of how the record was made."""

_COUNTED: Final = frozenset(
    {"attachments", "subtasks", "links", "comments", "worklogs", "history", "fields", "approvals", "sla"}
)


def bounded(issues: Sequence[Json]) -> list[Json]:
    """Return issues as the typesetter takes them, each section cut to what is set of it.

    Parameters
    ----------
    issues : sequence of dict
        As `pdf.write_pdf` makes them.

    Returns
    -------
    list of dict
        Each with ``counts``, how many there are of what is listed, and ``cut``, the names of what was cut; both stand for the
        whole, so that no page counts only what it shows.
    """
    most = _section_size([size for one in issues for size in _sizes(one)])
    return [_cut_issue(one, most) for one in issues]


def _section_size(sizes: Sequence[int]) -> int:
    """Return how much a section may take, so that all of them together stay within the document."""
    most = SECTION
    while most > LEAST and sum(min(size, most) for size in sizes) > DOCUMENT:
        most = max(LEAST, most // 2)
    return most


def _sizes(issue: Json) -> Iterator[int]:
    yield from (size_of(issue[name]) for name in _SECTIONS)
    yield from (size_of(issue["made"][name]) for name in _MADE)


def _with_short_bodies(issue: Json) -> tuple[Json, list[str]]:
    """Return an issue each of whose long texts is cut to `BODY`, and the names of what was cut."""
    cut = []
    kept = dict(issue)
    if size_of(issue["description"]) > BODY:
        kept["description"] = first_of(issue["description"], BODY)[0]
        cut.append("description")
    for name, called in (("comments", "comment {id}"), ("fields", "field {name}")):
        for place, one in enumerate(issue[name]):
            if size_of(one) > BODY:
                kept[name] = [*kept[name][:place], first_of(one, BODY)[0], *kept[name][place + 1 :]]
                cut.append(called.format(**one))
    return kept, cut


def _cut_issue(issue: Json, most: int) -> Json:
    """Return an issue each of whose sections has the size that is set of it, ``most``."""
    counts = {name: len(issue[name]) for name in _COUNTED}
    counts |= {f"made_{name}": len(issue["made"][name]) for name in _MADE}
    whole, cut = _with_short_bodies(issue)
    kept = {**whole, "made": dict(whole["made"]), "counts": counts}
    for given, target, names in ((whole, kept, _SECTIONS), (whole["made"], kept["made"], _MADE)):
        for name, called in names.items():
            if size_of(given[name]) > most:
                target[name] = first_of(given[name], most)[0]
                shown, of = len(target[name]), len(given[name])
                listed = isinstance(given[name], list) and shown < of
                cut.append(f"{called} ({shown:,} of {of:,})" if listed else called)
    return {**kept, "cut": cut}


def size_of(value: Any) -> int:
    """Return the size of something that is to be set."""
    if isinstance(value, str):
        return len(value) * (1 if value.isascii() else WIDE) + LINE * value.count("\n")
    if isinstance(value, Mapping):
        return PIECE + sum(map(size_of, value.values()))
    return sum(map(size_of, value)) if isinstance(value, list) else 0


def first_of(value: Any, left: int) -> tuple[Any, int]:
    """Return as much of something that is to be set as has room, and the room that is left.

    Of a list the first pieces; the piece that has no room is cut itself, and what comes after it is left out.
    """
    size = size_of(value)
    if size <= left:
        return value, left - size
    if isinstance(value, str):
        return f"{value[: max(0, left * len(value) // size)]} […]", 0
    if isinstance(value, list):
        kept = []
        for one in value:
            if left <= PIECE:
                break
            one_kept, left = first_of(one, left)
            kept.append(one_kept)
        return kept, left
    left = max(0, left - PIECE)
    found = {}
    for name, one in value.items():
        # What says how a piece is set is never cut; its texts and the pieces in it are.
        found[name], left = (one, left) if name in _WHOLE else first_of(one, left)
    return found, left


_WHOLE: Final = frozenset(
    {"is", "marks", "number", "opens", "tone", "id", "at", "sha256", "part", "received", "size", "file", "start"}
)


def first_characters(text: str, most: int) -> str:
    """Return the first characters of a text that is too long to be set, and how many there are."""
    return text if len(text) <= most else f"{text[:most]} […] [cut here: {most:,} of {len(text):,} characters]"


def in_parts(text: str, breaks: str) -> list[str]:
    """Cut a long text into parts that are set as paragraphs of their own, at a line end or between words where it can be.

    Parameters
    ----------
    text : str
        Ready to be set.
    breaks : str
        The character at which a line may end within a word.

    Returns
    -------
    list of str
        Together the text, but for the line ends at which it was cut.
    """
    parts = []
    begin = 0
    while len(text) - begin > LONGEST_PART:
        end = begin + LONGEST_PART
        least = begin + LONGEST_PART // 2
        place = next((at for sign in ("\n", " ", breaks) if (at := text.rfind(sign, least, end)) >= 0), -1)
        if place >= 0 and text[place] == "\n":
            parts.append(text[begin:place])
            begin = place + 1
            continue
        stop = place + 1 if place >= 0 else _between(text, least, end)
        parts.append(text[begin:stop])
        begin = stop
    return [*parts, text[begin:]]


def _between(text: str, least: int, end: int) -> int:
    """Return a place between two characters, not within one that is made of several if there is any."""
    for place in range(end, least, -1):
        if text[place - 1] != "\u200d" and text[place] != "\u200d" and unicodedata.category(text[place])[0] != "M":
            return place
    return end
