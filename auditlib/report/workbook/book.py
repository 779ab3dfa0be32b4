"""A workbook of Excel: how its sheets look, on screen and on paper, and how it is begun and written to its end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import xlsxwriter

from auditlib.errors import AuditError
from auditlib.report.workbook.sheet import QuickSheet
from auditlib.text import shorten, visible_text

FORMULA_LIKE: Final = re.compile(r"[\t\r]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")

_LONGEST_CELL: Final = 32_767  # Excel's own limit, in UTF-16 code units
_LONGEST_MARGIN: Final = 255  # Excel's own limit of a header or a footer
_A4: Final = 9  # Excel's number of the paper
_BLUE: Final = "#0B3C5D"
_ORANGE: Final = "#B34700"
_TOP: Final = {"valign": "top"}
_RIGHT: Final = {"align": "right", "indent": 1, **_TOP}
_TO_FILL: Final = {"bg_color": "#FFF6E5", "border": 1, "border_color": "#D9C7A5", "text_wrap": True, **_TOP}
_HEAD: Final = {"bold": True, "bottom": 2, "bottom_color": _BLUE, "font_color": _BLUE, "text_wrap": True}
_LINK: Final = {"font_color": "#0B5394", "underline": 1, **_TOP}

_FORMATS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "title": {"bold": True, "font_size": 14, "font_color": _BLUE},
        "section": {"bold": True, "font_size": 11, "font_color": _BLUE, "bottom": 1, "bottom_color": "#C9D3DC"},
        "label": {"font_color": "#4A5462", **_TOP},
        "note": {"italic": True, "font_color": _ORANGE, **_TOP},
        "header": _HEAD,
        "number header": {**_HEAD, "align": "right", "indent": 1},
        "to fill": {**_HEAD, "bottom_color": _ORANGE, "font_color": _ORANGE},
        "guarded upright": {**_HEAD, "align": "center", "num_format": "@", "quote_prefix": True},
        "upright": {**_HEAD, "align": "center"},
        "cell": _TOP,
        "wrapped": {"text_wrap": True, **_TOP},
        "guarded cell": {"num_format": "@", "quote_prefix": True, **_TOP},
        "guarded wrapped": {"num_format": "@", "quote_prefix": True, "text_wrap": True, **_TOP},
        "number": {"num_format": "0", **_RIGHT},
        "count": {"num_format": "#,##0", **_RIGHT},
        "fraction": {"num_format": "0.0#####", **_RIGHT},
        "share": {"num_format": "0.0 %", **_RIGHT},
        "instant": {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left", **_TOP},
        "day": {"num_format": "yyyy-mm-dd", "align": "left", **_TOP},
        "link": _LINK,
        "wrapped link": {**_LINK, "text_wrap": True},
        "mark": {"align": "center", **_TOP},
        "linked mark": {**_LINK, "align": "center"},
        "bad mark": {**_LINK, "align": "center", "bold": True, "font_color": _ORANGE, "bg_color": "#FDEADF"},
        "bad count": {"num_format": "#,##0", "bold": True, "font_color": _ORANGE, **_RIGHT},
        "open": _TO_FILL,
        "open day": {**_TO_FILL, "num_format": "yyyy-mm-dd", "align": "left"},
    }
)


@dataclass(frozen=True)
class Looks:
    """What stands in the margins of every sheet.

    Attributes
    ----------
    audit : str
        Title of the audit.
    package : str
        By which a sheet on paper finds back to its package.
    """

    audit: str
    package: str


class Book:
    """A workbook that is being written, with its formats.

    Parameters
    ----------
    target : Path
        The ``.xlsx`` to write; replaced if it is there.
    looks : Looks
    created : datetime
        The date inside the file: equal cells give equal bytes.
    """

    def __init__(self, target: Path, looks: Looks, created: datetime) -> None:
        options = {
            "constant_memory": True,  # rows go to disk one by one
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": "Calibri", "font_size": 10},
        }
        self._target, self._looks = target, looks
        self._book = xlsxwriter.Workbook(str(target), options)
        self._book.set_properties({"title": looks.audit, "author": "auditlib", "created": created.astimezone(UTC)})
        self.formats: dict[str, Any] = {name: self._book.add_format(dict(one)) for name, one in _FORMATS.items()}

    def sheet(self, name: str, says: str = "") -> QuickSheet:
        """Add a sheet that prints on landscape A4, its width on one page, package and page number on each.

        Parameters
        ----------
        name : str
        says : str
            What its rows are, for the head of each page.
        """
        sheet: QuickSheet = self._book.add_worksheet(name, worksheet_class=QuickSheet)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.65, bottom=0.65)
        sheet.fit_to_pages(1, 0)
        sheet.set_header(_margin("&8", self._looks.audit, says or name))
        sheet.set_footer(_margin("&8", self._looks.package, name, "&P / &N"))
        return sheet

    def close(self) -> None:
        """Write the workbook to its end.

        Raises
        ------
        OSError
            If the file can't be written.
        AuditError
            If it can't be for another reason.
        """
        try:
            self._book.close()
        except xlsxwriter.exceptions.XlsxWriterException as error:
            if isinstance(error.__context__, OSError):
                raise error.__context__ from None
            raise AuditError(f"{self._target}: can't be written: {error}") from error


def _margin(font: str, left: str, middle: str, right: str = "") -> str:
    """Return a header or footer of Excel; an ampersand of a text is no sign of the margin's own."""
    room = (_LONGEST_MARGIN - 20 - len(right)) // 2
    plain = (_without_codes(one, room) for one in (left, middle))
    # behind the size stands a space: a text may begin with a digit
    parts = "".join(f"&{place}{font} {text}" for place, text in zip("LC", plain, strict=True))
    return f"{parts}&R{font} {right}" if right else parts


def _without_codes(text: str, room: int) -> str:
    """Return as much of a text as a margin has room for, nothing in it a code of Excel's."""
    shown = shorten(visible_text(text), room).replace("&", "&&")
    return shown if len(shown) <= room else shorten(visible_text(text), room // 2).replace("&", "&&")


def look_of(text: str, look: str) -> str:
    """Return the format of a text: with Excel's own mark for text if it looks like a formula, else the one that is given."""
    if FORMULA_LIKE.match(text) is None:
        return look
    return f"guarded {look}" if f"guarded {look}" in _FORMATS else "guarded wrapped"


def fitting(text: str, whole: str) -> str:
    """Show unseen characters, and cut what is longer than a cell of Excel."""
    if len(text) <= _LONGEST_CELL // 2 and text.isprintable():  # nearly every cell
        return text
    text = visible_text(text, keep="\n\t")
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST_CELL:
        return text
    note = f" … [cut; the whole text is in {whole}]"
    return units[: 2 * (_LONGEST_CELL - len(note))].decode("utf-16-le", "ignore") + note
