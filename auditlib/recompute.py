"""The tables of a package, computed again from its own raw responses: what ``verify`` compares."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from auditlib.evidence import open_evidence
from auditlib.text import shorten, visible_text

_LONGEST: Final = 80


def recompute(package: Path) -> list[str]:
    """Compute every table of a package again from its raw responses, and name each that differs.

    Parameters
    ----------
    package : Path
        A package; nothing is written into it.

    Returns
    -------
    list of str
        One line a difference; empty if all are equal to the byte. A package from which they can't be computed, for
        whatever reason, is a difference too: someone else may have made it so.
    """
    try:
        expected = _computed(package)
    except Exception as error:  # noqa: BLE001 - a spoilt package may fail anywhere, and that is what is to be told
        said = shorten(visible_text(" ".join(str(error).split())), 500)
        kind = "" if type(error).__module__.startswith("auditlib") else f"{type(error).__name__}: "
        return [f"the tables can't be computed again: {kind}{said}"]
    folder = package / "data" / "tables"
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    differences = []
    for name in sorted(expected.keys() | present):
        shown = f"tables/{visible_text(name)}"
        if name not in present:
            differences.append(f"{shown} is missing; the raw responses give {len(expected[name]):,} bytes")
        elif name not in expected:
            differences.append(f"{shown} is not a table that the raw responses give")
        elif (folder / name).read_bytes() != expected[name]:
            first = _first_difference((folder / name).read_bytes(), expected[name])
            differences.append(f"{shown} differs from what the raw responses give: {first}")
    return differences


def _computed(package: Path) -> dict[str, bytes]:
    """Return the content of every file in ``tables/``, after each response was found to be what the index says."""
    evidence = open_evidence(package)
    for entry in evidence.store.entries():
        evidence.store.body(entry)
    return evidence.table_files()


def _first_difference(found: bytes, wanted: bytes) -> str:
    lines = zip(found.splitlines(), wanted.splitlines(), strict=False)
    for number, (one, other) in enumerate(lines, start=1):
        if one != other:
            pairs = enumerate(zip(one, other, strict=False))
            start = next((place for place, pair in pairs if pair[0] != pair[1]), min(len(one), len(other)))
            return f"line {number} is {_shown(one, start)}, computed {_shown(other, start)}"
    return f"{len(found.splitlines()):,} lines, computed {len(wanted.splitlines()):,}"


def _shown(line: bytes, start: int) -> str:
    """Show a line about the place where it differs, so that the difference is in what is shown."""
    begin = max(0, start - _LONGEST // 2)
    text = visible_text(line[begin : begin + _LONGEST].decode("utf-8", "replace"))
    return f"{'…' if begin else ''}{text!r}{'…' if len(line) > begin + _LONGEST else ''}"
