"""The folder of an archive as it is read: only what the chain names counts, and whatever differs from it is told."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from auditlib.errors import AnswerError
from auditlib.responses.archive import ArchiveFolder
from auditlib.responses.archive_writing import ArchiveWriter

MONTH = "log/2026-05.jsonl.gz"


@pytest.fixture
def folder(tmp_path) -> Path:
    """An archive with a month of two stretches and a census."""
    writer = ArchiveWriter(tmp_path)
    for number in (1, 2):
        writer.append(MONTH, [f'{{"n":{number}}}'], {"records": 1})
        writer.commit()
    writer.add_lines("census/20260501T000000Z.jsonl.gz", ['{"id":"1","key":"PAY-1"}'], {})
    writer.add_file("census/20260501T000000Z.changes.csv", [b"key\n"], {})
    writer.note("hole", {"of": "log", "from": "a", "until": "b"})
    writer.note("hole", {"of": "log", "from": "c", "until": "d"})
    writer.note("mended", {"hole": 5})
    writer.commit()
    writer.close()
    return tmp_path


def test_an_archive_tells_what_it_holds(folder):
    """Months, censuses and open holes, by the chain; what stands in a month, in the order added."""
    archive = ArchiveFolder(folder)
    assert archive.months == [MONTH]
    assert archive.censuses == ["census/20260501T000000Z.jsonl.gz"]
    assert list(archive.records(MONTH)) == [{"n": 1}, {"n": 2}]
    assert [hole.added.detail["from"] for hole in archive.holes] == ["c"]
    assert archive.damages() == []


def test_a_folder_that_is_not_there_holds_nothing(tmp_path):
    """Before the first archive there is none to read."""
    archive = ArchiveFolder(tmp_path / "none")
    assert (archive.links, archive.months, archive.damages()) == ((), [], [])


def test_bytes_that_the_chain_does_not_name_are_not_read(folder):
    """What an archive that was killed left at the end of a month, or of the chain, is no part of it."""
    with (folder / MONTH).open("ab") as stream:
        stream.write(gzip.compress(b'{"n":3}\n'))
    with (folder / "chain.txt").open("ab") as stream:
        stream.write(b"0" * 64 + b" 2026-05")
    archive = ArchiveFolder(folder)
    assert list(archive.records(MONTH)) == [{"n": 1}, {"n": 2}]
    assert archive.damages() == []


def test_every_byte_that_is_changed_is_found(folder):
    """Whatever byte of whatever file: the file is named, and of a month the stretch."""
    sizes = {path: (folder / path).stat().st_size for path in ArchiveFolder(folder).added}
    for path, size in sizes.items():
        whole = (folder / path).read_bytes()
        for place in range(size):
            (folder / path).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            (damage,) = ArchiveFolder(folder).damages()
            assert damage.added.path == path
            assert damage.added.offset <= place < damage.added.ends
        (folder / path).write_bytes(whole)


def test_every_byte_of_the_chain_that_is_changed_breaks_it(folder):
    """But for the last line, whose digest no line names yet: there the bytes that it tells of don't agree, or its form."""
    chain = folder / "chain.txt"
    whole = chain.read_bytes()
    for place in range(whole.rstrip(b"\n").rfind(b"\n")):
        chain.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(AnswerError, match=r"^chain.txt, line \d|is not UTF-8"):
            _ = ArchiveFolder(folder).links


def test_a_line_that_is_left_out_breaks_the_chain(folder):
    """Whichever it is, but the last: nobody can tell that from an archive that ended a line earlier."""
    chain = folder / "chain.txt"
    lines = chain.read_bytes().splitlines(keepends=True)
    for place in range(len(lines) - 1):
        chain.write_bytes(b"".join(lines[:place] + lines[place + 1 :]))
        with pytest.raises(AnswerError, match=rf"^chain.txt, line {place + 1}: it does not name the line before"):
            _ = ArchiveFolder(folder).links


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda path: path.unlink(), "is not there"),
        (lambda path: path.write_bytes(path.read_bytes()[:40]), "is cut at byte 40 of"),
        (lambda path: path.write_bytes(path.read_bytes().swapcase()), "was changed between byte 0 and byte"),
    ],
    ids=["removed", "cut", "changed"],
)
def test_a_month_that_is_not_what_it_was_is_not_read_on(folder, spoil, said):
    """An error that names the file, and never half of it taken for all."""
    spoil(folder / MONTH)
    with pytest.raises(AnswerError, match=rf"^{MONTH} {said}"):
        list(ArchiveFolder(folder).records(MONTH))


def test_a_line_that_is_no_object_is_named(tmp_path):
    """An archive is as foreign as an answer: it may come from anybody."""
    writer = ArchiveWriter(tmp_path)
    writer.append(MONTH, ["[" * 100_000], {})
    writer.commit()
    writer.close()
    with pytest.raises(AnswerError, match=rf"^{MONTH}, line 1 is no JSON object"):
        list(ArchiveFolder(tmp_path).records(MONTH))


def test_what_is_no_gzip_is_named(tmp_path):
    """The chain may name what no archive wrote."""
    writer = ArchiveWriter(tmp_path)
    writer.add_file(MONTH, [b"no gzip"], {})
    writer.commit()
    writer.close()
    with pytest.raises(AnswerError, match=rf"^{MONTH} can't be read"):
        list(ArchiveFolder(tmp_path).records(MONTH))
