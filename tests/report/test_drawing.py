"""A drawing is one SVG that needs nothing from elsewhere, whatever is written into it, and a PNG of the same."""

from __future__ import annotations

import re
import struct
from xml.etree import ElementTree as ET

import pytest

from auditlib.report.charts.drawing import Drawing, broken, fitted, png, wide

SVG = "{http://www.w3.org/2000/svg}"


def root_of(drawing: Drawing, title: str = "") -> ET.Element:
    return ET.fromstring(drawing.svg(title))  # noqa: S314 - our own SVG


HOSTILE = [
    "<script>alert(1)</script>",
    '"><image href="http://e.example/x">',
    "&amp;&#0;",
    "a\x00\x1b\ud800b",
    "\u202eabc",
    "]]>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_others_wrote_is_text_and_nothing_else(text):
    """A name of Jira's makes no element, no attribute and no broken file; what can't be seen is shown by its number."""
    drawing = Drawing(200, 40)
    drawing.text(0, 20, text, room=150)
    root = root_of(drawing, text)
    names = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert names <= {"svg", "title", "defs", "path", "g", "use"}
    assert all(value.startswith("#") for node in root.iter() for name, value in node.attrib.items() if "href" in name)
    assert png(drawing.svg(text)).startswith(b"\x89PNG")


def test_a_letter_is_drawn_once_and_used_often():
    """So a page of text is small; the words stand beside their outlines for those who search."""
    drawing = Drawing(200, 40)
    drawing.text(0, 20, "banana")
    root = root_of(drawing)
    assert len([path for path in root.iter(f"{SVG}path") if path.get("id")]) == 3
    assert len(list(root.iter(f"{SVG}use"))) == 6
    assert [node.get("aria-label") for node in root.iter(f"{SVG}g")] == ["banana"]


def test_the_png_has_two_dots_a_pixel():
    """Sharp in a document and on paper."""
    drawing = Drawing(120, 30)
    drawing.text(0, 15, "a")
    assert struct.unpack(">II", png(drawing.svg())[16:24]) == (240, 60)


def test_hatches_dots_and_rings_are_drawn_by_their_place():
    """The same colour is hatched by one pattern; many dots are one mark."""
    drawing = Drawing(100, 100)
    drawing.hatched((0, 0, 10, 10), "#123456")
    drawing.hatched((20, 0, 10, 10), "#123456")
    drawing.dots([(1, 2), (3.456, 4)], 2, "#000000")
    drawing.rings([(10, 10)], 2, "#ff0000")
    root = root_of(drawing)
    assert len(list(root.iter(f"{SVG}pattern"))) == 1
    paths = [path.get("d") for path in root.iter(f"{SVG}path")]
    assert "M1 2h0M3.46 4h0" in paths
    assert "M8 10a2 2 0 1 0 4 0a2 2 0 1 0-4 0z" in paths or "M8 10a2 2 0 1 0 4 0a2 2 0 1 0 -4 0z" in paths


def test_nothing_drawn_is_nothing_written():
    """No empty mark for no dots and no words."""
    drawing = Drawing(10, 10)
    drawing.dots([], 1, "#000000")
    drawing.boxes([], "#000000")
    drawing.text(0, 5, "  ")
    assert drawing.svg().count("<path") == 1  # the ground


def test_words_that_do_not_fit_are_cut_and_lines_are_broken():
    """By the width of letters, not by their number; a word that is too long for a line stands alone."""
    assert fitted("short", 500) == "short"
    cut = fitted("W" * 60, 100)
    assert cut.endswith("…")
    assert 80 < wide(cut) <= 100
    assert fitted("abc", 1) == "…"
    assert broken("one two three", wide("one two")) == ["one two", "three"]
    assert broken("W" * 60, 50) == ["W" * 60]


def test_words_are_set_where_they_are_anchored():
    """At their beginning, middle or end; the end is told to whoever goes on from there."""
    ends = {}
    for anchor in ("start", "middle", "end"):
        drawing = Drawing(100, 20)
        ends[anchor] = drawing.text(50, 10, "abc", anchor=anchor)
        (place,) = re.findall(r"translate\(([\d.]+) ", drawing.svg())
        assert float(place) == pytest.approx(ends[anchor] - wide("abc"), abs=0.01)
    assert ends["start"] - ends["end"] == pytest.approx(wide("abc"))
    assert ends["middle"] == pytest.approx((ends["start"] + ends["end"]) / 2)
