"""What systems make of a package on its way is told from what was changed."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import bagit
import pytest
from bags import INFO, change, check_bag, seal_tags, write

from auditlib.evidence.differences import sentences
from auditlib.package import verify
from auditlib.package.bag import seal
from auditlib.phrases import counted


def renamed(folder: Path) -> list[str]:
    return sentences(verify.renamed(folder))


def to_crlf(path):
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def test_a_name_in_another_form_of_unicode_is_told_and_is_no_difference(bag):
    """MacOS writes ü as u and a mark: the same file, as RFC 8493 and the bagit library take it; told in one line."""
    for name in ("data/zürich-東京.txt", "data/größe-à.txt"):
        write(bag, {name: b"x"})
    seal(bag, INFO)
    assert renamed(bag) == []
    for name in ("data/zürich-東京.txt", "data/größe-à.txt"):
        (bag / name).rename(bag / unicodedata.normalize("NFD", name))
    assert bagit.Bag(str(bag)).validate()
    assert check_bag(bag) == []
    (line,) = renamed(bag)
    assert line.startswith("2 files (data/größe-à.txt, data/zürich-東京.txt): the same name in another form of Unicode")
    change(bag / unicodedata.normalize("NFD", "data/größe-à.txt"), b"x", b"y")
    (line,) = check_bag(bag)
    assert ": changed: " in line


def test_two_files_under_one_name_are_told_one_by_one(bag):
    """Where both forms stand side by side, nobody can say which is meant."""
    write(bag, {"data/üü.txt": b"x"})
    seal(bag, INFO)
    (bag / "data/üü.txt").unlink()
    write(bag, {"data/u\u0308u\u0308.txt": b"x", "data/u\u0308ü.txt": b"x"})
    assert renamed(bag) == []
    assert [line.split(": ")[1] for line in check_bag(bag)] == ["unexpected", "unexpected", "missing"]


@pytest.mark.parametrize("names", [["manifest-sha256.txt"], ["manifest-sha256.txt", "tagmanifest-sha256.txt"]])
def test_a_manifest_with_crlf_is_one_line(bag, names):
    """Not one for each of its lines; and nothing else is called changed."""
    for name in names:
        to_crlf(bag / name)
    (line,) = check_bag(bag)
    assert line.startswith(f"{counted(len(names), 'file')} ({', '.join(names)}): every line ends in CR LF")
    assert renamed(bag) == []


def test_a_manifest_with_crlf_that_was_sealed_so_is_told_too(bag):
    """RFC 8493 allows it, ours are canonical."""
    to_crlf(bag / "manifest-sha256.txt")
    seal_tags(bag)
    assert bagit.Bag(str(bag)).validate()
    (line,) = check_bag(bag)
    assert line.startswith("1 file (manifest-sha256.txt): every line ends in CR LF")


def test_a_package_whose_text_was_converted_is_one_line(bag, monkeypatch):
    """A transfer as text, or git on Windows, changes every file with lines: that is one event, and is told as one."""
    monkeypatch.setattr(verify, "CHUNK", 7)  # a line end may lie between two pieces
    write(bag, {"data/raw.bin": b"a\r\nb\n"})
    seal(bag, INFO)
    converted = [path for path in sorted(bag.rglob("*")) if path.is_file() and b"\n" in path.read_bytes()]
    for path in converted:
        to_crlf(path)
    (line,) = check_bag(bag)
    assert line.startswith(f"{len(converted)} files (bag-info.txt, bagit.txt, …): every line ends in CR LF")
    change(bag / "data/raw.bin", b"a\r\r\n", b"c\r\r\n")
    assert any(line.startswith("data/raw.bin: changed: ") for line in check_bag(bag))


def test_what_file_managers_leave_is_one_line(bag):
    """It is not of the package, which is no reason to hide what else is there."""
    write(bag, {".DS_Store": b"", "data/.DS_Store": b"", "data/tables/._gaps.csv": b"", "data/tables/Thumbs.db": b""})
    (line,) = check_bag(bag)
    assert line.startswith("4 files (.DS_Store, data/.DS_Store, …): not of the package")
    write(bag, {"data/tables/more.csv": b""})
    assert len(check_bag(bag)) == 2


def test_names_in_another_case_are_one_line(bag):
    """Some disks keep capitals only."""
    for path in sorted(bag.rglob("data/**/*.*")):
        path.rename(path.with_name(path.name.upper()))
    (line,) = check_bag(bag)
    assert "upper and lower case" in line


def test_a_zip_unpacked_without_its_folders_is_one_line(bag):
    """Names with backslashes are not called a hundred times missing and a hundred times unexpected."""
    files = [path for path in sorted(bag.rglob("*")) if path.is_file() and path.parent != bag]
    for path in files:
        path.rename(bag / str(path.relative_to(bag)).replace("/", "\\"))
    shutil.rmtree(bag / "data")
    (line,) = check_bag(bag)
    assert line.startswith(f"{len(files)} files stand side by side")
