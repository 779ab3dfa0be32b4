"""All numbers of a project in order: no number is left out, none stands twice, and each has its class."""

from __future__ import annotations

import pandas as pd
import pytest

from auditlib.audit.numbering.stretches import KINDS, PRESENT, Line, Stretch, lines


def tables(first, last, missing):
    """Return the columns that `lines` reads, of one project AB and an empty one."""
    numbering = pd.DataFrame({"project": ["AB", "EMPTY"], "first_number": [first, None], "last_number": [last, None]})
    gaps = pd.DataFrame(
        [("AB", number, kind) for number, kind in missing.items()], columns=["project", "number", "classification"]
    )
    return numbering.astype({"first_number": "Int64", "last_number": "Int64"}), gaps


@pytest.mark.parametrize(
    ("first", "last", "missing", "expected"),
    [
        (5, 9, {}, [(5, 9, "present")]),
        (5, 9, {5: "moved", 9: "deleted"}, [(5, 5, "moved"), (6, 8, "present"), (9, 9, "deleted")]),
        (1, 4, {4: "unexplained", 3: "unexplained", 1: "moved", 2: "unexplained"},
         [(1, 1, "moved"), (2, 4, "unexplained")]),
        (1, 2, {1: "existed", 2: "moved"}, [(1, 1, "existed"), (2, 2, "moved")]),
        (7, 7, {7: "unexplained"}, [(7, 7, "unexplained")]),
    ],
)  # fmt: skip
def test_every_number_lies_in_one_stretch_of_its_class(first, last, missing, expected):
    """Neighbours of one class are one stretch, of two classes two; what is not missing answers."""
    line, empty = lines(*tables(first, last, missing))
    assert line.stretches == tuple(Stretch(*one) for one in expected)
    assert (len(line), line.missing) == (last - first + 1, len(missing))
    assert sum(len(one) for one in line.stretches) == len(line)
    assert (empty.stretches, len(empty), empty.missing) == ((), 0, 0)


def test_counts_are_those_of_the_gaps():
    """A class counts as many numbers as the table of missing numbers has rows of it."""
    missing = {number: KINDS[1 + number % 4] for number in range(10, 400, 3)}
    (line, _) = lines(*tables(1, 500, missing))
    for kind in KINDS[1:]:
        assert line.count(kind) == list(missing.values()).count(kind)
    assert line.count(PRESENT) == 500 - len(missing)


def test_the_longest_stretches_come_first_of_equally_long_ones_the_lowest():
    """A run is named by its length, as findings name it."""
    stretches = (Stretch(1, 2, "moved"), Stretch(3, 3, PRESENT), Stretch(4, 5, "moved"), Stretch(6, 9, "deleted"))
    line = Line("AB", 1, 9, stretches)
    assert [one.first for one in line.longest("moved")] == [1, 4]
    assert [one.first for one in line.longest("moved", "deleted")] == [6, 1, 4]


def test_a_million_numbers_in_a_row_are_one_stretch():
    """However many numbers are missing side by side, what is drawn of them is one thing."""
    numbering = pd.DataFrame({"project": ["AB"], "first_number": [1], "last_number": [1_000_000]})
    gaps = pd.DataFrame({"project": "AB", "number": range(1, 1_000_001), "classification": "unexplained"})
    (line,) = lines(numbering, gaps)
    assert line.stretches == (Stretch(1, 1_000_000, "unexplained"),)
