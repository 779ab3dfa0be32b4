"""Whether the issue numbers go on from last year's to this year's, and what each year says of the missing ones. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from auditlib.audit.yearly.rows import MOST_NAMED, Compared, Row, finding, of_numbers, of_texts
from auditlib.audit.yearly.year import Year, adjoin, whole
from auditlib.phrases import agreeing, counted, listed

_CLASSES: Final = ("numbers", "present", "missing", "moved", "deleted", "existed", "unexplained")


def compare_numbering(this: Year, last: Year) -> Compared:
    """Compare the numbering: where this year's numbers begin, the classes, and the numbers that both years look at.

    Notes
    -----
    Two ranges of adjoining periods may share missing numbers, which lie between the last issue of one and the first of the
    other. A number in neither range is one that nobody looked at.
    """
    ours, theirs = _by_project(this), _by_project(last)
    both = sorted({*ours} & {*theirs})
    joints = [_joint(project, ours[project], theirs[project]) for project in both]
    classes = tuple(of_numbers(f"numbering: {name}", _sum(ours, name), _sum(theirs, name)) for name in _CLASSES)
    skipped = [(project, gap) for project, gap, _ in joints if gap > 0]
    found = []
    if skipped and adjoin(this, last):
        said = listed([f"{project} {gap:,}" for project, gap in skipped], MOST_NAMED)
        total = sum(gap for _, gap in skipped)
        told = (
            f"{counted(total, 'issue number')} between last year's range and this one {agreeing(total, 'lies', 'lie')} in "
            f"neither, although the periods adjoin: {said}."
        )
        found.append(finding("numbers-between", "exception", told, total))
    rows = Compared((*classes, *(row for *_, row in joints)), tuple(found))
    return rows + _no_longer(this, last) + _other_class(this, last)


def _by_project(year: Year) -> dict[str, Mapping[str, str]]:
    """Return the numbering of each project that has numbers to account for."""
    return {row["project"]: row for row in year.rows("numbering") if row.get("first_number") and row.get("last_number")}


def _sum(projects: Mapping[str, Mapping[str, str]], name: str) -> int:
    return sum(whole(row.get(name, "")) for row in projects.values())


def _joint(project: str, ours: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[str, int, Row]:
    """Return a project, how many numbers lie between its two ranges (below 0: in both), and its row."""
    first, last = whole(ours["first_number"]), whole(theirs["last_number"])
    gap = first - last - 1
    if gap > 0:
        change, remark = f"{gap} between", "numbers in neither year"
    elif gap < 0:
        shared = min(last, whole(ours["last_number"])) - max(first, whole(theirs["first_number"])) + 1
        change, remark = f"{max(shared, 0)} in both", "numbers that both years look at"
    else:
        change, remark = "follows", "this year's first number is the next after last year's last"
    this_year = f"{ours['first_number']} to {ours['last_number']}"
    last_year = f"{theirs['first_number']} to {theirs['last_number']}"
    return project, gap, Row(f"numbering joins: {project}", this_year, last_year, change, remark)


def _no_longer(this: Year, last: Year) -> Compared:
    """Name issues of last year's population whose numbers are missing this year."""
    gaps = {row["key"]: row for row in this.rows("gaps")}
    keys = sorted({*gaps} & {*last.population})
    row = of_texts("numbering: present last year, missing this year", str(len(keys)), "0", _listed_gaps(keys, gaps))
    if not keys:
        return Compared((row,))
    verb = agreeing(len(keys), "does", "do")
    said = f"{counted(len(keys), 'issue')} of last year's population {verb} not answer any more: {_listed_gaps(keys, gaps)}."
    return Compared((row,), (finding("no-longer-there", "exception", said, len(keys)),))


def _listed_gaps(keys: Iterable[str], gaps: Mapping[str, Mapping[str, str]]) -> str:
    return listed([f"{key} ({gaps[key]['classification']})" for key in keys], MOST_NAMED)


def _other_class(this: Year, last: Year) -> Compared:
    """Name numbers that are missing in both years and are told to be something else."""
    ours, theirs = ({row["key"]: row["classification"] for row in year.rows("gaps")} for year in (this, last))
    both = sorted({*ours} & {*theirs})
    other = [key for key in both if ours[key] != theirs[key]]
    said = listed([f"{key} ({theirs[key]}, now {ours[key]})" for key in other], MOST_NAMED)
    remark = f"{counted(len(both), 'number')} missing in both years" + (f"; {said}" if said else "")
    return Compared((of_texts("numbering: missing in both, of another class", str(len(other)), "0", remark),))
