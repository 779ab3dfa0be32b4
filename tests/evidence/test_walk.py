"""The walk over the keys of a project holds each issue once, in the order of creation, and no other project's."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from datetime import UTC, datetime

import pandas as pd
import pytest

from auditlib.errors import AnswerError
from auditlib.evidence.digest import Digest
from auditlib.evidence.walk import list_walk
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request

AT = datetime(2026, 6, 1, tzinfo=UTC)
ENTRY = Entry("key_walk/PAY/000001.json.gz", topics.KEY_WALK.of("PAY"), Request("GET", "x"), AT, 200, "", 0, {}, 1)


def page(issues: Mapping[int, str]) -> tuple[Entry, Digest]:
    return ENTRY, Digest(ids=array("q", issues), keys=tuple(issues.values()))


def nothing() -> pd.Series:
    raise AssertionError("nobody needs creation times")


def test_an_issue_that_comes_twice_is_listed_once():
    """Pages by offset overlap where an issue was added meanwhile; times are asked for only where issues are left out."""
    walk = list_walk("PAY", [page({1: "PAY-1", 2: "PAY-2"}), page({2: "PAY-2", 3: "PAY-4"})], [], nothing)
    assert walk["number"].tolist() == [1, 2, 4]


def test_what_the_walk_left_out_stands_where_it_was_created():
    """Behind the last one known to be no later; issues of unknown time keep their place, other projects stay out."""
    created = pd.Series(pd.to_datetime([10, 30, 20, 5], unit="s", utc=True), index=[1, 3, 9, 8])
    found = page({9: "PAY-9", 8: "PAY-8", 1: "PAY-1", 7: "OPS-7"})
    walk = list_walk("PAY", [page({1: "PAY-1", 2: "PAY-2", 3: "PAY-3"})], [found, found], lambda: created)
    assert walk["number"].tolist() == [8, 1, 9, 2, 3]


def test_a_key_of_another_project_ends_the_walk():
    """A project that has another key today would be taken for holding no number; the response is named."""
    with pytest.raises(AnswerError, match=r"answered with NEW-2 \(raw/key_walk/PAY/000001.json.gz\)"):
        list_walk("PAY", [page({1: "PAY-1", 2: "NEW-2"})], [], nothing)
