"""Text on paper: which characters the typefaces have, where long words may break, and the run of the typesetter.

The typesetter is Typst, a compiler in a wheel; the typefaces come in wheels as well, so that every machine sets the same
pages. What is to be set goes to it as data. No text of Jira is ever part of a template, so none can be taken for a command.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from fontTools.ttLib import TTFont, TTLibError

from auditlib.dossier.bounds import LONGEST_NAME, LONGEST_TEXT, MOST_MARKS, PART, first_characters, in_parts
from auditlib.errors import AuditError
from auditlib.report.templating import TEMPLATES
from auditlib.report.typefaces import folders
from auditlib.text import visible_text

BREAK: Final = "\u200b"
"""Where a line may end within a word. `visible_text` leaves none in any text; the template makes a break of it that leaves
no character behind, so that what is copied from the PDF is what Jira sent."""

_CHINESE: Final = "Noto Sans CJK SC"
_SCRIPTS: Final = (
    "Arabic", "Armenian", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew", "Kannada",
    "Khmer", "Lao", "Malayalam", "Myanmar", "Oriya", "Sinhala", "Symbols", "Tamil", "Telugu", "Thai",
)  # fmt: skip
_OTHERS: Final = ("Noto Emoji", _CHINESE, *(f"Noto Sans {script}" for script in _SCRIPTS), "DejaVu Sans", "STIXGeneral")
SANS: Final = ("Noto Sans", *_OTHERS)
"""Families for text; the first that has a character sets it."""
MONO: Final = ("DejaVu Sans Mono", "Noto Sans", *_OTHERS)
"""Families for code, addresses and digests."""

_FORMED_BEFORE: Final = re.compile("[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
_STEP: Final = 8
"""Small letters between two places at which a word that is too wide may break."""


def printable(text: str, longest: int = 28, *, lines: bool = False) -> str:
    r"""Return a text that can be set: unseen and missing characters marked, breaks within words that are too long.

    Parameters
    ----------
    text : str
        As received.
    longest : int
        Small letters that always fit into a line.
    lines : bool
        Whether its line ends are obeyed; a name of several lines could pass for something else.

    Returns
    -------
    str
        ``"\n"`` begins a new line, `BREAK` is where a line may end, `bounds.PART` where a long text is set in parts. What
        no cell of ours holds is cut, and says so.
    """
    text = first_characters(text, LONGEST_TEXT if lines else LONGEST_NAME)
    shown = visible_text(re.sub(r"\r\n?", "\n", text).expandtabs(4), keep="\n") if lines else visible_text(text)
    broken = with_breaks(with_marks(shown), longest)
    return PART.join(in_parts(broken, BREAK)) if lines else broken


def with_marks(text: str) -> str:
    """Put the number of a character, ``[U+E000]``, in place of each that no typeface here has."""
    known = characters()
    if not known.issuperset(text):
        text = "".join(one if one in known else f"[U+{ord(one):04X}]" for one in text)
    if len(text) <= MOST_MARKS or text.isascii():
        return text
    return _marks_in_a_row().sub(lambda row: f"{row[0][:MOST_MARKS]}[{len(row[0]) - MOST_MARKS:,} more marks]", text)


@cache
def _marks_in_a_row() -> re.Pattern[str]:
    """Return what finds more marks on one letter than any script has."""
    marks = sorted(one for one in characters() if unicodedata.category(one)[0] == "M")
    return re.compile(f"[{''.join(map(re.escape, marks))}]{{{MOST_MARKS + 1},}}")


def with_breaks(text: str, longest: int) -> str:
    """Put `BREAK` into words that are wider than ``longest`` characters, never within a character made of several."""
    if len(text) * 1.8 <= longest:
        return text
    return re.sub(rf"[^\s{BREAK}]{{{math.ceil(longest / 1.8)},}}", lambda word: _broken(word[0], longest), text)


def _broken(word: str, longest: int) -> str:
    if sum(map(_width, word)) <= longest:
        return word
    pieces, since = [], 0.0
    for before, one in zip(" " + word, word, strict=False):
        wide = _width(one)
        capital = since >= 3 and before.islower() and one.isupper()
        if since and (since + wide > min(_STEP, longest) or capital) and before != "\u200d" and not _joins(one):
            pieces.append(BREAK)
            since = 0.0
        pieces.append(one)
        since += wide
    return "".join(pieces)


def _width(character: str) -> float:
    """Return about how wide a character is; a small letter is 1."""
    if not character.isascii():
        return 1.8
    return 1.75 if character in "MWmw@%" else 1.4 if character.isupper() else 1.0


def _joins(character: str) -> bool:
    """Say whether a character belongs to the one before it."""
    return unicodedata.category(character)[0] == "M" or _FORMED_BEFORE.match(character) is not None


@cache
def characters() -> frozenset[str]:
    """Return every character that the typefaces have.

    Raises
    ------
    AuditError
        If a typeface is not there.
    """
    numbers: set[int] = set()
    try:
        for family in _files():
            # What a bold or slanted face lacks would be missing wherever it is called for.
            numbers |= set.intersection(*map(_numbers, family))
    except (OSError, TTLibError) as error:
        raise AuditError(f"the typefaces for PDFs can't be read: {error}; install the requirements anew") from error
    # Numbers of private use mean what each typeface likes; archives don't take them.
    found = {chr(number) for number in numbers if unicodedata.category(chr(number)) not in {"Co", "Cn", "Cs", "Cc"}}
    return frozenset(found | {"\n", "\u200c", "\u200d", "\ufe0e", "\ufe0f"})


def _numbers(path: Path) -> set[int]:
    """Return the numbers of the characters of a typeface; in a collection all faces have the same."""
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return set(font.getBestCmap())


def _files() -> list[list[Path]]:
    """Return the files of each family above that any text may use."""
    noto, chinese, plots = folders()
    alone = [[path] for path in (*sorted(noto.glob("*[[]wght].ttf")), *sorted(chinese.glob("*.ttc")))]
    latin = [noto / "NotoSans[wght].ttf", noto / "NotoSans-Italic[wght].ttf"]
    plain = [plots / f"DejaVuSans{face}.ttf" for face in ("", "-Bold", "-Oblique", "-BoldOblique")]
    signs = [plots / f"STIXGeneral{face}.ttf" for face in ("", "Bol", "Italic", "BolIta")]
    return [latin, plain, signs, *(one for one in alone if one[0] not in latin)]


@cache
def _typefaces() -> typst.Fonts:
    """Return the typefaces of the packages alone: neither the machine's nor the typesetter's own."""
    paths = [str(folder) for folder in folders()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


def typeset(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """Set a template with data as a PDF for archives.

    Parameters
    ----------
    template : str
        Name of a file in ``templates/``.
    data : mapping
        Texts as `printable` returns them; becomes JSON.
    at : datetime
        Aware; the time that the file bears, so that equal data gives equal bytes.

    Returns
    -------
    bytes
        PDF/A-2a: everything that is needed is inside, and the order of reading is marked.

    Raises
    ------
    AuditError
        If it can't be set, or only with a warning.
    """
    given = {**data, "sans": SANS, "mono": MONO, "at": [at.year, at.month, at.day, at.hour, at.minute, at.second]}
    try:
        compiler = typst.Compiler(
            (TEMPLATES / template).read_bytes(),
            root=TEMPLATES,
            font_paths=_typefaces(),
            sys_inputs={"data": json.dumps(given, ensure_ascii=False)},
        )
        made, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards="a-2a", timestamp=int(at.timestamp())
        )
    except (typst.TypstError, OSError, ValueError) as error:
        raise AuditError(f"{template} could not be set as a PDF: {_said(error)}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how the typesetter's own faults arrive: no kind of Exception
            raise
        raise AuditError(f"{template} could not be set as a PDF: the typesetter failed: {_said(error)}") from error
    if warnings:
        raise AuditError(f"{template} was set with warnings: {'; '.join(map(_said, warnings))}")
    if not isinstance(made, bytes):
        raise AuditError(f"{template} came back as {type(made).__name__} instead of one PDF")
    return made


def _said(error: BaseException) -> str:
    hints = getattr(error, "hints", None) or ()
    return visible_text(" ".join([str(getattr(error, "message", error)), *map(str, hints)]))
