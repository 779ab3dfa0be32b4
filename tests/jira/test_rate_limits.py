"""What answers say of rate limits, in every form, and what is measured where they say nothing."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from auditlib.jira.rate_limits import Reply, bucket_rate, read_reply

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


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
