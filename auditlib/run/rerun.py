"""A package run once more without a Jira: its notebooks executed in kernels on its own answers, the results compared.

What was asked and what came is copied into another folder; all else is made there as a run makes it. The notebooks are this
version's own, never the package's.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat

from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.kernel_cache import fill_cache
from auditlib.evidence.opened import Evidence, open_records
from auditlib.files import write_json
from auditlib.package.disk import walk
from auditlib.package.recompute import guarded
from auditlib.package.working import is_source
from auditlib.pull.session import Tell
from auditlib.report.cover.page import write_cover
from auditlib.report.tables_in_pages import write_script
from auditlib.run.fork_server import ForkServer
from auditlib.run.kernels import execute
from auditlib.run.made_by import made_otherwise, read_record
from auditlib.run.notebooks import own_notebooks
from auditlib.run.reperform import beside, figure_differences, notebooks_of, summary_again, write_page
from auditlib.run.written import write_readables


def rerun(package: Path, target: Path, jobs: int, tell: Tell) -> list[Difference]:
    """Make a package again from what was asked and what came, with kernels, and compare the results.

    Parameters
    ----------
    package : Path
        A package; nothing is written into it, and nothing of it is executed.
    target : Path
        The folder in which it is made again; not there, or empty.
    jobs : int
        Kernels side by side.
    tell : callable
        Progress.

    Returns
    -------
    list of Difference
        Of each place that differs; of a package that other code made, as `reperform`.
    """
    return guarded(package, lambda: list(_compared(package, _made(package, target, jobs, tell))))


def _made(package: Path, target: Path, jobs: int, tell: Tell) -> Content:
    """Copy the sources of a package, and make all else as a run does; return what was opened for it."""
    tell("copying the answers", 0, None)
    for path, kind in walk(package, "data"):
        if kind == "file" and is_source(path):
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package / path, target / path)
    records, record = open_records(target), read_record(target)
    names = notebooks_of(record, records)
    tell("tables", 0, None)
    with fill_cache(records, target) as computed, ForkServer() as server:
        if names:
            server.begin()
            execute(target, names, jobs, tell, computed, server=server, source=own_notebooks())
    write_readables(records, names)
    write_script(target / "data")
    tell("cover page", 0, None)
    summary = summary_again(records, record)
    write_json(target / "data" / "summary.json", summary)
    write_cover(target, summary, records.says)
    return records


def _compared(package: Path, records: Content) -> Iterator[Difference]:
    """Compare what was made with the package: bytes, but for when a cell was executed."""
    made, record = records.folder / "data", read_record(package)
    if made_by := made_otherwise(record):
        yield from beside(package, made, lambda name: name.startswith(("tables/", "dossiers/")))
        yield from figure_differences(package, records, record)
        yield Difference(Kind.NOT_COMPARED, "data/run.json", found=made_by)
        return
    yield from beside(package, made, lambda name: not is_source(f"data/{name}") and not name.startswith("notebooks/"))
    if not isinstance(records, Evidence):
        return
    with tempfile.TemporaryDirectory(prefix="auditlib-") as folder:
        settled = Path(folder) / "data"
        of_package = Evidence(package, records.params)
        for path in sorted((made / "notebooks").glob("*.ipynb")):
            write_page(of_package, nbformat.read(path, as_version=4), record, settled / "notebooks" / path.name)
        yield from beside(package, settled, lambda name: name.startswith("notebooks/"))
