"""The lines of the index, read one by one: each as a run writes it, each response and each question once, each file named."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from auditlib.errors import AnswerError
from auditlib.evidence.differences import Difference, Kind
from auditlib.package.disk import open_bytes, walk
from auditlib.responses.bounds import LARGEST_ANSWER
from auditlib.responses.entry import Entry, read_line, write_line
from auditlib.responses.topics import read_topic

INDEX: Final = "data/raw/index.jsonl"

_LONGEST_LINE: Final = 2 * LARGEST_ANSWER


class Line(NamedTuple):
    """A line of the index, read."""

    number: int
    text: bytes
    entry: Entry
    feeds: Any


def path_of(entry: Entry) -> str:
    """Return where a response lies, from the package's folder on."""
    return f"data/{entry.file.removeprefix('../')}" if entry.file.startswith("../") else f"data/raw/{entry.file}"


def of_line(number: int, found: str, expected: str) -> Difference:
    """Return the difference of a line: what it says, and what it should."""
    return Difference(Kind.INDEX_LINE, INDEX, expected, found, number)


def check_lines(folder: Path, lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield what the lines say that no run writes: another form, a response or a question twice, a file without a line."""
    for line in lines:
        yield from _written_otherwise(line)
    yield from _twice(lines)
    yield from _unnamed_files(folder, lines)


def read_index(folder: Path) -> tuple[list[Line], list[Difference]]:
    """Read every line of the index of a package: those that can be read, and what is wrong with the others."""
    lines, differences = list[Line](), list[Difference]()
    with open_bytes(folder / INDEX) as stream:
        for number, text in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), start=1):
            try:
                entry, record = read_line(text), json.loads(text)
            except (AnswerError, ValueError, RecursionError) as error:
                differences.append(of_line(number, str(error), "a line of the index"))
                continue
            line = Line(number, text, entry, record.get("feeds"))
            lines.append(line)
    return lines, differences


def _written_otherwise(line: Line) -> Iterator[Difference]:
    """Yield what is not written as a run writes it: other members, another order, a file in the folder of another topic."""
    feeds = line.feeds if isinstance(line.feeds, dict) else {}
    if write_line(line.entry, feeds).encode("utf-8", "surrogatepass") != line.text:
        yield of_line(line.number, "is not written as a run writes it", "the members of a response, in their order")
    topic, _, name = line.entry.file.rpartition("/")
    attachment = line.entry.file.startswith("../")
    key = read_topic(line.entry.topic).parts.get("key")
    if (topic != line.entry.topic and not attachment) or (attachment and f"/dossiers/{key}/" not in line.entry.file):
        yield of_line(line.number, f"names the file {line.entry.file}", f"a file of {line.entry.topic}")
    if name.endswith(".refused.gz") and not line.entry.refused:
        yield of_line(line.number, f"takes {line.entry.file} for usable", "why it can't be used")


def _twice(lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each line that names a response which a line before names, or answers a question once more."""
    files: dict[str, int] = {}
    questions: dict[tuple[str, str], int] = {}
    for number, _, entry, _ in lines:
        if (before := files.setdefault(entry.file, number)) != number:
            yield of_line(number, f"names {entry.file}", f"a response that line {before} does not name")
        elif not entry.refused:
            asked = entry.topic, entry.request.digest
            if (before := questions.setdefault(asked, number)) != number:
                yield of_line(number, f"asks {entry.request}", f"a question that line {before} does not ask")


def _unnamed_files(folder: Path, lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each file of a response that no line names."""
    named = {path_of(one.entry) for one in lines}
    for top in ("data/raw", "data/dossiers"):
        if not (folder / top).is_dir():
            continue
        for path, kind in walk(folder, top):
            is_response = top == "data/raw" or "/attachments/" in path
            if kind == "file" and is_response and path not in named and path != INDEX:
                yield Difference(Kind.NO_LINE, path)
