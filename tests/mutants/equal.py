"""Slips in the rules of the controls that change nothing that anybody could see, each with the reason."""

from __future__ import annotations

from typing import Final

_AT: Final = "auditlib/audit/controls/"
_DAYS: Final = "The library gives days where the parameters give none."

EQUAL: Final[dict[str, str]] = {
    f"{_AT}bursts.py _fullest: 0 → 1": "Each instant lies in the minute that begins with it, so that the count begins with one.",
    f"{_AT}fields.py Fields.is_known: if wanted in _ALWAYS: … → ": "It spares a look-up that comes to the same.",
    f"{_AT}gates.py deciding: if of_status and one.approved is not None: … → ": "What was worked out before comes out once more.",
    f"{_AT}gates.py deciding: if of_status: … → ": "What is not kept is worked out once more.",
    f"{_AT}outcomes.py : 50000 → 50001": "How many rows are put together at once is seen in the memory that it takes alone.",
    f"{_AT}rules/incidents.py _by_limit: 3 → 4": "Jira's times are to the millisecond: the next place is a nought.",
    f"{_AT}rules/review.py _Review.__init__: case.test.given.days or 0 → case.test.given.days": _DAYS,
    f"{_AT}rules/review.py _Review.__init__: 0 → 1": _DAYS,
    f"{_AT}rules/root_cause.py _judge: given.days or 0 → given.days": _DAYS,
    f"{_AT}rules/root_cause.py _judge: 0 → 1": _DAYS,
    (
        f"{_AT}rules/tested.py _left_forward: stay.step is None or after.step is None or (not stay.regions & TESTING) → "
        "stay.step is None or not stay.regions & TESTING"
    ): "In a round that shows all, an entry leads into every status but the first.",
    f"{_AT}trail.py : 1 → 2": "Behind every entry is as far behind.",
    f"{_AT}trail.py : 60 → 61": "Behind every entry is as far behind.",
    (
        f"{_AT}wording.py _roles: attribute.test.different_people or () → attribute.test.different_people"
    ): "Of the five tests of an attribute one is given, and here it is none of the four others.",
}
"""Reason by the slip's name."""
