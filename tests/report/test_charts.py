"""Figures say what the tables say, fit on their page, and are the same bytes each time."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from functools import cache
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from chart_cases import (
    FIGURES,
    IN_EVERY_SCRIPT,
    SPRING,
    YEAR,
    busy,
    company,
    drawn_workflow,
    gapped,
    gone,
    lines,
    logged,
    months,
    numbered,
    powers,
    rate,
    rates,
    statuses,
)

from auditlib.audit.numbering.gaps import CLASSES
from auditlib.audit.permissions.matrix import Matrix
from auditlib.phrases import number_runs
from auditlib.records.workflows import GLOBAL, Status, Transition, Workflow
from auditlib.report.charts.activity import activity_figure
from auditlib.report.charts.grid import MOST_GRIDS, MOST_LINES, grid_figure
from auditlib.report.charts.months import months_figure
from auditlib.report.charts.numbering import MOST_DRAWN as MOST_ORDERS
from auditlib.report.charts.numbering import numbering_figure
from auditlib.report.charts.permissions import permissions_figure
from auditlib.report.charts.rates import rates_figure
from auditlib.report.charts.status import status_figure
from auditlib.report.charts.style import CLASS_COLORS, PAGE, PHONE, figure_files
from auditlib.report.charts.workflows import MOST_DRAWN, workflow_figure, workflow_figures

made = cache(lambda name: FIGURES[name]())
SVG = "{http://www.w3.org/2000/svg}"


def root_of(chart, width=PAGE):
    return ET.fromstring(chart.draw(width).svg(chart.claim))  # noqa: S314 - our own SVG


def words(chart, width=PAGE) -> list[str]:
    """All texts of a figure."""
    return [node.get("aria-label") for node in root_of(chart, width).iter(f"{SVG}g") if node.get("aria-label")]


def boxes(chart, width=PAGE):
    """The texts of a figure that are not turned, with the left, right and middle that their letters have."""
    root = root_of(chart, width)
    ends = {}
    for path in root.iter(f"{SVG}path"):
        if path.get("id"):
            ends[path.get("id")] = reach(path.get("d"))
    for node in root.iter(f"{SVG}g"):
        place = re.fullmatch(r"translate\(([-\d.]+) ([-\d.]+)\)scale\(([\d.]+)\)", node.get("transform") or "")
        if place:
            left, base, scale = map(float, place.groups())
            uses = [(float(use.get("x", 0)), ends[use.get("href")[1:]]) for use in node.iter(f"{SVG}use")]
            begin, end = min(x + low for x, (low, _) in uses), max(x + high for x, (_, high) in uses)
            yield node.get("aria-label"), left + begin * scale, left + end * scale, base - 360 * scale, scale * 1000


def reach(path: str) -> tuple[float, float]:
    """From where to where an outline lies, from left to right, by its corners."""
    at = begun = 0.0
    seen = []
    for letter, told in re.findall(r"([mlqcz])([^mlqcz]*)", path):
        if letter == "z":
            at = begun
            continue
        steps = [float(one) for one in re.findall(r"-?\d+", told)][::2]
        seen += [at + step for step in steps]
        at += steps[-1]
        begun = at if letter == "m" else begun
    return min(seen), max(seen)


@pytest.mark.parametrize("width", [PAGE, PHONE])
@pytest.mark.parametrize("name", FIGURES)
def test_all_text_stays_on_the_page_and_apart(name, width):
    """No word is cut off at the edge of a figure of either width, and none covers another."""
    chart = made(name)
    drawing = chart.draw(width)
    found = list(boxes(chart, width))
    for text, left, right, middle, _ in found:
        assert left >= -1, text
        assert right <= drawing.width + 1, text
        assert 4 <= middle <= drawing.height - 3, text
    for index, (text, left, right, middle, size) in enumerate(found):
        for other, begin, end, height, tall in found[index + 1 :]:
            across = min(right, end) - max(left, begin)
            assert across <= 1 or abs(middle - height) >= (size + tall) * 0.36, f"{text!r} covers {other!r}"


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_bytes(name):
    """No date, no random id: a figure made again is the same files, and bears its claim for those who can't see it."""
    chart = made(name)
    first, second = figure_files(chart), figure_files(chart)
    assert first == second
    assert first.png.startswith(b"\x89PNG")
    claim = chart.claim
    for svg in (first.svg, first.narrow):
        assert ET.fromstring(svg).findtext(f"{SVG}title") == claim  # noqa: S314 - our own SVG
        assert len(svg) < 400_000
    assert re.match(r"\S.*[.)]\Z", claim), "a sentence"


def digests_of_figures() -> list[str]:
    script = status_figure(statuses(*((name, "new", 10, 5, 1) for name in IN_EVERY_SCRIPT)))
    made = (figure_files(chart) for chart in (grid_figure(lines([busy()])), numbering_figure([busy()], YEAR), script))
    return [hashlib.sha256(content).hexdigest() for files in made for content in (files.svg, files.png, files.narrow)]


def test_a_figure_is_the_same_whatever_anybody_has_set(tmp_path):
    """The reader's matplotlibrc, locale, zone, seed of hashes, home that can't be written to: the same bytes."""
    (tmp_path / "matplotlibrc").write_text("font.size: 20\nfont.family: serif\ntext.usetex: True\n")
    code = f"import sys; sys.path[:0] = sys.argv[1:]; import runpy; print(*runpy.run_path({__file__!r})['digests_of_figures']())"
    theirs = {
        "HOME": str(tmp_path), "MPLCONFIGDIR": str(tmp_path), "MATPLOTLIBRC": str(tmp_path), "LC_ALL": "C",
        "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "4711", "MPLBACKEND": "svg",
    }  # fmt: skip
    here = [path for path in sys.path if path]
    done = subprocess.run(
        [sys.executable, "-c", code, *here], capture_output=True, text=True, env={**os.environ, **theirs}, check=False
    )
    assert done.stdout.split() == digests_of_figures(), done.stderr


# numbers


def filled(chart, color, width=PAGE) -> int:
    """The area that boxes of one colour cover, without the swatch of the key."""
    area = 0.0
    for path in root_of(chart, width).iter(f"{SVG}path"):
        if path.get("fill") == color:
            for long, high in re.findall(r"h([\d.]+)v([\d.]+)h-", path.get("d")):
                area += float(long) * float(high)
    return area


@pytest.mark.parametrize("width", [PAGE, PHONE])
def test_each_number_is_one_cell_of_its_class(width):
    """The grid's colours cover as much as the tables count: no gap vanishes, none grows."""
    chart = grid_figure(lines([busy()]))
    (line,) = lines([busy()])
    areas = {name: filled(chart, CLASS_COLORS[name], width) for name in ("present", *CLASSES)}
    cell = sum(areas.values()) / len(line)
    assert {name: pytest.approx(area / cell, rel=0.01) for name, area in areas.items()} == {
        name: line.count(name) for name in areas
    }


def test_the_grid_tells_the_counts_and_the_longest_runs():
    """Claim, heading and key say what numbering.csv says; the longest unexplained runs are named."""
    project = busy()
    row = project.summary.iloc[0]
    chart = grid_figure(lines([project]))
    texts = words(chart)
    for name in CLASSES:
        assert any(re.fullmatch(rf"{name}( \(.*\))? {row[name]}", text) for text in texts)
        assert f"{row[name]} {name}" in chart.claim
    assert f"{row['missing']} of {row['numbers']} issue numbers are missing" in chart.claim
    open_numbers = project.gaps.loc[project.gaps["classification"] == "unexplained", "number"]
    first, last = number_runs(open_numbers)[0]
    assert f"{first}–{last} ({last - first + 1})" in texts
    assert f"PAY-{first} to {last}" in chart.claim


def test_of_many_projects_each_has_a_line_and_those_with_most_unexplained_come_first():
    """Above a dozen a grid each would be a book; above a hundred it says how many are left, and what they hold."""
    found = lines(company(MOST_GRIDS + 1))
    texts = words(grid_figure(found))
    names = [text for text in texts if text in {line.project for line in found}]
    worst = sorted(found, key=lambda line: -line.count("unexplained"))
    assert names[0] == worst[0].project
    assert len(names) == len(found)
    some = lines(company(3))[:1] * (MOST_LINES + 4)
    assert any("4 projects more" in text for text in words(grid_figure(some)))


def test_very_many_numbers_share_cells_and_the_figure_says_so():
    """A cell of several numbers is coloured if any of them is missing."""
    chart = grid_figure(lines([gapped(900, 100_000)]))
    assert any("a cell is up to 5 of them" in text for text in words(chart))
    assert not any("up to" in text for text in words(grid_figure(lines([gapped(5_000, 11_000)]))))


def test_issues_are_drawn_where_they_are_and_those_out_of_order_as_rings():
    """Each present issue is a dot or a ring, or a triangle at the edge; the claim counts those out of order."""
    days = {1: 10, 2: 20, 3: -900, 4: 30, 5: 25, 6: 40}
    chart = numbering_figure([numbered("PAY", days)], YEAR)
    paths = [path.get("d") for path in root_of(chart).iter(f"{SVG}path") if not path.get("id")]
    assert sum(path.count("h0") for path in paths) + sum(path.count("a2.2") // 2 for path in paths) == 5
    assert sum(bool(re.fullmatch(r"M[-\d.]+ [-\d.]+l[\d.]+-3v6z", path)) for path in paths) == 1
    row = numbered("PAY", days).summary.iloc[0]
    assert chart.claim.startswith(f"{row['out_of_order']} of 6 issues were created before a lower-numbered one")


def test_the_busiest_day_is_named_where_it_is_busy():
    """An import is many numbers on one day; in a quiet project no day is named."""
    chart = numbering_figure([busy()], YEAR)
    assert "on one day are 43, on 8 September 2026" in chart.claim
    assert "43 on 8 Sep" in words(chart)
    assert "day" not in numbering_figure([numbered("PAY", {n: n for n in range(1, 60)})], YEAR).claim


def test_of_very_many_projects_the_order_of_the_worst_is_drawn():
    """And the figure says of how many."""
    chart = numbering_figure(company(40), YEAR)
    assert sum("out of order" in text and "present" in text for text in words(chart)) == MOST_ORDERS
    assert any(f"Drawn are {MOST_ORDERS} of 40 projects" in text for text in words(chart))


def test_many_points_are_drawn_as_few():
    """A hundred thousand issues give a figure of modest size."""
    assert len(numbering_figure([gapped(900, 100_000)], YEAR).draw(PAGE).svg()) < 200_000


# months and statuses


def test_months_tell_each_count_and_mark_parts():
    """Each month's counts are written at its bars; what is not whole is hatched; the claim adds up."""
    chart = months_figure(months([3, 0, 1_200], partial={0}), gone(m2026_01=(7, 1), m2026_03=(0, 4), none=(2, 3)))
    texts = words(chart)
    assert {"3", "0", "1,200", "8", "4", "1,203 issues, 12 missing numbers and 5 of no known month"} <= set(texts)
    assert "not a whole month of the period" in texts
    assert "Of 17 missing numbers 12 fall into one month" in chart.claim
    assert "7 unexplained (most in Jan 2026: 7); of 5 the month is not known." in chart.claim
    assert not any("whole" in text for text in words(months_figure(months([3]), gone())))


def test_of_many_projects_months_are_rows_of_cells():
    """All together have their bars, each has its row and its sum."""
    created = pd.concat([months([place, 2], f"P{place}") for place in range(9)])
    texts = words(months_figure(created, gone()))
    assert "9 projects" in texts
    assert {f"P{place}" for place in range(9)} <= set(texts)
    assert texts.count("10") >= 1


def test_statuses_tell_both_counts_and_what_is_not_proved():
    """A status as it was and is, a bar by kind as wide as its share; what no history proves is hatched to scale."""
    chart = status_figure(
        statuses(("Open", "new", 9, 5, 3), ("Doing", "indeterminate", 3, 3, 0), ("Closed", "done", 36, 40, 0))
    )
    texts = words(chart)
    assert {"9 → 5", "36 → 40", "3", "48 issues", "done 36 → 40"} <= set(texts)
    assert [name for name in texts if name in {"Open", "Doing", "Closed"}] == ["Open", "Doing", "Closed"]
    assert "9 of 48 issues were to do, 3 in progress and 36 done. Today: to do 9 → 5 and done 36 → 40." in chart.claim
    assert "Of 3 the history does not prove it" in chart.claim
    hatched = [
        box for box in root_of(chart).iter(f"{SVG}rect") if "url" in box.get("fill") and box.get("height") == "20"
    ]
    assert [float(box.get("width")) for box in hatched] == [pytest.approx(PAGE * 3 / 48, abs=0.01)]


def test_the_rarest_of_many_statuses_stand_together_and_nothing_is_lost():
    """Twelve are named, the others are one entry of their kind."""
    chart = status_figure(statuses(*((f"S{n:02}", "new", n, 2 * n, 0) for n in range(1, 16))))
    texts = words(chart)
    assert "3 others" in texts
    assert texts[texts.index("3 others") + 1] == "6 → 12"
    assert "S04" in texts
    assert "S03" not in texts


@pytest.mark.parametrize("name", ["审核中", "$x^2$ $", "a\u202eb\nc", "🎲 %d {x}", "<b>&amp;", "\\frac"])
def test_any_name_can_be_shown(name):
    """Names are text: no markup, no control character; what no typeface has is a box to look at and itself to be searched."""
    shown = name.replace("\u202e", "[U+202E]").replace("\n", "⏎")
    assert shown in words(status_figure(statuses((name, "new", 1, 2, 0))))


# controls


def test_population_and_sample_stand_side_by_side_and_a_sample_too_small_says_nothing():
    """0 of 1, at most 90.0 %: nobody may read this where 2 of 33 is known, nor take it for a result where it is not."""
    both = rates_figure(rates(rate("it", "population", 33, 0, 2), rate("it", upper=0.9)))
    assert both.claim == "2 of all 33 issues deviate from “it” (6.1 %)."
    assert words(both).index("2 of all 33 (6.1 %)") < words(both).index("0 of 1 sampled: too few to say anything")
    assert not any("90" in text for text in words(both))
    alone = rates_figure(rates(rate("it", upper=0.9)))
    assert alone.claim == "“it” concerns too few sampled issues to say anything (0 of 1 deviate)."


def test_more_than_is_tolerable_is_said_and_drawn():
    """A limit above the tolerable rate, and a rate of all above it; a sample too small is never above."""
    chart = rates_figure(
        rates(
            rate("a", "population", 100, 11, tolerable=0.1),
            rate("b", tested=60, exceptions=1, upper=0.064, tolerable=0.1),
            rate("c", tested=23, exceptions=2, upper=0.22, tolerable=0.1),
            rate("d", upper=0.9, tolerable=0.1),
        )
    )
    texts = words(chart)
    assert [text for text in texts if "more than tolerable" in text] == [
        "11 of all 100 (11.0 %), more than tolerable",
        "2 of 23 sampled (8.7 %), at most 22.0 %, more than tolerable",
    ]
    assert "tolerable 10 %" in texts
    assert chart.claim.startswith(
        "11 of all 100 issues deviate from “a” (11.0 %, more than tolerable); 1 of 60 sampled from “b”"
    )


# permissions and the log


@pytest.mark.parametrize("people", [0, 1, 3, 40])
@pytest.mark.parametrize("projects", [1, 40])
def test_the_matrix_of_powers_shows_every_row_and_every_power(people, projects):
    """A name for each row, a mark for each power held."""
    matrix = powers(people, projects)
    texts = words(permissions_figure(matrix))
    assert all(any(text.startswith(row.name.split()[0][:5]) for text in texts) for row in matrix.rows)
    marks = [box for box in root_of(permissions_figure(matrix)).iter(f"{SVG}rect") if box.get("height") == "14"]
    assert len(marks) == sum(count > 0 for row in matrix.rows for count in row.projects)


def test_a_matrix_of_nobody_says_so():
    """An empty picture would look like a fault."""
    assert "Nobody is known to hold one of these powers." in words(
        permissions_figure(Matrix(("DELETE_ISSUES",), (), 0, 1))
    )


def test_the_log_is_counted_in_its_fields_and_rows():
    """Each field says its count, each row its sum; of many categories the rarest are one row, with nothing lost."""
    shown = words(activity_figure(logged(3), YEAR, YEAR.begins))
    assert [shown.count(text) for text in ("3", "2", "1")] == [11, 11, 11]
    assert {"33", "22", "11"} <= set(shown)
    assert not any("Hatched" in text for text in shown)
    many = words(activity_figure(logged(20), YEAR, YEAR.begins))
    assert "7 other categories" in many
    assert f"{11 * sum(range(1, 8)):,}" in many


@pytest.mark.parametrize("begins", [SPRING.begins, None])
def test_what_the_log_does_not_cover_is_hatched(begins):
    """Before its first record, or everything where its end was not reached: an empty field says nothing there."""
    chart = activity_figure(logged(3), YEAR, begins)
    assert any("Hatched" in text for text in words(chart))
    (band,) = [box for box in root_of(chart).iter(f"{SVG}rect") if "url" in box.get("fill")]
    width = float(band.get("width")) / (PAGE - float(band.get("x")))
    assert width > 0.9 if begins is None else 0.1 < width < 0.2


# workflows


@pytest.mark.parametrize("count", [4, 9, 25])
def test_a_workflow_names_every_status_and_transition(count):
    """Each once, on one line of its own; those with a condition are marked."""
    workflow = drawn_workflow(count)
    assert sorted(words(workflow_figure(workflow))) == sorted(
        [one.name for one in workflow.statuses] + [one.name + " ◆" * bool(one.rules) for one in workflow.transitions]
    )


def test_statuses_stand_in_the_order_of_their_categories():
    """To do, in progress, done, whatever Jira's words for them; one without a category comes last."""
    states = [("D", "DONE"), ("?", ""), ("P", "In Progress Category"), ("T", "To Do Category")]
    workflow = Workflow("w", "W", None, tuple(Status(*one) for one in states), ())
    assert words(workflow_figure(workflow)) == ["T", "P", "D", "?"]


def test_a_workflow_of_no_status_says_so_and_of_many_transitions_how_many_are_left():
    """An empty picture is no evidence; a long one ends with what it leaves out."""
    assert words(workflow_figure(Workflow("w", "W", None, (), ()))) == ["Jira told no status of this workflow."]
    many = tuple(Transition(f"T{number}", GLOBAL, (), "A") for number in range(75))
    assert "and 15 more, in the table" in words(workflow_figure(Workflow("w", "W", None, (Status("A", "TODO"),), many)))


def test_each_workflow_has_a_file_and_a_claim():
    """Numbered, so that no name of Jira's makes a path; of very many the first are drawn."""
    names = [name for name, _ in workflow_figures([drawn_workflow(4)] * (MOST_DRAWN + 3))]
    assert names == [f"workflow_{number:02d}" for number in range(1, MOST_DRAWN + 1)]
    ((_, chart),) = workflow_figures([drawn_workflow(4)])
    assert chart.claim.startswith("Flow, version 3: 4 statuses, 7 transitions, of which 3 have")
