"""Where the typefaces of figures and documents are: in packages installed with this program, whatever the machine has."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import manimgx_fonts
import manimgx_fonts_cjk

from auditlib.errors import AuditError


class Folders(NamedTuple):
    """The folders of typefaces: Noto's for most scripts, Noto's for Chinese, Japanese and Korean, matplotlib's DejaVu."""

    noto: Path
    chinese: Path
    plots: Path


@cache
def folders() -> Folders:
    """Return the folders. matplotlib is not loaded for it: what somebody set up for their own figures may not even be readable.

    Raises
    ------
    AuditError
        If matplotlib is not there.
    """
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise AuditError("matplotlib, which brings typefaces, is missing; install the requirements anew")
    plots = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    return Folders(Path(manimgx_fonts.__file__).parent, Path(manimgx_fonts_cjk.__file__).parent, plots)
