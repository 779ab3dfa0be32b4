"""Sentences on controls: subject, verb, number; what adds up is said so, and nothing more than the rows show."""

from __future__ import annotations

from library_cases import ZONE, rates_of, result, whole_of

from auditlib.audit.controls.control_findings import conclude_controls, control_findings
from auditlib.audit.controls.outcomes import controls_table, noted_in

MANY = [result(f"A-{n}", "exception" if n == 3 else "no evidence" if n == 5 else "pass") for n in range(1, 9)]


def told(*results, sample=(), further=(), **how):
    """Return the findings of results by their id."""
    rates = rates_of(*results, sample=sample, further=further)
    return {one.id: one for one in control_findings(rates, whole_of(*results), **how)}


def test_deviations_are_told_of_all_with_their_kinds_and_keys():
    """The two kinds add up to the deviations; the finding is an exception, of one cause with nothing else."""
    found = told(*MANY, sample=("A-1",))["controls.population:CT-01"]
    assert found.statement == (
        "2 of 8 issues that CT-01 concerns deviate from “approved before go” (25.0 %): 1 exception and 1 without evidence; "
        "A-3 and A-5."
    )
    assert (found.severity, found.count, found.table) == ("exception", 2, "controls")
    assert found.cause == "deviations from “CT-01”"


def test_what_looks_at_something_else_is_called_a_case():
    """A quarter without a review is no issue."""
    found = told(result("2026-04-01 to 2026-06-30", "exception", "CT-16", None))["controls.population:CT-16"]
    assert found.statement.startswith("1 of 1 case that CT-16 concerns deviates from")


def test_a_control_that_concerns_nothing_is_a_limit():
    """A mapping that no issue has shows nothing, and says so instead of passing."""
    found = told(result("A-1", "not applicable", number=None), sample=("A-1",))
    assert found["controls.idle"].severity == "limit"
    assert "controls.few" not in found
    beside = told(*MANY, result("A-1", "not applicable", "CT-02", None), sample=("A-1",))["controls.idle"]
    assert beside.statement == (
        "1 control concerns nothing in the population, so that nothing of it is shown: CT-02 “approved before go”."
    )
    chosen = told(result("A-1", "not applicable"), drawn=False)["controls.idle"]
    assert chosen.statement.startswith("1 control concerns none of the issues, so that")


def test_controls_that_show_what_they_ask_need_no_sentence():
    """Nothing deviates, nothing falls due later, and the sample is as it was planned."""
    assert told(result("A-1", "pass"), sample=("A-1",)) == {}


def test_what_falls_due_later_is_apart_from_what_is_late():
    """It is told as a note, by control, and is no deviation."""
    found = told(*MANY, result("A-9", "not applicable", falls_due_later=True), sample=("A-1",))
    assert found["controls.due-later"].statement == "1 case falls due after the period and is not judged: 1 by CT-01."
    beside = told(*MANY, result("A-9", "not applicable", falls_due_later=True), result("A-1", "pass", "CT-02"))
    assert beside["controls.due-later"].statement.endswith("not judged: 1 by CT-01.")
    assert found["controls.population:CT-01"].count == 2


def test_what_is_noted_is_no_deviation():
    """A burst is listed as a note, whatever else the issue shows."""
    rows = [result("A-1", "pass", "CT-21", evidence="note: one of 30 gates"), result("A-2", "pass", "CT-21")]
    noted = noted_in(controls_table(rows, ["CT-21"], ZONE))
    found = told(*rows, sample=("A-1",), noted=noted)
    assert found["controls.noted:CT-21"].severity == "note"
    assert found["controls.noted:CT-21"].statement == "CT-21 notes something of 1 issue, which is no deviation: A-1."
    assert "controls.population:CT-21" not in found


def test_replacements_and_small_numbers_are_told():
    """Whose place was taken how often, and where all that is concerned was tested."""
    idle = [result(f"A-{n}", "not applicable", number=None) for n in (20, 21)]
    found = told(*MANY, *idle, sample=("A-20", "A-1"), further=("A-21", "A-2"))
    assert "CT-01 1 of 2" in found["controls.replaced"].statement
    assert "controls.few" not in found
    few = told(result("A-1", "pass"), *idle, sample=("A-20", "A-21"), further=("A-1",))
    assert "CT-01 1 of 2" in few["controls.few"].statement
    assert "controls.replaced" not in told(*MANY, *idle, sample=("A-20",), further=("A-1",), drawn=False)


def each(*labels, **more):
    """Return a result of each control: the issue A-1 passes."""
    return [result("A-1", "pass", label, **more) for label in labels]


def numbered(many):
    return [f"CT-{number:02}" for number in range(1, many + 1)]


def test_only_controls_with_replacements_are_named_and_no_more_than_twelve():
    """Of the others how many more there are."""
    idle = result("A-2", "not applicable", "CT-01", None)
    beside = told(*each("CT-01", "CT-02"), idle, result("A-2", "pass", "CT-02"), sample=("A-2",), further=("A-1",))
    assert "same draw: CT-01 1 of 1. What" in beside["controls.replaced"].statement
    labels = numbered(13)
    rows = [*each(*labels), *(result("A-2", "not applicable", label, None) for label in labels)]
    all_of_them = told(*rows, sample=("A-2", "A-3"), further=("A-1",))
    for name in ("controls.replaced", "controls.few"):
        assert "CT-12 1 of 2, and 1 more." in all_of_them[name].statement


def test_the_conclusion_names_the_three_highest_rates():
    """The highest first, of equal ones as the table has them; only of controls from which something deviates."""
    worse = [result(f"A-{number}", "exception", "CT-02") for number in (1, 2)]
    three = [*MANY, *worse, result("A-1", "exception", "CT-03"), *each("CT-04")]
    said = conclude_controls(rates_of(*three), random=False)
    assert said == (
        "Of 4 controls tested on the whole population, 3 show deviations: CT-02 2 of 2 (100 %), CT-03 1 of 1 (100 %), "
        "CT-01 2 of 8 (25.0 %)."
    )
    four = conclude_controls(rates_of(*three, result("A-1", "exception", "CT-05")), random=False)
    assert "4 show deviations. The highest rates: CT-02 2 of 2 (100 %), CT-03 1 of 1 (100 %), CT-05" in four
    assert four.endswith(", and 1 more.")
    assert conclude_controls(rates_of(*each("CT-01")), random=False).endswith("population, none show deviations.")


def test_the_conclusion_names_controls_that_concern_nothing():
    """As many as the library has."""
    rows = [result("A-1", "not applicable", label) for label in numbered(23)]
    said = conclude_controls(rates_of(*rows), random=True, chosen=True)
    assert said.endswith("CT-21, CT-22 and 1 more concern none of these issues.")


def test_a_sample_of_which_all_deviate_sets_no_limit():
    """Nothing less than all would be at most."""
    failing = [result(f"A-{number}", "exception") for number in range(1, 9)]
    said = conclude_controls(rates_of(*failing, sample=("A-1", "A-2", "A-3", "A-4")), random=True)
    assert said.endswith("at 90 % confidence: CT-01 4 of 4 (no limit).")


def test_the_conclusion_has_the_exact_rate_first():
    """What was tested on all is said before what the sample allows to say."""
    said = conclude_controls(rates_of(*MANY, sample=("A-1", "A-2", "A-4", "A-6")), random=True)
    assert said.startswith("Of 1 control tested on the whole population, 1 shows deviations: CT-01 2 of 8 (25.0 %).")
    assert "In the sample, with the upper limit at 90 % confidence: CT-01 0 of 4 (at most 43.8 %)." in said
    assert "sample" not in conclude_controls(rates_of(*MANY, sample=("A-1",)), random=False)
    assert conclude_controls(rates_of(), random=True).startswith("No control of the library is tested")
    idle = conclude_controls(rates_of(result("A-1", "not applicable")), random=True)
    assert idle == "CT-01 concerns nothing in the population."
