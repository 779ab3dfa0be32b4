"""How text comes into figures: as outlines, in every script that the typefaces installed with this program have.

Every machine draws the same letters, and a reader needs no typeface. matplotlib's font object shapes text with HarfBuzz and
puts it into order by Unicode's own rules; nothing else of matplotlib is asked. It takes a variable typeface as it opens, and
Noto's for Chinese, Japanese and Korean opens hair-thin: its outlines are drawn with a line around them, as thick as is missing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from matplotlib.ft2font import FT2Font, GlyphIndexType, LoadFlags

from auditlib.report.typefaces import folders

EM: Final = 1000
"""Units of an outline to the size of the text."""

USUAL: Final = "Noto Sans"
"""The typeface of all text that it has the characters for."""

_LAST: Final = "DejaVu Sans"
"""The typeface that is asked before those of signs: it has arrows and marks that stand among letters."""

_SIGNS: Final = ("Noto Emoji", "Noto Sans Symbols")
"""Typefaces that also have digits, which are not to be taken from them."""

_SHAPES: Final = frozenset("\ufe0e\ufe0f")
"""Marks that ask for a coloured or a plain picture; no typeface here has both, and none draws the mark."""

_EAST: Final = {"Noto Sans CJK JP": 0, "Noto Sans CJK KR": 1, "Noto Sans CJK SC": 2}
"""Families of the collection, which draw some characters differently, and the number of each in it."""

_SIZE: Final = 100  # at which text is shaped and outlines are taken
_THIN: Final = 48  # units that a stem of the collection lacks of a regular one
_BOLD: Final = 46  # units that a stem of a regular typeface lacks of a bold one
_MOVE, _LINE, _QUADRATIC, _CUBIC = 1, 2, 3, 4  # matplotlib.path.Path's codes

Glyph: TypeAlias = tuple[str, int]
"""A family, and the number of an outline in its typeface."""


class Placed(NamedTuple):
    """A glyph in a text: where it begins, and how thick a line is drawn around it, in thousandths of the size."""

    glyph: Glyph
    at: int
    above: int
    around: int


class Shaped(NamedTuple):
    """A text as it is drawn: its glyphs, and how far it reaches, in thousandths of the size."""

    glyphs: tuple[Placed, ...]
    width: int


def families(text: str) -> list[str]:
    """Return the families that a text is drawn with; the first that has a character draws it.

    The family of a script comes before the usual one, so that a word is not divided between two.
    """
    found = dict.fromkeys(family for family in (_family(one, text) for one in text) if family not in {None, USUAL})
    scripts = [family for family in found if family is not None and family not in {*_SIGNS, _LAST}]
    signs = [family for family in (_LAST, *_SIGNS) if family in found]
    return [*scripts, USUAL, *signs]


def drawable(text: str) -> str:
    """Return a text with a box for each character that no typeface here has."""
    if text.isascii():
        return text
    return "".join(one if _family(one, text) else "□" for one in text if one not in _SHAPES)


@lru_cache(maxsize=20_000)
def shaped(text: str, *, bold: bool = False) -> Shaped:
    """Return a text as it is drawn: letters joined where their script joins them, in the order in which they are seen.

    Letters of ASCII stand one after the other, each as wide as it is: most text is of them, and is placed at once.
    """
    heavy = _BOLD if bold else 0
    placed, width = [], 0
    if text.isascii():
        for one in text:
            placed.append(Placed(_alone(one), width, 0, heavy))
            width += _advance(_alone(one))
        return Shaped(tuple(placed), width)
    shown = drawable(text)
    font = _font(tuple(families(shown)))
    for item in font._layout(shown, LoadFlags.NO_HINTING):  # noqa: SLF001 - what matplotlib itself draws text with
        glyph = (str(item.ft_object.family_name), int(item.glyph_index))
        at, above = (round(part * EM / _SIZE) for part in (item.x, item.y))
        placed.append(Placed(glyph, at, above, heavy + (_THIN if glyph[0] in _EAST else 0)))
        width = max(width, at + _advance(glyph))
    return Shaped(tuple(placed), width)


@cache
def _alone(character: str) -> Glyph:
    return USUAL, int(_font((USUAL,)).get_char_index(ord(character)))


@cache
def _advance(glyph: Glyph) -> int:
    """Return how far a glyph moves what follows it."""
    loaded = _font((glyph[0],)).load_glyph(GlyphIndexType(glyph[1]), flags=LoadFlags.NO_HINTING)
    return round(loaded.linearHoriAdvance / 65536 * EM / _SIZE)


@cache
def outline(glyph: Glyph) -> str:
    """Return the outline of a glyph as an SVG's path, ``EM`` to the size of the text; empty for a space."""
    family, number = glyph
    font = _font((family,))
    font.load_glyph(GlyphIndexType(number), flags=LoadFlags.NO_HINTING)
    corners, codes = font.get_path()
    points = [(round(x * EM / _SIZE), -round(y * EM / _SIZE)) for x, y in corners.tolist()]
    pieces: list[str] = []
    at = begun = (0, 0)
    place = 0
    while place < len(points):
        letter, count = _TAKES.get(int(codes[place]), ("z", 1))
        taken = points[place : place + count]
        place += count
        if letter == "z":  # goes back to where the figure began
            pieces.append(letter)
            at = begun
            continue
        pieces.append(_relative(letter, at, taken))
        at = taken[-1]
        begun = at if letter == "m" else begun
    return "".join(pieces)


_TAKES: Final = {_MOVE: ("m", 1), _LINE: ("l", 1), _QUADRATIC: ("q", 2), _CUBIC: ("c", 3)}


def _relative(letter: str, at: tuple[int, int], points: list[tuple[int, int]]) -> str:
    """Return a step of a path, told from where it begins."""
    told = " ".join(f"{x - at[0]} {y - at[1]}" for x, y in points)
    return f"{letter}{told}".replace(" -", "-")


def _family(character: str, text: str) -> str | None:
    """Return the family that draws a character of a text, or None."""
    if _has(USUAL, character):
        return USUAL
    further = (family for family in _scripts() if family not in _SIGNS)
    known = (*further, _LAST, "Noto Emoji", _east(text), "Noto Sans Symbols")
    return next((family for family in known if _has(family, character)), None)


def _east(text: str) -> str:
    """Return the family of the collection that fits: Japanese by its syllables, Korean by its own, else Chinese."""
    if re.search("[\u3040-\u30ff\u31f0-\u31ff]", text):
        return "Noto Sans CJK JP"
    return "Noto Sans CJK KR" if re.search("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]", text) else "Noto Sans CJK SC"


@cache
def _scripts() -> dict[str, Path]:
    """Return the typefaces of single scripts by their family."""
    paths = sorted(folders().noto.glob("*[[]wght].ttf"))
    return {FT2Font(str(path)).family_name: path for path in paths if "Italic" not in path.name}


def _collection() -> Path:
    return next(iter(sorted(folders().chinese.glob("*.ttc"))))


def _last() -> Path:
    return folders().plots / "DejaVuSans.ttf"


@cache
def _font(names: tuple[str, ...]) -> FT2Font:
    """Open the typefaces of some families as one, which looks for a character in each until it finds it."""
    first, *others = names
    path = _collection() if first in _EAST else _last() if first == _LAST else _scripts()[first]
    further = [_font((name,)) for name in others]
    font = FT2Font(str(path), face_index=_EAST.get(first, 0), _fallback_list=further)
    font.set_size(_SIZE, 72)
    return font


@cache
def _has(family: str, character: str) -> bool:
    return unicodedata.category(character) != "Co" and _font((family,)).get_char_index(ord(character)) != 0
