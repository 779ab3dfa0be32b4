"""Retries: out of one budget, a few for each question, and none where asking for less is the better way."""

from __future__ import annotations

import pytest
from carrier import Answer
from loopback import answered

from auditlib.errors import TooHeavyError
from auditlib.jira.gate import Gate
from auditlib.jira.retries import Retries, RetryBudget, Tries, Wanted, is_own_fault


def test_the_budget_grows_with_what_was_sent():
    """So many in any case, and a share of a long run."""
    budget = RetryBudget(2, 0.1)
    assert [budget.spend(0) for _ in range(3)] == [True, True, False]
    assert budget.spend(30)
    assert not budget.spend(30)


def test_a_question_is_tried_so_many_times():
    """The tries of one question end before the budget of the run does."""
    retries, tries = Retries(RetryBudget(100), Gate(), 0.0), Tries()
    assert [retries.again(tries, Wanted(most_tries=4)) for _ in range(4)] == [True, True, True, False]


def test_a_spent_budget_ends_every_question():
    """One question has spent it, another is not retried."""
    retries = Retries(RetryBudget(1, 0.0), Gate(), 0.0)
    assert retries.again(Tries(), Wanted())
    assert not retries.again(Tries(), Wanted())


def test_an_answer_of_another_type_is_retried_once():
    """A login page may be a gateway's hiccup once."""
    retries = Retries(RetryBudget(100), Gate(), 0.0)
    assert retries.again(Tries(of_another_type=1), Wanted())
    assert not retries.again(Tries(of_another_type=2), Wanted())


@pytest.mark.parametrize("may_be_halved", [True, False])
def test_two_heavy_faults_in_a_row_ask_for_less(may_be_halved):
    """Where it can be halved; a fault of another kind between them begins anew."""
    retries, tries = Retries(RetryBudget(100), Gate(), 0.0), Tries()
    wanted = Wanted(may_be_halved=may_be_halved)
    for heavy in (True, False, True):
        assert retries.again(tries, wanted, heavy=heavy)
    if may_be_halved:
        with pytest.raises(TooHeavyError):
            retries.again(tries, wanted, heavy=True)
    else:
        assert retries.again(tries, wanted, heavy=True)


def test_stopped_retries_do_not_wait():
    """The wait of an hour before the next try ends with the run."""
    retries = Retries(RetryBudget(100), Gate(), 3600.0)
    retries.stop()
    assert retries.again(Tries(), Wanted())


def test_only_500_is_a_fault_of_jira_itself():
    """It may be that of the one thing asked for; what waits for Jira says 502 to 504."""
    assert is_own_fault(answered(Answer({}, 500)))
    assert not is_own_fault(answered(Answer({}, 502)))
    assert not is_own_fault(None)
