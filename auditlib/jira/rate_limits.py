"""What an answer says of Jira's rate limits: headers, buckets, how long to wait."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal

Kind = Literal["passed", "refused", "busy", "lost"]
LONGEST_TOLD: Final = 86_400.0
_SLOWEST_TOLD: Final = 1e-9  # requests a second; what is smaller could become nought


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
    rate = max(fill / interval, _SLOWEST_TOLD) if fill and interval else None
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
