"""Where the notebooks and the demo's parameters are: in a checkout its own, else those in the wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from auditlib.audit.chapters import CHAPTERS, SUMMARY
from auditlib.errors import UsageError

NOTEBOOKS: Final = (*(one.notebook for one in CHAPTERS if one is not SUMMARY), SUMMARY.notebook)
"""In the order in which they are read. None waits for another one: each shows what was computed of the answers."""

START: Final = "notebooks/00_start.ipynb"
"""The start page of JupyterLab, from the checkout's folder: it shows no package, and gets into none."""


def notebooks_folder() -> Path:
    """Return the folder of the notebooks: in the checkout one stands in or installed from, else those in the wheel.

    Raises
    ------
    UsageError
        If there are none.
    """
    standing = Path.cwd() / "notebooks"
    return standing if (standing / "01_scope.ipynb").is_file() else own_notebooks()


def own_notebooks() -> Path:
    """Return the folder of the notebooks that belong to this very code, wherever one stands.

    A package has a folder ``notebooks`` too: what is executed to check it must not be taken from there.

    Raises
    ------
    UsageError
        If there are none.
    """
    package = Path(__file__).parents[1]
    for folder in (package.parent / "notebooks", package / "_carried" / "notebooks"):
        if (folder / "01_scope.ipynb").is_file():
            return folder
    raise UsageError("the notebooks are missing: neither a checkout nor the installed package has them")


def demo_parameters() -> Path:
    """Return the parameter file of the demo: the checkout's own, else the one in the wheel."""
    package = Path(__file__).parents[1]
    for path in (Path.cwd() / "params" / "demo.yaml", package.parent / "params" / "demo.yaml"):
        if path.is_file() and (path.parents[1] / "notebooks").is_dir():
            return path
    return package / "_carried" / "params" / "demo.yaml"
