"""Whatever is wrong with an answer: equal tables, a finding, or one clear error; never 70, never a hang, never silence.

``make fuzz`` tries ten times as much.
"""

from __future__ import annotations

import pytest
from fuzz.runs import fuzz_runs
from fuzz.tables import fuzz_tables

PULLS, AT_ONCE = 100, 2
RUNS = 6


@pytest.mark.slow
def test_mutated_answers_are_refused_or_told():
    """200 mutated answers, two to a pull, at the level of reader and tables."""
    found = fuzz_tables(0, PULLS, AT_ONCE)
    assert not found.fallen, found.told()
    assert len(found.lines) == PULLS
    assert {"told", "refused", "other rows"} <= {one["outcome"] for one in found.lines}, found.told()


@pytest.mark.slow
def test_whole_runs_end_with_a_package_that_verifies_or_a_sentence():
    """Processes of their own against a Jira that sends one mutated answer; a notebook each."""
    found = fuzz_runs(0, RUNS, notebooks=1)
    assert not found.fallen, found.told()
    assert {one["outcome"] for one in found.lines} <= {"sealed", "refused"}
