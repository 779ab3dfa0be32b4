"""Exceptions of two years: new, gone, or found again, which asks why last year's answer did not mend it."""

from __future__ import annotations

from two_years import by_figure, found, said, year

from auditlib.audit.yearly.repeats import compare_findings


def row(name: str, severity: str = "exception", count: int = 1, cause: str = "") -> dict[str, str]:
    return {"id": name, "severity": severity, "count": str(count), "cause": cause}


THIS = [row("a", count=3, cause="what it is"), row("b"), row("l", "limit"), row("yearly.gap")]
LAST = [row("a", count=1), row("c"), row("n", "note"), row("yearly.gap")]


def test_each_exception_is_new_gone_or_found_in_both():
    """Those of a comparison are of two years, and are not compared themselves."""
    rows = by_figure(compare_findings(year(tables={"findings": THIS}), year(2025, tables={"findings": LAST})))
    assert rows["exception: a"] == ("3", "1", "2 more", "found in both years")
    assert rows["exception: b"] == ("1", "", "new", "")
    assert rows["exception: c"] == ("", "1", "gone", "")
    assert rows["findings: exception"][:2] == ("2", "2")
    assert "exception: yearly.gap" not in rows


def test_what_is_found_again_is_one_finding_by_cause():
    """It asks its own question."""
    compared = compare_findings(year(tables={"findings": THIS}), year(2025, tables={"findings": LAST}))
    assert found(compared) == {"repeated": ("exception", 1)}
    assert said(compared) == ["1 of 2 exceptions was found last year, too: what it is."]


def test_within_shared_days_nothing_is_called_repeated():
    """It may be the same case twice."""
    assert found(compare_findings(year(tables={"findings": THIS}), year(tables={"findings": LAST}))) == {}
