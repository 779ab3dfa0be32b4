"""Slips in the rules of the controls that change nothing that anybody could see, each with the reason."""

from __future__ import annotations

from typing import Final

_AT: Final = "auditlib/audit/controls/"
_DAYS: Final = "The library gives days where the parameters give none."

EQUAL: Final[dict[str, str]] = {
    f"{_AT}attribute_rounds.py _of_resolution: 1 → 2": "The creation lies before every entry, whatever place it is given.",
    f"{_AT}attributes.py test_subject: test.different_people or () → test.different_people": (
        "An attribute has one test: where it is none of the others, it is this one."
    ),
    f"{_AT}bursts.py _fullest: 0 → 1": "Each instant lies in the minute that begins with it, so that the count begins with one.",
    f"{_AT}fields.py Fields.is_known: if wanted in _ALWAYS: … → ": "It spares a look-up that comes to the same.",
    f"{_AT}gates.py deciding: if of_status and one.approved is not None: … → ": "What was worked out before comes out once more.",
    f"{_AT}gates.py deciding: not given.approvals → given.approvals": (
        "Kept is then what decides where approvals are asked for, which is the same for every control that asks."
    ),
    f"{_AT}gates.py deciding: if of_status: … → ": "What is not kept is worked out once more.",
    f"{_AT}gates.py _place_at: 1 → 2": "The creation lies before every entry, whatever place it is given.",
    f"{_AT}gates.py _status_back: if one.stays[one.last - 1].place <= since.place: … → ": "It spares a search in vain.",
    f"{_AT}gates.py _status_back: one.stays[one.last - 1].place <= since.place → one.stays[one.last - 1].place < since.place": (
        "It spares a search in vain, then a rarer one."
    ),
    f"{_AT}rounds.py _stays: 1 → 2": "The creation lies before every entry, whatever place it is given.",
    f"{_AT}match.py Match: False → True": "Nobody looks at it where no round is told, and elsewhere it is given.",
    f"{_AT}match.py Match: False → True (2)": "Nobody looks at it where no round is told, and elsewhere it is given.",
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
    f"{_AT}wording.py claims: 2 → 3": "Words agree alike with every number but one.",
    f"{_AT}wording.py claims: 2 → 3 (2)": "Words agree alike with every number but one.",
    (
        f"{_AT}wording.py _roles: attribute.test.different_people or () → attribute.test.different_people"
    ): "Of the five tests of an attribute one is given, and here it is none of the four others.",
    (
        f"{_AT}site/workflow_gate.py _leaving: one.target and (one.kind == GLOBAL or status in one.origin_ids) → "
        "one.kind == GLOBAL or status in one.origin_ids"
    ): "From no status only global transitions lead on, which lead on from every status.",
    f"{_AT}site/source_times.py read_time: if (usual := _usual(text)) is not None: … → ": "It is read the longer way, too.",
}
"""Reason by the slip's name."""
