"""Lists that people made are read with the line of each row, or refused with what is wrong."""

from __future__ import annotations

import pytest

from auditlib.audit.lists import Source, folded_name, is_day, read_list
from auditlib.errors import ParameterError


def rows_of(text: str, needed=("a", "b"), **options):
    return read_list(Source(text, "list.csv", "leavers"), needed, **options)


def test_a_row_has_its_line_although_cells_have_several():
    """A message names the line that an editor shows."""
    assert rows_of('a,b\n1,"two\nlines"\n\n3\n') == [
        (2, {"a": "1", "b": "two\nlines"}),
        (4, {"a": "", "b": ""}),
        (5, {"a": "3", "b": ""}),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_that_of_the_header(delimiter):
    """A spreadsheet saves with semicolons in half of the world; a comma within a cell is then no end of it."""
    text = f"\ufeffa{delimiter}b\r\n1{delimiter}2\r\n"
    assert rows_of(text) == [(2, {"a": "1", "b": "2"})]


def test_only_the_delimiters_allowed_count():
    """A list with another one lacks its columns, and is told which may part them."""
    told = "missing column a, b; the first line names the columns, separated by commas or semicolons or tabs$"
    with pytest.raises(ParameterError, match=told):
        rows_of("a|b\n1|2\n")


def test_of_a_long_cell_a_message_shows_the_beginning():
    """A cell may be as long as a file; enough is shown to find it."""
    problem = Source("", "list.csv", "leavers").problem(2, "9" * 5000, "no day")
    assert str(problem) == f"list.csv:2: leavers = {'9' * 99}…: no day"


def test_two_columns_of_one_meaning_are_refused():
    """Whichever were taken, the other would be lost without a word."""
    with pytest.raises(ParameterError, match="the columns Mail and E-Mail both mean email"):
        rows_of("Mail,E-Mail\nx,y\n", needed=(), meant={"mail": "email", "e_mail": "email"})


def test_a_column_that_is_needed_stands_there_once():
    """Of two columns with decisions the last would win, and nobody would know."""
    with pytest.raises(ParameterError, match="the columns b and b both mean b"):
        rows_of("a,b,b\n1,keep,remove\n")
    assert rows_of("a,b,c,c\n1,2,3,4\n") == [(2, {"a": "1", "b": "2", "c": "4"})]


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_quotation_mark_that_is_not_closed_swallows_no_rows(ending):
    """Of five hundred people who left one would remain, in a list that was read without a complaint."""
    with pytest.raises(ParameterError, match=r"list.csv:3: leavers = y: a quotation mark in this row is not closed"):
        rows_of(f'a,b\n1,x\n2,"y\n3,z{ending}')
    assert [row["b"] for _, row in rows_of(f'a,b\n1,"x\n"\n2,""{ending}')] == ["x", ""]
    with pytest.raises(ParameterError, match="missing column"):
        rows_of(f'a,"b\n1,x{ending}')


@pytest.mark.parametrize(
    ("name", "folded"), [(" E-Mail address", "e_mail_address"), ("Left.on", "left_on"), ("ACCOUNT ID", "account_id")]
)
def test_names_are_compared_without_what_people_vary(name, folded):
    """Upper case, blanks, hyphens and points are nobody's meaning."""
    assert folded_name(name) == folded


@pytest.mark.parametrize(
    ("text", "day"), [("2026-04-30", True), ("20260430", False), ("2026-02-30", False), ("", False)]
)
def test_a_day_is_written_in_one_way(text, day):
    """01.04.2026 is another day in another country."""
    assert is_day(text) is day
