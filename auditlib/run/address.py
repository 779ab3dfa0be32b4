"""Where a file of a package is, seen from the notebook that names it."""

from __future__ import annotations

import os
from contextvars import ContextVar
from pathlib import Path
from typing import Final
from urllib.parse import quote

STANDING: Final[ContextVar[Path | None]] = ContextVar("standing", default=None)
"""Where the notebook stands that is executed in this process; None where the working directory is its own."""


def address_in(package: Path, path: str, start: Path | None = None) -> str:
    """Return the relative address of a file of a package, for a link in a notebook.

    A browser, and JupyterLab, read a relative address from the folder of the page that holds it. That of a notebook is the
    working directory of its kernel: ``data/notebooks`` in a run, ``notebooks`` of the checkout when it is run by hand.

    Parameters
    ----------
    package : Path
        The package or working folder.
    path : str
        Of the file below ``data/``, parts joined by ``/``; what follows a ``#`` stays.
    start : Path, optional
        Folder of the notebook; if not given, that of `STANDING`, else the working directory.

    Returns
    -------
    str
        Such as ``../dossiers/PAY-17/issue.html``, percent-encoded. On another drive of Windows, where none leads to the
        other, the file's whole address.
    """
    name, mark, place = path.partition("#")
    target = package.resolve() / "data" / name
    try:
        way = os.path.relpath(target, (start or STANDING.get() or Path.cwd()).resolve())
    except ValueError:
        return f"{target.as_uri()}{mark}{place}"
    return f"{quote(way.replace(os.sep, '/'))}{mark}{place}"
