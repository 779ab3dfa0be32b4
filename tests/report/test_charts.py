"""Figures say what the tables say, fit on their page, and are the same bytes each time."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
import subprocess
import sys
import warnings
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.text import Text
from plain_ways import side_of

from auditlib.audit.activity.tallies import steps_of
from auditlib.audit.numbering.gaps import audit_numbers
from auditlib.audit.permissions.matrix import Matrix, Row
from auditlib.phrases import number_runs
from auditlib.records.workflow_rules import Rule
from auditlib.records.workflows import DIRECTED, GLOBAL, INITIAL, Status, Transition, Workflow
from auditlib.report.charts.activity import activity_figure
from auditlib.report.charts.months import months_figure
from auditlib.report.charts.numbering import numbering_figure
from auditlib.report.charts.permissions import permissions_figure
from auditlib.report.charts.rates import rates_figure
from auditlib.report.charts.status import status_figure
from auditlib.report.charts.style import HALF_WIDTH, PAGE_WIDTH, figure_files
from auditlib.report.charts.workflows import MOST_DRAWN, workflow_figure, workflow_figures
from auditlib.report.lettering import drawable, families
from auditlib.report.typefaces import folders
from auditlib.times import Period

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), ZoneInfo("America/New_York"))


def numbered(project, days, *, moved=(), other=(), period=YEAR, named=None):
    """The numbering of a project from {number: day given out, counted from the period's first day}."""
    at = [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for _, day in sorted(days.items())]
    instants = pd.Series(pd.to_datetime(at, utc=True)).astype("datetime64[us, UTC]")
    present = pd.DataFrame(
        {
            "number": pd.Series(sorted(days), dtype="int64"),
            "id": pd.Series(sorted(days), dtype="int64"),
            "order": pd.Series([moment.timestamp() for moment in at], dtype="float64"),
            "given_out": instants,
            "created": instants,
            "side": pd.Series([side_of(period, moment) for moment in at], dtype=object),
            "moved_in": pd.Series(False, index=range(len(days)), dtype=bool),
        }
    )
    resolved = pd.DataFrame([(n, f"OPS-{n}", n) for n in moved], columns=["number", "now_key", "id"])
    moves = pd.DataFrame({"issue_id": [], "at": [], "history_id": [], "from_key": [], "to_key": [], "author": []})
    records = pd.DataFrame(
        [(n, name, None, pd.NaT, "log 1") for n, name in other],
        columns=["number", "classification", "actor", "at", "evidence"],
    )
    return audit_numbers(project, present, resolved, moves, period, "https://jira.example", named, other=records)


def busy(project="PAY"):
    """A project with every class of missing numbers, strangers and context outside the period."""
    days = {number: (number - 290) * 0.7 for number in range(250, 900)}
    for number in [*range(300, 360), 420, 421, 500, 612, 613, 614, 700]:
        del days[number]
    days |= {480: 200, 777: -700, 520: 384}
    classes = [(500, "deleted"), (612, "existed"), (613, "existed")]
    return numbered(project, days, moved=(420, 421, 700), other=classes)


def empty(project="NEW"):
    return numbered(project, {})


def statuses(*rows, project="PAY"):
    columns = ["project", "issue_type", "status", "status_category", "resolution", "at_extraction", "at_period_end"]
    return pd.DataFrame(
        [(project, "Bug", name, kind, None, now, then) for name, kind, now, then in rows], columns=columns
    )


def months(count, project="PAY", first="2026-01", partial=()):
    names = pd.period_range(first, periods=len(count), freq="M").strftime("%Y-%m")
    flags = [index in partial for index in range(len(count))]
    return pd.DataFrame({"month": names, "project": project, "count": count, "partial": flags})


def words(figure):
    """All text of the figure's SVG, one entry per line of text."""
    root = ET.fromstring(figure_files(figure)["svg"])  # noqa: S314 - our own SVG
    return ["".join(node.itertext()).strip() for node in root.iter("{http://www.w3.org/2000/svg}text")]


SPRING, DAY, LONG = (
    Period(date(2026, 3, 4), end, ZoneInfo("America/New_York"))
    for end in (date(2026, 4, 20), date(2026, 3, 4), date(2031, 5, 1))
)


def logged(categories, period=YEAR, *, longest=False):
    """Return counts by category: of the k-th category k records in each step, none in the second step."""
    firsts = steps_of(period)[1]
    names = [f"{place} {'W' * 60 if longest else 'permissions'}" for place in range(1, categories + 1)]
    rows = [[0 if step == 1 else place for step in range(len(firsts))] for place in range(categories, 0, -1)]
    return pd.DataFrame(rows, index=names[::-1], columns=pd.Index(firsts, dtype=object))


FIGURES = {
    "busy": lambda: numbering_figure([busy(), empty(), numbered("ONE", {1: 100})], YEAR),
    "long keys": lambda: numbering_figure([busy("PLATFORM_2"), busy("W_M")], YEAR),
    "nothing missing": lambda: numbering_figure([numbered("PAY", {1: 1, 2: 2})], YEAR),
    "all missing": lambda: numbering_figure([numbered("PAY", {}, named=12_000)], YEAR),
    "big numbers": lambda: numbering_figure(
        [numbered("PAY", {n: n - 1_234_500 for n in range(1_234_480, 1_234_900, 3)})], YEAR
    ),
    "no project": lambda: numbering_figure([], YEAR),
    "months": lambda: months_figure(pd.concat([months(range(0, 120, 10)), months([0] * 12, "OPS")])),
    "months, half": lambda: months_figure(months([12_345] * 12, partial={0}), HALF_WIDTH),
    "ten years": lambda: months_figure(months(range(130))),
    "three years": lambda: months_figure(months(range(36), first="2024-05")),
    "one month": lambda: months_figure(months([0], partial={0})),
    "no month": lambda: months_figure(months([])),
    "statuses": lambda: status_figure(
        statuses(("Open", "new", 5, 9), ("Done", "done", 90_000, 85_000), (None, None, 0, 4))
    ),
    "statuses, half": lambda: status_figure(statuses(("W" * 60, "new", 5, 9), ("Done", "done", 7, 3)), HALF_WIDTH),
    "no status": lambda: status_figure(statuses().head(0)),
    "log": lambda: activity_figure(logged(5), YEAR, datetime(2026, 3, 10, tzinfo=UTC)),
    "log of many categories": lambda: activity_figure(logged(40, longest=True), YEAR),
    "log of weeks": lambda: activity_figure(logged(3, SPRING), SPRING, SPRING.begins),
    "log of one day": lambda: activity_figure(logged(1, DAY), DAY, DAY.begins),
    "log of years": lambda: activity_figure(logged(2, LONG), LONG, LONG.begins),
    "no log": lambda: activity_figure(logged(0), YEAR),
}


@pytest.mark.parametrize("name", FIGURES)
def test_all_text_stays_on_the_page_and_apart(name):
    """No word is cut off at the edge of a figure of one of the two widths, and none covers another."""
    figure = FIGURES[name]()
    assert isinstance(figure, Figure)
    assert figure.get_figwidth() in {PAGE_WIDTH, HALF_WIDTH}
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # the layout is made while drawing
    renderer = canvas.get_renderer()
    page = figure.bbox
    boxes = []
    for text in figure.findobj(Text):
        if not text.get_text() or not text.get_visible():
            continue
        box = text.get_window_extent(renderer)
        if box.width:
            boxes.append((text.get_text(), box))
    axes_ticks = {label.get_text() for ax in figure.axes for label in [*ax.get_xticklabels(), *ax.get_yticklabels()]}
    for words_, box in boxes:
        if words_ not in axes_ticks:  # ticks beyond the limits exist and are not drawn
            assert box.x0 >= -1, words_
            assert box.x1 <= page.width + 1, words_
            assert box.y0 >= -1, words_
            assert box.y1 <= page.height + 1, words_
    names = [(text, box) for text, box in boxes if text not in axes_ticks]
    for index, (text, box) in enumerate(names):
        for other, near in names[index + 1 :]:
            across = min(box.x1, near.x1) - max(box.x0, near.x0)
            up = min(box.y1, near.y1) - max(box.y0, near.y0)
            assert across <= 1 or up <= 4, f"{text!r} covers {other!r}"


def test_numbering_tells_the_counts():
    """The counts of the strip and its columns are those of the table; the longest runs of one class are named, with it."""
    project = busy()
    row = project.summary.iloc[0]
    texts = words(numbering_figure([project], YEAR))
    assert f"{row['present']} present, {row['missing']} missing, {row['out_of_order']} out of order" in texts
    for name in ("moved", "deleted", "existed", "unexplained"):
        assert str(row[name]) in texts
        assert name in texts
    runs = [
        (last - first + 1, first, last, name)
        for name, group in project.gaps.groupby("classification")
        for first, last in number_runs(group["number"])
    ]
    size, first, last, name = max(runs)
    assert f"{first}…{last} ({size}) {name}" in texts
    assert str(row["first_number"]) in texts
    assert str(row["last_number"]) in texts
    assert "number given out (America/New_York)" in texts


def test_each_class_has_its_own_column_and_mark():
    """Classes differ by place and filling, so that colour is never needed to tell them apart."""
    beside = numbering_figure([busy()], YEAR).axes[1]
    marks = {(int(bar.get_x()), bar.get_facecolor(), bar.get_edgecolor(), bar.get_hatch()) for bar in beside.patches}
    assert {mark[0] for mark in marks} == {0, 1, 2, 3}
    assert len(marks) == 4


def test_bars_of_missing_numbers_are_true_to_scale():
    """A bar lies at its numbers, and is as long as the share of them that is missing."""
    project = numbered("PAY", {number: number for number in range(1, 13) if number not in (4, 5, 6)})
    beside = numbering_figure([project], YEAR).axes[1]
    bars = sorted((bar.get_y(), bar.get_height(), bar.get_width()) for bar in beside.patches)
    assert bars == [(number - 0.5, 1, pytest.approx(0.8)) for number in (4, 5, 6)]
    wide = numbered("PAY", {number: number / 10 for number in range(1, 601) if number % 4})
    bars = numbering_figure([wide], YEAR).axes[1].patches
    assert {round(bar.get_width() / 0.8, 2) for bar in bars} == {
        0.2,
        0.3,
        0.22,
    }  # two or three of ten; two of nine at the end
    assert sum(bar.get_width() / 0.8 * bar.get_height() for bar in bars) == pytest.approx(150, rel=0.01)


def test_witnesses_and_strangers_are_drawn_where_they_are():
    """Each present issue of the range is a dot, a ring, or a triangle at the edge."""
    days = {1: 10, 2: 20, 3: -900, 4: 30, 5: 25, 6: 40}
    main = numbering_figure([numbered("PAY", days)], YEAR).axes[0]
    drawn = {
        tuple(np.round(part.get_offsets()[:, 1]).astype(int)) for part in main.collections if len(part.get_offsets())
    }
    assert drawn == {(1, 2, 5, 6), (4,), (3,)}


def test_many_points_are_drawn_as_few():
    """A hundred thousand issues give a figure of modest size, and quickly."""
    files = figure_files(numbering_figure([numbered("PAY", {n: n / 300 for n in range(1, 100_001)})], YEAR))
    assert len(files["svg"]) < 500_000


def test_months_tell_each_count_and_mark_parts():
    """Each month's count is written at its bar; a month that is not whole is hatched, and the figure says so."""
    figure = months_figure(pd.concat([months([3, 0, 1_200], partial={0}), months([0, 0, 7], "OPS", partial={0})]))
    texts = words(figure)
    assert {"3", "0", "1,200", "7", "1,203 issues", "7 issues", "hatched: not a whole month of the period"} <= set(
        texts
    )
    assert [bar.get_hatch() is not None for bar in figure.axes[1].patches if bar.get_height() == 3] == [True]
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()
    assert figure.axes[0].get_ylim()[0] == 0
    assert not any("hatched" in text for text in words(months_figure(months([3]))))


def test_statuses_tell_both_counts():
    """Both counts are written at their bars, which are named once; the scale begins at 0 and is common."""
    parts = [
        statuses(("Open", "new", 5, 9), ("Closed", "done", 40, 36), ("Doing", "indeterminate", 3, 3)),
        statuses(("Closed", "done", 1_000, 999), project="ZOO"),
    ]
    figure = status_figure(pd.concat(parts))
    texts = words(figure)
    assert {"48 issues", "1,000 issues", "40 when read", "36 at the period's end", "5", "9", "1,000", "999"} <= set(
        texts
    )
    assert [texts.index(name) for name in ("Open", "Doing", "Closed")] == sorted(
        map(texts.index, ("Open", "Doing", "Closed"))
    )
    assert {tuple(np.round(ax.get_xlim(), 6)) for ax in figure.axes} == {(0.0, 1_100.0)}


def test_statuses_are_summed_over_types_and_rare_ones_together():
    """A status of several issue types is one pair; beyond ten, the rarest stand as one, and nothing is lost."""
    many = [(f"S{number:02}", "new", number, 2 * number) for number in range(1, 15)]
    figure = status_figure(pd.concat([statuses(*many), statuses(("S14", "new", 100, 0))]))
    texts = words(figure)
    assert "4 others" in texts
    assert "S14" in texts
    assert "S04" not in texts
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert sum(widths) == 3 * sum(range(1, 15)) + 100


@pytest.mark.parametrize("name", ["审核中", "$x^2$ $", "a\u202eb\nc", "🎲 %d {x}", "<b>&amp;", "\\frac"])
def test_any_name_can_be_shown(name, recwarn):
    """Names are text: no formula, no markup, no control character; the SVG holds what a font here may lack."""
    figure = status_figure(statuses((name, "new", 1, 2)))
    texts = words(figure)
    shown = name.replace("\u202e", "[U+202E]").replace("\n", "⏎")
    assert shown in texts
    assert len(recwarn) == 0


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_bytes(name):
    """No date, no random id, no version, no warning: a figure made again is the same file."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first, second = figure_files(FIGURES[name]()), figure_files(FIGURES[name]())
    assert first == second
    assert not re.search(rb"<dc:date>|Matplotlib v|matplotlib\.org", first["svg"])
    assert b"Software" not in first["png"]


def test_no_place_of_axes_hangs_on_an_address_in_memory():
    """The solver of matplotlib's layout goes by addresses: the demo's three blocks were one of two files by chance."""
    blocks = {"ENG": 9, "OPS": 8, "PAYX": 2}
    table = pd.concat(
        statuses(*((f"In status {n}", "new", n + 1, 3) for n in range(rows)), project=name)
        for name, rows in blocks.items()
    )
    seen, kept = set(), []
    for turn in range(20):
        kept = [*kept[-3:], [object() for _ in range(97 * turn)]]
        seen.add(figure_files(status_figure(table))["svg"])
    assert len(seen) == 1


IN_EVERY_SCRIPT = (
    "处理中", "審査待ち", "검토 완료", "รอการตรวจสอบ", "قيد المراجعة (2)", "בבדיקה", "समीक्षा में", "Prüfung läuft", "На проверке",
)  # fmt: skip


def scripts_figure():
    return status_figure(statuses(*((name, "new", 10 + place, 5) for place, name in enumerate(IN_EVERY_SCRIPT))))


def digests_of_figures():
    made = (figure_files(figure) for figure in (FIGURES["busy"](), scripts_figure()))
    return [hashlib.sha256(content).hexdigest() for files in made for content in files.values()]


def a_typeface_of_the_machine(folder):
    """Install a typeface for whoever has this home folder, that says it is the usual one and is not."""
    folder.mkdir(parents=True)
    with TTFont(folders().plots / "STIXGeneral.ttf") as font:
        for record in font["name"].names:
            if record.nameID in {1, 16}:
                record.string = "DejaVu Sans"
        font.save(folder / "Other.ttf")


SETTINGS = {
    "a style of somebody's own": "font.size: 20\naxes.grid: False\nfigure.dpi: 50\nsvg.hashsalt: x\naxes.titlesize: 20\n"
    "axes.spines.left: False\npath.sketch: 1, 100, 2\ntext.color: red\nlines.markersize: 12\nsvg.fonttype: path\n",
    "LaTeX": "text.usetex: True\n",
    "what the machine has": "font.family: serif\naxes.formatter.use_locale: True\ntimezone: Asia/Tokyo\n",
}


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_figure_is_the_same_whatever_anybody_has_set(settings, tmp_path):
    """The reader's matplotlibrc, locale, zone, seed of hashes, typefaces, home that can't be written to: the same bytes."""
    (tmp_path / "matplotlibrc").write_text(SETTINGS[settings])
    a_typeface_of_the_machine(tmp_path / ".fonts")
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\nimport warnings; warnings.simplefilter('error')\n"
        f"import runpy; print(*runpy.run_path({__file__!r})['digests_of_figures']())"
    )
    theirs = {
        "HOME": str(tmp_path), "MPLCONFIGDIR": str(tmp_path), "MATPLOTLIBRC": str(tmp_path), "LC_ALL": "C",
        "TZ": "Asia/Tokyo", "PYTHONHASHSEED": "4711", "MPLBACKEND": "svg",
    }  # fmt: skip
    here = [path for path in sys.path if path]
    done = subprocess.run(
        [sys.executable, "-c", code, *here], capture_output=True, text=True, env={**os.environ, **theirs}, check=False
    )
    assert done.stdout.split() == digests_of_figures(), done.stderr


def test_every_script_is_drawn_in_letters_and_not_in_boxes():
    """The typefaces installed with this program have them: a machine without any draws statuses that can be told apart."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a letter that no typeface has
        picture = figure_files(scripts_figure())["png"]
    assert not any("□" in drawable(name) for name in IN_EVERY_SCRIPT)
    assert drawable("a\ue000\U000f0000b") == "a□□b"
    others = [figure_files(status_figure(statuses((name, "new", 1, 1))))["png"] for name in ("处理中", "审核中")]
    assert len({picture, *others}) == 3


def test_arabic_is_joined_and_runs_from_right_to_left():
    """Letters stand in the forms that their neighbours ask for, and the first of the text is the one farthest right."""
    font = FT2Font(folders().plots / "DejaVuSans.ttf")
    font.set_size(10, 72)
    items = font._layout("سلام", flags=LoadFlags.NO_HINTING)
    (alone,) = font._layout("س", flags=LoadFlags.NO_HINTING)
    first = max(items, key=lambda item: item.x)
    assert first.char == "س"
    assert first.glyph_index != alone.glyph_index


def test_a_text_has_the_typeface_of_its_script():
    """A word stands in one typeface; digits and Latin letters never come from one of signs."""
    assert families("Open 42") == ["DejaVu Sans", "sans-serif"]
    assert families("在审核")[0] == "Noto Sans CJK SC"
    assert families("審査待ち")[0] == "Noto Sans CJK JP"
    assert families("검토 漢字")[0] == "Noto Sans CJK KR"
    assert families("🎲 42") == ["DejaVu Sans", "Noto Emoji", "sans-serif"]


def test_nothing_global_is_left_behind():
    """The reader's settings are as before, and no window is opened or asked for."""
    before = dict(mpl.rcParams)
    figure_files(FIGURES["statuses"]())
    assert dict(mpl.rcParams) == before
    code = "import sys, auditlib.report.charts.numbering; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)}).returncode
        == 0
    )


def test_figures_are_svg_and_png():
    """Both, for pages and for documents; the SVG carries its title for those who can't see it."""
    files = figure_files(FIGURES["months"](), "Issues & months")
    assert set(files) == {"svg", "png"}
    assert b"<title>Issues &amp; months</title>" in files["svg"]
    assert files["png"].startswith(b"\x89PNG")


def test_runs_of_two_classes_are_two_runs_and_the_longest_are_named():
    """A run across classes would name numbers as deleted that are not; labels never cover one another."""
    project = numbered("PAY", {number: number for number in range(1, 101) if not 20 <= number <= 49})
    gaps = project.gaps.assign(
        classification=["deleted" if number < 30 else "unexplained" for number in project.gaps["number"]]
    )
    beside = numbering_figure([replace(project, gaps=gaps)], YEAR).axes[1]
    labels = {text.get_text(): text.get_position()[1] for text in beside.texts}
    assert "20…29 (10) deleted" in labels
    assert "30…49 (20) unexplained" in labels
    assert not any(text.startswith("20…49") for text in labels)


def rates(**more: object) -> pd.DataFrame:
    row = {
        "attribute": "it", "scope": "sample", "tested": 1, "exceptions": 0, "no_evidence": 0, "deviation_rate": 0.0,
        "upper_limit": 0.9, "confidence": 0.9, "tolerable_rate": None,
    }  # fmt: skip
    return pd.DataFrame([row | more])


def test_the_population_stands_before_its_sample_and_a_sample_too_small_says_nothing():
    """0 of 1, at most 90.0 %: nobody may read this where 2 of 33 is known, nor take it for a result where it is not."""
    whole = rates(scope="population", tested=33, no_evidence=2, deviation_rate=2 / 33, upper_limit=None)
    both = words(rates_figure(pd.concat([rates(), whole], ignore_index=True).astype({"upper_limit": "float64"})))
    assert any("2 of 33 in the whole population (6.1 %)" in text for text in both)
    assert not any("0 of 1" in text for text in both)
    alone = words(rates_figure(rates().astype({"tolerable_rate": "float64"})))
    assert any("0 of 1 sampled: too few to say anything" in text for text in alone)
    assert not any("90.0 %" in text for text in alone)


# permissions


def powers(people, projects=3):
    """A matrix with every kind of row, hostile and long names, Chinese and Cyrillic among them."""
    names = ("张伟（测试）", "Пример", "<script>alert(1)</script>", "Rita \u202egnih\u202c", "A long name " * 9)
    rows = [Row("reporter", "holder", (1, 0, 0)), Row("Bot", "app", (0, 1, 1)), Row("Gone", "deactivated", (1, 1, 1))]
    rows += [Row(names[n] if n < 5 else f"Person {n}", "", (projects, n % 2, 0)) for n in range(people)]
    return Matrix(("DELETE_ISSUES", "MOVE_ISSUES", "ADMINISTER_PROJECTS"), tuple(rows), people + 2, projects)


@pytest.mark.parametrize("people", [0, 1, 3, 40])
@pytest.mark.parametrize("projects", [1, 40])
def test_the_matrix_of_powers_shows_every_row_on_the_page(people, projects):
    """A name for each row, a mark for each power held; nothing beyond the page, and the same bytes again."""
    matrix = powers(people, projects)
    first, again = (figure_files(permissions_figure(matrix)) for _ in range(2))
    assert first == again
    text = " ".join(ET.fromstring(first["svg"]).itertext())  # noqa: S314 - our own SVG
    for row in matrix.rows:
        assert row.name.split()[0].strip("<>")[:5] in text
    figure = permissions_figure(matrix)
    figure_files(figure)  # sets the typefaces of each text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # which are at hand while a file is written only
        FigureCanvasAgg(figure).draw()
    width, height = figure.get_size_inches() * figure.dpi
    for one in figure.findobj(Text):
        box = one.get_window_extent()
        assert not one.get_text() or (box.x0 >= -1 and box.x1 <= width + 1 and box.y0 >= -1 and box.y1 <= height + 1), (
            one
        )
    marks = sum(count > 0 for row in matrix.rows for count in row.projects)
    assert len(figure.axes[0].patches) == marks


def test_a_matrix_of_nobody_says_so():
    """An empty picture would look like a fault."""
    figure = permissions_figure(Matrix(("DELETE_ISSUES",), (), 0, 1))
    assert "nobody is known" in figure.axes[0].texts[0].get_text()


def test_the_log_is_counted_in_its_fields_and_rows():
    """Each field says its count, each row its sum; of many categories the rarest are one row, with nothing lost."""
    shown = words(activity_figure(logged(3), YEAR, YEAR.begins))
    assert [shown.count(text) for text in ("3", "2", "1")] == [11, 11, 11]
    assert {"33", "22", "11"} <= set(shown)
    assert not any("hatched" in text for text in shown)
    many = words(activity_figure(logged(20), YEAR, YEAR.begins))
    assert "7 other categories" in many
    assert f"{11 * sum(range(1, 8)):,}" in many


@pytest.mark.parametrize("begins", [datetime(2026, 3, 10, tzinfo=UTC), None])
def test_what_the_log_does_not_cover_is_hatched(begins):
    """Before its first record, or everything where its end was not reached: an empty field says nothing there."""
    figure = activity_figure(logged(3), YEAR, begins)
    assert any("hatched" in text for text in words(figure))
    (band,) = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
    assert band.get_x() == -0.5
    assert band.get_width() == (12 if begins is None else pytest.approx(2 + 9 / 31, abs=0.05))


# workflows


def drawn_workflow(statuses: int) -> Workflow:
    """A workflow with a way forward through all statuses, one back, one from anywhere, one that stays."""
    names = [f"Status {number} of {statuses}" for number in range(statuses)]
    middle = statuses // 2
    categories = ["TODO"] * middle + ["IN_PROGRESS"] * (statuses - middle - 1) + ["DONE"]
    guard = (Rule("condition", "only role 1"),)
    steps = [
        Transition(f"Go {number}", DIRECTED, (names[number],), names[number + 1], guard)
        for number in range(statuses - 1)
    ]
    return Workflow(
        "w",
        "Flow",
        3,
        tuple(map(Status, names, categories)),
        (
            Transition("Create", INITIAL, (), names[0]),
            *steps,
            Transition("Back", DIRECTED, (names[-1], names[0]), names[1]),
            Transition("Cancel", GLOBAL, (), names[-1]),
            Transition("Note", DIRECTED, (names[0],), ""),
        ),
    )


@pytest.mark.parametrize("statuses", [4, 9, 25])
def test_a_workflow_names_every_status_and_transition(statuses):
    """Each once, on one line of its own; those with a condition are marked; the same bytes each time."""
    workflow = drawn_workflow(statuses)
    figure = workflow_figure(workflow)
    written = [text.get_text() for text in figure.findobj(Text) if text.get_text()]
    assert sorted(written) == sorted(
        [one.name for one in workflow.statuses] + [one.name + " ◆" * bool(one.rules) for one in workflow.transitions]
    )
    assert figure_files(figure) == figure_files(workflow_figure(workflow))


@pytest.mark.parametrize("statuses", [4, 25])
def test_no_name_of_a_workflow_lies_on_another(statuses):
    """Names of transitions stand below each other, those of statuses beside each other, and none leaves the figure."""
    figure = workflow_figure(drawn_workflow(statuses))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    page = figure.bbox
    rows = [text.get_window_extent() for text in figure.findobj(Text) if text.get_text() and not text.get_rotation()]
    heights = sorted((box.y0, box.y1) for box in rows)
    assert all(low[1] <= high[0] + 1 for low, high in itertools.pairwise(heights))
    every = [text.get_window_extent() for text in figure.findobj(Text) if text.get_text()]
    assert all(box.x0 >= page.x0 - 1 and box.x1 <= page.x1 + 1 and box.y1 <= page.y1 + 1 for box in every)


def test_statuses_stand_in_the_order_of_their_categories():
    """To do, in progress, done, whatever Jira's words for them; one without a category comes last."""
    states = [("D", "DONE"), ("?", ""), ("P", "In Progress Category"), ("T", "To Do Category")]
    workflow = Workflow("w", "W", None, tuple(Status(*one) for one in states), ())
    names = [text for text in workflow_figure(workflow).findobj(Text) if text.get_rotation() and text.get_text()]
    assert [text.get_text() for text in sorted(names, key=lambda text: text.xy[0])] == ["T", "P", "D", "?"]


def test_a_workflow_of_no_status_says_so_and_of_many_transitions_how_many_are_left():
    """An empty picture is no evidence; a long one ends with what it leaves out."""
    empty = workflow_figure(Workflow("w", "W", None, (), ()))
    assert "Jira told no status of this workflow" in [text.get_text() for text in empty.findobj(Text)]
    many = tuple(Transition(f"T{number}", GLOBAL, (), "A") for number in range(75))
    figure = workflow_figure(Workflow("w", "W", None, (Status("A", "TODO"),), many))
    assert "and 15 more, in the table" in [text.get_text() for text in figure.findobj(Text)]


def test_each_workflow_has_a_file_and_a_caption():
    """Numbered, so that no name of Jira's makes a path; of very many the first are drawn."""
    names = [name for name, _, _ in workflow_figures([drawn_workflow(4)] * (MOST_DRAWN + 3))]
    assert names == [f"workflow_{number:02d}" for number in range(1, MOST_DRAWN + 1)]
    ((_, _, caption),) = workflow_figures([drawn_workflow(4)])
    assert caption.startswith("Flow, version 3: 4 statuses, 7 transitions.")
