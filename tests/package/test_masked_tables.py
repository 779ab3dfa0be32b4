"""Tables without names, column by column: what a cell holds of people decides what becomes of it."""

from __future__ import annotations

import pandas as pd

from auditlib.audit.permissions.changes import MEMBERSHIPS
from auditlib.audit.personal import LEFT_OUT
from auditlib.audit.yearly.rows import YEARLY
from auditlib.package.masked_tables import masked_frame
from auditlib.package.people import Known, Pseudonyms

KEY = bytes(range(32))


def test_a_parameter_beside_last_years_is_left_out():
    """It is as somebody wrote it: the path of a list may name whose folder it is. Figures stay."""
    cells = [("parameter: leavers", "lists/left.csv", "", "new", ""), ("population", "41", "40", "1 more", "")]
    made = masked_frame(YEARLY, YEARLY.make(cells), Pseudonyms(KEY, Known()))
    assert list(made["this_year"]) == [LEFT_OUT, "41"]
    assert list(made["last_year"]) == ["", "40"]


def test_a_group_among_people_keeps_its_name():
    """A group within a role is nobody; one that bears a person's name is called by the pseudonym."""
    known = Known()
    known.add(["u1"], ["Gil Ives"])
    names = ["group operations", "group Gil Ives", "u1"]
    frame = pd.DataFrame([dict.fromkeys(MEMBERSHIPS.names) | {"account_id": name} for name in names], dtype=object)
    called = Pseudonyms(KEY, known)
    made = masked_frame(MEMBERSHIPS, frame, called)
    assert sorted(made["account_id"]) == sorted([called.of("u1"), f"group {called.of('u1')}", "group operations"])
