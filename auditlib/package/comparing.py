"""One file of a package beside what it should be: where they differ, in the words of its kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from auditlib.evidence.differences import Difference, Kind
from auditlib.package.disk import open_bytes
from auditlib.package.workbook_cells import workbook_differences
from auditlib.text import shorten, visible_text

_LONGEST: Final = 80
_MOST: Final = 20
"""Places of one file that are named one by one."""

_SPARE: Final = 1 << 20
"""Bytes by which a file may be larger than twice what it should be, and still be read to say where it differs."""

Places = Iterator[tuple[str, str, str]]
"""Of each place: where it is, what is found there, what was computed."""


def compare_file(data: Path, name: str, expected: bytes | None) -> Iterator[Difference]:
    """Compare a file of a package with what it should be.

    Parameters
    ----------
    data : Path
        The package's folder ``data``.
    name : str
        Path below it.
    expected : bytes or None
        What the raw responses give; None if that is nothing.

    Yields
    ------
    Difference
        Of each place at which it differs, as far as its kind has places; nothing if it is equal to the byte.
    """
    path, there = f"data/{name}", (data / name).is_file()
    if expected is None:
        if there:
            yield Difference(Kind.NOT_GIVEN, path)
        return
    if not there:
        yield Difference(Kind.NOT_THERE, path, f"{len(expected):,} bytes")
        return
    size = (data / name).stat().st_size
    if size > 2 * len(expected) + _SPARE:
        yield Difference(Kind.CONTENT, path, f"{len(expected):,}", f"it has {size:,} bytes")
        return
    with open_bytes(data / name) as stream:
        found = stream.read(2 * len(expected) + _SPARE)
    if found == expected:
        return
    if found.replace(b"\r\n", b"\n") == expected:
        yield Difference(Kind.LINE_ENDS, path)
        return
    suffix = Path(name).suffix
    places = list(islice(_PLACES.get(suffix, _first_difference)(found, expected), _MOST + 1))
    otherwise = _first_byte if suffix in _PACKED else _first_difference
    for where, one, other in places[:_MOST] or otherwise(found, expected):
        yield Difference(Kind.CONTENT, path, other, f"{where} is {one}")
    if len(places) > _MOST:
        yield Difference(Kind.CONTENT, path, "otherwise", f"more than {_MOST} places in all; what follows")


def _first_difference(found: bytes, wanted: bytes) -> Places:
    """Yield the line at which two texts differ first."""
    lines = zip(found.splitlines(), wanted.splitlines(), strict=False)
    for number, (one, other) in enumerate(lines, start=1):
        if one != other:
            pairs = enumerate(zip(one, other, strict=False))
            start = next((place for place, pair in pairs if pair[0] != pair[1]), min(len(one), len(other)))
            yield f"line {number}", _shown(one, start), _shown(other, start)
            return
    yield "its end", f"after {len(found.splitlines()):,} lines", f"after {len(wanted.splitlines()):,}"


def _first_byte(found: bytes, wanted: bytes) -> Places:
    """Yield the byte at which two files differ first that are no texts."""
    pairs = enumerate(zip(found, wanted, strict=False))
    place = next((place for place, pair in pairs if pair[0] != pair[1]), min(len(found), len(wanted)))
    yield f"byte {place + 1:,} of {len(found):,}", found[place : place + 8].hex(" "), wanted[place : place + 8].hex(" ")


def _shown(line: bytes, start: int) -> str:
    """Show a line about the place where it differs, so that the difference is in what is shown."""
    begin = max(0, start - _LONGEST // 2)
    text = visible_text(line[begin : begin + _LONGEST].decode("utf-8", "replace"))
    return f"{'…' if begin else ''}{text!r}{'…' if len(line) > begin + _LONGEST else ''}"


def _members(found: bytes, wanted: bytes) -> Places:
    """Yield the members of two JSON files that differ, each with its way from the top."""
    try:
        theirs = json.loads(found)
    except (ValueError, RecursionError):
        return
    yield from json_differences(theirs, json.loads(wanted))


def json_differences(found: Any, wanted: Any, where: str = "") -> Places:
    """Yield where two values of JSON differ: the way there, what is found, what was computed.

    >>> list(json_differences({"figures": {"population": 3}}, {"figures": {"population": 4}}))
    [('figures.population', '3', '4')]
    """
    if isinstance(found, dict) and isinstance(wanted, dict):
        for name in [*wanted, *(name for name in found if name not in wanted)]:
            inner = f"{where}.{name}" if where else str(name)
            if name not in found or name not in wanted:
                yield inner, _value(found, name), _value(wanted, name)
            else:
                yield from json_differences(found[name], wanted[name], inner)
    elif isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        for place, (one, other) in enumerate(zip(found, wanted, strict=True)):
            yield from json_differences(one, other, f"{where}[{place}]")
    elif type(found) is not type(wanted) or found != wanted:
        start = _departs(found, wanted) if isinstance(found, str) and isinstance(wanted, str) else 0
        one, other = (_shown(_text(value).encode("utf-8", "replace"), start) for value in (found, wanted))
        yield visible_text(where), one, other


def _departs(one: str, other: str) -> int:
    """Return the byte from which on two texts differ."""
    same = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return len(one[:same].encode("utf-8", "replace"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else shorten(json.dumps(value, ensure_ascii=False), 1000)


def _value(holder: Mapping[str, Any], name: str) -> str:
    return shorten(visible_text(_text(holder[name])), _LONGEST) if name in holder else "not there"


def _cells(found: bytes, wanted: bytes) -> Places:
    yield from workbook_differences(found, wanted)


def _notebook(found: bytes, wanted: bytes) -> Places:
    """Yield where two executed notebooks differ: the cell, and which part of it."""
    try:
        theirs, ours = (_joined(json.loads(one)) for one in (found, wanted))
    except (ValueError, RecursionError):
        return
    for where, one, other in json_differences(theirs, ours):
        yield where.replace("cells[", "cell [", 1), one, other


def _joined(value: Any) -> Any:
    """Return a notebook with each text in one piece, which its file holds line by line."""
    if isinstance(value, list):
        return (
            "".join(value) if value and all(isinstance(one, str) for one in value) else [_joined(one) for one in value]
        )
    return {name: _joined(one) for name, one in value.items()} if isinstance(value, dict) else value


_PACKED: Final = frozenset({".png", ".pdf", ".xlsx"})
"""Files that have no lines."""

_PLACES: Final[Mapping[str, Callable[[bytes, bytes], Places]]] = MappingProxyType(
    {
        ".json": _members,
        ".ipynb": _notebook,
        ".xlsx": _cells,
        ".png": _first_byte,
        ".pdf": _first_byte,
    }
)
