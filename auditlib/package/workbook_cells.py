"""Two Excel workbooks beside each other, cell by cell: both were written by xlsxwriter, or one of them says so."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Final
from xml.etree import ElementTree as ET

_SHEET: Final = re.compile(r"xl/worksheets/sheet([0-9]+)\.xml")
_NAMES: Final = re.compile(r'<sheet name="([^"]*)"')
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_SPARE: Final = 1 << 20
_LONGEST: Final = 80

Places = Iterator[tuple[str, str, str]]


def workbook_differences(found: bytes, wanted: bytes) -> Places:
    """Yield where a workbook differs from the one that was computed: the sheet and the cell, or the part of the file.

    Parameters
    ----------
    found : bytes
        The workbook of a package; may be anything.
    wanted : bytes
        The one computed.

    Yields
    ------
    tuple of (str, str, str)
        Where, what is found there, what was computed.
    """
    ours = _parts(wanted, {})
    try:
        theirs = _parts(found, {name: len(content) for name, content in ours.items()})
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        yield "the file", f"no workbook ({error})", "a workbook"
        return
    names, texts = _sheet_names(ours), "xl/sharedStrings.xml"
    other_texts = theirs.get(texts) != ours.get(texts)  # to which cells refer by number
    for part in sorted({*ours, *theirs}):
        if part not in theirs or part not in ours:
            yield part, _there(part in theirs), _there(part in ours)
        elif theirs[part] != ours[part] or (other_texts and _SHEET.fullmatch(part)):
            yield from _part_differences(part, theirs, ours, names)


def _part_differences(part: str, theirs: dict[str, bytes], ours: dict[str, bytes], names: list[str]) -> Places:
    """Yield the cells of a sheet that differ; of anything else, that it does."""
    sheet = _SHEET.fullmatch(part)
    number = int(sheet[1]) if sheet else 0
    name = f"sheet {names[number - 1]!r}" if 0 < number <= len(names) else part
    try:
        cells = (_cells(one[part], _shared(one)) for one in (theirs, ours)) if sheet else iter(({}, {}))
        found, wanted = cells
    except (ET.ParseError, ValueError, LookupError) as error:
        yield name, f"not readable ({error})", "readable"
        return
    some = False
    for place in sorted({*found, *wanted}, key=_by_place):
        if found.get(place) != wanted.get(place):
            some = True
            yield f"{name}, cell {place}", _shown(found.get(place)), _shown(wanted.get(place))
    if not some and theirs[part] != ours[part] and part != "xl/sharedStrings.xml":
        yield name, "formatted otherwise", "as it is written"


def _parts(content: bytes, sizes: dict[str, int]) -> dict[str, bytes]:
    """Return the parts of a workbook; of one that may be anything, each no longer than twice what it should be."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
        if sizes and len(infos) > 2 * len(sizes) + 10:
            raise ValueError(f"it has {len(infos):,} parts")
        if len({one.filename for one in infos}) != len(infos):
            raise ValueError("a part is there twice")
        return {one.filename: _read(archive, one, sizes) for one in infos}


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, sizes: dict[str, int]) -> bytes:
    longest = 2 * sizes.get(info.filename, 0) + _SPARE if sizes else info.file_size
    with archive.open(info) as stream:
        content = stream.read(longest + 1)
    if len(content) > longest:
        raise ValueError(f"{info.filename} is far too long")
    return content


def _sheet_names(parts: dict[str, bytes]) -> list[str]:
    return [unescape(name) for name in _NAMES.findall(parts.get("xl/workbook.xml", b"").decode("utf-8", "replace"))]


def _parsed(content: bytes) -> ET.Element:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("it declares entities")
    return ET.fromstring(content)  # noqa: S314 - what can grow was refused above


def _shared(parts: dict[str, bytes]) -> list[str]:
    """Return the texts that cells refer to by number."""
    content = parts.get("xl/sharedStrings.xml")
    return [] if content is None else ["".join(one.itertext()) for one in _parsed(content).findall(f"{_MAIN}si")]


def _cells(content: bytes, shared: list[str]) -> dict[str, str]:
    """Return what each cell of a sheet holds: its text, number or formula."""
    found = {}
    for cell in _parsed(content).iter(f"{_MAIN}c"):
        formula, value = cell.find(f"{_MAIN}f"), cell.find(f"{_MAIN}v")
        text = "".join(cell.itertext()) if value is None else str(value.text or "")
        if cell.get("t") == "s" and value is not None:
            text = shared[int(text)]
        if formula is not None:
            text = f"={formula.text or ''}"
        if text:
            found[str(cell.get("r"))] = text
    return found


def _by_place(place: str) -> tuple[int, int, str]:
    letters = place.rstrip("0123456789")
    number = place[len(letters) :]
    return int(number[:9] or 0), len(letters), letters


def _there(there: bool) -> str:
    return "there" if there else "not there"


def _shown(text: str | None) -> str:
    if text is None:
        return "empty"
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
