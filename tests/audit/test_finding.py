"""What ends a run with ``--fail-on``: the count of open gaps, and the exit status that follows from it."""

from __future__ import annotations

from functools import partial
from itertools import product

import pandas as pd
import pytest

from auditlib.audit.numbering.findings import open_gaps
from auditlib.audit.numbering.gaps import CLASSES
from auditlib.cli.options import FailOn
from auditlib.cli.runs import seal_run
from auditlib.cli.several import found_by
from auditlib.cli.statuses import FOUND
from auditlib.demo.server.site import EmbeddedJira
from auditlib.run.order import Run


def gaps(*rows: tuple[str, str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["classification", "in_period", "explanation"], dtype=object)


@pytest.mark.parametrize(
    ("classification", "in_period", "explanation"),
    list(product(CLASSES, ("yes", "no", "unknown"), (None, "", "given back by an import"))),
)
def test_a_gap_is_open_if_nothing_and_nobody_explains_it_and_it_may_be_of_the_period(
    classification, in_period, explanation
):
    """A number that moved or was deleted is proved; one that lies outside of the period is not asked about; an answer closes."""
    is_open = classification in {"existed", "unexplained"} and in_period != "no" and not explanation
    assert open_gaps(gaps((classification, in_period, explanation))) == int(is_open)


def test_open_gaps_are_counted():
    """Each by itself; of no gaps there are none."""
    rows = [
        ("unexplained", "yes", None),
        ("existed", "unknown", ""),
        ("unexplained", "no", None),
        ("moved", "yes", None),
    ]
    assert open_gaps(gaps(*rows)) == 2
    assert open_gaps(gaps().iloc[:0]) == 0


def test_fail_on_ends_a_sealed_run_with_what_was_found(small_company, parameters, tmp_path, capfd):
    """Status 1, the figure named, and the package there; what was not found ends nothing."""

    def order(name: str) -> Run:
        return Run(
            parameters(), tmp_path / name, ("01_scope",), jobs=1, embedded=partial(EmbeddedJira, small_company.world)
        )

    with pytest.raises(SystemExit) as ended:
        seal_run(order("found"), [FailOn.DRIFT, FailOn.OPEN_GAPS], None)
    assert ended.value.code == FOUND == 1
    said = capfd.readouterr().err
    assert "the package is sealed and shows what --fail-on names: open-gaps (" in said
    assert "drift" not in said.rpartition("--fail-on")[2]
    assert (tmp_path / "found" / "bagit.txt").is_file()
    seal_run(order("calm"), [FailOn.DRIFT], None)
    assert (tmp_path / "calm" / "bagit.txt").is_file()


def test_fail_on_exceptions_counts_what_deviates(tmp_path):
    """Each of what was named is told with its number; what is nought ends nothing."""
    figures = {"figures": {"open_gaps": 0, "drift": 0, "exceptions": 1_200}}
    said = found_by(figures, tmp_path, [FailOn.EXCEPTIONS, FailOn.DRIFT])
    assert said == "the package is sealed and shows what --fail-on names: exceptions (1,200)"
    assert found_by({"figures": {"exceptions": 0}}, tmp_path, [FailOn.EXCEPTIONS]) == ""


def test_fail_on_open_findings_counts_exceptions_without_an_answer(tmp_path):
    """Of a package that was made before there were answers, all of them; a limit without an answer ends nothing."""
    findings = [{"severity": "exception"}, {"severity": "exception"}, {"severity": "limit"}]
    said = "the package is sealed and shows what --fail-on names: open-findings ({})"
    here = {"figures": {"open_findings": 1}, "findings": findings}
    assert found_by(here, tmp_path, [FailOn.OPEN_FINDINGS]) == said.format(1)
    assert found_by({"figures": {"open_findings": 0}, "findings": findings}, tmp_path, [FailOn.OPEN_FINDINGS]) == ""
    assert found_by({"figures": {}, "findings": findings}, tmp_path, [FailOn.OPEN_FINDINGS]) == said.format(2)
