"""Slips in the rules of the controls that change nothing that anybody could see, each with the reason."""

from __future__ import annotations

from typing import Final

_AT: Final = "auditlib/audit/controls/"

EQUAL: Final[dict[str, str]] = {
    f"{_AT}bursts.py _fullest: 0 → 1": "Each instant lies in the minute that begins with it, so that the count begins with one.",
    f"{_AT}fields.py Fields.is_known: if wanted in _ALWAYS: … → ": "It spares a look-up that comes to the same.",
    f"{_AT}gates.py deciding: if of_status and one.approved is not None: … → ": "What was worked out before comes out once more.",
    f"{_AT}gates.py deciding: if of_status: … → ": "What is not kept is worked out once more.",
    f"{_AT}site/source_times.py read_time: if (usual := _usual(text)) is not None: … → ": "It is read the longer way, too.",
}
"""Reason by the slip's name."""
