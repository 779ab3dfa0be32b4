"""One gate in front of every request: how many go at once, and how long all wait when Jira says so."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from auditlib.errors import UnreachableError
from auditlib.jira.pace import Pace
from auditlib.jira.rate_limits import LONGEST_TOLD, Reply

LONG_WAIT: Final = 10.0
"""Seconds; a wait that a server asks for, and that is longer, is said."""

SLOWEST: Final = 120.0
"""Seconds between two requests, as a server's own numbers have it: at more, the shortest audit would take days."""


class Gate:
    """The gate of a run, its rate limiter (throttle): every request passes it, from whatever thread.

    Parameters
    ----------
    concurrency : int
        Requests under way at once, at most.
    clock, sleep : callable
        Seconds that never go back; waiting.
    patience_seconds : float
        So long the server may refuse everything before the run ends.

    Attributes
    ----------
    requests, refusals : int
        Sent, and refused with 429, so far.
    on_wait : callable or None
        Is told the seconds of a long wait that a server asks for, once each, by a thread that waits.
    """

    def __init__(
        self,
        concurrency: int = 8,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        *,
        patience_seconds: float = 600.0,
    ) -> None:
        self.requests = 0
        self.refusals = 0
        self.on_wait: Callable[[float], None] | None = None
        self._told = -math.inf
        self._concurrency = concurrency
        self._clock = clock
        self._sleep = sleep
        self._patience = patience_seconds
        self._pace = Pace()
        self._kinds: dict[str, tuple[Pace, threading.Lock]] = {}
        self._under_way = 0
        self._stopped = ""
        self._why = ""
        self._barred = False
        self._gate = threading.Lock()
        self._changed = threading.Condition()

    def enter(self, kind: str = "") -> float:
        """Wait at the gate until the rate limit lets a request go, and note that it goes.

        Parameters
        ----------
        kind : str
            What it is counted with where a limit holds for its kind only: a slow log need not slow the search.

        Returns
        -------
        float
            When it went, for ``leave``.

        Raises
        ------
        UnreachableError
            If the server refused everything for too long or asks for too long a wait, or after ``stop``.
        """
        own, gate = self._of_kind(kind)
        with gate:  # one waits for the time, the others behind it: nobody rushes when it comes
            while True:
                self._wait_for(own, lambda: True)
                with self._gate:
                    self._wait_for(self._pace, lambda: self._under_way < self._pace.at_once(self._concurrency))
                    with self._changed:
                        now = self._clock()
                        if own.wait(now) == 0 and self._pace.wait(now) == 0:
                            own.sent(now)
                            self._pace.sent(now)
                            self._under_way += 1
                            self.requests += 1
                            return now

    def _of_kind(self, kind: str) -> tuple[Pace, threading.Lock]:
        """Return the pace of requests of a kind, and the gate in front of it."""
        with self._changed:
            return self._kinds.setdefault(kind, (Pace(), threading.Lock()))

    def _wait_for(self, pace: Pace, may_go: Callable[[], bool]) -> None:
        """Wait until a pace lets the next request go."""
        while True:
            with self._changed:
                now = self._clock()
                self._require_hope(pace, now)
                wait = pace.wait(now) if may_go() else None
                if wait is None:
                    self._changed.wait(1.0)
                    continue
                if wait <= 0:
                    return
                tell = self._is_news(now, wait)
            if tell and self.on_wait is not None:
                self.on_wait(wait)
            self._sleep(min(wait, 1.0))

    def _is_news(self, now: float, wait: float) -> bool:
        """Say whether a wait is long, and was not told yet."""
        if wait < LONG_WAIT or now + wait < self._told + 1:
            return False
        self._told = now + wait
        return True

    def leave(self, sent_at: float, reply: Reply, kind: str = "") -> None:
        """Leave the gate: note what came of the request of this kind that went at ``sent_at``."""
        own, _ = self._of_kind(kind)
        refused = reply.kind in {"refused", "busy"}
        with self._changed:
            self._under_way -= 1
            self.refusals += reply.kind == "refused"
            self._barred = self._barred or reply.barred
            self._why = reply.why if refused else self._why
            now, unconcerned = self._clock(), Reply("lost")
            own.answered(now, sent_at, unconcerned if refused and not reply.of_one_kind else _without_rate(reply))
            self._pace.answered(now, sent_at, unconcerned if reply.of_one_kind else reply)
            self._changed.notify_all()

    def stop(self, why: str) -> None:
        """Close the gate, and let no request go any more: whoever waits or comes gets an error that says why."""
        with self._changed:
            self._stopped = self._stopped or why
            self._changed.notify_all()

    def _require_hope(self, pace: Pace, now: float) -> None:
        if self._stopped:
            raise UnreachableError(self._stopped)
        if self._barred:
            raise UnreachableError(
                "this account may send no requests: its limit is 0 (429). Ask Jira's administrator to give it a limit, or none"
            )
        since = pace.refused_since
        wait = pace.wait(now) if since is None else None
        if wait is not None and wait > SLOWEST:
            raise UnreachableError(
                f"Jira's own numbers let this account send one request every {wait:,.0f} s, and an audit takes hundreds: ask its "
                "administrator to raise the limit of this account, or to give it none"
            )
        if since is None or max(now, pace.resume) - since <= self._patience:
            return
        if self._why.startswith("jira-quota"):
            raise UnreachableError(
                f"the quota of the hour is used up ({self._why}); it begins anew with the hour: go on then, with --resume"
            )
        asks = _asks(pace.resume - now)
        raise UnreachableError(
            f"the server refuses every request{_lasting(now - since)}, for too many or for load (429 or 503){asks}: "
            "try again later, or ask its administrator to raise the limit of this account"
        )


def _without_rate(reply: Reply) -> Reply:
    """Return what an answer says of its own kind: the fill rate that Data Center tells counts all kinds together."""
    return replace(reply, fill_rate=None) if reply.fill_rate is not None else reply


def _lasting(seconds: float) -> str:
    return f" since {seconds:,.0f} s" if seconds >= 1 else ""


def _asks(seconds: float) -> str:
    """Say for how long a server asks to wait, as far as it is a time that a person would wait."""
    if seconds <= 1:
        return ""
    return f" and asks to wait another {seconds:,.0f} s" if seconds <= LONGEST_TOLD else " and asks to wait for days"
