"""Faults, and how often a question is asked again after one: a few times each, out of one budget for the whole run."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeGuard

import requests

from auditlib.errors import TooHeavyError
from auditlib.jira.gate import Gate

FAULTS: Final = frozenset({413, 500, 502, 503, 504})
HEAVY: Final = frozenset({413, 504})
"""Statuses that may say that so much at once is too much: as told, or of what waits for Jira."""
TRIES_PER_QUESTION: Final = 6
"""With the waits between them some 45 s at most: whoever fails that long fails. Atlassian's advice is four."""
TRIES_OF_ANOTHER_TYPE: Final = 2
"""A login page, or an answer that never ends, may be a gateway's hiccup once; twice it is an answer."""
LONGEST_ODD: Final = 25.0
"""Seconds that an answer which no Jira gives may take, for a second try to be worth it."""
LONGEST_QUESTION: Final = 240.0
"""Seconds after which a question that only failed is not sent again; longer than that only waits for each try can last."""
TRIES_OF_KIND: Final = 3
"""Parts of one kind that came to nothing but faults of Jira's own; the others of that kind are asked for once each."""
LEAST_RETRIES: Final = 200
RETRIED_SHARE: Final = 0.2
LONGEST_WAIT: Final = 10.0
_HEAVY_TRIES: Final = 2
"""After so many faults in a row that a smaller question may mend, it is made smaller."""


class FaultError(Exception):
    """An answer, or the lack of one, that is worth asking for again.

    ``heavy`` if it may have been too much at once, ``odd`` if no Jira answers like that.
    """

    def __init__(
        self, message: str, *, heavy: bool = False, odd: bool = False, response: requests.Response | None = None
    ) -> None:
        self.heavy = heavy
        self.odd = odd
        self.response = response
        super().__init__(message)


def is_own_fault(response: requests.Response | None) -> TypeGuard[requests.Response]:
    """Say whether an answer tells of a fault in Jira itself, which may be that of the one thing asked for."""
    return response is not None and response.status_code == 500


class RetryBudget:
    """Retries after faults that a whole run may spend; shared by all its questions.

    Parameters
    ----------
    retries : int
        Granted whatever the length of the run.
    share : float
        Granted as a share of the requests sent so far, if that is more: a long run meets more faults.
    """

    def __init__(self, retries: int = LEAST_RETRIES, share: float = RETRIED_SHARE) -> None:
        self._least = retries
        self._share = share
        self._spent = 0
        self._lock = threading.Lock()

    def spend(self, sent: int) -> bool:
        """Take one retry out of the budget, after ``sent`` requests; False when none is left."""
        with self._lock:
            if self._spent >= max(self._least, self._share * sent):
                return False
            self._spent += 1
            return True


@dataclass(frozen=True)
class Wanted:
    """How a question is asked, and what is an answer to it; as the parameters of ``JiraReader.ask``."""

    statuses: Sequence[int] = (200,)
    part: bool = False
    anonymous: bool = False
    most_tries: int = TRIES_PER_QUESTION
    may_be_halved: bool = False


@dataclass
class Tries:
    """How often a question was sent, since when, and what came of it: faults, heavy ones in a row, what no Jira answers."""

    sent: int = 0
    faults: int = 0
    heavy: int = 0
    of_another_type: int = 0
    excused: bool = False
    began: float = field(default_factory=time.monotonic)


class Retries:
    """Retries of single questions, with longer and longer waits between them.

    Parameters
    ----------
    budget : RetryBudget
        Of the whole run.
    gate : Gate
        Knows how many requests were sent.
    first_wait : float
        Seconds before the first retry; doubles up to 10 s.
    """

    def __init__(self, budget: RetryBudget, gate: Gate, first_wait: float) -> None:
        self._budget = budget
        self._gate = gate
        self._first_wait = first_wait
        self._stopped = threading.Event()
        self._failed: Counter[str] = Counter()

    def stop(self) -> None:
        """End all waits between retries."""
        self._stopped.set()

    def failed(self, kind: str) -> None:
        """Note that a part of this kind came to nothing but faults of Jira's own."""
        self._failed[kind] += 1

    def passed(self, kind: str) -> None:
        """Note that a question of this kind was answered."""
        if self._failed:
            self._failed.pop(kind, None)

    def again(self, tries: Tries, wanted: Wanted, *, heavy: bool = False, kind: str = "") -> bool:
        """Say, after a fault and a wait, whether to retry.

        Parameters
        ----------
        tries : Tries
            Of the question so far.
        wanted : Wanted
            How it is asked.
        heavy : bool
            Whether it may have been too much at once.
        kind : str
            What it is counted with, where all of a kind may fail alike.

        Raises
        ------
        TooHeavyError
            If asking for less is the better way.
        """
        last = self.is_last(tries, wanted, kind)
        tries.faults += 1
        tries.heavy = tries.heavy + 1 if heavy else 0
        if wanted.may_be_halved and tries.heavy >= _HEAVY_TRIES:
            raise TooHeavyError("the answer is too much at once")
        if tries.of_another_type and time.monotonic() - tries.began > LONGEST_ODD:
            if heavy and wanted.may_be_halved:
                raise TooHeavyError("the answer is too much at once")
            return False
        if last or tries.of_another_type >= TRIES_OF_ANOTHER_TYPE:
            return False
        if not self._budget.spend(self._gate.requests):
            return False
        self._wait(tries.faults)
        return True

    def is_last(self, tries: Tries, wanted: Wanted, kind: str) -> bool:
        """Say whether a try, after the faults so far, is the last that a question has."""
        if wanted.part and self._failed[kind] >= TRIES_OF_KIND:
            return True  # nothing of that kind was answered: what others need of the budget is not spent on it
        return tries.faults + 1 >= wanted.most_tries or time.monotonic() - tries.began > LONGEST_QUESTION

    def _wait(self, faults: int) -> None:
        doubled = min(LONGEST_WAIT, self._first_wait * 2.0 ** (faults - 1))
        self._stopped.wait(doubled * random.uniform(0.7, 1.3))  # noqa: S311 - spreads retries, hides nothing
