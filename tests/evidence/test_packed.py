"""Texts and ids of a million issues are held in few objects, and are what tuples and sets of them are."""

from __future__ import annotations

import sys
from array import array

import numpy as np
import pytest

from auditlib.evidence.packed import Ids, Texts


@pytest.mark.parametrize("texts", [(), ("",), ("PAY-1",), ("PAY-1", "PAY-2", ""), ("PAY-1\nPAY-2", "PAY-3"), ("\n",)])
def test_texts_come_back_as_they_were_given(texts):
    """Also none at all, an empty one, and one that holds the sign by which they are kept apart."""
    packed = Texts(texts)
    assert (tuple(packed), len(packed), packed == texts, bool(packed)) == (texts, len(texts), True, bool(texts))
    assert [packed[place] for place in range(len(packed))] == list(texts)
    assert hash(packed) == hash(Texts(iter(texts)))


def test_a_text_takes_its_characters_and_one_more():
    """A key as an object of its own takes 60 bytes and more; a walk over a million issues holds a million."""
    keys = [f"PAY-{number}" for number in range(10_000)]
    packed = Texts(keys)
    assert sys.getsizeof(packed._joined) < 100 + sum(len(key) + 1 for key in keys)
    assert packed != tuple(keys[1:])


def test_ids_are_a_set_of_whole_numbers():
    """Whatever a ``frozenset`` of the same ids answers, they answer: order and repetition don't count."""
    ids, plain = Ids([7, 5, 7, 9]), frozenset({5, 7, 9})
    assert ids == plain == Ids(array("q", [9, 7, 5]))
    assert (len(ids), list(ids), bool(Ids())) == (3, [5, 7, 9], False)
    assert [issue in ids for issue in (5, 6, 10, np.int64(9), "5", None)] == [True, False, False, True, False, False]
    assert all(type(issue) is int for issue in ids)
    assert (ids - {5}, ids | {1}, ids & {9, 1}, ids ^ {5, 1}) == (plain - {5}, plain | {1}, plain & {9}, plain ^ {5, 1})
    assert ids != Ids([5, 7])
    assert 1 not in Ids()
    assert Ids.together([[1, 2], array("q", [2, 5]), ids]) == {1, 2, 5, 7, 9}
    assert np.asarray(ids).nbytes == 24
