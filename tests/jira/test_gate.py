"""The gate in front of every request: how many go at once, what they wait for, and when a run is ended there."""

from __future__ import annotations

import threading

import pytest

from auditlib.errors import UnreachableError
from auditlib.jira.gate import Gate
from auditlib.jira.rate_limits import Reply, read_reply


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
    gate = Gate(3)
    lock, under_way, most = threading.Lock(), 0, 0

    def work() -> None:
        nonlocal under_way, most
        for _ in range(20):
            sent_at = gate.enter()
            with lock:
                under_way += 1
                most = max(most, under_way)
            threading.Event().wait(0.001)
            with lock:
                under_way -= 1
            gate.leave(sent_at, Reply("passed"))

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 3
    assert gate.requests == 200


def test_a_server_that_refuses_everything_ends_the_run():
    """Ten minutes of refusals without one success are enough, and few requests are spent on them."""
    clock = Clock()
    gate = Gate(clock=clock, sleep=clock.sleep)

    def ask_for_ever() -> None:
        while True:
            gate.leave(gate.enter(), Reply("refused"))

    with pytest.raises(UnreachableError, match="refuses every request since"):
        ask_for_ever()
    assert 540 < clock.now <= 640
    assert gate.refusals < 30


def test_too_long_a_wait_is_told_at_once():
    """A server that asks to come back in an hour is not waited for."""
    clock = Clock()
    gate = Gate(clock=clock, sleep=clock.sleep)
    gate.leave(gate.enter(), Reply("refused", 3600.0))
    with pytest.raises(UnreachableError, match="asks to wait another 3,600 s"):
        gate.enter()
    assert clock.now == 0


def test_refusals_with_progress_never_end_the_run():
    """A question may be refused again and again while others get through."""
    clock = Clock()
    gate = Gate(clock=clock, sleep=clock.sleep)
    for number in range(2000):
        gate.leave(gate.enter(), Reply("refused", 1.0) if number % 2 else Reply("passed"))
    assert clock.now > 900


def test_a_lost_scout_is_followed_by_another():
    """A connection that breaks while all wait for one answer does not leave them waiting for ever."""
    clock = Clock()
    gate = Gate(clock=clock, sleep=clock.sleep)
    gate.leave(gate.enter(), Reply("refused", 1.0))
    gate.leave(gate.enter(), Reply("lost"))
    gate.leave(gate.enter(), Reply("passed"))
    gate.leave(gate.enter(), Reply("passed"))


def test_a_stopped_gate_lets_nobody_through():
    """Who waits at the gate when the run ends gets an error, and does not wait on."""
    gate = Gate(1)
    gate.enter()
    caught: list[Exception] = []

    def wait() -> None:
        try:
            gate.enter()
        except UnreachableError as error:
            caught.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    gate.stop("another part of the pull failed")
    thread.join(5)
    assert [str(error) for error in caught] == ["another part of the pull failed"]


def test_an_account_without_a_limit_of_its_own_is_told_so_at_once():
    """Its limit is nought and it is told to wait for ever: no second request, and no number of seconds."""
    gate = Gate(clock=lambda: 0.0, sleep=lambda _: None)
    sent = gate.enter("GET x")
    headers = {"Retry-After": "9223372036854775807", "X-RateLimit-Limit": "0", "X-RateLimit-FillRate": "0"}
    gate.leave(sent, read_reply(429, {**headers, "X-RateLimit-Interval-Seconds": "1"}), "GET x")
    with pytest.raises(UnreachableError, match="may send no requests: its limit is 0") as caught:
        gate.enter("GET y")
    assert not any(character.isdigit() for character in str(caught.value).replace("429", "").replace("is 0", ""))


@pytest.mark.parametrize(("wait", "words"), [("9223372036854775807", "to wait for days"), ("7200", "another 7,200 s")])
def test_a_wait_that_nobody_waits_is_told_as_such(wait, words):
    """An absurd number is not repeated."""
    gate = Gate(clock=lambda: 0.0, sleep=lambda _: None)
    gate.leave(gate.enter(), read_reply(429, {"Retry-After": wait}))
    with pytest.raises(UnreachableError, match=words) as caught:
        gate.enter()
    assert "since 0 s" not in str(caught.value)


def test_a_quota_of_the_hour_is_told_as_one():
    """It begins anew with the hour; till then the run rests on the disk."""
    gate = Gate(clock=lambda: 0.0, sleep=lambda _: None)
    headers = {"Retry-After": "1800", "RateLimit-Reason": "jira-quota-tenant-based"}
    gate.leave(gate.enter(), read_reply(429, headers))
    with pytest.raises(UnreachableError, match="the quota of the hour is used up"):
        gate.enter()


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

    gate = Gate(clock=lambda: now[0], sleep=sleep)
    for _ in range(5):
        for kind in ("GET log", "POST search"):
            gate.leave(gate.enter(kind), Reply("passed"), kind)
    gate.leave(gate.enter("GET log"), read_reply(429, {"Retry-After": "20", "RateLimit-Reason": why}), "GET log")
    gate.leave(gate.enter("POST search"), Reply("passed"), "POST search")
    assert (sum(waits) == 0) == others
    gate.leave(gate.enter("GET log"), Reply("passed"), "GET log")
    assert 20 <= sum(waits) < 22


def test_one_kind_that_waits_does_not_stand_in_the_way_of_another():
    """While a thread waits for the log's turn, others pass."""
    gate = Gate()
    for kind in ("log", "search"):
        gate.leave(gate.enter(kind), Reply("passed"), kind)
    gate.leave(gate.enter("log"), Reply("refused", 60.0, why="jira-burst-based"), "log")
    ended: list[str] = []

    def wait_for_the_log() -> None:
        with pytest.raises(UnreachableError):
            gate.enter("log")
        ended.append("log")

    waiting = threading.Thread(target=wait_for_the_log, daemon=True)
    waiting.start()
    for _ in range(20):
        gate.leave(gate.enter("search"), Reply("passed"), "search")
    assert ended == []
    gate.stop("the test has ended")
    waiting.join(10)
    assert ended == ["log"]
