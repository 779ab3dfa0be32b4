"""Parameter files are made and saved without a loss; packages are told from what is not sealed yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditlib.errors import UsageError
from auditlib.package.layout import DECLARATION, INFO, MANIFEST, TAG_MANIFEST
from auditlib.start.shelf import new_sheet, packages, parameter_files, read_sheet, root_of, save_sheet, shelved


def folder_of(path: Path, *files: str) -> Path:
    for name in files:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text("x", "utf-8")
    return path


SEALED = (DECLARATION, INFO, MANIFEST, TAG_MANIFEST, "data/params.yaml", "data/index.html")


def test_the_root_is_above_the_notebooks():
    """Whether the kernel works in notebooks/ or beside it."""
    assert root_of(Path("/x/notebooks")) == root_of(Path("/x")) == Path("/x")


def test_a_saved_text_keeps_line_ends_and_mark(tmp_path):
    """A file made on Windows stays one."""
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    sheet = read_sheet(path)
    assert sheet.text == "a: 1\nb: 2\n"
    saved = save_sheet(sheet, "a: 1\nb: 3\n")
    assert path.read_bytes() == saved.content == b"\xef\xbb\xbfa: 1\r\nb: 3\r\n"
    assert save_sheet(saved, saved.text) is saved


def test_what_changed_elsewhere_is_not_written_over(tmp_path):
    """The work of another editor is not lost."""
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n", "utf-8")
    sheet = read_sheet(path)
    path.write_text("a: 2\n", "utf-8")
    with pytest.raises(UsageError, match="changed elsewhere"):
        save_sheet(sheet, "a: 3\n")
    assert path.read_text("utf-8") == "a: 2\n"
    path.unlink()
    with pytest.raises(UsageError, match="can't be saved"):
        save_sheet(sheet, "a: 3\n")


def test_what_is_no_text_is_one_line(tmp_path):
    """Another encoding, a folder, nothing at all."""
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfea")
    with pytest.raises(UsageError, match="UTF-8"):
        read_sheet(tmp_path / "a.yaml")
    with pytest.raises(UsageError, match="can't be read"):
        read_sheet(tmp_path)


@pytest.mark.parametrize("name", ["", " ", "../x", "a/b", ".hidden", "x" * 200, "a\nb", "-o"])
def test_a_name_that_is_none_is_refused(tmp_path, name):
    """No file comes to stand outside of params/, or where nobody sees it."""
    with pytest.raises(UsageError, match="a file name is needed"):
        new_sheet(tmp_path, name, "x")
    assert list(tmp_path.rglob("*")) == []


def test_a_new_file_is_never_written_over_another(tmp_path):
    """Its ending may be given or not."""
    made = new_sheet(tmp_path, "2026", "a: 1\n")
    assert parameter_files(tmp_path) == [made.path] == [tmp_path / "params" / "2026.yaml"]
    with pytest.raises(UsageError, match="is there already"):
        new_sheet(tmp_path, "2026.yaml", "b: 1\n")
    assert made.path.read_text("utf-8") == "a: 1\n"


def test_packages_are_listed_with_their_state(tmp_path):
    """Sealed, pulled, with pages, begun; nothing else is a package."""
    evidence = tmp_path / "evidence"
    folder_of(evidence / "sealed", *SEALED)
    folder_of(evidence / "begun.partial", "data/params.yaml")
    folder_of(evidence / "pulled.partial", "data/params.yaml", "data/run.json")
    folder_of(evidence / "paged.partial", "data/params.yaml", "data/run.json", "data/index.html")
    folder_of(evidence / "other", "readme.txt")
    folder_of(evidence, "file")
    assert {one.words for one in packages(tmp_path)} == {
        "sealed (sealed)",
        "begun (pull not ended, not sealed)",
        "pulled (pulled, not sealed)",
        "paged (pages made, not sealed)",
    }
    assert {one.target.name for one in packages(tmp_path)} == {"sealed", "begun", "pulled", "paged"}
    assert shelved(evidence / "other") is None
    assert packages(tmp_path / "nowhere") == []
