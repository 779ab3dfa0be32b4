"""Counts of two years stand beside each other, and add up to their populations."""

from __future__ import annotations

from two_years import by_figure, issue, year

from auditlib.audit.yearly.counts import compare_counts


def test_counts_by_project_and_category_add_up():
    """To the population of each year, whatever is new or gone."""
    this = year(tables={"population": [issue("AB-1"), issue("CD-1", status_category="new")], "sample": [issue("AB-1")]})
    last = year(
        2025,
        tables={
            "population": [issue("AB-7"), issue("AB-8"), issue("AB-9")],
            "excluded": [{"key": "AB-2", "reason": "filter"}],
            "sample": [issue("AB-7"), issue("AB-8")],
        },
    )
    rows = by_figure(compare_counts(this, last))
    for place in (0, 1):
        for parts in ("population: ", "status category: "):
            counted = sum(int(row[place]) for name, row in rows.items() if name.startswith(parts))
            assert counted == int(rows["population"][place])
    assert rows["excluded: filter"] == ("0", "1", "1 fewer", "")
    assert rows["sample"] == ("1", "2", "1 fewer", "0 sampled in both years")
