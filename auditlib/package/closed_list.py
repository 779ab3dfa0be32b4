"""A package is a closed list: what it must hold and what it may, by its parameters, its records and its version.

The manifests say that nothing changed since they were written, and whoever can write a file can write them anew. So the files
themselves are held against what a run of these parameters makes: a file that no run makes is too much, however well it is
listed, and one that every run makes is missing. What stands in ``tables/`` and in the folders of issues is computed again,
file by file (`package.recompute`); what stands in ``raw/`` is named line by line (`package.index_check`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from auditlib.audit.permissions.review import ACCESS_REVIEW
from auditlib.errors import AnswerError
from auditlib.evidence.archived import ARCHIVE, COPIED, SAMPLED, SAMPLED_OF
from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.dossier_package import DOSSIER_KEYS
from auditlib.evidence.opened import PULLED, Evidence
from auditlib.evidence.provenance import LACKS
from auditlib.evidence.second_source import SOURCE_FILES
from auditlib.evidence.years import PREVIOUS
from auditlib.keys import ISSUE
from auditlib.package.disk import walk
from auditlib.package.transit import left_by_a_file_manager
from auditlib.params.model import Parameters
from auditlib.params.types import DEMO
from auditlib.report.tables_in_pages import SCRIPT
from auditlib.responses.archive import CHAIN, LOG, ArchiveFolder

ALWAYS: Final = frozenset(
    {"index.html", "summary.json", "params.yaml", PULLED, "audit.xlsx", SCRIPT, "raw/index.jsonl"}
)
"""Files below ``data/`` that every package holds."""

GIVEN: Final = ("gap_explanations", "leavers", "review")
"""Parameters that name a list which the analyst gave; the package holds it as CSV under that name."""

LATER_GIVEN: Final = ("answers", "requests")
"""Such parameters that are acted on since a later version of the tables: an older package may name one and hold no file."""

_SINCE: Final = 6
"""That version."""

_ELSEWHERE: Final = re.compile(
    rf"tables/[^/]+|dossiers/{ISSUE}/[^/]+|dossiers/{ISSUE}/attachments/[^/]+|raw/.+|{PREVIOUS}/.+"
)
"""What other checks name file by file."""

_CHART: Final = re.compile(r"charts/[a-z0-9_]+\.(?:svg|png)")
_NOTEBOOK_FORMS: Final = (".ipynb", ".html")


def check_contents(records: Content) -> list[Difference]:
    """Compare the files of a package with what a run of its parameters makes.

    Parameters
    ----------
    records : Content
        The package, opened.

    Returns
    -------
    list of Difference
        Each file that is too much, with why; each that is missing, with what it is.
    """
    paths = (path for path, kind in walk(records.folder, "data") if kind == "file")
    there = {path.removeprefix("data/") for path in paths if not left_by_a_file_manager(path)}
    must, may = required(records), allowed(records)
    charts = {path for path in there if _CHART.fullmatch(path)}
    must |= {_other_form(path): "the other form of a chart" for path in charts}
    more = {path for path in there - must.keys() if not (_ELSEWHERE.fullmatch(path) or path in may or path in charts)}
    return [
        *(Difference(Kind.CONTENTS_LESS, f"data/{path}", must[path]) for path in sorted(must.keys() - there)),
        *(
            Difference(Kind.CONTENTS_MORE, f"data/{path}", found="no run of these parameters makes it")
            for path in sorted(more)
        ),
    ]


def required(records: Content) -> dict[str, str]:
    """Return the files below ``data/`` that a package must hold, each with what it is."""
    params = records.params
    files = dict.fromkeys(ALWAYS, "every package holds it")
    if isinstance(records, Evidence):
        names = (*GIVEN, *LATER_GIVEN) if records.pulled.schema["tables"] >= _SINCE else GIVEN
        files |= dict.fromkeys(_given(params, names), "the parameters name such a file")
        files |= dict(_of_population(records))
    else:
        files[DOSSIER_KEYS] = "the keys that were asked for"
    if records.collected.dossiers or records.collected.absent:
        files["dossiers.pdf"] = "the full records on paper"
    if any(table is ACCESS_REVIEW or table.name == ACCESS_REVIEW.name for table in records.tables):
        files["access_review.xlsx"] = "the sheet of the access review"
    if isinstance(records, Evidence) and params.second_source is not None:
        files |= dict.fromkeys(_source_there(records.folder), "the file of the second source")
    return files


def _given(params: Parameters, names: Iterable[str]) -> Iterator[str]:
    """Yield the files that the analyst gave by the parameters of some names."""
    yield from (f"{name}.csv" for name in names if getattr(params, name, None) is not None)


def _of_population(records: Evidence) -> Iterator[tuple[str, str]]:
    record = _run(records.folder)
    if isinstance(records.params.sample_keys, str):
        yield "sample_keys.txt", "the parameters name such a file"
    for name in record.get("notebooks") or ():
        if name in records.notebooks:
            yield from ((f"notebooks/{name}{form}", "run.json names the notebook") for form in _NOTEBOOK_FORMS)
    if record.get("from") is not None:
        yield "from.json", "run.json says that the population was taken from another package"


def _source_there(folder: Path) -> list[str]:
    """Return the file of the second source, in the one of its two forms in which it is there; the first if it is in none."""
    return [name for name in SOURCE_FILES if (folder / "data" / name).is_file()][:1] or [SOURCE_FILES[0]]


def allowed(records: Content) -> set[str]:
    """Return the files below ``data/`` that a package may hold beside those that it must."""
    lacks = {LACKS} if records.params.jira_url == DEMO else set()
    return lacks | set(_given(records.params, LATER_GIVEN)) | set(_archived(records.folder / "data" / ARCHIVE))


def _archived(folder: Path) -> Iterator[str]:
    """Yield the files of an archive that a package may hold: those that its chain names as they are, and the notes beside."""
    yield f"{ARCHIVE}/{COPIED}"
    archive = ArchiveFolder(folder)
    try:
        named = [path for path in archive.added if _is_sound(archive, path)]
    except AnswerError:
        named = []
    if not (folder / CHAIN).is_file():
        named = [path.relative_to(folder).as_posix() for path in sorted(folder.glob("census/*.jsonl.gz"))]
    yield from (f"{ARCHIVE}/{path}" for path in (CHAIN, *named))
    notes = sorted(folder.glob(f"{SAMPLED}/*.jsonl.gz"))
    yield from (f"{ARCHIVE}/{SAMPLED}/{name}" for name in (SAMPLED_OF, *(path.name for path in notes)))


def _is_sound(archive: ArchiveFolder, path: str) -> bool:
    """Say whether a file is what the chain says; of the log's months only what is sound is read, so they may be otherwise."""
    return path.startswith(f"{LOG}/") or not archive.damages_of(path)


def _other_form(path: str) -> str:
    stem, _, form = path.rpartition(".")
    return f"{stem}.{'png' if form == 'svg' else 'svg'}"


def _run(folder: Path) -> Mapping[str, Any]:
    try:
        record = json.loads((folder / "data" / PULLED).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return record if isinstance(record, Mapping) else {}
