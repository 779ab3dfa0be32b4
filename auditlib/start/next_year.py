"""Next year's parameter file, written beside last year's: which package is the previous one, and what is to be looked at."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

from auditlib.deep_json import loads
from auditlib.errors import AuditError, UsageError
from auditlib.files import read_given
from auditlib.package.target import EVIDENCE, is_sealed
from auditlib.params.model import Parameters
from auditlib.params.reading import load_parameters, parse_parameters
from auditlib.phrases import listed
from auditlib.start.roll_forward import LEFT_OUT, OF_LAST_YEAR, rolled_forward
from auditlib.start.shelf import read_sheet


@dataclass(frozen=True)
class NextYear:
    """What was written.

    Attributes
    ----------
    difference : str
        From last year's file to the new one, line by line.
    told : tuple of str
        What a person has to look at.
    """

    difference: str
    told: tuple[str, ...]


def write_next_year(target: Path, old: Path, root: Path) -> NextYear:
    """Write next year's parameter file.

    Parameters
    ----------
    target : Path
        The file to write; must not exist.
    old : Path
        Last year's.
    root : Path
        Working directory, below which packages stand in ``evidence/``, and from which relative paths count.

    Raises
    ------
    ParameterError
        If last year's has an error.
    UsageError
        If the file exists, can't be written, or last year's can't be changed in place.
    """
    if target.exists() or target.is_symlink():
        raise UsageError(f"{target} exists, and is not written over; give another name")
    load_parameters(old)
    sheet = read_sheet(old)
    before = parse_parameters(sheet.text, old.as_posix())
    package = newest_package(before, root)
    named = None if package is None else package.relative_to(root).as_posix()
    text = rolled_forward(sheet.text, old.as_posix(), named)
    try:
        _write_new(target, text)
    except OSError as error:
        raise UsageError(f"{target}: can't be written: {error.strerror or type(error).__name__}") from None
    difference = difflib.unified_diff(
        sheet.text.splitlines(), text.splitlines(), old.as_posix(), target.as_posix(), lineterm="", n=0
    )
    return NextYear("\n".join(difference), tuple(_told(before, parse_parameters(text, str(target)), named)))


def _write_new(target: Path, text: str) -> None:
    """Write a file that is not there yet: whole, or not at all."""
    with target.open("x", encoding="utf-8", newline="\n") as stream:
        try:
            stream.write(text)
            stream.flush()
        except OSError:
            target.unlink(missing_ok=True)
            raise


def _told(before: Parameters, after: Parameters, previous: str | None) -> list[str]:
    told = []
    if previous is None:
        told.append(
            f"previous: no sealed package of “{before.audit}” over that period is below {EVIDENCE}/; set the key when there is "
            "one"
        )
    if before.audit == after.audit:
        told.append("audit: the title names no year of the period, so it is the same")
    if gone := [key for key in LEFT_OUT if getattr(before, key, None)]:
        told.append(f"left out, since they are of one year: {listed(gone)}")
    if kept := [key for key in OF_LAST_YEAR if getattr(after, key) is not None]:
        told.append(f"still last year's lists: {listed(kept)}")
    return told


def newest_package(params: Parameters, root: Path) -> Path | None:
    """Return the newest sealed package of an audit and period below ``evidence/``; None if there is none."""
    found = [(_pulled(folder), folder) for folder in sorted((root / EVIDENCE).glob("*")) if _is_of(folder, params)]
    return max(found)[1] if found else None


def _is_of(folder: Path, params: Parameters) -> bool:
    """Say whether a folder is a sealed package with a population, of the audit and period; what can't be read is none."""
    if not is_sealed(folder) or not (folder / "data" / "tables" / "population.csv").is_file():
        return False
    try:
        its = load_parameters(folder / "data" / "params.yaml")
    except AuditError:
        return False
    return (its.audit, its.period) == (params.audit, params.period)


def _pulled(folder: Path) -> str:
    """Return when the last answer of a package came, as it says; empty if it does not."""
    try:
        record = loads(read_given(folder / "data" / "run.json"))
        return str(record["pulled"]["to"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
