"""Management's answers are read with everything that is wrong in them told at once, and only to what a package has."""

from __future__ import annotations

import pytest

from auditlib.audit.answers.given import parse_answers, require_known
from auditlib.errors import ParameterError

HEADER = "finding,case,cause,response,by,on\n"
WHOLE = "numbering.log,,,The log is archived monthly from now on.,Ada Quill,2026-10-30\n"
CASES = {
    "numbering.log": (),
    "numbering.unexplained:PAY": (),
    "controls.population:CT-02": ("CHG-44", "CHG-46"),
}


def answers(text):
    return parse_answers(HEADER + text, "answers.csv")


def told(caught) -> list[tuple[int | None, str]]:
    return [(one.line, one.value) for one in caught.value.problems]


def test_answers_are_read_and_unfilled_lines_of_the_template_say_nothing():
    """A line without cause, response, name and day is open; whatever else stands in it is for the reader."""
    text = "finding,case,cause,response,by,on,severity,nature\n"
    text += "numbering.log,,,,,,limit,it reaches back to May only\n"
    text += 'controls.population:CT-02,CHG-44,a bot approved,"Not again,\nsince the rule is gone",Ada,2026-10-30,exception,x\n'
    (one,) = parse_answers("\ufeff" + text, "answers.csv")
    assert (one.finding, one.case, one.line) == ("controls.population:CT-02", "CHG-44", 3)
    assert (one.cause, one.response) == ("a bot approved", "Not again,\nsince the rule is gone")
    assert (one.by, one.on) == ("Ada", "2026-10-30")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_spreadsheet_may_part_the_cells_otherwise(delimiter):
    """A template that was filled in where the comma is the decimal sign comes back with semicolons."""
    (one,) = parse_answers(f"{HEADER}scope.log,,why,so,Ada,2026-10-30\n".replace(",", delimiter), "answers.csv")
    assert (one.finding, one.case, one.by) == ("scope.log", "", "Ada")


def test_a_case_is_read_as_the_template_writes_it():
    """An apostrophe that keeps a spreadsheet from calculating is taken off again."""
    (one,) = answers("second-source.without-ticket,'-23,,Rolled back.,Ada Quill,2026-10-30\n")
    assert one.case == "-23"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (",,,Why,Ada,2026-10-30\n", 2, "finding is empty"),
        ("numbering.log,,known,,Ada,2026-10-30\n", 2, "response is empty"),
        ("numbering.log,,,Why,,2026-10-30\n", 2, "by is empty"),
        ("numbering.log,,,Why,Ada,\n", 2, "on is empty"),
        ("numbering.log,,,Why,Ada,30/10/2026\n", 2, "a date like 2026-10-30"),
        ("numbering.log,,,Why,Ada,46325\n", 2, "a date like 2026-10-30"),
        (WHOLE + WHOLE, 3, "line 2 answers it already"),
    ],
)
def test_a_line_that_is_not_whole_is_told(text, line, message):
    """Each defect has a message with its line, and says what to do."""
    with pytest.raises(ParameterError, match=message) as caught:
        answers(text)
    assert [one.line for one in caught.value.problems] == [line]


def test_all_that_is_wrong_is_told_at_once():
    """Whoever mends the file reads everything in one go."""
    with pytest.raises(ParameterError) as caught:
        answers("a,,,,Ada,\nb,c,,x,,2026-13-01\n")
    assert told(caught) == [(2, "a"), (2, "a"), (3, "b, c"), (3, "2026-13-01")]


@pytest.mark.parametrize("text", ["finding;case;response;by;on\n", "finding,case,response,by,on\n", ""])
def test_a_header_that_lacks_a_column_is_told(text):
    """Also where a spreadsheet has parted the cells by semicolons."""
    with pytest.raises(ParameterError, match="missing column"):
        parse_answers(text, "answers.csv")


def test_what_a_package_has_may_be_answered():
    """A finding as a whole, and a case of it."""
    given = answers(WHOLE + "controls.population:CT-02,CHG-46,,Why,Ada,2026-10-30\n")
    require_known(given, CASES, "answers.csv")


def test_what_a_package_does_not_have_is_no_answer():
    """An unknown finding, another case, a case where there is none: all told, the nearest id named."""
    lines = (
        "numbering.logs,,,Why,Ada,2026-10-30",
        "controls.population:CT-02,CHG-45,,Why,Ada,2026-10-30",
        "numbering.log,PAY-1,,Why,Ada,2026-10-30",
        "numbering.unexplained:PAY,PAY-1,,Why,Ada,2026-10-30",
    )
    with pytest.raises(ParameterError) as caught:
        require_known(answers("\n".join(lines) + "\n"), CASES, "mine.csv")
    assert told(caught) == [(2, "numbering.logs"), (3, "CHG-45"), (4, "PAY-1"), (5, "PAY-1")]
    first, second, third, last = (str(one) for one in caught.value.problems)
    assert first.startswith(
        "mine.csv:2: answers = numbering.logs: no finding of this package; did you mean numbering.log?"
    )
    assert "did you mean CHG-4" in second
    assert "answered as a whole; leave case empty" in third
    assert "in the file of gap_explanations" in last
