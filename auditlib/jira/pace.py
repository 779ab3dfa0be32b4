"""Rate limits: how fast Jira may be asked, and one gate in front of every request of a run.

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
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal

from auditlib.errors import UnreachableError

Kind = Literal["passed", "refused", "busy", "lost"]

HEADROOM: Final = 0.965
"""The pace that is kept, as a share of what was measured to be allowed."""
FIRST_AT_ONCE: Final = 4
"""Requests at once at the start; one more for each ten answers, so that a small limit is not run into at full speed."""
_MEMORY_SECONDS: Final = 30.0
_LATELY_SECONDS: Final = 5.0
_LONGEST_OWN_WAIT: Final = 30.0  # Atlassian's advice: double up to 30 s
_LONGEST_TOLD: Final = 86_400.0
_SLACK_SECONDS: Final = 0.02  # by so much a late request may be made up for


@dataclass(frozen=True)
class Reply:
    """What an answer says about rate limits.

    Attributes
    ----------
    kind : {"passed", "refused", "busy", "lost"}
        Let through (whatever the answer says); 429; 503 with ``Retry-After``; no answer came.
    wait_seconds : float or None
        What the server asks to wait; None if it does not say.
    fill_rate : float or None
        Requests a second that it says it allows in the long run (Data Center).
    remaining, reserve : float or None
        Requests left at the moment; what one filling brings (Data Center).
    limit : float or None
        ``X-RateLimit-Limit`` of a refusal: perhaps requests a second (Cloud does not say).
    why : str
        ``RateLimit-Reason`` of a refusal (Cloud).
    barred : bool
        Whether the limit of this account is nought: it may send nothing, however long it waits.
    """

    kind: Kind
    wait_seconds: float | None = None
    fill_rate: float | None = None
    remaining: float | None = None
    reserve: float | None = None
    limit: float | None = None
    why: str = ""
    barred: bool = False

    @property
    def of_one_kind(self) -> bool:
        """Whether the limit counts only requests of the same method to the same address, as Cloud's bursts do."""
        return self.why.startswith("jira-burst")


def read_reply(status: int, headers: Mapping[str, str], now: datetime | None = None) -> Reply:
    """Read what an answer says about rate limits.

    Parameters
    ----------
    status : int
        HTTP status.
    headers : mapping
        Headers, found whatever their case.
    now : datetime, optional
        For ``Retry-After`` and ``X-RateLimit-Reset`` as a date; the clock's if left out.

    Notes
    -----
    Cloud: X-RateLimit-Limit, -Remaining, -Reset (ISO 8601, seconds since 1970, or to wait) and RateLimit-Reason with a
    refusal. Data Center: X-RateLimit-Limit, -Remaining, -Interval-Seconds, -FillRate and Retry-After (0 while requests are
    left) with every answer; to an account whose limit is nought, the largest number there is.
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    now = now or datetime.now(UTC)
    wait = _seconds(lower.get("retry-after", ""), now)
    interval, fill = _number(lower, "x-ratelimit-interval-seconds"), _number(lower, "x-ratelimit-fillrate")
    rate = fill / interval if fill and interval else None
    kind: Kind = "refused" if status == 429 else "busy" if status == 503 and wait is not None else "passed"
    if kind == "refused" and not wait:
        # A wait of nothing is no answer to how long; an instant in whole seconds may be almost one too early.
        reset = _seconds(lower.get("x-ratelimit-reset", ""), now) or 0.0
        wait = reset if reset > 1 else interval if rate else None
    most = _number(lower, "x-ratelimit-limit") if kind == "refused" else None
    why = lower.get("ratelimit-reason", "") if kind == "refused" else ""
    remaining = _number(lower, "x-ratelimit-remaining")
    return Reply(
        kind, wait, rate, remaining, fill if rate else None, None if rate else most, why.lower()[:80], barred=most == 0
    )


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        value = float(headers[name])
    except (KeyError, ValueError):
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _seconds(text: str, now: datetime) -> float | None:
    """Read seconds, an HTTP date, or an instant in ISO 8601 or since 1970, as seconds from now.

    What is past is 0, what is none of these is None.
    """
    try:
        value = float(text)
    except ValueError:
        pass
    else:
        # A number of the size of a clock is an instant, in seconds or in milliseconds.
        value = value / 1000 if value > 1e11 else value
        return max(0.0, value - now.timestamp() if value > 1e9 else value) if math.isfinite(value) else None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
            return max(0.0, ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def bucket_rate(passed: Sequence[float], empty_at: float, again_at: float, size: Callable[[float], float]) -> float:
    """Measure how fast a bucket fills that was empty at two instants.

    Parameters
    ----------
    passed : sequence of float
        When requests were let through in between, in order; seconds.
    empty_at, again_at : float
        The two instants, seconds.
    size : callable
        What the bucket holds, given its rate.

    Returns
    -------
    float
        Requests a second, 0 if no rate explains it.
    """
    low, high = 0.0, 3.0 * (len(passed) + 1) / max(again_at - empty_at, 0.1)
    ceiling = high
    for _ in range(25):
        rate = (low + high) / 2
        most, level, at = size(rate), 0.0, empty_at
        for moment in passed:
            level = min(most, level + (moment - at) * rate) - 1
            at = moment
            if level < -1.5:  # this many could not have been let through
                break
        else:
            level = min(most, level + (again_at - at) * rate)
        if level > 0.5:
            high = rate
        else:
            low = rate
    return 0.0 if high >= ceiling else (low + high) / 2


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


class Throttle:
    """The rate limiter of a run: every request passes this gate, from whatever thread.

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
        """Wait until a request may go, and note that it goes.

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
            self._sleep(min(wait, 1.0))

    def leave(self, sent_at: float, reply: Reply, kind: str = "") -> None:
        """Note what came of the request of this kind that went at ``sent_at``."""
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
        """Let nothing more go: whoever waits or comes gets an error that says why."""
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
    return f" and asks to wait another {seconds:,.0f} s" if seconds <= _LONGEST_TOLD else " and asks to wait for days"
