"""Rate limits: how fast Jira may be asked, as far as its answers and refusals tell.

Jira says how much it allows by refusing (429), now and then with ``Retry-After``, seldom with its numbers. What is done:

* at the start a few requests at once, then up to the limit of concurrency; no pace is kept until Jira asks for one
* after a refusal everybody waits; then one request goes first, and the others only when it was let through
* from then on requests leave one by one, evenly, at a pace that is at first lower than what was measured and rises until
  it is refused once more; then it stays just below what was measured, and rises again only over minutes
* Data Center tells its numbers with every answer; then its own fill rate is the pace, and it should never refuse

A limit may be a bucket that fills (Data Center) or a count per window of time (Cloud's bursts); both are measured, for
between two refusals they look different: a bucket is empty at each, a window lets through the same count in each second.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final, Literal

from auditlib.jira.rate_limits import Reply, bucket_rate

HEADROOM: Final = 0.965
"""The pace that is kept, as a share of what was measured to be allowed."""
FIRST_AT_ONCE: Final = 4
"""Requests at once at the start; one more for each ten answers, so that a small limit is not run into at full speed."""
_MEMORY_SECONDS: Final = 30.0
_LATELY_SECONDS: Final = 5.0
_LONGEST_OWN_WAIT: Final = 30.0  # Atlassian's advice: double up to 30 s
_SLACK_SECONDS: Final = 0.02  # by so much a late request may be made up for


class Pace:
    """The rate of requests: when the next may go; told of each request and each answer. Pure: time is what it is told.

    Attributes
    ----------
    rate : float or None
        Requests a second; None while Jira sets no limit.
    refused_since : float or None
        When the present series of refusals began; None after an answer that was let through.
    """

    def __init__(self) -> None:
        self.rate: float | None = None
        self.refused_since: float | None = None
        self.resume = -math.inf
        self._phase: Literal["free", "search", "hold"] = "free"
        self._told: float | None = None
        self._told_share = HEADROOM
        self._next = -math.inf
        self._grown = 0.0
        self._held_since = 0.0
        self._passed: deque[float] = deque()
        self._lately: deque[float] = deque()
        self._answers = 0
        # The gate: open, or closed by a refusal until one request went through.
        self._closed = False
        self._scout_sent: float | None = None
        self._learning = False
        self._refusals_in_row = 0
        # One stretch of time between two refusals.
        self._first_sent: float | None = None
        self._opened = -math.inf
        self._count = 0
        self._refused_at = -math.inf
        self._refused_sent = -math.inf
        self._empty_at = -math.inf
        self._first_wait = 0.0
        self._limit: float | None = None
        # What was learned of the limit.
        self._burst = (0, 0.0)
        self._low = self._high = 0.0
        self._rates: list[float] = []
        self._confirmed = False

    def at_once(self, concurrency: int) -> int:
        """Return how many requests may be under way."""
        if self.rate is not None:
            return concurrency
        return min(concurrency, FIRST_AT_ONCE + self._answers // 10)

    def wait(self, now: float) -> float | None:
        """Return the seconds until the next request may go; 0 for now, None until an answer comes."""
        if now < self.resume:
            return self.resume - now
        if self._closed:
            return 0.0 if self._scout_sent is None else None
        rate = self._rate(now)
        return 0.0 if rate is None else max(0.0, self._next - now)

    def sent(self, now: float) -> None:
        """Note that a request goes."""
        if self._first_sent is None:
            self._first_sent = self._opened = now
        if self._closed:
            self._scout_sent = now
            return
        rate = self._rate(now)
        if rate is not None:
            self._next = max(self._next, now - _SLACK_SECONDS) + 1 / rate

    def answered(self, now: float, sent_at: float, reply: Reply) -> None:
        """Note what came of the request that went at ``sent_at``."""
        if reply.fill_rate is not None and reply.remaining is not None and reply.reserve is not None:
            plenty = reply.remaining > reply.reserve + 16
            self._told = None if plenty else reply.fill_rate
        is_scout = self._closed and self._scout_sent == sent_at
        if reply.kind in {"refused", "busy"}:
            self._refuse(now, sent_at, reply, is_scout=is_scout)
        elif reply.kind == "lost":
            if is_scout:
                self._scout_sent = None
        else:
            self.refused_since = None
            self._answers += 1
            if is_scout:
                self._open(now, sent_at)
            self._count += sent_at >= self._opened
            for memory, seconds in ((self._passed, _MEMORY_SECONDS), (self._lately, _LATELY_SECONDS)):
                memory.append(sent_at)
                while memory and memory[0] < now - seconds:
                    memory.popleft()

    def _refuse(self, now: float, sent_at: float, reply: Reply, *, is_scout: bool) -> None:
        if self.refused_since is None:
            self.refused_since = now
        if not is_scout and (self._closed or sent_at < self._opened):
            # Sent before the refusal was known: it tells nothing new, but may ask for more patience.
            self.resume = max(self.resume, now + (reply.wait_seconds or 0.0))
            return
        first = 1.05 if self.rate is None else min(1.05, max(0.3, 5 / self.rate))
        own = min(_LONGEST_OWN_WAIT, first * 2.0**self._refusals_in_row)
        wait = reply.wait_seconds or own
        self._refusals_in_row += 1
        self.resume = now + wait
        self._scout_sent = None
        if not self._closed:
            self._closed = True
            self._learning = reply.kind == "refused"
            self._refused_at, self._refused_sent, self._first_wait = now, sent_at, wait
            self._limit = reply.limit

    def _open(self, now: float, sent_at: float) -> None:
        self._closed = False
        self._scout_sent = None
        self._refusals_in_row = 0
        if not self._learning:
            return
        self._learn(now)
        self._empty_at = self._refused_sent
        self._opened, self._count = sent_at, 0
        self._grown = self._held_since = now
        if self.rate is not None:
            self._next = now + 1 / self.rate

    def _learn(self, now: float) -> None:
        """Set the pace after a refusal, when a request was let through again."""
        if self._told is not None:
            # The server told its rate and still refused: others ask with the same account, or its nodes count apart.
            self._told_share = max(0.3, 0.93 * self._told_share)
        elif self._phase == "free":
            self._learn_first()
        else:
            self._learn_again(now)

    def _learn_first(self) -> None:
        """Guess from the run until the first refusal; it may have been a burst, so both numbers are bounds."""
        assert self._first_sent is not None  # noqa: S101 - a refusal follows a request
        begin = max(self._first_sent, self._refused_at - 20.0)
        count, span = self._count_since(begin), self._refused_at - begin
        self._burst = (count, span)
        self._low = count / (span + self._first_wait)
        self._high = float(self._count_since(self._refused_at - 1.0))
        self.rate = max(0.8 * self._low, 1.0)
        if self._limit is not None and 0.4 * self._low <= self._limit <= 2.5 * max(self._high, self._low):
            # The number in the refusal may be requests a second: it fits what was seen.
            self._low = self._high = self._limit
            self.rate = HEADROOM * self._limit
        self._phase = "search"

    def _learn_again(self, now: float) -> None:
        """Measure between two refusals: as a bucket, as a window of one second, and as a plain mean."""
        assert self.rate is not None  # noqa: S101 - set at the first refusal
        mean = self._count / (now - self._opened)
        recent = [moment for moment in self._passed if self._opened <= moment <= self._refused_at]
        as_bucket = mean
        count, span = self._burst
        if self._refused_sent - self._empty_at < _MEMORY_SECONDS:
            found = bucket_rate(recent, self._empty_at, self._refused_sent, lambda rate: max(1.0, count - rate * span))
            as_bucket = found if 0 < found <= self.rate else mean
        if self._phase == "search" and len(recent) < 5:
            self.rate = max(0.7 * self.rate, 0.1)
            return
        if self._phase == "search":
            last = sum(moment > self._refused_sent - 1.04 for moment in recent)
            # A window lets through a whole number; the pace was above it when it was refused. Did the first burst, too,
            # end at this number, then it is very likely a window.
            most = min(last, self.rate, max(count, 1))
            self._confirmed = 0.97 * count <= self.rate <= 1.12 * count
            as_window = count if self._confirmed else max(math.floor(most), 0.94 * most)
            self.rate = HEADROOM * max(as_window, as_bucket, mean)
            self._phase = "hold"
        else:
            # Equal measures are a bucket's, and believed; else it was an unlucky moment, or the pace a little too high.
            alike = [rate for rate in self._rates[-2:] if abs(rate / as_bucket - 1) < 0.035]
            if len(alike) == 2:
                step = 0.75
            elif alike:
                step = 0.92 if len(self._rates) < 3 else 0.85
            else:
                unlucky = self._confirmed and len(self._rates) == 1
                step = 0.98 if unlucky or self._refused_at - self._opened > 10 else 0.95 * HEADROOM
            self.rate = max(HEADROOM * min(max(as_bucket, mean), self.rate), step * self.rate)
        self._rates.append(as_bucket)

    def _count_since(self, moment: float) -> int:
        return sum(sent >= moment for sent in self._passed)

    def _rate(self, now: float) -> float | None:
        """Return the pace at this moment, risen since the last look."""
        if self.rate is not None:
            step = min(1.0, now - self._grown)
            # A pace that is not used up says nothing about a higher one.
            if step > 0 and len(self._lately) >= _LATELY_SECONDS / 2 * self.rate:
                self.rate *= math.exp(self._growth(self.rate, now) * step)
            self._grown = max(self._grown, now)
        told = None if self._told is None else self._told * self._told_share
        rates = [rate for rate in (self.rate, told) if rate is not None]
        return min(rates, default=None)

    def _growth(self, rate: float, now: float) -> float:
        """Return the growth of the pace a second: quick where it is surely allowed, slow near where it was refused."""
        if self._phase == "search":
            steps = (
                (max(0.8 * self._low, 0.6 * self._high), 0.35),
                (0.9 * self._high, 0.07),
                (1.2 * self._high, 0.03),
                (math.inf, 0.08),
            )
            return next(growth for below, growth in steps if rate < below)
        held = now - self._held_since
        return 0.0003 if held < 90 else 0.002 if held < 180 else 0.01
