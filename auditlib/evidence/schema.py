"""Versions of what a package stores: the form of its tables, and that of the index of raw responses.

They stand in ``data/run.json``, under ``schema``. A package that says none was made before there were versions, and is read
as the first. A version rises with a change by which what stood there is read otherwise: a column or a key that has another
name or meaning, a value in another form; and by new tables, so that those of an older package can be computed again without
them: each chapter says since which version it is there, and which of its tables came later. From version 3 on, no text in a
table acts on a terminal or a spreadsheet (`auditlib.csv_cells`); from version 4 on, missing numbers stand as runs too, and
the page of an issue says where it stands among the others (`dossier.standing`); from version 5 on, controls of the library are
tested (`audit.controls.outcomes`), and records say what kind of actor each author is (`dossier.files`); from version 6 on,
answers, the auditor's requests and the year before have tables. What is only added to a table leaves the version as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from auditlib import __version__
from auditlib.evidence.differences import Difference, Kind
from auditlib.text import shorten

SCHEMA: Final[Mapping[str, int]] = MappingProxyType({"tables": 6, "index": 1})
"""The versions that are written; they, and those before them, can be read."""

RUN: Final = "data/run.json"

_LONGEST: Final = 20


def newer_schema(package: Path) -> Difference | None:
    """Return how a package's versions differ from those that can be read here; None if they can be read.

    Parameters
    ----------
    package : Path
        Folder of a package, or one that was only pulled.
    """
    said = _declared(package)
    if said is None:
        return None  # it says none, or nothing that can be read: whoever needs more of it will say so
    if all(type(said[name]) is int and 1 <= said[name] <= known for name, known in SCHEMA.items()):
        return None
    return Difference(Kind.NEWER_SCHEMA, RUN, f"{_versions(SCHEMA)} (auditlib {__version__})", _versions(said))


def schema_of(package: Path) -> Mapping[str, int]:
    """Return the versions in which what was pulled into a folder is to be shown.

    Parameters
    ----------
    package : Path
        Folder of a package, or one that was only pulled. One without ``run.json`` is being pulled now, so with today's.
    """
    if not (package / RUN).is_file():
        return SCHEMA
    said = _declared(package) or {}
    return {name: min(said.get(name, 1), known) for name, known in SCHEMA.items()}


def _declared(package: Path) -> dict[str, Any] | None:
    """Return the versions that a package says it has; None if it says none."""
    try:
        record = json.loads((package / RUN).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    declared = record.get("schema") if isinstance(record, Mapping) else None
    if declared is None:
        return None
    return {name: declared.get(name, 1) if isinstance(declared, Mapping) else declared for name in SCHEMA}


def _versions(versions: Mapping[str, object]) -> str:
    return " and ".join(f"{name} {_shown(version)}" for name, version in versions.items())


def _shown(version: object) -> str:
    """Show what stands for a version; a list or an object, of whatever depth, is not shown."""
    return shorten(repr(version), _LONGEST) if isinstance(version, int | float | str) else "of no known form"
