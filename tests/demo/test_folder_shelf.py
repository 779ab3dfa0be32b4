"""Of two records of one issue the one updated later is kept."""

from __future__ import annotations

import pytest
from issue_files import issue, write

from auditlib.demo.folder.load import load_folder


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_an_issue_met_twice_the_later_update_is_kept(tmp_path, order):
    """Whichever comes first; the other one is named."""
    versions = [issue("AB-1", 1, updated=f"2024-0{month}-01T00:00:00.000+0000", n=month) for month in (5, 6)]
    write(tmp_path / "lines.jsonl", *(versions[place] for place in order))
    folder = load_folder(tmp_path)
    assert folder.world.issues[1].fields["n"] == 6
    (line,) = folder.ignored
    assert line.startswith(f"lines.jsonl:{order.index(0) + 1}: AB-1 has the same id 1")


def test_of_two_issues_with_one_key_the_later_update_is_kept(tmp_path):
    """A key must lead to one issue."""
    write(
        tmp_path / "lines.jsonl",
        issue("AB-1", 1, updated="2024-05-01T00:00:00.000+0000"),
        issue("AB-1", 2, updated="2024-06-01T00:00:00.000+0000"),
        # the same id as the one kept, and the key of another
        issue("AB-3", 3, updated="2024-06-01T00:00:00.000+0000"),
        issue("AB-1", 3, updated="2024-07-01T00:00:00.000+0000"),
    )
    folder = load_folder(tmp_path)
    assert {number: one.key for number, one in folder.world.issues.items()} == {3: "AB-1"}
    assert len(folder.ignored) == 3
