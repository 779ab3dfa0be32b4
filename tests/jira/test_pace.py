"""The pace at which Jira is asked: near what it allows, seldom refused, never hammering."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from auditlib.demo.server.forms import Forms
from auditlib.demo.server.weather import Limiter, Rate, limit_headers
from auditlib.jira.pace import Pace
from auditlib.jira.rate_limits import Reply, read_reply

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Log:
    """What a simulated server saw: when each request came, and whether it was let through."""

    came: list[float] = field(default_factory=list)
    passed: list[bool] = field(default_factory=list)

    def after_first_refusal(self, count: int) -> tuple[float, float]:
        """Return the share refused and the requests a second let through, of so many requests."""
        first = self.passed.index(False)
        passed = self.passed[first + 1 :][:count]
        assert len(passed) == count
        seconds = self.came[first + count] - self.came[first]
        return 1 - sum(passed) / count, sum(passed) / seconds


def simulate(answer: Callable[[float], Reply], *, latency: float, seed: int, requests: int, workers: int = 8) -> Log:
    """Let workers ask as fast as the pace lets them, in simulated time; ``answer`` is the server at an instant."""
    draw = random.Random(seed)  # noqa: S311 - repeatable jitter
    pace, log = Pace(), Log()
    order = itertools.count()
    events: list[tuple[float, int, str, tuple]] = [(0.0, next(order), "look", ())]
    look_at: float | None = 0.0
    under_way = 0
    while len(log.came) < requests:
        now, _, kind, data = heapq.heappop(events)
        if kind == "come":
            reply = answer(now)
            log.came.append(now)
            log.passed.append(reply.kind == "passed")
            back = now + latency / 2 + draw.uniform(0.0005, 0.004)
            heapq.heappush(events, (back, next(order), "answer", (data[0], reply)))
        elif kind == "answer":
            under_way -= 1
            pace.answered(now, data[0], data[1])
        elif now == look_at:
            look_at = None
        while under_way < pace.at_once(workers):
            wait = pace.wait(now)
            if wait is None:
                break
            if wait > 0:
                if look_at is None or now + wait < look_at:
                    look_at = now + wait + draw.uniform(0, 0.001)
                    heapq.heappush(events, (look_at, next(order), "look", ()))
                break
            pace.sent(now)
            under_way += 1
            arrives = now + latency / 2 + draw.uniform(0.0005, 0.004)
            heapq.heappush(events, (arrives, next(order), "come", (now,)))
    return log


def limited(rate: Rate, forms: Forms, phase: float) -> Callable[[float], Reply]:
    """Make a server with a limit; ``phase`` shifts its windows."""
    at = [phase]
    limiter = Limiter(rate, lambda: at[0])

    def answer(now: float) -> Reply:
        at[0] = now + phase
        verdict = limiter.take()
        return read_reply(200 if verdict.passes else 429, limit_headers(rate, verdict, forms))

    return answer


@pytest.mark.parametrize("retry_after", ["seconds", "absent"])
@pytest.mark.parametrize("latency", [0.0, 0.08, 0.2])
@pytest.mark.parametrize("headers", [True, False])
@pytest.mark.parametrize("kind", ["bucket of 10", "bucket of 20", "window", "sliding"])
def test_the_pace_is_near_the_limit_and_seldom_refused(kind, headers, latency, retry_after):
    """Of the 600 requests after the first refusal fewer than 2 % are refused, and 90 % of the allowed rate is used."""
    name, _, burst = kind.partition(" of ")
    rate = Rate(10, int(burst or 10), name, headers)
    forms = Forms("cloud", {"retry-after": retry_after})
    for seed in range(3):
        log = simulate(limited(rate, forms, 0.02 + seed / 3), latency=latency, seed=seed, requests=660)
        refused, allowed = log.after_first_refusal(600)
        assert refused < 0.02
        assert allowed >= 9.0


@pytest.mark.parametrize("latency", [0.0, 0.2])
@pytest.mark.parametrize("burst", [10, 20])
def test_a_told_fill_rate_is_kept_without_a_refusal(burst, latency):
    """Data Center says how fast its bucket fills with every answer: nothing is refused, and 90 % is used."""
    rate = Rate(10, burst)
    log = simulate(limited(rate, Forms("data-center"), 0.0), latency=latency, seed=1, requests=300)
    assert all(log.passed)
    assert 299 / (log.came[-1] - log.came[0]) >= 9.0


def test_without_a_limit_nothing_is_slowed():
    """A server that refuses nothing is asked eight at once, soon after the start."""
    log = simulate(lambda _: Reply("passed"), latency=0.08, seed=1, requests=1000)
    assert 1000 / (log.came[-1] - log.came[0]) > 0.9 * 8 / 0.0845


def test_after_a_wait_one_request_goes_first():
    """When the wait is over the others do not rush: one goes, and they follow one by one when it was let through."""
    shut_until = 30.0

    def answer(now: float) -> Reply:
        return Reply("refused") if 2.0 <= now < shut_until else Reply("passed")

    log = simulate(answer, latency=0.1, seed=1, requests=400)
    refused = [moment for moment, passed in zip(log.came, log.passed, strict=True) if not passed]
    herd = [moment for moment in refused if moment < 2.2]
    scouts = [moment for moment in refused if moment >= 2.2]
    assert len(herd) <= 8
    assert len(scouts) <= 5  # after 1, 2, 4, 8 and 16 seconds
    assert all(later - earlier >= 1 for earlier, later in itertools.pairwise([herd[-1], *scouts]))
    back = [moment for moment in log.came if moment >= shut_until]
    gaps = [later - earlier for earlier, later in itertools.pairwise(back[:20])]
    assert min(gaps) > 0.01


def test_the_wait_that_is_asked_for_is_kept():
    """Nothing is sent before the time that the server names, whoever asks."""

    def answer(now: float) -> Reply:
        return Reply("refused", 7.0) if 1.0 <= now < 1.1 else Reply("passed")

    log = simulate(answer, latency=0.05, seed=2, requests=300)
    first = log.came[log.passed.index(False)]
    late = [moment for moment in log.came if first + 0.1 < moment < first + 7.0]
    assert late == []


def test_a_limit_that_is_lifted_is_found_out():
    """The pace creeps up again: an hour later the run is not still as slow as the worst moment."""
    rate = Rate(10)
    slow = limited(rate, Forms("cloud"), 0.0)
    log = simulate(lambda now: slow(now) if now < 60 else Reply("passed"), latency=0.05, seed=3, requests=8_000)
    assert log.came[-1] < 600  # at 10 a second it would be 800
    last = [moment for moment in log.came if moment > log.came[-1] - 10]
    assert len(last) > 200


def test_a_busy_server_is_waited_for_and_not_slowed():
    """503 with Retry-After is a wait for everybody, not a limit."""

    def answer(now: float) -> Reply:
        return Reply("busy", 3.0) if 1.0 <= now < 1.05 else Reply("passed")

    log = simulate(answer, latency=0.05, seed=4, requests=1000)
    rush = [moment for moment in log.came if moment > 6.0]
    assert (len(rush) - 1) / (rush[-1] - rush[0]) > 100
