"""The judge of the fuzz lets nothing pass that must not happen: each way to fall is noticed."""

from __future__ import annotations

import pytest
from fuzz.judging import judged
from fuzz.pulls import Result

from auditlib.errors import AnswerError, DifferenceError

NUMBERS = {"population": 7}
LIMIT = {"scope.x": ("limit", "Something is not known."), "scope.y": ("note", "Something is so.")}


def result(population: int = 7, rows: int = 3, text: str = "key\nAC-1\n", **more: object) -> Result:
    """Return what came of a pull with one table."""
    findings = more.pop("findings", LIMIT)
    return Result({"t.csv": text.encode()}, {"population": population}, findings, {"t": rows}, **more)


USUAL = result()
TOLD = LIMIT | {"scope.z": ("exception", "Seven are six.")}


@pytest.mark.parametrize(
    ("came", "outcome"),
    [
        (result(), "equal"),
        (result(6), "silent number"),
        (result(6, findings=TOLD), "told"),
        (result(6, findings=LIMIT | {"scope.z": ("note", "Seven are six.")}), "silent number"),
        (result(text="key\nAC-2\n"), "other rows"),
        (result(rows=2, text="key\n"), "silent rows"),
        (result(rows=2, text="key\n", findings=TOLD), "told"),
        (result(text="key\n{'id': 1}\n"), "leak"),
        (result(text="key\nNone\n", findings=TOLD), "leak"),
        (result(error=AnswerError("the answer to a search lacks issues")), "refused"),
        (result(error=AnswerError("None")), "no sentence"),
        (result(error=DifferenceError("a package of another kind differs", [])), "wrong status"),
        (result(error=KeyError("id"), trace="Traceback"), "unforeseen"),
    ],
)
def test_each_outcome_is_told_from_the_others(came, outcome):
    """Another number needs an exception or a limit beside it; a lost row, a word at least."""
    assert judged(came, USUAL, malformed=True).outcome == outcome


def test_an_answer_that_is_well_formed_may_hold_less():
    """A record that was left out of a list is what Jira says; a record that can't be read is not."""
    assert judged(result(rows=2, text="key\n"), USUAL, malformed=False).outcome == "other rows"
