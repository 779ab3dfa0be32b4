"""How text comes into figures: in every script that the typefaces installed with this program have, alike on every machine.

matplotlib shapes text with HarfBuzz and puts it into order by Unicode's own rules. It takes a variable typeface as it opens,
and Noto's for Chinese, Japanese and Korean opens hair-thin: the characters needed are cut out of it at its regular weight.
"""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font

from auditlib.report.typefaces import folders

USUAL: Final = "DejaVu Sans"
"""The typeface of all text that it has the characters for."""

_SIGNS: Final = ("Noto Emoji", "Noto Sans Symbols")
"""Typefaces that also have digits, which are not to be taken from them."""

_SHAPES: Final = frozenset("\ufe0e\ufe0f")
"""Marks that ask for a coloured or a plain picture; no typeface here has both, and none draws the mark."""

_REGULAR: Final = 400
_EAST: Final = {"Noto Sans CJK JP": 0, "Noto Sans CJK KR": 1, "Noto Sans CJK SC": 2}
"""Families of the collection, which draw some characters differently, and the number of each in it."""


def families(text: str) -> list[str]:
    """Return the families that a text is drawn with; the first that has a character draws it.

    The family of a script comes before the usual one, so that a word is not divided between two.
    """
    found = dict.fromkeys(family for family in (_family(one, text) for one in text) if family not in {None, USUAL})
    scripts = [family for family in found if family is not None and family not in _SIGNS]
    signs = [family for family in _SIGNS if family in found]
    return [*scripts, USUAL, *signs, "sans-serif"]


def drawable(text: str) -> str:
    """Return a text with a box for each character that no typeface here has."""
    return "".join(one if _family(one, text) else "□" for one in text if one not in _SHAPES)


@contextmanager
def shipped_only(texts: Iterable[str]) -> Iterator[None]:
    """Let matplotlib know the typefaces for these texts and no others, as long as the context lasts."""
    manager = font_manager.fontManager
    before = manager.ttflist
    with tempfile.TemporaryDirectory(prefix="auditlib-", ignore_cleanup_errors=True) as folder:
        try:
            manager.ttflist = []
            for path in _files(list(texts), Path(folder)):
                manager.addfont(path)  # which also forgets what was found before
            yield
        finally:
            manager.ttflist = [*before]
            manager.addfont(_usual())
            manager.ttflist.pop()


def _family(character: str, text: str) -> str | None:
    """Return the family that draws a character of a text, or None."""
    if _has(str(_usual()), 0, character):
        return USUAL
    east = _east(text)
    for family in ("Noto Emoji", east, *_scripts()):
        path, face = (_collection(), _EAST[east]) if family == east else (_scripts()[family], 0)
        if _has(str(path), face, character):
            return family
    return None


def _east(text: str) -> str:
    """Return the family of the collection that fits: Japanese by its syllables, Korean by its own, else Chinese."""
    if re.search("[\u3040-\u30ff\u31f0-\u31ff]", text):
        return "Noto Sans CJK JP"
    return "Noto Sans CJK KR" if re.search("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]", text) else "Noto Sans CJK SC"


@cache
def _scripts() -> dict[str, Path]:
    """Return the typefaces of single scripts by their family."""
    paths = sorted(folders().noto.glob("*[[]wght].ttf"))
    return {_open(str(path), 0).family_name: path for path in paths if "Italic" not in path.name}


def _collection() -> Path:
    return next(iter(sorted(folders().chinese.glob("*.ttc"))))


def _usual(face: str = "") -> Path:
    return folders().plots / f"DejaVuSans{face}.ttf"


@cache
def _open(path: str, face: int) -> FT2Font:
    return FT2Font(path, face_index=face)


@cache
def _has(path: str, face: int, character: str) -> bool:
    return unicodedata.category(character) != "Co" and _open(path, face).get_char_index(ord(character)) != 0


def _files(texts: list[str], folder: Path) -> Iterator[Path]:
    """Yield the files of the typefaces for some texts; those cut out are put into a folder."""
    yield from (_usual(face) for face in ("", "-Bold", "-Oblique", "-BoldOblique"))
    needed: dict[str, str] = {}
    for text in texts:
        for family in families(text):
            needed[family] = needed.get(family, "") + text
    for family, characters in needed.items():
        if family in _EAST:
            yield _cut(_EAST[family], characters, folder / f"{family}.otf")
        elif family in _scripts():
            yield _scripts()[family]


def _cut(face: int, characters: str, target: Path) -> Path:
    """Cut characters out of the collection, at the regular weight."""
    options = Options(layout_features=[], name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "vhea", "vmtx"]
    with TTFont(_collection(), fontNumber=face, lazy=True, recalcTimestamp=False) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        instantiateVariableFont(font, {"wght": _REGULAR}, inplace=True)
        font.save(target)
    return target
