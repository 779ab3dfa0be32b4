"""Two sealed packages of one audit compared: which is this year's, what differs, and the lines that say so."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from auditlib.audit.yearly.rows import Row
from auditlib.audit.yearly.year import Year, days_in_both
from auditlib.deep_json import loads
from auditlib.errors import UsageError
from auditlib.evidence.years import Years, read_year, side_by_side
from auditlib.package.frozen import SealedFiles
from auditlib.package.previous import open_previous, read_file
from auditlib.phrases import counted, day
from auditlib.text import shorten, visible_text

_FIGURE: Final = 44
"""Columns of what is compared."""

_VALUE: Final = 24
"""Columns of a value; the whole of a longer one stands in the output for programs."""

_MARGIN: Final = 2

_OF_ISSUES: Final = ("issues: ", "histories: ")
"""How figures begin that say whether the same issues are in both: shown where they should be, also if all of them are."""


@dataclass(frozen=True)
class Side:
    """One of the two packages.

    Attributes
    ----------
    folder : Path
    digest : str
        SHA-256 of its tag manifest.
    made_by : str
        The version of auditlib that made it, with the commit where it is known.
    year : Year
        What is compared.
    """

    folder: Path
    digest: str
    made_by: str
    year: Year

    def record(self) -> dict[str, Any]:
        """Return the package for programs."""
        year = self.year
        return {
            "package": str(self.folder),
            "tagmanifest_sha256": self.digest,
            "made_by": self.made_by,
            "jira_url": year.url,
            "deployment": year.deployment,
            "period": {"start": year.start.isoformat(), "end": year.end.isoformat()},
            "tables": year.schema,
        }


@dataclass(frozen=True)
class Beside:
    """Two packages beside each other: this year's and last year's, with what the comparison comes to."""

    this: Side
    last: Side
    years: Years

    def record(self) -> dict[str, Any]:
        """Return all of it for programs; the rows are those of ``yearly.csv``."""
        compared = self.years.compared
        return {
            "this_year": self.this.record(),
            "last_year": self.last.record(),
            "conclusion": self.years.conclusion,
            "rows": [row._asdict() for row in compared.rows],
            "findings": [asdict(one) for one in compared.findings],
        }


def compare_packages(first: Path, second: Path) -> Beside:
    """Check two sealed packages whole, and compare them.

    Parameters
    ----------
    first, second : Path
        In any order: this year's is the one whose period begins later, of equal ones the second.

    Raises
    ------
    UsageError
        If one is not sealed, is not what was sealed, or has no population; if both are one package, or copies of one.
    """
    sides = sorted((_side(first), _side(second)), key=lambda side: (side.year.start, side.year.end))
    last, this = sides
    if last.digest == this.digest:
        raise UsageError(
            f"{first} and {second} are one package: SHA-256 of both tag manifests is {this.digest[:16]}…, so nothing can differ; "
            "name the package of another year, or of another Jira"
        )
    return Beside(this, last, side_by_side(this.year, last.year))


def _side(package: Path) -> Side:
    files = open_previous(package)
    year = read_year(partial(read_file, files), str(package))
    return Side(package, files.digest, _made_by(files), year)


def _made_by(files: SealedFiles) -> str:
    versions = loads(read_file(files, "run.json") or b"{}").get("versions")
    told = versions if isinstance(versions, dict) else {}
    version, commit = (str(told.get(name, "")) for name in ("auditlib", "commit"))
    return f"auditlib {version or 'of a version not told'}{f' ({commit[:12]})' if commit else ''}"


def comparison_lines(beside: Beside, width: int = 100, *, every: bool = False) -> list[str]:
    """Return a comparison as lines for a terminal.

    Parameters
    ----------
    beside : Beside
    width : int
        Columns of the screen.
    every : bool
        Whether rows that are the same in both years are shown too.
    """
    rows, shared = beside.years.compared.rows, days_in_both(beside.this.year, beside.last.year) > 0
    shown = [row for row in rows if every or row.change != "same" or (shared and row.figure.startswith(_OF_ISSUES))]
    hidden = len(rows) - len(shown)
    lines = [*_heading("This year", beside.this), *_heading("Last year", beside.last), ""]
    lines += [_columns("figure", "this year", "last year", "change"), "-" * min(width, _FIGURE + 2 * _VALUE + 22)]
    for row in shown:
        lines += _row(row, width)
    if hidden:
        lines += ["", f"{counted(hidden, 'figure')} more that are the same in both; --all shows them"]
    return [*lines, "", *_findings(beside, width), *_filled(beside.years.conclusion, width, "")]


def _heading(word: str, side: Side) -> list[str]:
    year = side.year
    where = "Jira Cloud" if year.deployment == "cloud" else "Jira Data Center"
    return [
        f"{word}  {visible_text(str(side.folder))}",
        f"           {day(year.start)} to {day(year.end)}; {where}, {visible_text(year.url)}",
        f"           {visible_text(side.made_by)}, tables {year.schema}; tag manifest {side.digest[:16]}…",
    ]


def _row(row: Row, width: int) -> Iterator[str]:
    yield _columns(*(visible_text(cell) for cell in row[:4]))
    if row.remark:
        yield from _filled(visible_text(row.remark), width, " " * (_MARGIN + 2))


def _columns(figure: str, this: str, last: str, change: str) -> str:
    """Return the cells below each other's; a figure that is too long has a line of its own."""
    name = figure if len(figure) <= _FIGURE else f"{figure}\n{'':<{_FIGURE}}"
    values = "".join(f"{'':<{_MARGIN}}{shorten(one, _VALUE):<{_VALUE}}" for one in (this, last))
    return f"{name:<{_FIGURE}}{values}{'':<{_MARGIN}}{change}".rstrip()


def _findings(beside: Beside, width: int) -> Iterator[str]:
    found = beside.years.compared.findings
    for one in sorted(found, key=lambda it: ("exception", "limit", "note").index(it.severity)):
        first, *more = _filled(visible_text(one.statement), width, " " * 11)
        yield f"{one.severity:<11}{first.lstrip()}"
        yield from more
    if found:
        yield ""


def _filled(sentence: str, width: int, margin: str) -> Sequence[str]:
    wide = max(40, width)
    return textwrap.wrap(
        sentence, wide, initial_indent=margin, subsequent_indent=margin, break_long_words=False, break_on_hyphens=False
    )
