"""Bad weather for the embedded Jira: limits on requests, and seeded faults, as a real site shows them."""

from __future__ import annotations

import json
import math
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal

from auditlib.demo.server.exchange import Answer
from auditlib.demo.server.forms import Forms


@dataclass(frozen=True)
class Rate:
    """A limit on requests.

    Attributes
    ----------
    per_second : float
        Requests a second that are allowed in the long run.
    burst : int
        What a full bucket holds.
    kind : {"bucket", "window", "sliding"}
        A bucket that fills; a count that starts anew each second; a count over the last second.
    headers : bool
        Whether answers carry ``X-RateLimit-*``: on Cloud a refusal, on Data Center every answer.
    """

    per_second: float = 10.0
    burst: int = 10
    kind: Literal["bucket", "window", "sliding"] = "bucket"
    headers: bool = True


@dataclass(frozen=True)
class Verdict:
    """What a limiter says of one request; ``wait`` is the seconds until the next would pass."""

    passes: bool
    remaining: int
    wait: float


class Limiter:
    """Counts requests against a rate.

    Parameters
    ----------
    rate : Rate
        The limit.
    clock : callable
        Seconds that never go back.
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._level = float(rate.burst)
        self._at = clock()
        self._window, self._count = -1, 0
        self._passed: deque[float] = deque()

    def take(self) -> Verdict:
        """Judge one request, now."""
        now = self._clock()
        if self.rate.kind == "bucket":
            return self._from_bucket(now)
        return self._in_window(now) if self.rate.kind == "window" else self._in_last_second(now)

    def _from_bucket(self, now: float) -> Verdict:
        self._level = min(float(self.rate.burst), self._level + (now - self._at) * self.rate.per_second)
        self._at = now
        passes = self._level >= 1
        self._level -= passes
        return Verdict(passes, int(self._level), max(0.0, (1 - self._level) / self.rate.per_second))

    def _in_window(self, now: float) -> Verdict:
        most, window = round(self.rate.per_second), math.floor(now)
        if window != self._window:
            self._window, self._count = window, 0
        passes = self._count < most
        self._count += passes
        return Verdict(passes, most - self._count, window + 1 - now if self._count >= most else 0.0)

    def _in_last_second(self, now: float) -> Verdict:
        most = round(self.rate.per_second)
        while self._passed and self._passed[0] <= now - 1:
            self._passed.popleft()
        passes = len(self._passed) < most
        if passes:
            self._passed.append(now)
        full = len(self._passed) >= most
        return Verdict(passes, most - len(self._passed), self._passed[0] + 1 - now if full else 0.0)


def limit_headers(rate: Rate, verdict: Verdict, forms: Forms) -> dict[str, str]:
    """Write what an answer says about the limit, in the site's form."""
    wait = max(1, math.ceil(verdict.wait))
    shown: dict[str, str] = {}
    if not verdict.passes:
        shown |= _retry_after(verdict.wait, forms)
    if not rate.headers:
        return shown
    most = rate.burst if rate.kind == "bucket" else round(rate.per_second)
    if forms.dialect == "data-center":
        shown |= {
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(verdict.remaining),
            "X-RateLimit-Interval-Seconds": "1",
            "X-RateLimit-FillRate": f"{rate.per_second:g}",
        }
        if verdict.passes:
            shown |= {"Retry-After": "0"} if verdict.remaining else _retry_after(verdict.wait, forms)
    elif not verdict.passes:
        shown |= {
            "X-RateLimit-Limit": f"{rate.per_second:g}",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": _reset(wait, forms),
            "RateLimit-Reason": "jira-burst-based",
        }
    elif verdict.remaining < most / 5:
        shown["X-RateLimit-NearLimit"] = "true"
    return shown


def _retry_after(seconds: float, forms: Forms) -> dict[str, str]:
    """Say how long to wait."""
    whole = max(1, math.ceil(seconds))
    written = {
        "seconds": str(whole),
        "fraction": f"{max(0.1, seconds):.1f}",
        "date": format_datetime(datetime.now(UTC) + timedelta(seconds=whole), usegmt=True),
        "absurd": str(2**63 - 1),
    }.get(forms.value("retry-after"))
    return {} if written is None else {"Retry-After": written}


def _reset(seconds: int, forms: Forms) -> str:
    """Say when requests are let through again."""
    then = datetime.now(UTC) + timedelta(seconds=seconds)
    if forms.uses("rate-reset", "instant"):
        return then.isoformat(timespec="seconds").replace("+00:00", "Z")
    return str(math.ceil(then.timestamp())) if forms.uses("rate-reset", "epoch") else str(seconds)


def refusal(rate: Rate, verdict: Verdict, forms: Forms) -> Answer:
    """Refuse a request that is one too many."""
    headers = limit_headers(rate, verdict, forms)
    status, _, html = forms.value("rate-answer").partition("-")
    if html:
        return Answer(int(status), {"Content-Type": "text/html", **headers}, _PAGE)
    body = json.dumps({"message": "Rate limit exceeded."}).encode()
    return Answer(int(status), {"Content-Type": "application/json", **headers}, body)


@dataclass(frozen=True)
class Faults:
    """Shares of requests that go wrong, drawn from a seed in the order in which they come.

    Attributes
    ----------
    seed : int
        Of the drawing.
    error, unavailable : float
        Answered with 500, with 503.
    reset, silent, cut : float
        Connection reset; never answered; body cut in the middle.
    """

    seed: int = 0
    error: float = 0.02
    unavailable: float = 0.01
    reset: float = 0.01
    silent: float = 0.005
    cut: float = 0.005

    def drawing(self) -> Callable[[], str]:
        """Return a function that draws the fate of the next request: a fault's name, or an empty text."""
        draw = random.Random(self.seed)
        names = ("error", "unavailable", "reset", "silent", "cut")
        shares = [float(getattr(self, name)) for name in names]
        fates = (*names, "")
        weights = [*shares, 1 - sum(shares)]
        return lambda: draw.choices(fates, weights)[0]


_PAGE = b"<html><head><title>Error</title></head><body><h1>The server could not answer.</h1></body></html>"


def spoilt(answer: Answer, fate: str) -> Answer:
    """Apply what was drawn to an answer."""
    if fate in {"error", "unavailable"}:
        return Answer(500 if fate == "error" else 503, {"Content-Type": "text/html"}, _PAGE)
    happens: dict[str, Any] = {fate: True} if fate else {}
    return replace(answer, **happens)
