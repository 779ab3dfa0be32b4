"""The answer of a chapter in one sentence: it says what the tables show, and no more."""

from __future__ import annotations

import pandas as pd
import pytest
from library_cases import rates_of, result

from auditlib.audit.headlines import (
    activity_headline,
    controls_headline,
    permissions_headline,
    sample_headline,
    scope_headline,
    status_headline,
    summary_headline,
)


def passes(first: int, second: int, difference: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"project": ["PAY"], "first_pass": [first], "second_pass": [second], "difference": [difference]}
    )


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((392, 392, 0), "Two passes over PAY received the same 392 issues."),
        ((392, 391, 0), "Two passes over PAY received 392 and 391 issues, and what differs is explained."),
        ((392, 391, 1), "Not all of PAY is shown to have arrived: one pass received 392 issues, another 391."),
        ((392, 392, 2), "Not all of PAY is shown to have arrived: one pass received 392 issues, another 392."),
    ],
)
def test_passes_that_agree_are_told_from_those_that_do_not(counts, said):
    """Equal counts are no proof: what counts is the difference issue by issue."""
    assert scope_headline(passes(*counts), None) == said


def test_controls_are_told_by_how_many_deviate_and_the_worst():
    """By its rate, not by its number; a control that concerns nothing is told apart."""
    many = [result(f"A-{n}", "exception" if n < 3 else "pass") for n in range(1, 9)]
    few = [result("A-1", "exception", "CT-02")]
    assert controls_headline(rates_of(*many)) == ("1 of 1 control tested shows deviations, CT-01 in 2 of 8 cases.")
    idle = result("A-1", "not applicable", "CT-03", None)
    assert controls_headline(rates_of(*many, *few, idle)) == (
        "2 of 2 controls tested show deviations, most CT-02 in 1 of 1 case; 1 more concerns nothing."
    )
    assert controls_headline(rates_of(result("A-1", "pass"))) == "The one control tested shows no deviation."
    assert controls_headline(rates_of(idle)) == "The one control concerns nothing."
    assert controls_headline(rates_of()).startswith("No control of the library")


def test_an_interim_run_is_called_so():
    """What is complete so far is not complete."""
    assert scope_headline(passes(1, 1, 0), "2026-07-01").endswith("the same 1 issue so far: the period is not over.")


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 0, 0, 0), "The population is empty, so there is no state to show."),
        ((364, 279, 293, 26), "279 of 364 issues were done at the end of the period; 26 of 293 closed issues are to question."),
        ((3, 1, 1, 0), "1 of 3 issues was done at the end of the period; none of 1 closed issue is to question."),
        ((3, 0, 0, 0), "0 of 3 issues were done at the end of the period; none is closed."),
        (
            (3, None, 2, 1),
            "How many of 3 issues were done at the end of the period no history tells; 1 of 2 closed issues is to question.",
        ),
    ],
)  # fmt: skip
def test_a_state_that_no_history_tells_is_not_told(counts, said):
    """Today's state is not passed off as that of the period's end."""
    assert status_headline(*counts) == said


@pytest.mark.parametrize(
    ("size", "total", "random", "said"),
    [
        (25, 364, True, "25 of 364 issues were drawn at random; anyone can draw them again."),
        (1, 2, True, "1 of 2 issues was drawn at random; anyone can draw it again."),
        (3, 364, False, "The auditor selected 3 of 364 issues, not at random."),
        (7, 7, True, "All 7 issues are tested."),
        (0, 7, True, "No issue of 7 is to be tested."),
    ],
)
def test_a_selection_is_not_called_a_draw(size, total, random, said):
    """Nobody can draw again what somebody chose."""
    assert sample_headline(size, total, random=random) == said


def test_who_can_do_what_is_told_with_what_is_not_known():
    """The gravest powers first; where not all holders could be read, there may be more."""
    able = [
        ("delete issues", 69),
        ("edit what others wrote", 0),
        ("set security levels", 5),
        ("administer the project", 6),
    ]
    assert permissions_headline(able, ["OPS"], in_part=False) == (
        "69 accounts can delete issues, 0 can edit what others wrote, 5 can set security levels."
    )
    assert permissions_headline(able[1:2], ["OPS"], in_part=False) == "No account can edit what others wrote."
    assert permissions_headline(able, ["OPS"], in_part=True).startswith("At least 69 accounts can delete issues,")
    assert permissions_headline(able, [], in_part=False) == "Jira did not tell who may do what."
    assert permissions_headline([], ["OPS"], in_part=False).startswith("Nobody is shown to hold")


def test_a_log_that_does_not_cover_the_period_says_so():
    """A count of records is no proof that these are all."""
    assert activity_headline(294, readable=True, covers=True) == (
        "Jira's audit log holds 294 records of the period and reaches back to before it."
    )
    assert activity_headline(0, readable=True, covers=False) == (
        "Jira's audit log holds no records of the period; that these are all is not shown."
    )
    assert activity_headline(5, readable=False, covers=False) == "Jira's audit log could not be read."


def test_the_summary_counts_causes_and_limits():
    """In the singular where it is one."""
    assert summary_headline(17, 7) == "17 causes need an answer; 7 limits of what this package proves are stated."
    assert summary_headline(1, 1) == "1 cause needs an answer; 1 limit of what this package proves is stated."
    assert summary_headline(0, 0) == "Nothing found needs an answer; no limits of what this package proves are stated."
