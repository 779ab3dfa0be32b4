"""What ``verify`` computes again from the raw responses: each table, each dossier, and every response itself."""

from __future__ import annotations

import errno
import gzip
import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import AuditError, UsageError
from auditlib.evidence.differences import Kind, sentence
from auditlib.package.recompute import guarded, recompute, refusing_spoilt
from auditlib.pull.collect import collect
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore
from auditlib.run.written import write_readables


@pytest.fixture(scope="module")
def pulled(small_company, parameters, tmp_path_factory) -> Path:
    """A working folder with its tables and dossiers; not sealed, and not to be changed."""
    folder = tmp_path_factory.mktemp("pulled") / "package"
    embedded = partial(EmbeddedJira, small_company.world)
    write_readables(collect(parameters(projects="[PAY]"), folder, {}, lambda *_: None, base=folder, embedded=embedded))
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
    (found,) = recompute(spoilt)
    assert found.kind is Kind.NOT_COMPUTED
    assert path.relative_to(spoilt / "data").as_posix() in sentence(found)


def test_a_damaged_response_that_feeds_nothing_is_found_too(spoilt):
    """Each response is read and compared with the index, also one that no table of this version is computed from."""
    raw = spoilt / "data" / "raw"
    replace(raw / "index.jsonl", (raw / "index.jsonl").read_bytes())
    request = Request("GET", "rest/api/3/later")
    at = datetime(2026, 10, 1, tzinfo=UTC)
    entry = RawStore(raw).keep("of/a/later/version", request, status=200, headers={}, body=b"{}", at=at, tries=1)
    assert recompute(spoilt) == []
    replace(raw / entry.file, gzip.compress(b"{ }"))
    (found,) = recompute(spoilt)
    assert found.kind is Kind.NOT_COMPUTED
    assert entry.file in sentence(found)


@pytest.mark.parametrize("kind", ["history.csv", "issue.html", "comments.csv"])
def test_a_changed_dossier_is_found(spoilt, kind):
    """Each file of an issue's full record is computed again from the responses, not its digest alone."""
    paths = sorted((spoilt / "data" / "dossiers").glob(f"*/{kind}"))
    assert paths, sorted(path.name for path in (spoilt / "data" / "dossiers").glob("*/*"))
    replace(paths[0], paths[0].read_bytes() + b"x\n")
    (found,) = recompute(spoilt)
    assert (found.kind, found.path) == (Kind.CONTENT, paths[0].relative_to(spoilt).as_posix())


def test_a_missing_and_a_foreign_dossier_are_found(spoilt):
    """Neither a page that was taken away nor one that was put there goes unseen."""
    path = min((spoilt / "data" / "dossiers").glob("*/*"))
    path.unlink()
    (path.parent / "more.csv").write_bytes(b"a\n")
    assert {(one.kind, one.path) for one in recompute(spoilt)} == {
        (Kind.NOT_THERE, path.relative_to(spoilt).as_posix()),
        (Kind.NOT_GIVEN, (path.parent / "more.csv").relative_to(spoilt).as_posix()),
    }


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
def test_what_the_machine_lacks_is_no_difference(tmp_path, number):
    """A full disk says nothing of a package, whatever a library made of it; a file that can't be read does."""

    def look(error: OSError):
        try:
            raise error
        except OSError as cause:
            raise AuditError("audit.xlsx: can't be written") from cause

    (tmp_path / "data").mkdir()
    with pytest.raises(AuditError):
        guarded(tmp_path, lambda: look(OSError(number, os.strerror(number))))
    (found,) = guarded(tmp_path, lambda: look(OSError(errno.EACCES, "Permission denied")))
    assert found.kind is Kind.NOT_COMPUTED


def test_what_a_record_lacks_is_told_in_words(tmp_path):
    """Of an emptied run.json: which entry it is, and not the name of an exception."""
    (tmp_path / "data").mkdir()
    (found,) = guarded(tmp_path, lambda: {}["versions"])
    assert sentence(found) == "the tables can't be computed again: 'versions' is missing where it should stand"


def test_nothing_is_made_of_what_cannot_be_computed_again(tmp_path):
    """Whatever a forger wrote: one sentence; what the machine refuses and what is told already stay what they are."""
    said = r"nothing is made of it, .*: IndexError: out of range; auditlib verify tells all"
    with pytest.raises(UsageError, match=said), refusing_spoilt(tmp_path):
        raise IndexError("out of  range")
    for error in (PermissionError(errno.EACCES, "Permission denied"), AuditError("told"), MemoryError()):
        with pytest.raises(type(error)), refusing_spoilt(tmp_path):
            raise error
