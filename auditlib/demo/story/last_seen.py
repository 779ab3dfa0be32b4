"""When the people of the made-up company were last seen, and which of them left."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from auditlib.demo.story.cast import Cast
from auditlib.demo.story.period import END
from auditlib.demo.world.records import Organization
from auditlib.demo.world.truth import Departure

ORG_ID = "5a1ad0b0-0000-4000-8000-00000000c0de"
ORG_KEY = "made-up-key-of-the-organisation"

_LONG_AGO = datetime(2025, 11, 3, 9, 30, tzinfo=UTC)


def organization(cast: Cast, seed: str) -> Organization:
    """Say when everybody was last active: most lately, some long ago, some never, as far as anybody knows."""
    rng = random.Random(f"{seed}:last seen")
    seen: dict[str, datetime] = {}
    for person in (*cast.staff, *cast.hostile, cast.admin, cast.auditor):
        ago = timedelta(seconds=rng.randrange(60, 45 * 86400))
        seen[person.account_id] = (END - ago).replace(microsecond=0)
    for person in (*cast.left, cast.staff[3], cast.staff[21]):
        seen[person.account_id] = _LONG_AGO + timedelta(days=rng.randrange(90))
    del seen[cast.staff[59].account_id]  # who never came, or whose time nobody kept
    return Organization(ORG_ID, ORG_KEY, seen)


def departures(cast: Cast) -> tuple[Departure, ...]:
    """Say who left: two whose accounts are still in use, one of whom only the name is told, and two that are deactivated."""
    manager, operator, gone, admin = cast.staff[1], cast.staff[40], cast.left[0], cast.left[4]
    return (
        Departure(manager.account_id, "2026-08-14", "", manager.email, manager.display_name),
        Departure(
            operator.account_id, "2026-09-02", "", "", ", ".join(reversed(operator.display_name.upper().split()))
        ),
        Departure(gone.account_id, "2026-05-29", gone.account_id, "", gone.display_name),
        Departure(admin.account_id, "2026-03-31", "", admin.email, admin.display_name),
        Departure("", "2026-06-30", "", "nobody.known@example.com", "Nobody Knownhere"),
    )
