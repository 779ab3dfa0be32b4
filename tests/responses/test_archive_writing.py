"""Adding to an archive: all of an addition or nothing, whenever it is killed; nothing that stands is written over."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from archives import driven

from auditlib.errors import UsageError
from auditlib.responses.archive import ArchiveFolder
from auditlib.responses.archive_writing import ArchiveWriter

MONTH = "log/2026-05.jsonl.gz"


def content(folder: Path) -> dict[str, object]:
    """Return all that a reader sees of an archive."""
    archive = ArchiveFolder(folder)
    events = [one.added.detail for one in archive.events("round")]
    grown = {path: list(archive.records(path)) for path in archive.files("log", ".gz")}
    return grown | {"events": events} | {path: b"".join(archive.pieces(path)) for path in archive.files("census", "")}


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs fork")
def test_a_kill_at_any_instant_leaves_nothing_or_all_of_an_addition(tmp_path):
    """Killed before each touch of the disk in turn, with torn ends added: done anew, it holds what one without a kill holds."""
    done = driven("writer", tmp_path)
    assert done["instants"] > 40
    whole = content(tmp_path / "whole")
    for instant in range(1, done["instants"] + 1):
        folder = tmp_path / f"{instant:03d}"
        assert content(folder) == whole, instant
        assert not ArchiveFolder(folder).damages()
        assert not (folder / ".work").exists()


def test_earlier_bytes_are_never_written_again(tmp_path):
    """A file that grows keeps its beginning, byte for byte; gzip takes several members as one file."""
    writer = ArchiveWriter(tmp_path)
    writer.append(MONTH, ["1"], {})
    writer.commit()
    first = (tmp_path / MONTH).read_bytes()
    writer.append(MONTH, ["2"], {})
    writer.commit()
    writer.close()
    assert (tmp_path / MONTH).read_bytes().startswith(first)
    assert list(ArchiveFolder(tmp_path).lines(MONTH)) == ["1\n", "2\n"]
    assert subprocess.run(["gzip", "-dc", tmp_path / MONTH], capture_output=True, check=True).stdout == b"1\n2\n"


def test_what_is_staged_and_not_committed_is_in_no_archive(tmp_path):
    """An archive that ends before it commits has added nothing."""
    writer = ArchiveWriter(tmp_path / "new")
    writer.append(MONTH, ["1"], {})
    writer.close()
    assert not ArchiveFolder(tmp_path / "new").links
    assert not list(tmp_path.iterdir())


def test_a_disk_that_refuses_in_the_middle_leaves_the_rest_to_the_next_archive(tmp_path):
    """The plan stands until all of it is done, also where the archive ends by itself."""
    writer = ArchiveWriter(tmp_path)
    writer.append(MONTH, ["1"], {})
    writer.add_file("census/a.csv", [b"a\n"], {})
    (tmp_path / "census").write_text("in the way")
    with pytest.raises(UsageError, match=r"census.*give another --to"):
        writer.commit()
    writer.close()
    assert ArchiveFolder(tmp_path).files("census", "") == []
    (tmp_path / "census").unlink()
    again = ArchiveWriter(tmp_path)
    assert [added.path for added in again.completed] == ["census/a.csv"]
    again.close()
    assert b"".join(ArchiveFolder(tmp_path).pieces("census/a.csv")) == b"a\n"
    assert list(ArchiveFolder(tmp_path).lines(MONTH)) == ["1\n"]


def test_a_file_that_stands_is_not_added_again(tmp_path):
    """A whole file has one content for ever."""
    writer = ArchiveWriter(tmp_path)
    writer.add_file("census/a.csv", [b"a\n"], {})
    writer.commit()
    with pytest.raises(ValueError, match="nothing there is written over"):
        writer.add_file("census/a.csv", [b"b\n"], {})


def test_what_was_cut_from_a_file_is_not_filled_up(tmp_path):
    """After a loss, what is new goes into a file beside it."""
    writer = ArchiveWriter(tmp_path)
    writer.append(MONTH, ["1"], {})
    writer.commit()
    os.truncate(tmp_path / MONTH, 5)
    writer.append(MONTH, ["2"], {})
    writer.commit()
    writer.close()
    archive = ArchiveFolder(tmp_path)
    assert (tmp_path / MONTH).stat().st_size == 5
    assert list(archive.lines("log/2026-05.2.jsonl.gz")) == ["2\n"]
    assert [str(one) for one in archive.damages()] == [f"{MONTH} is cut at byte 5 of {archive.end_of(MONTH):,}"]


@pytest.mark.parametrize(
    "plan",
    [
        *("{", "[]", "{}", '{"base": 0, "plan": 7}', '{"base": 0, "plan": [7]}', '{"base": null, "plan": []}'),
        '{"base": 0, "plan": [{"staged": "0", "what": "file", "path": "../out"}]}',
        '{"base": 0, "plan": [{"staged": "../../out", "what": "file", "path": "census/x"}]}',
        '{"base": 0, "plan": [{"staged": "0", "what": "file", "way": "x"}]}',
    ],
)
def test_a_plan_that_was_changed_is_told(tmp_path, plan):
    """Nobody writes there but an archive; what else stands there is moved away by hand, and leads nowhere."""
    (tmp_path / ".work").mkdir()
    (tmp_path / ".work" / "plan.json").write_text(plan)
    with pytest.raises(UsageError, match="no plan of an archive"):
        ArchiveWriter(tmp_path)
