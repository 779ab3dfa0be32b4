"""Every number of a range stands in order, once, in a run of its class."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

from auditlib.audit.numbering.gaps import CLASSES
from auditlib.audit.numbering.in_order import PRESENT, Run, missing_shares, number_lines


def tables(first, last, gaps, project="PAY"):
    """``numbering.csv`` and ``gaps.csv`` as far as they are read."""
    numbers = last - first + 1
    numbering = pd.DataFrame({"project": [project], "first_number": pd.array([first], "Int64"), "numbers": [numbers]})
    rows = [(project, number, name) for number, name in gaps.items()]
    return numbering, pd.DataFrame(rows, columns=["project", "number", "classification"])


def test_runs_are_whole_and_add_up():
    """From the first number to the last without a hole; a run ends where the class changes."""
    gaps = {5: "unexplained", 6: "unexplained", 7: "deleted", 9: "moved", 10: "unexplained"}
    (line,) = number_lines(*tables(5, 12, gaps))
    assert line.runs == (
        Run(5, 6, "unexplained"), Run(7, 7, "deleted"), Run(8, 8, PRESENT), Run(9, 9, "moved"), Run(10, 10, "unexplained"),
        Run(11, 12, PRESENT),
    )  # fmt: skip
    assert line.counts == {PRESENT: 3, "moved": 1, "deleted": 1, "existed": 0, "unexplained": 3}
    assert line.missing == 5
    assert all(low.last + 1 == high.first for low, high in itertools.pairwise(line.runs))


def test_the_longest_runs_come_first_and_of_equal_ones_the_lowest():
    """That is the order in which somebody asks about them."""
    gaps = dict.fromkeys((2, 4, 5, 8, 9, 10), "unexplained")
    (line,) = number_lines(*tables(1, 12, gaps))
    assert line.longest("unexplained") == [
        Run(8, 10, "unexplained"),
        Run(4, 5, "unexplained"),
        Run(2, 2, "unexplained"),
    ]
    assert line.longest("moved") == []


def test_a_project_without_a_range_has_no_run():
    """Its first number is missing in the table."""
    numbering, gaps = tables(1, 0, {})
    numbering["first_number"] = pd.array([None], "Int64")
    (line,) = number_lines(numbering, gaps)
    assert line.runs == ()
    assert line.numbers == line.missing == 0


def test_projects_stand_by_their_key():
    """And none takes the numbers of another."""
    parts = [tables(1, 3, {2: "moved"}, "B"), tables(1, 3, {1: "deleted"}, "A")]
    first, second = number_lines(*(pd.concat(one, ignore_index=True) for one in zip(*parts, strict=True)))
    assert (first.project, first.counts["deleted"], first.counts["moved"]) == ("A", 1, 0)
    assert (second.project, second.counts["deleted"], second.counts["moved"]) == ("B", 0, 1)


@pytest.mark.parametrize("parts", [1, 3, 4, 7, 10])
def test_shares_of_parts_add_up_to_what_is_missing(parts):
    """However a range is cut, no missing number is lost or counted twice."""
    gaps = {3: "unexplained", 4: "unexplained", 5: "unexplained", 8: "moved"}
    (line,) = number_lines(*tables(1, 10, gaps))
    for name in CLASSES:
        shares = missing_shares(line, name, parts)
        assert sum(shares.values()) * 10 / parts == pytest.approx(line.counts[name])
        assert all(0 < share <= 1 for share in shares.values())
