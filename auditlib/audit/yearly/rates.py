"""Deviations by control and attribute, this year and last year. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from auditlib.audit.yearly.rows import Compared, Row, of_texts
from auditlib.audit.yearly.year import Year, whole
from auditlib.phrases import share


class _Rate(NamedTuple):
    deviations: int
    tested: int

    @property
    def words(self) -> str:
        return (
            f"{self.deviations} of {self.tested} ({share(self.deviations, self.tested)})"
            if self.tested
            else "none tested"
        )


def compare_rates(this: Year, last: Year) -> Compared:
    """Compare the deviations of each control of the library and each attribute: of the population where it was tested."""
    ours, theirs = _rates(this), _rates(last)
    return Compared(tuple(_row(figure, ours, theirs) for figure in sorted({*ours, *theirs})))


def _row(figure: str, ours: Mapping[str, _Rate], theirs: Mapping[str, _Rate]) -> Row:
    this, last = ours.get(figure), theirs.get(figure)
    if this is None or last is None:
        remark = "not tested last year" if last is None else "not tested this year"
        return of_texts(figure, this.words if this else "", last.words if last else "", remark)
    return Row(figure, this.words, last.words, _change(this, last))


def _change(this: _Rate, last: _Rate) -> str:
    """Say how the rate changed, in points of percent.

    >>> _change(_Rate(1, 4), _Rate(1, 8)), _change(_Rate(0, 3), _Rate(0, 9))
    ('12.5 points more', 'same')
    """
    if not this.tested or not last.tested:
        return "same" if this == last else "other"
    crossed = this.deviations * last.tested - last.deviations * this.tested
    if not crossed:
        return "same"
    points = f"{abs(100 * crossed) / (this.tested * last.tested):.1f}"
    return f"{'less than 0.1' if points == '0.0' else points} points {'more' if crossed > 0 else 'fewer'}"


def _rates(year: Year) -> dict[str, _Rate]:
    """Return deviations and tests by control and attribute; of an attribute the population's row comes first."""
    rates: dict[str, _Rate] = {}
    for row in year.rows("control_rates"):
        rates[f"control: {row['control']}"] = _Rate(whole(row["deviations"]), whole(row["population_tested"]))
    for scope in ("sample", "population"):
        for row in year.rows("attribute_rates"):
            deviations = whole(row["exceptions"]) + whole(row["no_evidence"])
            if row["scope"] == scope and (scope == "sample" or whole(row["tested"])):
                rates[f"attribute: {row['attribute']}"] = _Rate(deviations, whole(row["tested"]))
    return rates
