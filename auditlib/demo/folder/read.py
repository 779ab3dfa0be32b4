"""Read the files of a folder: JSON, JSON lines, compressed or not, search pages and lists opened."""

from __future__ import annotations

import gzip
import json
import math
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from auditlib.demo.folder.issues import histories_of, issue_of, note_missing
from auditlib.demo.folder.shelf import Place, Shelf
from auditlib.demo.folder.values import short_text


def read_file(file: Path, name: str, shelf: Shelf) -> None:
    """Read one file into the shelf; what is not JSON, or not to be read, is ignored with its reason."""
    lower = name.lower()
    try:
        if lower.endswith(".json"):
            _read_record(_json(file.read_text("utf-8-sig")), Place(name), shelf)
        elif lower.endswith((".jsonl", ".jsonl.gz")):
            for place, line in _lines(file, name, shelf):
                _read_line(place, line, shelf)
        else:
            shelf.ignore(Place(name), "neither .json nor .jsonl nor .jsonl.gz")
    except (ValueError, RecursionError) as error:
        shelf.ignore(Place(name), f"not JSON ({short_text(error)})")
    except OSError as error:
        shelf.ignore(Place(name), f"can't be read ({short_text(error)})")


def _lines(file: Path, name: str, shelf: Shelf) -> Iterator[tuple[Place, bytes]]:
    """Yield the lines that hold something. A compressed file that ends early gives what it still holds."""
    number = 0
    with gzip.open(file) if file.suffix.lower() == ".gz" else file.open("rb") as stream:
        try:
            for number, line in enumerate(stream, 1):  # the last number is told if the file breaks off
                if line.strip():
                    yield Place(f"{name}:", number), line
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            shelf.ignore(Place(name), f"can't be unpacked after line {number} ({short_text(error)})")


def _read_line(place: Place, line: bytes, shelf: Shelf) -> None:
    try:
        record = _json(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        shelf.ignore(place, f"not JSON ({short_text(error)})")
    else:
        _read_record(record, place, shelf)


def _json(text: str) -> Any:
    """Decode JSON; what Python's reader takes and JSON does not know (NaN, Infinity, 1e999) could not be served again."""
    return json.loads(text, parse_constant=_finite, parse_float=_finite)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a number in JSON")
    return number


def _read_record(record: Any, place: Place, shelf: Shelf) -> None:
    """Take one decoded record: an issue, a search page, a list of issues, or something to name."""
    page = record.get("issues") if isinstance(record, dict) and "key" not in record else record
    if isinstance(page, list):
        if isinstance(record, dict) and isinstance(record.get("names"), dict):
            shelf.names.update({k: v for k, v in record["names"].items() if isinstance(v, str)})
        if not page:
            shelf.ignore(place, "an empty list")
        for number, item in enumerate(page, 1):
            _take(item, Place(f"{place}, item ", number), shelf)
    else:
        _take(record, place, shelf)


def _take(record: Any, place: Place, shelf: Shelf) -> None:
    if not isinstance(record, dict):
        shelf.ignore(place, "not an issue (not an object)")
        return
    try:
        issue = issue_of(record)
    except ValueError as error:
        shelf.ignore(place, f"not an issue ({error})")
        return
    issue.histories = list(histories_of(record, place, issue, shelf))
    note_missing(record, issue, shelf)
    shelf.put(issue, place)
