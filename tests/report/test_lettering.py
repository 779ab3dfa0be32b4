"""Text becomes outlines: in every script, alike on every machine, each word in the typeface of its script."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from chart_cases import IN_EVERY_SCRIPT

from auditlib.report.lettering import EM, drawable, families, outline, shaped


def test_a_text_has_the_typeface_of_its_script():
    """A word stands in one typeface; digits and Latin letters never come from one of signs."""
    assert families("Open 42") == ["Noto Sans"]
    assert families("在审核")[0] == "Noto Sans CJK SC"
    assert families("審査待ち")[0] == "Noto Sans CJK JP"
    assert families("검토 漢字")[0] == "Noto Sans CJK KR"
    assert families("🎲 42") == ["Noto Sans", "Noto Emoji"]
    assert families("74 → 72") == ["Noto Sans", "DejaVu Sans"]


@pytest.mark.parametrize("text", IN_EVERY_SCRIPT)
def test_every_script_is_drawn_in_letters_and_not_in_boxes(text):
    """The typefaces installed with this program have them: a machine without any draws statuses that can be told apart."""
    assert drawable(text) == text
    found = shaped(text)
    assert all(one.glyph[1] for one in found.glyphs), "a glyph that stands for none"
    drawn = [outline(one.glyph) for one in found.glyphs]
    assert sum(map(bool, drawn)) >= len(text.replace(" ", "")) // 2


def test_what_no_typeface_has_is_a_box():
    """Of areas for private use nobody knows what they hold; marks that choose a picture's form are not drawn."""
    assert drawable("a\ue000\U000f0000b") == "a□□b"
    assert drawable("✔\ufe0f") == "✔"


def test_two_statuses_in_chinese_are_two_pictures():
    """They were boxes once, and equal."""
    first, second = (tuple(outline(one.glyph) for one in shaped(text).glyphs) for text in ("处理中", "审核中"))
    assert first != second
    assert first[-1] == second[-1]


def test_arabic_is_joined_and_runs_from_right_to_left():
    """Letters stand in the forms that their neighbours ask for, and the first of the text is the one farthest right."""
    (alone,) = shaped("س").glyphs
    word = shaped("سلام").glyphs
    assert max(word, key=lambda one: one.at).glyph != alone.glyph
    assert [one.at for one in word] == sorted(one.at for one in word)


def test_a_thin_typeface_and_bold_are_drawn_with_a_line_around():
    """Noto's for Chinese opens hair-thin: its stems become as thick as those of the others."""
    assert {one.around for one in shaped("Open").glyphs} == {0}
    (thin,), (bold,), (both,) = (
        shaped(text, bold=heavy).glyphs for text, heavy in (("中", False), ("a", True), ("中", True))
    )
    assert thin.around > 0
    assert bold.around > 0
    assert both.around == thin.around + bold.around


def test_letters_are_as_wide_as_they_are():
    """Digits are all of one width, so that columns of them line up; a text is as wide as its letters together."""
    assert len({shaped(digit).width for digit in "0123456789"}) == 1
    assert shaped("ab").width == shaped("a").width + shaped("b").width
    assert 0.4 * EM < shaped("a").width < 0.7 * EM
    assert shaped("").width == 0


def test_an_outline_closes_where_it_began():
    """Figures within a letter are told from where the one before began, as SVG reads it: else the hole of an o wanders."""
    path = outline(shaped("o").glyphs[0].glyph)
    assert path.count("z") == 2
    assert re.fullmatch(r"(?:[mlqc][-\d ]+|z)+", path)
    numbers = [int(one) for one in re.findall(r"-?\d+", path)]
    assert max(map(abs, numbers)) < EM
    assert outline(shaped(" ").glyphs[0].glyph) == ""


def test_nothing_of_matplotlib_but_its_font_object_is_loaded():
    """No figure, no font manager that looks through the machine, no window: a first run waits for none of them."""
    code = "import sys, auditlib.report.charts.numbering as it; print(*(n for n in sys.modules if n.startswith('matplotlib.')))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
    assert not {"matplotlib.figure", "matplotlib.font_manager", "matplotlib.pyplot"} & set(done.stdout.split())
