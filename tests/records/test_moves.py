"""Moves between projects, read from histories."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from histories import DATA, HOUR, START, entry, item, texts

from auditlib.records.moves import key_moves


def test_moves_are_read_from_the_key_item():
    """Every move of an issue, in order of time; a custom field of that name, and other items, are none."""
    first = entry(7, START, item("project", ("1", "A"), ("2", "B")), item("Key", (None, "A-3"), (None, "B-9")))
    del first["items"][1]["fieldId"]
    second = entry(9, START + HOUR, item("Key", (None, "B-9"), (None, "C-1"), data_center=True)) | {"author": None}
    custom = item("Key", ("x", "x"), ("y", "y"), data_center=True) | {"fieldtype": "custom"}
    moves = key_moves([(5, [second, first, second]), (6, [entry(8, START, custom)]), (7, [])])
    assert moves[["issue_id", "history_id", "from_key", "to_key"]].to_numpy().tolist() == [
        [5, 7, "A-3", "B-9"],
        [5, 9, "B-9", "C-1"],
    ]
    assert moves["at"].tolist() == [START, START + HOUR]
    assert texts(moves["author"]) == ["Ann Ex", None]


def test_no_moves_are_a_frame_too():
    """The same columns with the same types."""
    some = key_moves([(5, [entry(7, START, item("Key", (None, "A-3"), (None, "B-9"), data_center=True))])])
    assert key_moves([]).dtypes.tolist() == some.dtypes.tolist()


def test_a_real_move_is_read():
    """The entry that a real move left."""
    path = DATA / "move-history-entry.json"
    if not path.exists():
        pytest.skip("the real data is not at hand")
    move = key_moves([(88, [json.loads(path.read_text(encoding="utf-8"))])]).iloc[0]
    assert (move["from_key"], move["to_key"], move["history_id"]) == ("IMP-88", "PROMO-1", 11508)
    assert move["at"] == datetime(2023, 9, 8, 17, 1, 2, 699000, UTC)
