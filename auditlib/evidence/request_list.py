"""The auditor's request list: the copy in the package, and whether what it names is there.

What a list may name follows from Jira's answers and the parameters alone, so that its states do: tables, full records, and
what every package holds. Notebooks and figures are not among it, since a run may leave them out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from auditlib.audit.chapters import SUMMARY
from auditlib.audit.permissions.review import ACCESS_REVIEW
from auditlib.audit.scope.request_list import REQUESTS, Nameable, Request, parse_requests
from auditlib.dossier.files import TABLES as OF_ISSUE
from auditlib.evidence.content import Content, Shown

COPY: Final = "requests.csv"
"""The list as the company gave it, below ``data/``."""

_ALWAYS: Final = ("audit.xlsx", "index.html", "params.yaml", "raw/", "raw/index.jsonl", "run.json", "summary.json")
"""What every package holds."""

_REVIEW: Final = "access_review.xlsx"
_PDF: Final = "dossiers.pdf"
_REDRAW: Final = "redraw.sh"
_RECORDS: Final = "dossiers/"
_GIVEN: Final = {"gap_explanations.csv": "gap_explanations", "leavers.csv": "leavers", "review.csv": "review"}
"""Copies of lists, each with the parameter that names it."""

_OF_RECORD: Final = ("issue.html", "issue.json", *(table.file for table in OF_ISSUE))


def nameable(chapters: Iterable[Shown[Any]]) -> Nameable:
    """Return what a list may name in a package with these chapters."""
    shown = {one.chapter.notebook: tuple(table.name for table in one.frames) for one in chapters}
    frames = {table.name: table.file for one in chapters for table in one.frames}
    beside = [f"tables/{name}" for one in chapters for name in one.beside]
    return Nameable(frames, (*_ALWAYS, _REVIEW, _PDF, _RECORDS, *_GIVEN, *beside), _OF_RECORD, shown)


def read_requests(content: Content) -> list[Request]:
    """Return the lines of the list in the package; none where there is no list."""
    path = content.folder / "data" / COPY
    if content.params.requests is None or not path.is_file():
        return []
    return parse_requests(path.read_text(encoding="utf-8-sig"), COPY, nameable(content.known_chapters))


def held(content: Content, path: str) -> bool | None:
    """Say whether a package has something at a path below ``data/``: None if not, False of a table without rows.

    Tables of the summary are over all others, this list among them, and are not looked into.
    """
    folder, _, name = path.partition("/")
    if folder == "tables":
        return _held_table(content, name)
    if path in (_PDF, _RECORDS):
        return True if content.collected.dossiers or (path == _PDF and content.collected.absent) else None
    if folder == "dossiers":
        return True if name.partition("/")[0] in {one.asked for one in content.collected.dossiers} else None
    if path == _REVIEW:
        return True if ACCESS_REVIEW in content.tables else None
    if path in _GIVEN:
        return True if getattr(content.params, _GIVEN[path]) is not None else None
    return True


def _held_table(content: Content, file: str) -> bool | None:
    """Say whether a package has a file below ``tables/``, and a row in it."""
    table = next((one for one in content.tables if one.file == file), None)
    if table is None:
        drawn = content.params.sample_keys is None  # of the auditor's own selection nothing is drawn again
        return True if file in content.says and (drawn or file != _REDRAW) else None
    of_all = (one for one in content.chapters if one.chapter is SUMMARY)
    if table == REQUESTS or any(table in one.frames for one in of_all):
        return True
    return bool(len(content.table(table.name)))
