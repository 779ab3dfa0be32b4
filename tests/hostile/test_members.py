"""Lists of people that never end, and totals that are none; each is named as not complete."""

from __future__ import annotations

import pytest

from auditlib.records import holders
from auditlib.records.holders import follow_members, read_members


def page(start: int, count: int, **more: object) -> dict[str, object]:
    people = [{"accountId": f"acc:{number}", "displayName": "x"} for number in range(start, start + count)]
    return {"values": people, "startAt": start, "maxResults": 50, **more}


ENDLESS = {
    "a total that grows": lambda start: page(start, 50, total=start + 500, isLast=False),
    "a total of 18 digits": lambda start: page(start, 50, total=10**17, isLast=False),
    "no total": lambda start: page(start, 50),
    "one a page": lambda start: page(start, 1, total=10**9, isLast=False),
}

ODD = {
    "the same page again": lambda start: page(0, 50, total=10**9, isLast=False) | {"startAt": start},
    "another page": lambda _: page(7, 50, total=200, isLast=False),
    "nothing before the total": lambda start: page(start, 0, total=900, isLast=False),
}


def followed(make) -> tuple[int, bool]:
    """Ask for pages until there is no further one; return how many they were, and whether the list is whole."""
    pages = {}
    while True:
        listing = follow_members(pages)
        if not listing.missing:
            return len(pages), listing.complete
        pages |= {start: read_members(make(start)) for start in listing.missing}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_group_without_end_is_not_complete(name, monkeypatch):
    """More members than any group has end the asking."""
    monkeypatch.setattr(holders, "MOST_MEMBERS", 500)
    monkeypatch.setattr(holders, "MOST_AHEAD", 20)
    pages, complete = followed(ENDLESS[name])
    assert not complete
    assert pages < 700


@pytest.mark.parametrize("name", ODD)
def test_a_group_whose_pages_do_not_get_on_is_not_complete(name, monkeypatch):
    """The same again, another page, or nothing where more was said to be."""
    monkeypatch.setattr(holders, "MOST_AHEAD", 5)
    pages, complete = followed(ODD[name])
    assert not complete
    assert pages < 10
