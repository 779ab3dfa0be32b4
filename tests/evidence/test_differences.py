"""What differs is a record; people read one sentence of it, and programs its parts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from auditlib.evidence.differences import _SENTENCES, _TOGETHER, Difference, Kind, sentence, sentences
from auditlib.package.bag import seal
from auditlib.package.verify import check_bag


@pytest.fixture
def bag(tmp_path) -> Path:
    for name, content in {"data/a.csv": b"x\n", "data/b.csv": b"y\n"}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    seal(tmp_path, {"Bagging-Date": "2026-10-02"})
    return tmp_path


def test_each_kind_has_words_once():
    """A kind is told either by itself or together with others of it, and each says what kind it is to programs too."""
    assert sorted([*_SENTENCES, *_TOGETHER]) == sorted(Kind)
    assert all(kind.value.replace(" ", "").isalpha() for kind in Kind)


def test_a_record_says_where_what_was_expected_and_what_is_there(bag):
    """A changed, a missing and a new file: path and digests, without a sentence to take apart."""
    (bag / "data" / "a.csv").write_bytes(b"z\n")
    (bag / "data" / "b.csv").unlink()
    (bag / "data" / "c.csv").write_bytes(b"another\n")
    was, now = (hashlib.sha256(content).hexdigest() for content in (b"x\n", b"z\n"))
    assert check_bag(bag) == [
        Difference(Kind.CHANGED, "data/a.csv", was, now),
        Difference(Kind.MISSING, "data/b.csv"),
        Difference(Kind.UNLISTED, "data/c.csv"),
    ]


def test_a_line_of_a_manifest_is_named_by_its_number(bag):
    """The record holds the line as it stands, the sentence as it can be shown."""
    manifest = bag / "manifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes() + b"none\x1b\n")
    (one,) = [one for one in check_bag(bag) if one.path == manifest.name and one.line]
    assert one == Difference(Kind.LINE, manifest.name, found="none\x1b", line=3)
    assert sentence(one).endswith(": none[U+001B]")


def test_what_was_done_to_many_files_is_told_once(bag):
    """Each file has a record; people get one line, after those that are told by themselves."""
    for path in (bag / "data").iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    found = [*check_bag(bag), Difference(Kind.TAG_MISSING, "bagit.txt")]
    assert [(one.kind, one.path) for one in found[:-1]] == [
        (Kind.LINE_ENDS, "data/a.csv"),
        (Kind.LINE_ENDS, "data/b.csv"),
    ]
    first, second = sentences(found)
    assert first == "bagit.txt: missing"
    assert second.startswith("2 files (data/a.csv, data/b.csv): every line ends in CR LF")


def test_a_record_is_data(bag):
    """It goes into JSON as it is, and a name with braces is a name."""
    one = Difference(Kind.UNLISTED, "data/{found}{0}.csv")
    assert sentence(one) == "data/{found}{0}.csv: unexpected: manifest-sha256.txt does not list it"
    assert json.loads(json.dumps(one._asdict())) == {
        "kind": "unlisted", "path": "data/{found}{0}.csv", "expected": "", "found": "", "line": 0,
    }  # fmt: skip
