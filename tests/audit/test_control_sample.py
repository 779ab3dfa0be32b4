"""The sample of a control: what it does not concern is replaced from the same draw, in its order, up to the number planned."""

from __future__ import annotations

import pytest
from library_cases import ZONE, result

from auditlib.audit.controls.control_sample import control_sample, control_sample_table
from auditlib.audit.controls.outcomes import by_issue, controls_table, outcomes_of

OUTCOMES = {
    "A-1": "pass", "A-2": "not applicable", "A-3": "exception", "A-4": "not applicable", "A-5": "no evidence", "A-6": "pass",
}  # fmt: skip


def test_what_is_not_concerned_is_replaced_by_the_next_of_the_draw():
    """ISA 530.10: up to the planned number, in the order of the draw, and no further."""
    found = control_sample(["A-1", "A-2"], ["A-4", "A-5", "A-6", "A-3"], OUTCOMES)
    assert (found.own, found.unconcerned, found.stand_ins) == (("A-1",), ("A-2",), ("A-5",))
    assert found.tested == ("A-1", "A-5")


def test_fewer_than_planned_are_all_tested():
    """Where the draw ends before the number is reached, every issue that is concerned was taken."""
    found = control_sample(["A-2", "A-4", "A-1"], ["A-3"], OUTCOMES)
    assert found.tested == ("A-1", "A-3")
    assert (found.planned, len(found.unconcerned)) == (3, 2)


@pytest.mark.parametrize("further", [(), ("A-7",)])
def test_an_issue_without_a_row_is_not_concerned(further):
    """Nothing is tested of which the control says nothing; where nobody drew, nothing is replaced."""
    assert control_sample(["A-9"], further, OUTCOMES).tested == ()


def test_the_table_names_whose_place_an_issue_takes():
    """Every sampled issue stands there with its gravest round, and behind them what stands in."""
    results = [
        result("A-1", "not applicable", number=None, evidence="no go", history_ids=()),
        result("A-2", "pass"),
        result("A-3", "pass"),
        result("A-3", "exception", number=2, evidence="history 8: done", history_ids=(8, 9)),
        result("A-3", "exception", number=3, evidence="history 10: done", history_ids=(10,)),
    ]
    table = controls_table(results, ["CT-01"], ZONE)
    samples = {"CT-01": control_sample(["A-1", "A-2"], ["A-3"], outcomes_of(by_issue(table))["CT-01"])}
    rows = list(
        control_sample_table(samples, table, {"A-1": 1, "A-2": 2, "A-3": 5}, ["A-1", "A-2"]).itertuples(
            index=False, name=None
        )
    )
    assert rows == [
        ("CT-01", 1, "A-1", "", "not applicable", "no go", ""),
        ("CT-01", 2, "A-2", "", "pass", "history 7: approved", "7"),
        ("CT-01", 5, "A-3", "A-1", "exception", "history 8: done", "8 9"),
    ]
