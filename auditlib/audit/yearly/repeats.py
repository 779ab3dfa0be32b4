"""Which findings are new, which are gone, and which exceptions stand for the second year. Pure."""

from __future__ import annotations

from auditlib.audit.finding import SEVERITIES
from auditlib.audit.yearly.rows import MOST_NAMED, Compared, Row, finding, of_numbers
from auditlib.audit.yearly.year import Year, days_in_both, whole
from auditlib.phrases import agreeing, clauses, counted

_OURS = "yearly."
"""How the findings of a comparison begin, which are of two years and not of one."""


def compare_findings(this: Year, last: Year) -> Compared:
    """Compare the findings: how many of each severity, and each exception by its id.

    Notes
    -----
    Where the periods share days, an exception that stands in both packages may be the same case told twice, so that it is
    not called repeated.
    """
    counts = [of_numbers(f"findings: {name}", len(_of(this, name)), len(_of(last, name))) for name in SEVERITIES]
    ours, theirs = _of(this, "exception"), _of(last, "exception")
    rows = [_row(name, ours.get(name), theirs.get(name)) for name in sorted({*ours, *theirs})]
    again = sorted({*ours} & {*theirs})
    if not again or days_in_both(this, last):
        return Compared((*counts, *rows))
    verb = agreeing(len(again), "was", "were")
    causes = {row["id"]: row.get("cause") or row["id"] for row in this.rows("findings")}
    named = clauses(list(dict.fromkeys(causes[one] for one in again)), MOST_NAMED)
    said = f"{len(again):,} of {counted(len(ours), 'exception')} {verb} found last year, too: {named}."
    return Compared((*counts, *rows), (finding("repeated", "exception", said, len(again)),))


def _of(year: Year, severity: str) -> dict[str, int]:
    """Return the findings of a severity by id, each with how many it concerns; not those of a comparison."""
    return {
        row["id"]: whole(row["count"])
        for row in year.rows("findings")
        if row["severity"] == severity and not row["id"].startswith(_OURS)
    }


def _row(name: str, this: int | None, last: int | None) -> Row:
    figure = f"exception: {name}"
    if this is None or last is None:
        return Row(figure, _told(this), _told(last), "new" if last is None else "gone")
    return of_numbers(figure, this, last, "found in both years")


def _told(count: int | None) -> str:
    return "" if count is None else str(count)
