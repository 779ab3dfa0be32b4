"""Every exception and limit has a row with its answer, and what is open is counted by finding."""

from __future__ import annotations

import pandas as pd
import pytest

from auditlib.audit.answers.answered import Tally, answers_table, answers_template, tally
from auditlib.audit.answers.given import Given

CONTROL, LOG, PAY, NOTE = (
    "controls.population:CT-02",
    "numbering.log",
    "numbering.unexplained:PAY",
    "numbering.order:PAY",
)
FINDINGS = pd.DataFrame(
    [(PAY, "exception", "five"), (LOG, "limit", "short"), (NOTE, "note", "odd"), (CONTROL, "exception", "two deviate")],
    columns=["id", "severity", "statement"],
)
CASES = {CONTROL: {"CHG-1": "exception: a bot", "CHG-2": "no evidence"}}
GAPS = pd.DataFrame(
    [
        ("PAY", 3, "unexplained", "burnt", "Ada", "2026-10-01"),
        ("PAY", 4, "unexplained", "burnt", "Ada", "2026-10-01"),
        ("PAY", 5, "unexplained", None, None, None),
        ("PAY", 6, "deleted", None, None, None),
        ("PAY", 9, "unexplained", "an import", None, None),
    ],
    columns=["project", "number", "classification", "explanation", "explained_by", "explained_on"],
)


def given(finding: str, case: str = "", cause: str = "") -> Given:
    return Given(finding, case, cause, f"answer to {case or finding}", "Ada Quill", "2026-10-30", 2)


def table(*answers: Given, gaps: pd.DataFrame = GAPS) -> pd.DataFrame:
    return answers_table(FINDINGS, CASES, gaps, answers)


def states(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {(row.finding, row.case): row.state for row in frame.itertuples()}


def test_without_an_answer_every_exception_and_limit_is_open():
    """A row for the whole and for each case, in the order of the findings; a note asks for nothing."""
    frame = table(gaps=GAPS.assign(explanation=None))
    assert list(states(frame)) == [
        (PAY, ""),
        (PAY, "PAY-3-4"),
        (PAY, "PAY-5"),
        (PAY, "PAY-9"),
        (LOG, ""),
        (CONTROL, ""),
        (CONTROL, "CHG-1"),
        (CONTROL, "CHG-2"),
    ]
    assert set(frame["state"]) == {"open"}
    assert frame["response"].isna().all()
    assert frame.loc[frame["case"].eq("CHG-1"), "nature"].item() == "exception: a bot"
    assert tally(frame) == Tally(asked=3, answered=0, open_exceptions=2)


def test_explained_numbers_are_answers_too():
    """They stand beside the others, as runs of one explanation, with who gave it and where."""
    frame = table().set_index(["finding", "case"])
    run = frame.loc[(PAY, "PAY-3-4")]
    assert run[["response", "by", "on", "state", "told_in"]].tolist() == [
        "burnt", "Ada", "2026-10-01", "answered", "gap_explanations",
    ]  # fmt: skip
    assert pd.isna(frame.loc[(PAY, "PAY-9"), "by"])
    assert frame.loc[(PAY, "PAY-5"), "state"] == "open"
    assert frame.loc[(PAY, ""), "state"] == "open", "one number has no explanation"


def test_a_finding_that_explanations_made_a_note_keeps_its_answers():
    """Nothing is asked of it any more, and what was said stays."""
    explained = GAPS[GAPS["explanation"].notna()]
    findings = FINDINGS.assign(severity=["note", "limit", "note", "exception"])
    frame = answers_table(findings, CASES, explained, ())
    assert {case: state for (finding, case), state in states(frame).items() if finding == PAY} == {
        "": "answered case by case", "PAY-3-4": "answered", "PAY-9": "answered",
    }  # fmt: skip
    assert tally(frame) == Tally(asked=2, answered=0, open_exceptions=1)


def test_an_answer_to_the_whole_answers_its_cases():
    """A case may have an answer of its own beside it."""
    frame = table(given(CONTROL), given(CONTROL, "CHG-2", "a holiday"))
    assert states(frame)[CONTROL, "CHG-1"] == "answered as a whole"
    own = frame[frame["case"].eq("CHG-2")].iloc[0]
    assert own[["cause", "response", "by", "on", "state", "told_in"]].tolist() == [
        "a holiday", "answer to CHG-2", "Ada Quill", "2026-10-30", "answered", "answers",
    ]  # fmt: skip
    assert tally(frame) == Tally(asked=3, answered=1, open_exceptions=1)


def test_a_finding_is_answered_once_each_case_is():
    """One of two is not enough."""
    one, both = table(given(CONTROL, "CHG-1")), table(given(CONTROL, "CHG-1"), given(CONTROL, "CHG-2"))
    assert (states(one)[CONTROL, ""], states(both)[CONTROL, ""]) == ("open", "answered case by case")
    assert (tally(one).answered, tally(both).answered) == (0, 1)


def test_an_answer_to_a_note_is_kept():
    """It stands in the table, and is counted nowhere."""
    frame = table(given(NOTE))
    assert states(frame)[NOTE, ""] == "answered"
    assert tally(frame).asked == 3


def test_the_template_has_what_is_open_and_answers_of_it_are_read_back():
    """Missing numbers have a template of their own, in which they are explained one by one."""
    template = answers_template(table(given(LOG), given(CONTROL, "CHG-1")))
    assert list(zip(template["finding"], template["case"], strict=True)) == [
        (PAY, ""),
        (CONTROL, ""),
        (CONTROL, "CHG-2"),
    ]
    assert template[["cause", "response", "by", "on"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("counted", "words"),
    [
        (Tally(31, 12, 9), "12 of 31 exceptions and limits are answered, 19 are open"),
        (Tally(1, 1, 0), "1 of 1 exception or limit is answered, 0 are open"),
        (Tally(0, 0, 0), "No exception and no limit asks for an answer"),
    ],
)
def test_the_count_in_words(counted, words):
    """Answered and open add up to all."""
    assert counted.words == words


def test_no_gaps_are_no_runs():
    """A package whose numbers all answer has answers nevertheless."""
    assert states(table(gaps=GAPS.iloc[:0]))[PAY, ""] == "open"
