"""Limits: waits that no audit could bear, numbers that are none, faults that never end."""

from __future__ import annotations

import pytest

from auditlib.errors import UnreachableError
from auditlib.jira.gate import Gate
from auditlib.jira.rate_limits import read_reply
from auditlib.records.holders import GroupName
from hostile.ends import SteppedClock, ends
from hostile.server import reply

REFUSED: dict[str, dict[str, str]] = {
    "a wait of an hour": {"Retry-After": "3600"},
    "a wait of a century": {"Retry-After": "3155760000"},
    "a wait until the year 9999": {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"},
    "a wait of 400 digits": {"Retry-After": "9" * 400},
    "a wait below nought": {"Retry-After": "-5"},
    "a wait that is no number": {"Retry-After": "later"},
    "a wait that is none": {"Retry-After": "NaN"},
    "a reset in a thousand years": {"X-RateLimit-Reset": "3025-01-01T00:00:00Z"},
    "a limit of nought": {"X-RateLimit-Limit": "0"},
    "no word": {},
}

SLOW: dict[str, dict[str, str]] = {
    "a request an hour": {"X-RateLimit-FillRate": "1", "X-RateLimit-Interval-Seconds": "3600"},
    "a fill rate near nought": {"X-RateLimit-FillRate": "1e-300", "X-RateLimit-Interval-Seconds": "1"},
    "a rate that becomes nought": {"X-RateLimit-FillRate": "1e-300", "X-RateLimit-Interval-Seconds": "1e300"},
}

FAULTS = {f"{status} for ever": reply(b"{}", f"{status} No") for status in (413, 500, 502, 503, 504)} | {
    f"{status} once said": reply(b"{}", f"{status} No") for status in (401, 403, 404, 405, 407, 410, 451, 418, 599, 999)
}


def waited(status: int, headers: dict[str, str], times: int = 400) -> tuple[float, list[float], str]:
    """Return how long a gate waits before a server that answers so, what it tells, and with which words it ends."""
    clock, told = SteppedClock(), list[float]()
    gate = Gate(clock=clock, sleep=clock.sleep)
    gate.on_wait = told.append
    try:
        for _ in range(times):
            gate.leave(gate.enter(), read_reply(status, headers))
    except UnreachableError as error:
        return clock.now, told, str(error)
    return clock.now, told, ""


@pytest.mark.parametrize("name", REFUSED)
def test_a_server_that_refuses_everything_ends_the_run(name):
    """A quarter of an hour at most is waited, and what is long is told once each."""
    lasted, told, said = waited(429, REFUSED[name])
    assert said
    assert lasted < 1000
    assert len(told) < 60


@pytest.mark.parametrize("name", SLOW)
def test_a_pace_that_no_audit_could_bear_ends_the_run(name):
    """Jira's own numbers are told, not waited for."""
    headers = {"X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0", "Retry-After": "0", **SLOW[name]}
    lasted, _, said = waited(200, headers)
    assert "let this account send one request every" in said
    assert lasted < 10


def test_a_long_wait_is_told_once_and_then_waited_for():
    """Five minutes are borne, and stand in the progress."""
    clock, told = SteppedClock(), list[float]()
    gate = Gate(clock=clock, sleep=clock.sleep)
    gate.on_wait = told.append
    gate.leave(gate.enter(), read_reply(429, {"Retry-After": "300"}))
    gate.leave(gate.enter(), read_reply(200, {}))
    assert [round(seconds) for seconds in told] == [300]
    assert 299 < clock.now < 310


@pytest.mark.parametrize("name", FAULTS)
def test_a_question_that_always_fails_ends(name, tmp_path):
    """Six times at most, or at once where asking again is no use."""
    ended = ends(tmp_path, FAULTS[name])
    ended.require_sentence()
    assert ended.status == 3


def test_parts_that_all_fail_are_asked_for_once_each_at_last(tmp_path):
    """Five hundred groups that answer 500 do not take six tries each, nor the retries that other questions need."""
    seen: list[str] = []

    def failing(heard):
        seen.append(heard.target)
        return [reply(b"{}", "500 No")]

    def ask(reader):
        for number in range(20):
            entry, _ = reader.answer("members", reader.dialect.members(GroupName(str(number), ""), 0), part=True)
            assert entry.status == 500

    assert ends(tmp_path, failing, ask, by_request=True).status == 0
    assert len(seen) == 3 * 6 + 17
