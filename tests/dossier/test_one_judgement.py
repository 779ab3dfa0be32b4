"""The replay of a full record and the walk over a population judge status and resolution alike."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import numpy as np
import pytest

from auditlib.dossier.replay import _meets
from auditlib.records.history import BREAKS, CLOSES, Change
from auditlib.records.state import _same

VALUES = [(None, None), *product(("1", "2", "3"), ("Open", "Done", "Done (old)"))]
"""What Jira sends of a status or resolution: none, or an id with the name that it had then."""


def change(field: str, before: tuple, after: tuple) -> Change:
    """Make a change of a field."""
    told = [text or "" for value in (before, after) for text in value]
    return Change(1, datetime(2026, 5, 1, tzinfo=UTC), "", "", field, field, *told)


@pytest.mark.parametrize("field", ["status", "resolution"])
def test_one_link_is_judged_alike_in_both(field):
    """By id, whatever the name was: no package says that a history leads to today in one place and not in another."""
    for one, other in product(range(len(VALUES)), repeat=2):
        walked = bool(_same(np.array([one], np.int32), np.array([other], np.int32), VALUES)[0])
        nothing = (None, None)
        replayed = _meets(change(field, nothing, VALUES[one]), change(field, VALUES[other], nothing), "record")
        assert replayed == (CLOSES if walked else BREAKS), (VALUES[one], VALUES[other])
