"""Findings by cause: every finding belongs to one, nothing that it says is lost, and a share is one of its whole."""

from __future__ import annotations

import pytest

from auditlib.audit.causes import WHOLES, by_cause, causes_in_words, split_head


def finding(identity, severity, count, statement, cause, *, table="gaps"):
    return {
        "id": identity, "notebook": "03_numbering", "severity": severity, "statement": statement, "count": count,
        "table": table, "cause": cause,
    }  # fmt: skip


def unexplained(project, count, severity="exception"):
    text = f"{project}: {count} of 300 numbers in the range do not answer."
    return finding(f"numbering.unexplained:{project}", severity, count, text, "numbers that nothing explains")


def test_one_cause_in_several_projects_is_one_row_with_the_sum_of_its_cases():
    """Of the whole range of all projects; the projects stand beside it, the most cases first."""
    (one,) = by_cause([unexplained("OPS", 13), unexplained("PAY", 101), unexplained("PAYX", 4)], {"numbers": 528})
    assert one.headline == "118 of 528 numbers in the range are unexplained."
    assert one.rest == "PAY 101, OPS 13 and PAYX 4."
    assert (one.count, one.of, one.whole) == (118, 528, "the range")
    assert len(one.findings) == 3


def test_projects_are_named_where_the_analyst_explains_those_of_another():
    """118 are unexplained, and 13 of them need no answer more: neither row says that it counts all."""
    open_one, told = by_cause([unexplained("PAY", 101), unexplained("OPS", 13, "note")], {"numbers": 528})
    assert open_one.headline == "In PAY, 101 of 528 numbers in the range are unexplained."
    assert told.headline == "In OPS, 13 of 528 numbers in the range are unexplained."


def test_cases_of_two_kinds_are_not_added_up():
    """17 numbers and 15 records of their deletion are not 32 cases; what the second says stands whole beside the first."""
    number = finding("numbering.deleted:AB", "exception", 17, "AB: 17 belonged to deleted issues.", "deleted issues")
    record = finding(
        "numbering.deletions", "exception", 15, "15 deletions were made.", "deleted issues", table="deletions"
    )
    (one,) = by_cause([number, record], {"numbers": 100})
    assert (one.count, one.of) == (17, 100)
    assert "15 deletions were made." in one.rest
    assert one.table == "gaps"


def test_the_population_comes_before_the_sample():
    """Its rate is exact; the sample's finding stands beside it, of the same cause."""
    found = [
        finding(
            "attributes.population:in time", "exception", 65, "65 of 332 issues deviate.", "deviations from “in time”"
        ),
        finding(
            "attributes.exception:in time", "exception", 9, "9 of 23 sampled issues do.", "deviations from “in time”"
        ),
    ]
    (one,) = by_cause(found, {}, {("in time", "population"): 332, ("in time", "sample"): 23})
    assert (one.count, one.of, one.whole) == (65, 332, "issues concerned")
    assert one.rest == "9 of 23 sampled issues do."


def test_causes_are_ranked_by_severity_then_share_then_count():
    """What has no whole comes behind all that has one, whatever its number."""
    found = [
        finding("a.limit", "limit", 900, "A limit.", "l"),
        finding("b.many", "exception", 50, "Fifty of nothing.", "many"),
        finding("b.few", "exception", 2, "Two of nothing.", "few"),
        finding("closing.test-issue", "exception", 1, "One closed.", "test issues"),
        finding("closing.no-resolution", "exception", 4, "Four closed.", "closed issues without a resolution"),
    ]
    names = [one.name for one in by_cause(found, {"closed": 100})]
    assert names == ["closed issues without a resolution", "test issues", "many", "few", "l"]


def test_a_part_is_never_more_than_its_whole():
    """A whole that is smaller than the cases is not theirs, and is not named."""
    (one,) = by_cause([finding("closing.test-issue", "exception", 5, "Five.", "test issues")], {"closed": 4})
    assert (one.of, one.whole, one.share) == (None, "", -1.0)


@pytest.mark.parametrize(
    "statement",
    [
        "2 issues were made by nobody that is known: AB-1 and AB-2. Who was it?",
        "Short: no.",
        "One sentence without an end",
        "What is known of it is little; " + "much more follows, and it is long. " * 20,
        "A" * 400 + ": and then",
    ],
)
def test_a_statement_that_is_split_loses_nothing(statement):
    """A part of a sentence may say the opposite: headline and rest together are all of it."""
    head, rest = split_head(statement)
    assert " ".join([head, rest]).strip() == statement.strip()
    assert head


def test_every_finding_belongs_to_one_cause_and_is_whole_there():
    """Of those that are not one a project, each statement stands in its row."""
    found = [
        finding(f"x.{n}", "exception", n, f"Statement {n}: with a tail {n}.", f"cause {n % 3}") for n in range(1, 10)
    ]
    causes = by_cause(found, {})
    assert sorted(one for cause in causes for one in cause.findings) == sorted(one["id"] for one in found)
    for one in found:
        (cause,) = (cause for cause in causes if one["id"] in cause.findings)
        assert one["statement"] in f"{cause.headline} {cause.rest}"
    assert causes_in_words(causes) == "3 causes, told in 9 findings"


def test_one_number_is_said_as_one():
    """1 numbers: a reader who sees this asks what else nobody read."""
    (one,) = by_cause([unexplained("AB", 1)], {"numbers": 10})
    assert one.headline == "1 of 10 numbers in the range is unexplained."


def test_wholes_name_figures_of_the_summary():
    """A whole is one of the figures that a package is given, or none is said."""
    assert {name for name, _ in WHOLES.values()} == {"numbers", "closed", "population", "created", "dossiers", "sample"}


def test_what_is_no_issue_is_called_a_case():
    """People, quarters and records of the log are no issues, and no sample of them is drawn."""
    sets = {("CT-01", "population"): 40, ("CT-01", "sample"): 25, ("CT-15", "population"): 4}
    for label, whole in (("CT-01", "issues concerned"), ("CT-15", "cases concerned")):
        (one,) = by_cause([finding(f"controls.population:{label}", "exception", 3, "3 deviate.", label)], {}, sets)
        assert one.whole == whole
