"""The tables and dossiers of a package, computed again from its own raw responses: what ``verify`` compares."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from auditlib import __version__
from auditlib.errors import AnswerError
from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference, Kind
from auditlib.package.opening import compared, opened
from auditlib.package.transit import left_by_a_file_manager
from auditlib.text import visible_text

_LONGEST: Final = 80


def recompute(package: Path, opening: Callable[[Path], Content | Difference] = opened) -> list[Difference]:
    """Compute every table and dossier of a package again from its raw responses, and name each that differs.

    Parameters
    ----------
    package : Path
        A package; nothing is written into it.
    opening : callable
        As `opened`; one that remembers lets other checks share what is computed.

    Returns
    -------
    list of Difference
        Of each file; empty if all are equal to the byte. A package from which they can't be computed, for
        whatever reason, is a difference too: someone else may have made it so. Of versions of the schema that are not
        known here, that alone.
    """
    return compared(package, _differing, opening)


def _differing(records: Content) -> list[Difference]:
    package, expected = records.folder, _computed(records)
    data = package / "data"
    present = {path.relative_to(data).as_posix() for path in (data / "tables").glob("*") if path.is_file()}
    present |= {path.relative_to(data).as_posix() for path in (data / "dossiers").glob("*/*") if path.is_file()}
    names = expected.keys() | {name for name in present if not left_by_a_file_manager(name)}
    differences = [one for name in sorted(names) for one in _compare(data, name, expected.get(name))]
    return [*_other_version(data, differences), *differences]


def _compare(data: Path, name: str, expected: bytes | None) -> Iterator[Difference]:
    """Compare a file with what the raw responses give, None if that is nothing."""
    path = f"data/{name}"
    found = (data / name).read_bytes() if (data / name).is_file() else None
    if expected is None:
        yield Difference(Kind.NOT_GIVEN, path)
    elif found is None:
        yield Difference(Kind.NOT_THERE, path, f"{len(expected):,} bytes")
    elif found != expected and found.replace(b"\r\n", b"\n") == expected:
        yield Difference(Kind.LINE_ENDS, path)
    elif found != expected:
        yield Difference(Kind.CONTENT, path, *_first_difference(found, expected))


def _other_version(data: Path, differences: Sequence[Difference]) -> list[Difference]:
    """Say first if another version made the package: its tables and pages may have another form, with the same content."""
    try:
        made_by = json.loads((data / "run.json").read_text(encoding="utf-8"))["versions"]["auditlib"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    if not differences or made_by == __version__:
        return []
    return [Difference(Kind.OTHER_VERSION, "data/run.json", __version__, str(made_by))]


def _computed(evidence: Content) -> dict[str, bytes]:
    """Return the content of every table and dossier, by path, after each response was found to be what the index says."""
    for entry in evidence.store.entries():
        size = len(evidence.store.body(entry))
        if size != entry.size:
            raise AnswerError(f"raw/{entry.file} has {size:,} bytes, raw/index.jsonl says {entry.size:,}")
    written = {f"tables/{name}": content for name, content in evidence.table_files().items()}
    return written | evidence.dossier_files()


def _first_difference(found: bytes, wanted: bytes) -> tuple[str, str]:
    """Return where two files differ first: what was computed, and what was found."""
    lines = zip(found.splitlines(), wanted.splitlines(), strict=False)
    for number, (one, other) in enumerate(lines, start=1):
        if one != other:
            pairs = enumerate(zip(one, other, strict=False))
            start = next((place for place, pair in pairs if pair[0] != pair[1]), min(len(one), len(other)))
            return _shown(other, start), f"line {number} is {_shown(one, start)}"
    return f"{len(wanted.splitlines()):,}", f"{len(found.splitlines()):,} lines"


def _shown(line: bytes, start: int) -> str:
    """Show a line about the place where it differs, so that the difference is in what is shown."""
    begin = max(0, start - _LONGEST // 2)
    text = visible_text(line[begin : begin + _LONGEST].decode("utf-8", "replace"))
    return f"{'…' if begin else ''}{text!r}{'…' if len(line) > begin + _LONGEST else ''}"
