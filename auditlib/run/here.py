"""A notebook executed in this process, on a package that is open already: what ``verify`` compares its pages with.

The notebook is this version's own, never the package's. No kernel is started, nothing is asked and nothing is written into the
package: tables were computed once, for all notebooks, and figures go where they are compared.
"""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from IPython.core.formatters import DisplayFormatter

from auditlib.evidence.opened import Evidence
from auditlib.files import write_whole
from auditlib.report.display import Lines
from auditlib.run.address import STANDING
from auditlib.run.circumstances import Circumstances
from auditlib.run.paper import HANDED
from auditlib.run.redraw import redraw_agreeing
from auditlib.run.workpaper import Workpaper

_GIVEN: Final = "injected-parameters"
"""By this tag papermill marks the cell that it puts behind the parameters."""


class RemadePaper(Workpaper):
    """A notebook's view of a sealed package as it was in the run that made it.

    Parameters
    ----------
    notebook : str
    evidence : Evidence
        The package, opened once for all notebooks.
    circumstances : Circumstances
        Those of the run.
    target : Path
        Where figures go, below ``data/charts``.
    """

    def __init__(self, notebook: str, evidence: Evidence, circumstances: Circumstances, target: Path) -> None:
        super().__init__(notebook, evidence, {})
        self.circumstances = circumstances
        self._target = target

    @property
    def sealed(self) -> bool:
        """No: notebooks are executed before the seal."""
        return False

    @property
    def _in_run(self) -> bool:
        return True

    def _write(self, path: str, pieces: Any) -> None:
        write_whole(self._target / "data" / path, pieces)

    @property
    def coreutils(self) -> Lines:
        """What the redraw in a shell printed, if it agreed; nothing of the package is run here."""
        rows = self.evidence.sampled.sample[["order", "key", "ticket"]].itertuples(index=False)
        drawn = [(int(order), str(key), str(ticket)) for order, key, ticket in rows]
        return Lines(tuple(redraw_agreeing(self.evidence.companion_files(), drawn, shell=self.circumstances.shell)))


def execute_here(source: Path, values: Mapping[str, Any], paper: Workpaper) -> dict[str, Any]:
    """Execute a notebook of this version, and return it with its outputs.

    Parameters
    ----------
    source : Path
        The ``.ipynb``, one of this version's own.
    values : mapping
        What notebooks are handed; it takes what it declares.
    paper : Workpaper
        What it works with.

    Returns
    -------
    dict
        As papermill leaves a notebook, but for what tells when it was executed, and in which Python.
    """
    notebook: dict[str, Any] = json.loads(source.read_bytes())
    formatter = DisplayFormatter()
    names: dict[str, Any] = {"__name__": "__main__"}
    cells: list[dict[str, Any]] = []
    with _standing(paper):
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"])
            cell["metadata"].setdefault("tags", [])
            cells.append(cell)
            if cell["cell_type"] != "code":
                continue
            declared = "parameters" in cell["metadata"]["tags"]
            cell["outputs"] = _outputs(cell["source"], names, formatter)
            if declared:
                given = {name: value for name, value in values.items() if name in names}
                notebook["metadata"]["papermill"] = {"parameters": given}
                names |= copy.deepcopy(given)
                cells.append(_given_cell(given))
    for number, cell in enumerate((one for one in cells if one["cell_type"] == "code"), start=1):
        cell["execution_count"] = number
        for output in cell["outputs"]:
            output["execution_count"] = number
    return notebook | {"cells": cells}


def _given_cell(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cell that papermill puts behind the declared parameters."""
    lines = ["# Parameters", *(f"{name} = {value!r}" for name, value in given.items())]
    metadata = {"jupyter": {"source_hidden": True}, "tags": [_GIVEN]}
    return {"cell_type": "code", "metadata": metadata, "source": "\n".join(lines) + "\n", "outputs": []}


@contextmanager
def _standing(paper: Workpaper) -> Iterator[None]:
    """Hand the paper to whoever opens a package, and let links lead from where the notebook stands in it."""
    stands = STANDING.set(paper.evidence.folder / "data" / "notebooks")
    handed = HANDED.set(lambda _: paper)
    try:
        yield
    finally:
        HANDED.reset(handed)
        STANDING.reset(stands)


def _outputs(source: str, names: dict[str, Any], formatter: DisplayFormatter) -> list[dict[str, Any]]:
    """Execute a cell as IPython does: its statements, and the last of them shown if it is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - a cell of this version's own notebook
    if not isinstance(last, ast.Expr):
        return []
    shown = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 - as above
    if shown is None or source.rstrip().endswith(";"):
        return []
    data, metadata = formatter.format(shown)  # type: ignore[no-untyped-call]
    return [{"output_type": "execute_result", "data": data, "metadata": metadata}]
