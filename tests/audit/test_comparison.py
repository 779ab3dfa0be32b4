"""All subjects are compared, in the order of the notebooks, and one sentence says what it comes to."""

from __future__ import annotations

from two_years import issue, year

from auditlib.audit.yearly.comparison import compare, conclude_years


def test_every_subject_has_its_rows():
    """From the site to the findings."""
    this, last = (
        year(tables={"population": [issue("AB-9")]}),
        year(2025, tables={"population": [issue("AB-1"), issue("AB-2")]}),
    )
    compared = compare(this, last)
    subjects = dict.fromkeys(row.figure.partition(":")[0] for row in compared.rows)
    assert list(subjects) == [
        *(
            "site",
            "period",
            "projects",
            "query",
            "parameters",
            "parameter",
            "population",
            "excluded",
            "status category",
        ),
        *(
            "sample",
            "issues",
            "numbering",
            "people and rules that acted",
            "people who left and can still act",
            "findings",
        ),
    ]
    assert len({row.figure for row in compared.rows}) == len(compared.rows)


def test_the_sentence_counts_what_asks_for_an_answer():
    """Notes and limits do not."""
    this, last = (
        year(tables={"population": [issue("AB-9")]}),
        year(2025, tables={"population": [issue("AB-1"), issue("AB-2")]}),
    )
    quiet = conclude_years(this, last, compare(this, last))
    assert quiet == (
        "Beside last year's package (1 January 2025 to 31 December 2025): 1 issue after 2 in the population; "
        "no difference asks for an answer."
    )
    other = year(query="project = AB AND type = Bug", tables={"population": [issue("AB-9")]})
    assert conclude_years(other, last, compare(other, last)).endswith("1 difference asks for an answer.")
