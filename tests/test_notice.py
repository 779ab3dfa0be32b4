"""The licence is the standard text, and every typeface that goes into charts and PDFs has its notice."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from places import ROOT

from auditlib.dossier import typeset
from auditlib.report import lettering
from auditlib.report.typefaces import folders

APACHE = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
"""SHA-256 of https://www.apache.org/licenses/LICENSE-2.0.txt, as several packages carry it."""


def plain(text: str) -> str:
    """Return a text on one line, however it was broken."""
    return " ".join(text.split())


def in_use() -> list[Path]:
    """Return the files of the typefaces that documents and charts may use."""
    mono = folders().plots.glob("DejaVuSansMono*.ttf")
    charts = [lettering._last(), lettering._collection(), *lettering._scripts().values()]
    return sorted({*(path for family in typeset._files() for path in family), *mono, *charts})


def test_the_licence_is_the_standard_text():
    """Nobody has to read the licence for changes: it has none."""
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE


@pytest.mark.parametrize("path", in_use(), ids=lambda path: path.name)
def test_every_typeface_has_its_notice(path):
    """Each line of copyright that a typeface bears stands in NOTICE; a new typeface, or a new year, has to be added."""
    with TTFont(path, fontNumber=0, lazy=True) as font:
        borne = str(font["name"].getDebugName(0))
    notice = plain((ROOT / "NOTICE").read_text(encoding="utf-8"))
    for line in borne.strip().splitlines():
        assert plain(line) in notice
