"""Responses on disk: what is damaged is named, and no index leads out of the package."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import AnswerError
from auditlib.evidence.differences import sentence
from auditlib.evidence.opened import open_evidence
from auditlib.package.recompute import recompute
from auditlib.pull.collect import collect
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore
from auditlib.run.workbook import write_readables

AT = datetime(2026, 10, 1, tzinfo=UTC)
BODY = json.dumps({"issues": [{"id": str(number), "key": f"PAY-{number}"} for number in range(40)]}).encode()
OUTSIDE = (
    "../../params.yaml", "../secret.json.gz", "/etc/passwd", "walk/../../../x.gz", "walk//x.gz", "./x.gz", "walk/..", "", "..",
    "..\\..\\x.gz", "walk\\x.gz", "../dossiers/PAY-1/attachments/../../x", "../dossiers/PAY-1/attachments/a/b",
    "../dossiers/PAY-1/attachments/", "../dossiers/pay-1/attachments/a", "../dossiers/../attachments/a",
    "../dossiers/PAY-1/page.html", "../dossiers/PAY-1/attachments/a\\b",
)  # fmt: skip


def kept(folder: Path) -> tuple[RawStore, Path]:
    """Keep one response; return the store and the file."""
    store = RawStore(folder / "raw")
    entry = store.keep(
        "walk/PAY", Request("GET", "rest/api/3/search"), status=200, headers={}, body=BODY, at=AT, tries=1
    )
    return store, store.folder / entry.file


def test_whatever_byte_flips_the_file_is_named(tmp_path):
    """Of every single flipped bit either the body is the same (gzip's own header) or the error says which file it is."""
    store, path = kept(tmp_path)
    (entry,) = store.entries()
    whole = path.read_bytes()
    told = []
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        try:
            assert store.body(entry) == BODY
        except AnswerError as error:
            told.append(str(error))
    assert all(words.startswith(f"raw/{entry.file} ") for words in told)
    assert len(told) > len(whole) - 12


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", b"no gzip", None], ids=["empty", "cut", "other", "gone"])
def test_a_file_that_is_no_response_is_named(tmp_path, content):
    """Emptied, cut, replaced or removed: never a bare error."""
    store, path = kept(tmp_path)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AnswerError, match=r"^raw/walk/PAY/000001\.json\.gz (can't be read|is not what)"):
        store.json(store.entries()[0])


@pytest.mark.parametrize("file", OUTSIDE)
def test_no_line_of_the_index_leads_out_of_the_package(tmp_path, file):
    """An index may come from someone who wants another file to be read, or shown, as a response of Jira."""
    store, _ = kept(tmp_path)
    record = json.loads(store.index.read_text("utf-8"))
    store.index.write_text(json.dumps(record | {"file": file}) + "\n", encoding="utf-8")
    with pytest.raises(AnswerError, match=r"raw/index\.jsonl holds a line that can't be read"):
        RawStore(store.folder)


def test_a_downloaded_file_lies_in_its_dossier(tmp_path):
    """The one place outside that the index may name."""
    store, _ = kept(tmp_path)
    target = tmp_path / "dossiers" / "PAY-1" / "attachments" / "0001-a.txt"
    request = Request("GET", "rest/api/3/attachment/content/1")
    entry = store.keep_file("dossier/PAY-1/attachments", request, iter([b"a"]), target, status=200, headers={}, tries=1)
    again = RawStore(store.folder)
    (found,) = again.entries("dossier")
    assert found.file == entry.file == "../dossiers/PAY-1/attachments/0001-a.txt"
    assert again.body(found) == b"a"
    with pytest.raises(ValueError, match="no place for an attachment"):
        store.keep_file("dossier", request, iter([b"a"]), tmp_path / "elsewhere.txt", status=200, headers={}, tries=1)


@pytest.fixture(scope="module")
def pulled(small_company, parameters, tmp_path_factory) -> Path:
    """A working folder with its tables and dossiers; not sealed, and not to be changed."""
    folder = tmp_path_factory.mktemp("pulled") / "package"
    embedded = partial(EmbeddedJira, small_company.world)
    params = parameters(projects="[PAY]")
    write_readables(collect(params, folder, {}, lambda *_: None, base=folder, embedded=embedded))
    return folder


@pytest.fixture
def spoilt(pulled, tmp_path) -> Path:
    """A copy to spoil: links to the files, so that it costs nothing; what is changed is written anew."""
    target = tmp_path / "package"
    for source in pulled.rglob("*"):
        place = target / source.relative_to(pulled)
        if source.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(source, place)
    assert recompute(target) == []
    return target


def replace(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def test_a_flipped_byte_of_a_response_is_told_with_its_name(spoilt):
    """``verify`` says which response is damaged, and ends with a difference, not with an error of its own."""
    path = min((spoilt / "data" / "raw" / "first_pass").rglob("*.gz"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    replace(path, bytes(content))
    (line,) = map(sentence, recompute(spoilt))
    assert path.relative_to(spoilt / "data").as_posix() in line


@pytest.mark.parametrize("kind", ["history.csv", "issue.html", "comments.csv"])
def test_a_changed_dossier_is_found(spoilt, kind):
    """Each file of an issue's full record is computed again from the responses, not its digest alone."""
    paths = sorted((spoilt / "data" / "dossiers").glob(f"*/{kind}"))
    assert paths, sorted(path.name for path in (spoilt / "data" / "dossiers").glob("*/*"))
    replace(paths[0], paths[0].read_bytes() + b"x\n")
    (line,) = map(sentence, recompute(spoilt))
    assert line.startswith(
        f"{paths[0].relative_to(spoilt / 'data').as_posix()} differs from what the raw responses give"
    )


def test_a_missing_and_a_foreign_dossier_are_found(spoilt):
    """Neither a page that was taken away nor one that was put there goes unseen."""
    path = min((spoilt / "data" / "dossiers").glob("*/*"))
    path.unlink()
    (path.parent / "more.csv").write_bytes(b"a\n")
    lines = [sentence(one) for one in recompute(spoilt)]
    assert [line.split(" ")[0] for line in lines] == sorted(
        (path.parent / name).relative_to(spoilt / "data").as_posix() for name in (path.name, "more.csv")
    )


def flipped(packed: bytes) -> bytes:
    """Flip bits of the first packed block, so that it is none."""
    return packed[:10] + bytes([packed[10] ^ 0x06]) + packed[11:]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("20260501T000000Z.jsonl.gz", b"no gzip"),
        ("20260501T000000Z.jsonl.gz", gzip.compress(b'{"id": 1, "key": "PAY-1"}')[:-9]),
        ("20260501T000000Z.jsonl.gz", flipped(gzip.compress(b'{"id": 1, "key": "PAY-1"}', mtime=0))),
        ("20260501T000000Z.jsonl.gz", gzip.compress(b"\xff\xfe")),
        ("20260501T000000Z.jsonl.gz", gzip.compress(b"[" * 200_000)),
        ("20260501T000000Z.jsonl.gz", gzip.compress(b'{"id": 1, "key": "PAY-0"}')),
        ("of May.jsonl.gz", gzip.compress(b'{"id": 1, "key": "PAY-1"}')),
    ],
    ids=["no gzip", "cut", "flipped", "no UTF-8", "deep", "no key", "no stamp"],
)
def test_a_census_that_is_none_is_named(spoilt, name, content):
    """A file of the archive is as foreign as a response: whatever is in it, the error says which one it is."""
    path = spoilt / "data" / "archive" / "census" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(AnswerError, match=rf"^archive/census/{name} can't be read: "):
        _ = open_evidence(spoilt).witnesses.censuses
