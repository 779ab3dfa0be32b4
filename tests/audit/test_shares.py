"""However a range is cut, no missing number is lost or counted twice."""

from __future__ import annotations

import pytest

from auditlib.audit.numbering.gaps import CLASSES
from auditlib.audit.numbering.shares import missing_shares
from auditlib.audit.numbering.stretches import PRESENT, Line, Stretch

LINE = Line(
    "PAY",
    1,
    10,
    (
        Stretch(1, 2, PRESENT),
        Stretch(3, 5, "unexplained"),
        Stretch(6, 7, PRESENT),
        Stretch(8, 8, "moved"),
        Stretch(9, 10, PRESENT),
    ),
)


@pytest.mark.parametrize("parts", [1, 3, 4, 7, 10])
def test_shares_of_parts_add_up_to_what_is_missing(parts):
    """Of each class for itself; no share is more than all of its part."""
    for name in CLASSES:
        shares = missing_shares(LINE, name, parts)
        assert sum(shares.values()) * 10 / parts == pytest.approx(LINE.count(name))
        assert all(0 < share <= 1 for share in shares.values())


def test_a_part_is_where_its_numbers_are():
    """Three of the first half, and the second half holds the one that moved."""
    assert missing_shares(LINE, "unexplained", 2) == {0: pytest.approx(0.6)}
    assert missing_shares(LINE, "moved", 2) == {1: pytest.approx(0.2)}
