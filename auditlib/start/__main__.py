"""``make lab``: JupyterLab on the folder that one stands in, opened at the start page, with packages that it can't change."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from auditlib.run.notebooks import START

_OURS: Final = (
    "--ServerApp.contents_manager_class=auditlib.start.contents.PackagesContents",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",  # it asks no registry
    "--LabApp.news_url=",
)


def options(given: Sequence[str], folder: Path) -> list[str]:
    """Return what JupyterLab is started with; what is given comes last, so that it holds.

    Parameters
    ----------
    given : sequence of str
        Further options of JupyterLab.
    folder : Path
        The root of its files.
    """
    opened = [str(folder / START)] if (folder / START).is_file() else []
    return [f"--ServerApp.root_dir={folder}", *_OURS, *opened, *given]


if __name__ == "__main__":
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(options(sys.argv[1:], Path.cwd()))
