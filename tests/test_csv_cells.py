"""Texts of Jira in CSV files act neither on a terminal nor on a spreadsheet, and can be read back."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.csv_cells import read_cell, write_cell, write_cell_before
from auditlib.tables import take_long_cells

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
TEXTS = st.lists(
    st.sampled_from("=+-@'\",\r\n\t;|\x00\x1b\x9b\u2028\u202e\ud800＝＠ \u3000\\u0a1(") | st.characters(codec=None),
    max_size=14,
).map("".join)


def cell_of(written: str) -> str:
    take_long_cells(len(written))
    ((cell,),) = csv.reader(io.StringIO(written + "\n", newline=""), strict=True)
    return cell


@settings(deadline=None, max_examples=500)
@given(TEXTS.filter(bool))
def test_every_text_comes_back(text):
    """The escapes and apostrophes can be taken off without a doubt, and the bytes are UTF-8."""
    written = write_cell(text)
    written.encode("utf-8")
    assert read_cell(cell_of(written)) == text


@settings(deadline=None, max_examples=500)
@given(TEXTS)
def test_nothing_that_a_terminal_obeys_stays(text):
    """No control character but TAB and line ends, no return to the begin of a line, no turned direction."""
    written = write_cell(text)
    assert not [one for one in written if unicodedata.category(one) in {"Cc", "Zl", "Zp"} and one not in "\r\n\t"]
    assert not set(written) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert not re.search("\r(?!\n)", written)


@pytest.mark.parametrize("separator", [";", "\t", "|", "\n", "\r\n", "; ", ";'", ";  ''"])
@pytest.mark.parametrize("sign", SIGNS)
def test_no_part_begins_like_a_formula_whatever_separates(separator, sign):
    """A spreadsheet that takes another separator, or ends a row within quotes, finds an apostrophe there."""
    parts = re.split(r"[;\t|\r\n]+", cell_of(write_cell(f"x{separator}{sign}cmd(A1)")))
    assert all(part.strip()[:1] not in SIGNS for part in parts if part.strip())


@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u3000", "\n", " \t", "\ufeff"])
@pytest.mark.parametrize("sign", SIGNS)
def test_no_cell_begins_like_a_formula_behind_spaces(before, sign):
    """Spaces of any kind are no protection: spreadsheets leave them out."""
    cell = cell_of(write_cell(f"{before}{sign}1+1"))
    assert cell.strip()[:1] not in SIGNS


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "a - b",
        "mail me; thanks :-)",
        "one\n- two\n- three",
        "x ;-)",
        "a, -5",
        "it's",
        "C:\\users",
        "1; 2",
    ],
)
def test_ordinary_texts_stay_as_they_are(text):
    """Lists, smileys and sums within a text are no formulas; the bytes of ordinary tables do not change."""
    assert cell_of(write_cell(text)) == text == cell_of(write_cell_before(text))


def test_an_escape_in_a_text_is_told_from_ours():
    r"""A text that itself says ``\u001b`` is not read as the character."""
    assert write_cell("\x1b") == "\\u001b"
    assert write_cell("\\u001b") == "\\u005cu001b"
    assert [read_cell(one) for one in ("\\u001b", "\\u005cu001b")] == ["\x1b", "\\u001b"]


def test_the_form_of_older_packages_stays():
    """Those of before verify to the byte: only NUL, halves and the first character."""
    given = ["\x1b[31m", "=1", "'=1", "\x00\ud800", "x;=1", "\r1"]
    assert [write_cell_before(one) for one in given] == ["\x1b[31m", "'=1", "'=1", "\\u0000\\ud800", "x;=1", '"\'\r1"']
    assert read_cell("'=1", 2) == "=1"
    assert read_cell("'x", 2) == "'x"


@pytest.mark.skipif(shutil.which("grep") is None, reason="no grep is installed")
def test_grep_shows_no_control_character(tmp_path):
    """What an auditor types reaches the terminal: no sequence of it is in the file."""
    (tmp_path / "x.csv").write_text(write_cell("PAY-1 \x1b]0;owned\x07\x1b[2J\x9b31m"), encoding="utf-8")
    found = subprocess.run(["grep", "PAY", str(tmp_path / "x.csv")], capture_output=True, check=True).stdout
    assert b"\x1b" not in found
    assert b"\x07" not in found


@pytest.mark.parametrize("part", ["\n", ";", "; ", ";'", " ", "-", ";-", "\n- ", ";- (", "\\u", ";- ", "'"])
def test_long_texts_are_written_and_read(part):
    """A text of a megabyte of what has to be looked at comes back; its work grows with its length alone."""
    text = part * (1_000_000 // len(part))
    assert read_cell(cell_of(write_cell(text))) == text
