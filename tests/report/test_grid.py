"""Every issue number in order, drawn: each number lies in one cell of its class, and the page stays small."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from auditlib.audit.numbering.stretches import KINDS, Line, Stretch, lines
from auditlib.report.charts.style import CLASS_COLORS
from auditlib.report.cover.grid import classes_in_words, grids, longest_in_words, strips
from auditlib.report.safe_html import network_requests
from auditlib.report.templating import TEMPLATES


def line_of(first, last, missing, project="AB"):
    numbering = pd.DataFrame({"project": [project], "first_number": [first], "last_number": [last]})
    gaps = pd.DataFrame(
        [(project, number, kind) for number, kind in missing.items()], columns=["project", "number", "classification"]
    )
    return lines(numbering, gaps)[0]


def cells(drawing, cell, left=44):
    """Return what is drawn, cell by cell: (row, column) to the class, read from the paths."""
    found = {}
    for path in BeautifulSoup(drawing, "html.parser").select("path:not(.lines)"):
        tall = int(path["stroke-width"])
        for x, y, wide in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)", path["d"]):
            row, column = int((float(y) - tall / 2) // tall), (int(x) - left) // cell
            for step in range(int(wide) // cell):
                assert (row, column + step) not in found, "two colours in one cell"
                found[row, column + step] = path["class"][0].removeprefix("k-")
    return found


@pytest.mark.parametrize(("first", "last"), [(1, 1), (491, 639), (50, 99), (99, 101)])
def test_each_number_is_one_cell_of_its_class_where_its_last_digits_put_it(first, last):
    """Number 540 stands in the row of 500, in the column of 40; none is left out, none stands twice."""
    missing = {number: KINDS[1 + number % 4] for number in range(first, last + 1, 7)}
    (grid,) = grids([line_of(first, last, missing)])
    found = cells(grid.drawing, 12)
    row = first // 50
    assert found == {
        (number // 50 - row, number % 50): missing.get(number, "present") for number in range(first, last + 1)
    }


def test_a_missing_number_says_its_key_when_pointed_at_and_the_drawing_says_the_sum():
    """Without a pointer the words beside it say the same, and a screen reader reads them."""
    (grid,) = grids([line_of(1, 60, {5: "deleted", 10: "unexplained", 11: "unexplained"})])
    soup = BeautifulSoup(grid.drawing, "html.parser")
    assert {one.get_text() for one in soup.select("title")} == {"AB-5: deleted", "AB-10 to 11 (2): unexplained"}
    assert soup.svg["role"] == "img"
    assert soup.svg["aria-label"] == "AB: 3 of 60 numbers are missing: 1 deleted and 2 unexplained."


@pytest.mark.parametrize("size", [7_000, 50_000, 1_000_000])
def test_a_page_of_many_numbers_stays_small(size):
    """Several numbers to a cell: no more than two screens of rows, and some hundred kilobytes at most."""
    chosen = np.random.default_rng(1).random(size) < 0.3
    missing = pd.DataFrame({"project": "AB", "number": np.flatnonzero(chosen) + 1, "classification": "unexplained"})
    numbering = pd.DataFrame({"project": ["AB"], "first_number": [1], "last_number": [size]})
    (grid,) = grids(lines(numbering, missing))
    assert len(grid.drawing) < 200_000
    assert size / grid.size <= 12_000


def test_a_cell_of_several_numbers_has_the_gravest_class_and_is_paler_where_few_are_missing():
    """One unexplained number of ten in a cell is seen, and not as if all ten were."""
    stretches = [Stretch(1, 30_000, "present")]
    stretches = [Stretch(1, 99, "present"), Stretch(100, 100, "moved"), Stretch(101, 101, "unexplained")]
    stretches += [Stretch(102, 30_000, "present"), Stretch(30_001, 60_000, "deleted")]
    (grid,) = grids([Line("AB", 1, 60_000, tuple(stretches))])
    assert grid.size > 1
    looks = Counter(
        tuple(path["class"]) for path in BeautifulSoup(grid.drawing, "html.parser").select("path:not(.lines)")
    )
    assert looks["k-unexplained", "s-2"] + looks["k-unexplained", "s-1"] == 1
    assert looks[("k-deleted",)] == 1
    assert not any("k-moved" in look for look in looks)


def test_of_many_projects_each_is_a_line_the_most_unexplained_first():
    """The first line is the one to look at; a project without a number has none to draw."""
    found = [line_of(1, 40 + n, dict.fromkeys(range(1, n), "unexplained"), f"P{n}") for n in range(1, 21)]
    made = strips([*found, Line("EMPTY", 1, 0, ())])
    assert [one.line.project for one in made][:2] == ["P20", "P19"]
    assert (made[-1].line.project, str(made[-1].drawing)) == ("EMPTY", "")
    assert len({re.search(r'viewBox="([^"]+)"', one.drawing)[1] for one in made[:-1]}) == 1


def test_words_beside_a_drawing_add_up():
    """Of all classes, in one sentence; a run of one number is named alone."""
    line = line_of(1, 9, {2: "moved", 3: "unexplained", 5: "existed"})
    assert classes_in_words(line) == "3 of 9 numbers are missing: 1 moved, 1 named by a record and 1 unexplained."
    assert longest_in_words(line) == "One run of unexplained numbers: 3."
    assert classes_in_words(line_of(1, 9, {})) == "None of 9 numbers is missing."
    assert (classes_in_words(Line("AB", 1, 0, ())), longest_in_words(line_of(1, 9, {}))) == (
        "No number in the range.",
        "",
    )


def test_a_drawing_draws_and_does_nothing_else():
    """No name of a project gets out of the text, no element loads."""
    (grid,) = grids([line_of(1, 9, {2: "moved"}, 'A"><script>')])
    assert network_requests(grid.drawing, drawings=True) == []
    assert network_requests(grid.drawing) != []


def test_a_class_has_one_colour_on_the_cover_and_in_the_figure():
    """Whoever learned it on one page reads the other."""
    style = (TEMPLATES / "cover.css").read_text("utf-8")
    assert dict(re.findall(r"^\.k-(\w+) { stroke: (#[0-9a-f]{6}); }", style, re.MULTILINE)) == CLASS_COLORS
