"""Two sealed packages compared on a terminal: which is this year's, what differs, what an auditor would ask."""

from __future__ import annotations

import shutil

import pytest
from two_years import sealed_year

from auditlib.errors import UsageError
from auditlib.run.two_packages import compare_packages, comparison_lines


def test_the_later_period_is_this_years_whichever_is_named_first(tmp_path):
    """Of equal ones the second."""
    old, young = sealed_year(tmp_path / "old", 2025, "AB-1"), sealed_year(tmp_path / "young", 2026, "AB-2")
    again = sealed_year(tmp_path / "again", 2026, "AB-2", "AB-3")
    assert compare_packages(old, young).record() == compare_packages(young, old).record()
    assert compare_packages(old, young).this.folder == young
    assert compare_packages(young, again).this.folder == again


def test_what_differs_is_shown_and_what_is_the_same_is_counted(tmp_path):
    """All of it with a word; for programs always."""
    beside = compare_packages(
        sealed_year(tmp_path / "old", 2025, "AB-1"),
        sealed_year(tmp_path / "young", 2026, "AB-2", "AB-3", jql="updated > 1"),
    )
    lines = comparison_lines(beside, 90)
    some, every = "\n".join(lines), "\n".join(comparison_lines(beside, 90, every=True))
    assert any(line.split() == ["population", "2", "1", "1", "more"] for line in lines)
    assert "excluded" not in some
    assert "excluded" in every
    assert "exception  The population is asked for by another query" in some
    assert lines[-1].endswith("answer.")
    assert all(len(line) <= 120 for line in lines)
    record = beside.record()
    assert record["this_year"]["period"] == {"start": "2026-01-01", "end": "2026-12-31"}
    assert {row["figure"] for row in record["rows"]} >= {"population", "excluded", "query"}
    assert [one["id"] for one in record["findings"]] == ["yearly.query"]


def test_of_the_same_days_it_is_shown_that_nothing_was_lost(tmp_path):
    """Rows of issues stand there although they are the same: that is what is asked."""
    one, other = sealed_year(tmp_path / "a", 2026, "AB-2"), sealed_year(tmp_path / "b", 2026, "AB-2", jql="updated > 1")
    lines = comparison_lines(compare_packages(one, other))
    assert any(line.startswith("issues: in both") for line in lines)
    assert any(line.startswith("issues: of the shared days, only last year") for line in lines)


def test_a_package_that_is_not_what_was_sealed_is_not_compared(tmp_path):
    """Neither as the first nor as the second."""
    good, bad = sealed_year(tmp_path / "good", 2025, "AB-1"), sealed_year(tmp_path / "bad", 2026, "AB-2")
    (bad / "data" / "summary.json").write_text("[]")
    for pair in ((good, bad), (bad, good)):
        with pytest.raises(UsageError, match=r"bad is not what was sealed.*summary\.json"):
            compare_packages(*pair)


def test_one_package_is_not_compared_with_itself(tmp_path):
    """Nor with a copy of it, nor through a link: all would be the same, and look like evidence that nothing was lost."""
    package = sealed_year(tmp_path / "one", 2026, "AB-1")
    copy, link = shutil.copytree(package, tmp_path / "copy"), tmp_path / "link"
    link.symlink_to(package)
    for other in (package, copy, link):
        with pytest.raises(
            UsageError, match=r"are one package: .* so nothing can differ; name the package of another year"
        ):
            compare_packages(package, other)
