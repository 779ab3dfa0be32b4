"""All that people read of a package, made once more of its own answers and compared: pages, charts, workbooks, PDF, cover.

What neither the answers nor the parameters decide is listed in one place each: `run.circumstances` (under which name, on what
kind of machine), `run.made_by` (which code) and `run.executed` (when a cell was executed). All of it stands in ``run.json``, or
is compared with that.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import nbformat

from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.opened import Evidence
from auditlib.evidence.origin import asked_record, population_record
from auditlib.files import json_bytes, write_whole
from auditlib.package.comparing import compare_file, json_differences
from auditlib.package.recompute import Open, guarded
from auditlib.package.transit import left_by_a_file_manager
from auditlib.report.cover.page import write_cover
from auditlib.report.notebook_html import export_html
from auditlib.report.tables_in_pages import write_script
from auditlib.run.circumstances import around, recorded
from auditlib.run.executed import as_executed
from auditlib.run.here import RemadePaper, execute_here
from auditlib.run.made_by import made_otherwise, read_record
from auditlib.run.notebooks import NOTEBOOKS, own_notebooks
from auditlib.run.pages import page_of, values_of
from auditlib.run.summary import summary_of_dossiers, summary_of_run
from auditlib.run.written import write_readables

_RECORD: Final = "run.json"
_SUMMARY: Final = "summary.json"
_MADE: Final = ("charts", "notebooks", "page")
"""Folders in which nothing lies but what is made of the answers."""

_SPARE: Final = 1 << 20
"""Bytes by which a file of the package may be longer than twice what it should be, and still be read."""

_FIGURES: Final = ("projects", "period", "interim", "figures", "per_project", "account", "pulled")
"""Of the summary, what no later version says otherwise: figures, and what was asked of whom."""


def reperform(package: Path, open_package: Open) -> list[Difference]:
    """Make what people read of a package once more, and name what of it differs.

    Parameters
    ----------
    package : Path
        A package; nothing is written into it, and nothing of it is executed.
    open_package : callable
        Opens it.

    Returns
    -------
    list of Difference
        Of each place that differs. Of a package that other code made, figures and the record of the run alone, with a remark
        that says so.
    """
    return guarded(package, lambda: list(_compared(package, open_package(package))))


def _compared(package: Path, records: Content) -> Iterator[Difference]:
    record = read_record(package)
    if made_by := made_otherwise(record):
        yield from figure_differences(package, records, record)
        yield Difference(Kind.NOT_COMPARED, f"data/{_RECORD}", found=made_by)
        return
    with tempfile.TemporaryDirectory(prefix="auditlib-") as folder:
        made = make_again(records, record, Path(folder)) / "data"
        yield from beside(package, made, lambda name: not name.startswith(("tables/", "dossiers/")))  # for themselves


def beside(package: Path, made: Path, wanted: Callable[[str], bool]) -> Iterator[Difference]:
    """Compare what was made again with what the package has.

    Parameters
    ----------
    package : Path
    made : Path
        A folder ``data``.
    wanted : callable
        Says of a path below it whether it is compared.
    """
    data = package / "data"
    names = {path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file()}
    names |= {f"{one}/{path.name}" for one in _MADE for path in (data / one).glob("*") if path.is_file()}
    for name in sorted(name for name in names if wanted(name) and not left_by_a_file_manager(name)):
        yield from compare_file(data, name, (made / name).read_bytes() if (made / name).is_file() else None)


def make_again(records: Content, record: Mapping[str, Any], target: Path) -> Path:
    """Make all that people read of a package into a folder; return the folder.

    Parameters
    ----------
    records : Content
        Of the package.
    record : mapping
        Its ``run.json``.
    target : Path
        The folder, empty.
    """
    data, names = target / "data", notebooks_of(record, records)
    write_readables(records, names, target)
    if isinstance(records, Evidence):
        for name in names:
            _make_page(name, records, record, target)
    write_script(data)
    summary = summary_again(records, record)
    write_whole(data / _SUMMARY, [json_bytes(summary)])
    write_cover(target, summary, records.says, _sizes(records.folder / "data", data))
    return target


def summary_again(records: Content, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``summary.json`` of a package, computed again; ``record`` is its ``run.json``."""
    asked = {**record, **asked_record(records)}
    if not isinstance(records, Evidence):
        return summary_of_dossiers(records, asked)
    more = population_record(records)
    asked["account"]["powers"] = more.pop("powers")
    return summary_of_run(records, {**asked, **more, "notebooks": notebooks_of(record, records)})


def notebooks_of(record: Mapping[str, Any], records: Content) -> list[str]:
    """Return the notebooks that were ordered, as far as there are such."""
    said = record.get("notebooks")
    ordered = said if isinstance(said, list) and isinstance(records, Evidence) else []
    return [name for name in NOTEBOOKS if name in ordered and name in records.notebooks]


def _make_page(name: str, evidence: Evidence, record: Mapping[str, Any], target: Path) -> None:
    """Execute a notebook into a folder and make its page, as it was executed when the package tells."""
    source = own_notebooks() / f"{name}.ipynb"
    paper = RemadePaper(name, evidence, recorded(record) or around(evidence.folder), target)
    write_page(
        evidence, execute_here(source, values_of(evidence), paper), record, target / "data" / "notebooks" / source.name
    )


def write_page(evidence: Evidence, executed: Mapping[str, Any], record: Mapping[str, Any], final: Path) -> None:
    """Write a notebook that was executed once more, and its page, as of when the package tells that it was executed."""
    page, longest = page_of(evidence, notebooks_of(record, evidence)), 2 * len(json_bytes(executed)) + _SPARE
    theirs = _read_json(evidence.folder / "data" / "notebooks" / final.name, longest)
    final.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.from_dict(as_executed(executed, theirs, record, final.name)), final)
    export_html(final, final.with_suffix(".html"), title=page.title, info=page.info, place=page.place)


def _read_json(path: Path, longest: int) -> Mapping[str, Any]:
    """Return a JSON object of a package, which may be anything; empty if it is none, or longer than it can be."""
    try:
        if path.stat().st_size > longest:
            return {}
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _sizes(data: Path, made: Path) -> dict[str, int]:
    """Return the sizes of the package's own files that are not made again, by path below ``data/``."""
    paths = (path for path in data.rglob("*") if path.is_file() and not left_by_a_file_manager(path.name))
    named = {path.relative_to(data).as_posix(): path.stat().st_size for path in paths}
    return {
        name: size
        for name, size in named.items()
        if name != "index.html" and name.partition("/")[0] not in _MADE and not (made / name).exists()
    }


def figure_differences(package: Path, records: Content, record: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the figures of a summary that other code made, each that both have."""
    made = json_bytes(summary_again(records, record))
    theirs, ours = _read_json(package / "data" / _SUMMARY, 2 * len(made) + _SPARE), json.loads(made)
    for where, found, wanted in json_differences(_common(theirs, ours), _common(ours, theirs)):
        yield Difference(Kind.CONTENT, f"data/{_SUMMARY}", wanted, f"{where} is {found}")


def _common(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of one summary that the other has too."""
    return {name: _both(one[name], other[name]) for name in _FIGURES if name in one and name in other}


def _both(one: Any, other: Any) -> Any:
    match one, other:
        case dict(), dict():
            return {name: _both(one[name], other[name]) for name in one if name in other}
        case list(), list() if len(one) == len(other):
            return [_both(mine, yours) for mine, yours in zip(one, other, strict=True)]
    return one
