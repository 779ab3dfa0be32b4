"""What the second source shows, in words."""

from __future__ import annotations

from source_cases import reconciled, row, with_rows

from auditlib.audit.controls.site.deployments import OTHER_ENVIRONMENT, SourceFile
from auditlib.audit.controls.site.source_findings import conclude_source, source_findings
from auditlib.audit.controls.site.unknown_keys import BEFORE, MISSING

ROWS = (row(2, "PAY-1"), row(3), row(4, "PAY-99"), row(5, "PAY-1", "PAY-99"), row(6, at="2026-01-01T09:00:00Z"))


def found(said: str, *rows, compared: bool = True) -> dict[str, tuple[str, int, str]]:
    table = reconciled([with_rows("PAY-1", *rows), with_rows("PAY-2", *rows)], *rows)
    table["verdict"] = table["verdict"].replace("about PAY-99", said)
    file = SourceFile(rows, {OTHER_ENVIRONMENT: 2})
    return {
        one.id.partition(".")[2]: (one.severity, one.count, one.statement)
        for one in source_findings(table, file, "Builds", compared=compared)
    }


def test_the_rows_of_the_file_add_up():
    """Each row counts once, also one that names several issues; what is left out is told with its reason."""
    assert found(BEFORE, *ROWS)["rows"] == (
        "note",
        7,
        (
            "Of 7 rows of Builds, 2 name an issue of the population, 1 names only other issues, 2 name none and 2 are left out "
            "(of another environment)."
        ),
    )


def test_a_deployment_without_a_ticket_is_an_exception():
    """Of the period alone: what was deployed before it is no matter of this audit."""
    assert found(BEFORE, *ROWS)["without-ticket"] == (
        "exception",
        1,
        "1 row of Builds in the period names no issue of a listed project: b3.",
    )
    assert "without-ticket" not in found(BEFORE, ROWS[0], ROWS[4])
    for name, shown in (("r" * 40, "r" * 40), ("r" * 41, f"{'r' * 39}…")):
        assert found(BEFORE, ROWS[1]._replace(ref=name))["without-ticket"][2].endswith(f"listed project: {shown}.")


def test_a_number_of_which_jira_shows_no_issue_is_told_from_an_issue_of_another_time():
    """A deleted ticket behind a deployment wants an answer; a ticket from before the period was only not looked at."""
    assert found(f"{MISSING}: deleted", *ROWS)["no-issue"][:2] == ("exception", 1)
    assert "PAY-99 (missing number: deleted)" in found(f"{MISSING}: deleted", *ROWS)["no-issue"][2]
    other = found(BEFORE, *ROWS)
    assert other["other-issues"][:2] == ("limit", 1)
    assert "no-issue" not in other


def test_a_source_that_says_nothing_of_the_period_is_a_limit():
    """The wrong year's export would otherwise look like a year without deployments."""
    assert found(BEFORE, ROWS[4])["nothing"][:2] == ("limit", 0)
    assert "nothing" not in found(BEFORE, *ROWS)


def test_times_that_nobody_compared_are_told():
    """A second source without CT-09 shows who names whom, and no order."""
    assert found(BEFORE, *ROWS, compared=False)["not-compared"][:2] == ("limit", 5)
    assert "not-compared" not in found(BEFORE, *ROWS)


def test_the_conclusion_counts_the_issues_that_are_named():
    """Of how many issues a row was found."""
    table = reconciled([with_rows("PAY-1", *ROWS), with_rows("PAY-2", *ROWS)], *ROWS)
    assert conclude_source(table, "Builds") == "Builds names 1 of 2 issues of the population."
