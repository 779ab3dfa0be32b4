"""Issues beside histories in another order: each comes once, whatever the order, and few wait."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from auditlib.evidence.as_received import AsReceived


def issue(number: int, said: str = "") -> dict[str, Any]:
    return {"id": str(number), "said": said}


ids = st.lists(st.integers(1, 30), max_size=30)


@given(pay=ids, ops=ids, asked=ids, wanted=st.sets(st.integers(1, 30)))
def test_in_whatever_order_each_wanted_issue_comes_once(pay, ops, asked, wanted):
    """By its id or at the end, the first of several with one id; under the key of whatever project."""
    received = {"PAY": [issue(one) for one in pay], "OPS": [issue(one) for one in ops]}
    keys = {one: f"{'PAY' if one % 2 else 'OLD'}-{one}" for one in wanted}
    records = AsReceived({name: iter(found) for name, found in received.items()}, keys)
    taken = [(one, record) for one in asked if (record := records.take(one)) is not None]
    left = list(records.left())
    came = [one for one, _ in [*taken, *left]]
    assert sorted(came) == sorted(wanted & {*pay, *ops})
    assert [one for one, _ in taken] == list(dict.fromkeys(one for one in asked if one in wanted & {*pay, *ops}))
    assert all(record["id"] == str(one) for one, record in [*taken, *left])
    in_order = dict.fromkeys(one for one in [*pay, *ops] if one in wanted and one not in {one for one, _ in taken})
    assert [one for one, _ in left] == list(in_order)


def test_of_several_with_one_id_the_first_counts():
    """As in the population, also where the other comes after the first was handed over."""
    records = AsReceived({"PAY": iter([issue(1, "a"), issue(2), issue(1, "b")])}, {1: "PAY-1", 2: "PAY-2"})
    assert records.take(1) == issue(1, "a")
    assert list(records.left()) == [(2, issue(2))]


def test_no_more_is_read_than_is_asked_for():
    """Histories by id, issues by project: of each project no more than up to the one that is asked for."""
    read: list[int] = []

    def coming(*numbers: int) -> Iterator[dict[str, Any]]:
        for one in numbers:
            read.append(one)
            yield issue(one)

    keys = {1: "PAY-1", 2: "OPS-1", 3: "PAY-2", 4: "OPS-2"}
    records = AsReceived({"PAY": coming(1, 3), "OPS": coming(2, 4)}, keys)
    seen = [(records.take(one), len(read)) for one in (1, 2, 3, 4)]
    assert seen == [(issue(1), 1), (issue(2), 2), (issue(3), 3), (issue(4), 4)]
