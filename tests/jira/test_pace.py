"""The pace at which Jira is asked: near what it allows, seldom refused, never hammering."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from auditlib.demo.server.forms import Forms
from auditlib.demo.server.weather import Limiter, Rate, limit_headers
from auditlib.errors import UnreachableError
from auditlib.jira.gate import Throttle
from auditlib.jira.pace import Pace
from auditlib.jira.rate_limits import Reply, bucket_rate, read_reply

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


@pytest.mark.parametrize(("level", "fills"), [(10, 10.0), (20, 10.0), (10, 3.0)])
def test_a_bucket_is_measured(level, fills):
    """An independent bucket, asked at a pace above and below its own, is measured from when it was empty twice."""
    draw = random.Random(5)  # noqa: S311 - repeatable jitter
    passed, moment, tokens = [], 1.5, min(level, 1.5 * fills)
    while True:
        step = draw.uniform(0.5, 1.1) / fills if moment < 8 else draw.uniform(0.3, 0.9) / fills
        moment, tokens = moment + step, min(level, tokens + step * fills)
        if tokens < 1:
            break
        passed.append(moment)
        tokens -= 1
    assert bucket_rate(passed, 0.0, moment, lambda _: level) == pytest.approx(fills, rel=0.05)


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {}, Reply("passed")),
        (404, {}, Reply("passed")),
        (500, {}, Reply("passed")),
        (503, {}, Reply("passed")),
        (503, {"Retry-After": "3"}, Reply("busy", 3.0)),
        (429, {}, Reply("refused")),
        (429, {"Retry-After": "2"}, Reply("refused", 2.0)),
        (429, {"retry-after": "Fri, 20 Nov 2026 12:00:09 GMT"}, Reply("refused", 9.0)),
        (429, {"Retry-After": "Fri, 20 Nov 2026 11:00:00 GMT"}, Reply("refused", None)),
        (429, {"Retry-After": "soon"}, Reply("refused")),
        (429, {"Retry-After": "nan", "X-RateLimit-Limit": "-1"}, Reply("refused")),
        (
            429,
            {"X-RateLimit-Limit": "10", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2026-11-20T12:00:05Z"},
            Reply("refused", 5.0, remaining=0.0, limit=10.0),
        ),
        (
            200,
            {
                "X-RateLimit-Limit": "20",
                "X-RateLimit-Remaining": "7",
                "X-RateLimit-Interval-Seconds": "2",
                "X-RateLimit-FillRate": "10",
                "retry-after": "0",
            },
            Reply("passed", 0.0, fill_rate=5.0, remaining=7.0, reserve=10.0),
        ),
        (
            429,
            {"X-RateLimit-Interval-Seconds": "2", "X-RateLimit-FillRate": "10", "X-RateLimit-Remaining": "0"},
            Reply("refused", 2.0, fill_rate=5.0, remaining=0.0, reserve=10.0),
        ),
    ],
)
def test_what_an_answer_says_about_limits_is_read(status, headers, expected):
    """Seconds, dates, Cloud's and Data Center's numbers; nonsense says nothing."""
    assert read_reply(status, headers, NOW) == expected


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.now += seconds


def test_no_more_than_the_concurrency_is_under_way():
    """Whoever comes when all places are taken waits until one is left."""
    throttle = Throttle(3)
    lock, under_way, most = threading.Lock(), 0, 0

    def work() -> None:
        nonlocal under_way, most
        for _ in range(20):
            sent_at = throttle.enter()
            with lock:
                under_way += 1
                most = max(most, under_way)
            threading.Event().wait(0.001)
            with lock:
                under_way -= 1
            throttle.leave(sent_at, Reply("passed"))

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3
    assert throttle.requests == 200


def test_a_server_that_refuses_everything_ends_the_run():
    """Ten minutes of refusals without one success are enough, and few requests are spent on them."""
    clock = Clock()
    throttle = Throttle(clock=clock, sleep=clock.sleep)

    def ask_for_ever() -> None:
        while True:
            throttle.leave(throttle.enter(), Reply("refused"))

    with pytest.raises(UnreachableError, match="refuses every request since"):
        ask_for_ever()
    assert 540 < clock.now <= 640
    assert throttle.refusals < 30


def test_too_long_a_wait_is_told_at_once():
    """A server that asks to come back in an hour is not waited for."""
    clock = Clock()
    throttle = Throttle(clock=clock, sleep=clock.sleep)
    throttle.leave(throttle.enter(), Reply("refused", 3600.0))
    with pytest.raises(UnreachableError, match="asks to wait another 3,600 s"):
        throttle.enter()
    assert clock.now == 0


def test_refusals_with_progress_never_end_the_run():
    """A question may be refused again and again while others get through."""
    clock = Clock()
    throttle = Throttle(clock=clock, sleep=clock.sleep)
    for number in range(2000):
        throttle.leave(throttle.enter(), Reply("refused", 1.0) if number % 2 else Reply("passed"))
    assert clock.now > 900


def test_a_lost_scout_is_followed_by_another():
    """A connection that breaks while all wait for one answer does not leave them waiting for ever."""
    clock = Clock()
    throttle = Throttle(clock=clock, sleep=clock.sleep)
    throttle.leave(throttle.enter(), Reply("refused", 1.0))
    throttle.leave(throttle.enter(), Reply("lost"))
    throttle.leave(throttle.enter(), Reply("passed"))
    throttle.leave(throttle.enter(), Reply("passed"))


def test_a_stopped_gate_lets_nobody_through():
    """Who waits at the gate when the run ends gets an error, and does not wait on."""
    throttle = Throttle(1)
    throttle.enter()
    caught: list[Exception] = []

    def wait() -> None:
        try:
            throttle.enter()
        except UnreachableError as error:
            caught.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    throttle.stop("another part of the pull failed")
    thread.join(5)
    assert [str(error) for error in caught] == ["another part of the pull failed"]


def told(**headers: str) -> Reply:
    return read_reply(429, {name.replace("_", "-"): value for name, value in headers.items()}, NOW)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "0.25"}, 0.25),
        ({"Retry_After": "Fri, 20 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"Retry_After": "Fri, 20 Nov 2026 11:00:00 GMT"}, None),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "-3"}, None),
        ({"Retry_After": "1e400"}, None),
        ({"Retry_After": "Wed, 21 Oct 2026 07:28:00 +99999999999999999999"}, None),
        ({}, None),
        ({"X_RateLimit_Reset": "2026-11-20T12:00:40Z"}, 40.0),
        ({"X_RateLimit_Reset": str(int(NOW.timestamp()) + 50)}, 50.0),
        ({"X_RateLimit_Reset": str(int(NOW.timestamp() + 50) * 1000)}, 50.0),
        ({"X_RateLimit_Reset": "60"}, 60.0),
        ({"Retry_After": "5", "X_RateLimit_Reset": "60"}, 5.0),
    ],
)
def test_a_wait_is_read_in_every_form(headers, wait):
    """Seconds, a fraction, a date, an instant, nothing, nonsense: none is an error, and what is past asks for nothing."""
    assert (told(**headers).wait_seconds or None) == wait


def test_an_account_without_a_limit_of_its_own_is_told_so_at_once():
    """Its limit is nought and it is told to wait for ever: no second request, and no number of seconds."""
    throttle = Throttle(clock=lambda: 0.0, sleep=lambda _: None)
    sent = throttle.enter("GET x")
    headers = {"Retry-After": "9223372036854775807", "X-RateLimit-Limit": "0", "X-RateLimit-FillRate": "0"}
    throttle.leave(sent, read_reply(429, {**headers, "X-RateLimit-Interval-Seconds": "1"}), "GET x")
    with pytest.raises(UnreachableError, match="may send no requests: its limit is 0") as caught:
        throttle.enter("GET y")
    assert not any(character.isdigit() for character in str(caught.value).replace("429", "").replace("is 0", ""))


@pytest.mark.parametrize(("wait", "words"), [("9223372036854775807", "to wait for days"), ("7200", "another 7,200 s")])
def test_a_wait_that_nobody_waits_is_told_as_such(wait, words):
    """An absurd number is not repeated."""
    throttle = Throttle(clock=lambda: 0.0, sleep=lambda _: None)
    throttle.leave(throttle.enter(), read_reply(429, {"Retry-After": wait}))
    with pytest.raises(UnreachableError, match=words) as caught:
        throttle.enter()
    assert "since 0 s" not in str(caught.value)


def test_a_quota_of_the_hour_is_told_as_one():
    """It begins anew with the hour; till then the run rests on the disk."""
    throttle = Throttle(clock=lambda: 0.0, sleep=lambda _: None)
    headers = {"Retry-After": "1800", "RateLimit-Reason": "jira-quota-tenant-based"}
    throttle.leave(throttle.enter(), read_reply(429, headers))
    with pytest.raises(UnreachableError, match="the quota of the hour is used up"):
        throttle.enter()


@pytest.mark.parametrize(
    ("why", "others"), [("jira-burst-based", True), ("jira-quota-global-based", False), ("", False)]
)
def test_a_burst_limit_slows_its_own_kind_of_request_only(why, others):
    """A log that is refused for its own burst does not hold up the search; any other refusal holds up all."""
    now = [0.0]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    throttle = Throttle(clock=lambda: now[0], sleep=sleep)
    for _ in range(5):
        for kind in ("GET log", "POST search"):
            throttle.leave(throttle.enter(kind), Reply("passed"), kind)
    throttle.leave(
        throttle.enter("GET log"), read_reply(429, {"Retry-After": "20", "RateLimit-Reason": why}), "GET log"
    )
    throttle.leave(throttle.enter("POST search"), Reply("passed"), "POST search")
    assert (sum(waits) == 0) == others
    throttle.leave(throttle.enter("GET log"), Reply("passed"), "GET log")
    assert 20 <= sum(waits) < 22


def test_one_kind_that_waits_does_not_stand_in_the_way_of_another():
    """While a thread waits for the log's turn, others pass."""
    throttle = Throttle()
    for kind in ("log", "search"):
        throttle.leave(throttle.enter(kind), Reply("passed"), kind)
    throttle.leave(throttle.enter("log"), Reply("refused", 60.0, why="jira-burst-based"), "log")
    ended: list[str] = []

    def wait_for_the_log() -> None:
        with pytest.raises(UnreachableError):
            throttle.enter("log")
        ended.append("log")

    waiting = threading.Thread(target=wait_for_the_log, daemon=True)
    waiting.start()
    for _ in range(20):
        throttle.leave(throttle.enter("search"), Reply("passed"), "search")
    assert ended == []
    throttle.stop("the test has ended")
    waiting.join(10)
    assert ended == ["log"]
