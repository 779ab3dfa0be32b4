"""The verdict: four sentences that say what is shown, what is not, and nothing that the numbers do not bear out."""

from __future__ import annotations

import pandas as pd
import pytest

from auditlib.audit.causes import by_cause
from auditlib.audit.numbering.stretches import Line, Stretch
from auditlib.audit.verdict import about_controls, about_limits, about_numbers, about_population, about_records


def rates(*rows):
    """Return the columns of ``attribute_rates.csv`` that the verdict reads."""
    names = ["attribute", "scope", "tested", "exceptions", "no_evidence"]
    return pd.DataFrame(rows, columns=names)


@pytest.mark.parametrize(
    ("difference", "drift", "exceptions", "state", "words"),
    [
        (0, 0, [], "good", "is complete as far as Jira shows it to this account: two passes agree issue by issue."),
        (0, 2, [], "good", "but for 2 issues that changed meanwhile and are named."),
        (3, 0, [], "answer", "is not shown to be complete: two passes differ by 3 issues that nothing explains."),
        (0, 0, ["population.identity:two keys"], "answer", "is not shown to be complete: Jira's answers contradict"),
        (0, 0, ["numbering.unwalked:AB"], "answer", "is not shown to be complete"),
        (0, 0, ["closing.no-resolution"], "good", "is complete as far as Jira shows it"),
    ],
)
def test_a_list_is_called_complete_only_where_both_passes_agree_and_nothing_contradicts(
    difference, drift, exceptions, state, words
):
    """And only as far as Jira shows it to the account: more can't be known."""
    said = about_population(364, difference, drift, exceptions)
    assert said.state == state
    assert said.sentence.startswith("The list of 364 issues ")
    assert words in said.sentence


PAY = Line("PAY", 1, 10, (Stretch(1, 4, "present"), Stretch(5, 8, "unexplained"), Stretch(9, 10, "existed")))
OPS = Line("OPS", 1, 3, (Stretch(1, 1, "unexplained"), Stretch(2, 2, "present"), Stretch(3, 3, "moved")))
WHOLE = Line("OK", 1, 3, (Stretch(1, 3, "present"),))
MOVED = Line("MV", 1, 3, (Stretch(1, 2, "present"), Stretch(3, 3, "moved")))
NAMED = Line("NM", 1, 2, (Stretch(1, 1, "present"), Stretch(2, 2, "existed")))


@pytest.mark.parametrize(
    ("lines", "explained", "state", "sentence"),
    [
        ([], 0, "doubt", "No project has a number that the period has to account for."),
        ([WHOLE], 0, "good", "All 3 issue numbers in the range answer under their own key."),
        ([MOVED], 0, "good", "None of 3 issue numbers is unexplained."),
        ([NAMED], 0, "answer", ("None of 2 issue numbers is unexplained, but 1 is named by another record of Jira and does "
                               "not answer.")),
        ([PAY, OPS], 0, "answer", "5 of 13 issue numbers are unexplained, 4 of them in one run (PAY-5 to 8)."),
        ([PAY], 0, "answer", "4 of 10 issue numbers are unexplained, all of them in one run (PAY-5 to 8)."),
        ([OPS], 0, "answer", "1 of 3 issue numbers is unexplained."),
        ([OPS], 1, "good", "1 of 3 issue numbers is unexplained; the analyst explains 1 of 1."),
        ([PAY], 4, "answer", ("4 of 10 issue numbers are unexplained, all of them in one run (PAY-5 to 8); the analyst "
                             "explains 4 of 6.")),
    ],
)  # fmt: skip
def test_numbers_are_explained_or_counted(lines, explained, state, sentence):
    """A number that only the analyst explains stays counted, and it is said that he does."""
    said = about_numbers(lines, explained, [])
    assert (said.state, said.sentence) == (state, sentence)


def test_numbers_of_answers_that_contradict_each_other_are_not_called_sure():
    """Nothing is complete where the list of keys is not."""
    said = about_numbers([WHOLE], 0, ["numbering.walk-total:OK"])
    assert said.state == "answer"
    assert "contradict each other" in said.sentence


def test_a_control_is_judged_by_the_population_where_that_was_tested():
    """The sample's 0 of 1 says nothing beside 2 of 33."""
    said = about_controls(
        rates(("four eyes", "sample", 1, 0, 0), ("named", "sample", 15, 5, 0), ("four eyes", "population", 33, 1, 1))
    )
    assert said.sentence == "2 of 2 controls tested show deviations: “named” 5 of 15 sampled and “four eyes” 2 of 33."
    assert said.state == "answer"


@pytest.mark.parametrize(
    ("rows", "state", "sentence"),
    [
        ([], "doubt", "No control was tested, since the parameters name none."),
        ([("a", "sample", 0, 0, 0)], "doubt", "The control concerns no issue that was tested."),
        ([("a", "sample", 0, 0, 0), ("b", "sample", 0, 0, 0)], "doubt", "None of 2 controls concerns an issue that was tested."),
        ([("a", "sample", 4, 0, 0)], "good", "The control tested shows no deviation."),
        ([("a", "sample", 4, 0, 0), ("b", "sample", 5, 0, 0), ("c", "sample", 0, 0, 0)], "good",
         "All 2 controls tested show no deviation; 1 more concerns no issue that was tested."),
        ([("a", "sample", 4, 0, 1)], "answer", "1 of 1 control tested shows deviations: “a” 1 of 4 sampled."),
        ([("a", "sample", 4, 1, 0), ("a", "population", 0, 0, 0)], "answer",
         "1 of 1 control tested shows deviations: “a” 1 of 4 sampled."),
    ],
)  # fmt: skip
def test_controls_without_deviation_or_without_issues_are_told_apart(rows, state, sentence):
    """What concerns nobody has not held."""
    said = about_controls(rates(*rows))
    assert (said.state, said.sentence) == (state, sentence)


def test_limits_are_counted_by_cause_beside_those_of_every_package():
    """12 findings of 7 causes are 7 limits."""
    base = {"severity": "limit", "notebook": "n", "count": 1, "table": ""}
    found = [{**base, "id": f"a.{n}", "statement": "S.", "cause": "log" if n else "security"} for n in range(3)]
    assert about_limits(by_cause(found, {}), 10).sentence == (
        "2 limits of what it proves are this package's own (told in 3 findings); 10 limits hold for every such package."
    )
    assert about_limits([], 1).sentence == "No limit is this package's own; 1 limit holds for every such package."


@pytest.mark.parametrize(
    ("histories", "state", "sentence"),
    [
        (["closes", "closes"], "good", "2 histories lead from the creation to today."),
        (["closes", "does not close"], "answer", "1 history leads from the creation to today and 1 does not."),
        (
            ["does not close", "nothing to compare"],
            "answer",
            "1 history does not lead from the creation to today and 1 holds nothing to compare.",
        ),
        (["nothing to compare"], "doubt", "1 history holds nothing to compare."),
    ],
)
def test_records_that_an_auditor_chose_are_counted_of_those_asked_for(histories, state, sentence):
    """One that did not answer is missing from both sentences, and the first says so."""
    records = [{"complete": place == 0, "history": one} for place, one in enumerate(histories)]
    came, replay = about_records(len(records) + 1, records)
    assert came.state == "answer"
    assert came.sentence.startswith(f"Full records of {len(records)} of {len(records) + 1} issues asked for")
    assert (replay.state, replay.sentence) == (state, sentence)
    assert len(about_records(2, [])) == 1
