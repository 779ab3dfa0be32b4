"""Responses are copied only as the index says they are; downloaded files that are not what it says are asked for again."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditlib.errors import AnswerError
from auditlib.responses import topics
from auditlib.responses.copying import copy_responses, refuse_changed_files
from auditlib.responses.entry import Entry
from auditlib.responses.request import get
from auditlib.responses.store import RawStore

AT = datetime(2026, 10, 2, tzinfo=UTC)


def keep(store: RawStore, topic: str, answer: object) -> Entry:
    body = json.dumps(answer).encode()
    return store.keep(topic, get("rest/x"), status=200, headers={}, body=body, at=AT, tries=1)


@pytest.fixture
def source(tmp_path: Path) -> RawStore:
    store = RawStore(tmp_path / "from" / "raw")
    for number in range(3):
        keep(store, topics.KEY_WALK.of(f"P{number}"), {"issues": [number]})
    keep(store, topics.AGAIN_SERVER.of(), {})
    return store


def copied(source: RawStore, target: Path) -> RawStore:
    reads = lambda path: (source.folder / path).read_bytes()  # noqa: E731
    copy_responses(reads, target, without=[topics.AGAIN_SERVER])
    return RawStore(target)


def test_a_copy_holds_the_same_answers(source, tmp_path):
    """The lines of the index and the bodies, to the byte, but for the topics left out."""
    there = copied(source, tmp_path / "to")
    assert [one.topic for one in there.entries()] == [topics.KEY_WALK.of(f"P{number}") for number in range(3)]
    assert [there.json(one) for one in there.entries()] == [{"issues": [number]} for number in range(3)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b'{"issues": [7]}'), "is not what raw/index.jsonl says"),
        (gzip.compress(b" " * 50_000_000), "is not what raw/index.jsonl says"),
        (b"no gzip", "can't be read"),
        (gzip.compress(b'{"issues": [1]}')[:-9], "can't be read"),
    ],
    ids=["another", "grown without end", "no gzip", "cut"],
)
def test_a_body_that_is_not_what_the_index_says_is_not_copied(source, tmp_path, content, said):
    """Changed, grown without end, damaged or cut: the file is named."""
    (source.folder / "key_walk" / "P1" / "000001.json.gz").write_bytes(content)
    with pytest.raises(AnswerError, match=rf"raw/key_walk/P1/000001\.json\.gz {said}"):
        copied(source, tmp_path / "to")


@pytest.mark.parametrize(
    "file",
    ["../../out.json.gz", "/out/000001.json.gz", "index.jsonl", "a/../000001.json.gz", "a\\000001.json.gz", "a/\0.gz"],
)
def test_an_index_that_leads_elsewhere_is_refused(source, tmp_path, file):
    """No line of an index makes a file outside of the folder, or over the index."""
    line = json.loads(source.index.read_bytes().splitlines()[0]) | {"file": file}
    source.index.write_text(json.dumps(line) + "\n")
    with pytest.raises(AnswerError, match="can't be read"):
        copied(source, tmp_path / "to")
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["index.jsonl"]


def download(store: RawStore, number: int) -> Path:
    target = store.folder.parent / "dossiers" / "PAY-1" / "attachments" / f"{number}.txt"
    topic = topics.DOSSIER_ATTACHMENT.of("PAY-1", number)
    store.keep_file(topic, get(f"file/{number}"), iter([b"as it came"]), target, status=200, headers={}, tries=1)
    return target


def test_a_file_that_was_changed_while_a_run_stood_still_is_asked_for_again(tmp_path):
    """Changed, gone, or a link: the index takes it back. A file that is whole stays."""
    store = RawStore(tmp_path / "data" / "raw")
    whole, changed, gone, linked = (download(store, number) for number in range(1, 5))
    changed.write_bytes(b"another it")
    gone.unlink()
    linked.unlink()
    linked.symlink_to(whole)
    assert len(refuse_changed_files(store)) == 3
    left = [one.topic for one in RawStore(store.folder).entries()]
    assert left == [topics.DOSSIER_ATTACHMENT.of("PAY-1", 1)]
    assert refuse_changed_files(store) == []
