"""What a kernel of a run finds around it, however it comes to be: no credentials, and nothing that is somebody's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import auditlib
from auditlib.evidence.kernel_cache import TOLD
from auditlib.jira.credentials import is_secret
from auditlib.report.typefaces import folders

_USERS_OWN: Final = frozenset(
    {TOLD}
    | {"PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONINSPECT", "PYTHONOPTIMIZE", "IPYTHONDIR", "MPLBACKEND", "MATPLOTLIBRC"}
)
"""What no kernel is handed beside credentials, of which it has no use: what people set up for their own work in Python."""


def kernel_environment(environ: Mapping[str, str], kept: Path | None = None) -> dict[str, str]:
    """Return the environment of a kernel: no credentials, in a checkout the same code as here, and what the run computed.

    A notebook of a run reads what was pulled and asks Jira nothing, so that it has no use for a token.
    """
    environment = {name: value for name, value in environ.items() if name not in _USERS_OWN and not is_secret(name)}
    if kept is not None:
        environment[TOLD] = str(kept)
    checkout = Path(auditlib.__file__).parents[1]
    if (checkout / "pyproject.toml").is_file():
        before = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = str(checkout) + (os.pathsep + before if before else "")
    return environment


def settled(folder: Path) -> dict[str, str]:
    """Return what is the same for every kernel, whoever runs it where: its locale, its settings, a folder to put them into."""
    settings = {
        "LC_ALL": "C.UTF-8",
        "IPYTHONDIR": str(folder),  # start-up files of somebody's own work are not there
        "MATPLOTLIBRC": str(folders().plots.parents[1] / "matplotlibrc"),
    }
    home = os.path.expanduser("~")  # noqa: PTH111 - where nobody has a home, this is no error
    return settings if os.access(home, os.W_OK) else settings | {"MPLCONFIGDIR": str(folder)}
