"""Explanations of missing numbers are merged, or refused with their line."""

from __future__ import annotations

import pandas as pd
import pytest
from numbered_issues import audit, issues, resolved

from auditlib.audit.numbering.explanations import explain_gaps, explanations_template, parse_explanations
from auditlib.errors import ParameterError

HEADER = "project,number,explanation,explained_by,explained_on\n"


def explanations(text, **options):
    return parse_explanations(HEADER + text, "gaps.csv", **options)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_spreadsheet_may_part_the_cells_otherwise(delimiter):
    """A template that was filled in where the comma is the decimal sign comes back with semicolons."""
    text = f"{HEADER}AB,7,deleted by mistake,Ada,2026-10-30\n".replace(",", delimiter)
    assert parse_explanations(text, "gaps.csv")[["project", "number"]].to_numpy().tolist() == [["AB", 7]]


def test_explanations_are_merged():
    """Single numbers and ranges explain missing numbers, moved ones too; other projects are left alone."""
    given_text = 'PAY,2,"lost, by an import",Ada Quill,2026-12-31\n\nPAY,4-5,burnt,,\nOPS,1,else,,\nPAY,3,,,\n'
    answers = resolved((2, "LAB-9", 77))
    result = audit(issues({1: 1, 6: 9}), answers, explanations=explanations(given_text))
    gap = result.gaps.set_index("number")
    assert gap.loc[2, ["explanation", "explained_by", "explained_on"]].tolist() == [
        "lost, by an import",
        "Ada Quill",
        "2026-12-31",
    ]
    assert gap["explanation"].fillna("").to_dict() == {2: "lost, by an import", 3: "", 4: "burnt", 5: "burnt"}


def test_explaining_a_number_that_is_not_missing_is_an_error():
    """All wrong lines are told, with their place in the file."""
    given_text = "PAY,2-4,burnt,,\nPAY,9,burnt,,\nPAY,5,burnt,,\n"
    with pytest.raises(ParameterError) as caught:
        audit(issues({1: 1, 3: 2, 6: 9}), explanations=explanations(given_text))
    assert [(problem.line, problem.value) for problem in caught.value.problems] == [(2, "PAY 3"), (3, "PAY 9")]
    assert str(caught.value).startswith("gaps.csv:2: gap_explanations = PAY 3: not among the missing numbers")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("PAY,x,why,,\n", 2, "number must be"),
        ("PAY,PAY-3,why,,\n", 2, "number must be"),
        ("PAY,12. Oct,why,,\n", 2, "number must be"),
        ("PAY,5-3,why,,\n", 2, "ends before"),
        ("PAY,1-99999999999,why,,\n", 2, "that many"),
        ("PAY,3,,Ada Quill,\n", 2, "explanation is empty"),
        ('PAY,3,"two\nlines",,\nPAY,3,again,,\n', 4, "line 2 explains it"),
        ("OPS,3,why,,\n", 2, "not an audited project"),
        ("PAY,3,why,,04/01/2026\n", 2, "a date like"),
        ("PAY,3,why,,20260401\n", 2, "a date like"),
    ],
)
def test_explanations_that_cannot_be_read_are_told(text, line, message):
    """Each defect of the file has a message with its line."""
    with pytest.raises(ParameterError, match=message) as caught:
        explanations(text, projects=["PAY"])
    assert [problem.line for problem in caught.value.problems] == [line]


def test_missing_columns_are_told():
    """A file without the five columns is refused, whatever else it holds."""
    with pytest.raises(ParameterError, match="missing column explanation, explained_by, explained_on"):
        parse_explanations("project,number\n", "gaps.csv")
    with pytest.raises(ParameterError, match="missing column"):
        parse_explanations("", "gaps.csv")


def test_the_template_lists_what_is_open_and_reads_back():
    """Open gaps of one class in a row are one line; filled in, the template is the explanations file."""
    other = pd.DataFrame(
        [(4, "existed", None, None, "link of PAY-1"), (9, "deleted", None, None, "log 1")],
        columns=["number", "classification", "actor", "at", "evidence"],
    )
    result = audit(issues({1: 1, 7: 5, 12: 9}), resolved((11, "LAB-9", 7)), other=other)
    template = explanations_template(result.gaps)
    assert template["number"].tolist() == ["2-3", "4", "5-6", "8", "10"]
    assert template["classification"].tolist() == [
        "unexplained",
        "existed",
        "unexplained",
        "unexplained",
        "unexplained",
    ]
    assert template["numbers"].tolist() == [2, 1, 2, 1, 1]
    csv = template.to_csv(index=False, lineterminator="\n")
    assert csv.splitlines()[:2] == [HEADER.strip() + ",classification,numbers", "PAY,2-3,,,,unexplained,2"]
    assert len(parse_explanations(csv, "template.csv")) == 0
    filled = parse_explanations("\ufeff" + csv.replace(",,,,", ",burnt,Ada Quill,2026-12-31,"), "template.csv")
    explained = explain_gaps(result.gaps, filled)
    assert explained.loc[explained["explanation"].notna(), "number"].tolist() == [2, 3, 4, 5, 6, 8, 10]
    assert len(explanations_template(explained)) == 0
    assert list(explanations_template(explained).columns) == list(template.columns)
