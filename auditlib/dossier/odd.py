"""What of an issue's record can't be read, or is not what it should be: shown as sent, and named. Pure.

One odd time, number or id ends nothing. Whoever reads a record asks here for its times and numbers, and what can't be read
becomes a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.deep_json import DEEPEST, deep_parts, written
from auditlib.records.history import Time, readable_id, time_of
from auditlib.text import shorten

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST: Final = 10**18
"""Numbers from here on count nothing that a Jira holds."""


class Odd:
    """The anomalies of one record, a sentence each, in the order in which it is read.

    Parameters
    ----------
    zone : ZoneInfo
        The audit's.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._said: dict[str, None] = {}

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was said, each once."""
        return tuple(self._said)

    def say(self, sentence: str) -> None:
        """Add a sentence, once."""
        self._said[sentence] = None

    def deep(self, value: Any, what: str) -> None:
        """Check that a value was read to its depth."""
        if deep_parts(value):
            self.say(f"{what}: nested in more than {DEEPEST} levels; what lies deeper is shown as its source")

    def time(self, value: Any, what: str) -> Time:
        """Return an instant in the zone, as sent where it can't be read; ``what`` names it in the sentence."""
        found = time_of(value, self.zone)
        if not isinstance(found, datetime):
            self._not_readable(value, what, "no readable time")
        return found

    def day(self, value: Any, what: str) -> None:
        """Check a day, such as a due date; some Jiras write an instant instead."""
        if value in (None, "") or isinstance(time_of(value, self.zone), datetime):
            return
        try:
            if isinstance(value, str) and _DAY.fullmatch(value):
                date.fromisoformat(value)
                return
        except ValueError:
            pass
        self._not_readable(value, what, "no readable day")

    def whole(self, value: Any, what: str) -> int | None:
        """Return a whole number that is not negative, None where there is none that can be read."""
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
            value = int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST:
            return value
        self._not_readable(value, what, "no readable number")
        return None

    def identity(self, value: Any, what: str) -> int | None:
        """Return an id, None where there is none that can be read."""
        found = readable_id(value)
        if found is None:
            self._not_readable(value, what, "no readable id")
        return found

    def records(self, value: Any, what: str) -> list[Mapping[str, Any]]:
        """Return the records of a list, and name what is none."""
        if value is None or value == "":
            return []
        found = value if isinstance(value, list | tuple) else [value]
        for one in found:
            if one is not None and not isinstance(one, Mapping):
                self.say(f"{what}: Jira sent {_sent(one)} where a record stands")
        return [one for one in found if isinstance(one, Mapping)]

    def _not_readable(self, value: Any, what: str, lacks: str) -> None:
        sent = "Jira sent none" if value in (None, "") else f"Jira sent {_sent(value)}"
        self.say(f"{what}: {lacks}; {sent}")


def _sent(value: Any) -> str:
    """Return what stands where something else belongs, as people read it: a text in quotes, anything else as JSON."""
    return shorten(repr(value) if isinstance(value, str) else written(value), 80)
