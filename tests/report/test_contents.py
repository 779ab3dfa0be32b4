"""What the cover knows of the files of a package."""

from __future__ import annotations

import os
import sys

import pytest

from auditlib.report.cover.contents import Contents

NO_TEXT = os.fsdecode(b"n\xff")


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text, as Linux has them")
def test_a_name_that_no_page_can_hold_is_left_out(tmp_path):
    """No run writes one, and `verify` names it as too much; the pages are still computed again."""
    data = tmp_path / "data"
    (data / "tables").mkdir(parents=True)
    for name in ("index.html", "run.json", "tables/gaps.csv", f"tables/{NO_TEXT}"):
        (data / name).write_bytes(b"{}\n")
    assert Contents(data).files == {"run.json": 3, "tables/gaps.csv": 3}


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text, as Linux has them")
def test_a_package_may_lie_in_a_folder_of_any_name(tmp_path):
    """What the folders above are called is no matter of the package."""
    tables = tmp_path / NO_TEXT / "data" / "tables"
    tables.mkdir(parents=True)
    (tables / "gaps.csv").touch()
    assert list(Contents(tables.parent).files) == ["tables/gaps.csv"]
