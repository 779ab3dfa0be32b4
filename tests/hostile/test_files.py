"""Attachments: without end, larger than Jira says, dripping, somewhere else; each is missed, and the rest goes on."""

from __future__ import annotations

import gzip
import json

import pytest

from auditlib.jira import watch
from auditlib.jira.refusal import refusal
from hostile.ends import Answer, ends, kept, require_no_secret
from hostile.server import reply
from hostile.test_heads import forever

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"

ANSWERS: dict[str, Answer] = {
    "without end": forever(b"x" * 65536, 0.0, HEAD + b"\r\n"),
    "longer than Jira says": reply(b"x" * 5000, kind="text/plain"),
    "shorter than its head says": reply(b"x" * 10, kind="text/plain", length=900),
    "a chunk below nought": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nx\r\n0\r\n\r\n",
    "a refusal in a chunk below nought": b"HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx",
    "packed, as its head says, and is not": reply(b"x" * 900, "200 OK", "Content-Encoding: gzip", kind="text/plain"),
    "a refusal that can't be unpacked": reply(b"no", "404 Not Found", "Content-Encoding: gzip"),
    "dripping": forever(b"x", 0.02, HEAD + b"\r\n"),
    "headers without end": forever(b"X-A: b\r\n", 0.0, HEAD),
    "a bomb": reply(gzip.compress(b" " * 5_000_000), "200 OK", "Content-Encoding: gzip", kind="text/plain"),
    "somewhere else": reply(b"", "302 Found", "Location: https://files.example.net/a?sig=hush"),
    "gone": reply(b"no", "404 Not Found"),
    "forbidden, at length": reply(b"n" * 5_000_000, "403 Forbidden"),
    "a fault of Jira's own": reply(b"no", "500 No"),
    "a refusal that repeats the token": reply(b"Hush/hush+7tok3n%of tests", "403 Forbidden"),
}


@pytest.fixture(autouse=True)
def short_bounds(monkeypatch):
    """The bounds are tenths of a second here."""
    monkeypatch.setattr(watch, "LONGEST_HEAD", 0.3)
    monkeypatch.setattr(watch, "LONGEST_DRIP", 0.3)
    monkeypatch.setattr(watch, "DRIPS", 1)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_file_that_is_none_is_missed_and_nothing_ends(name, tmp_path):
    """It is kept why, nothing of it lies at its place, and no more was written than Jira said that it holds."""
    target = tmp_path / "dossiers" / "A-1" / "attachments" / "5-a.txt"

    def ask(reader):
        reader.download("dossier/A-1/attachment/5", reader.dialect.attachment(5, "a.txt"), target, 1000)

    ended = ends(tmp_path, ANSWERS[name], ask)
    assert ended.status == 0, ended.said
    assert not target.exists()
    require_no_secret(kept(tmp_path))
    line = json.loads((tmp_path / "raw" / "index.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert line.get("refused") or line["status"] != 200
    assert line["size"] <= 1 << 16
    assert list(tmp_path.rglob("*.part")) == []


def test_a_file_as_long_as_jira_says_is_taken(tmp_path):
    """To the last byte."""
    target = tmp_path / "dossiers" / "A-1" / "attachments" / "5-a.txt"

    def ask(reader):
        reader.download("dossier/A-1/attachment/5", reader.dialect.attachment(5, "a.txt"), target, 1000)

    assert ends(tmp_path, reply(b"x" * 1000, kind="text/plain"), ask).status == 0
    assert target.stat().st_size == 1000


def test_a_redirected_file_says_to_which_host(tmp_path):
    """The host alone: an address may be signed."""
    target = tmp_path / "dossiers" / "A-1" / "attachments" / "5-a.txt"

    def ask(reader):
        entry = reader.download("dossier/A-1/attachment/5", reader.dialect.attachment(5, "a.txt"), target, 1000)
        said = refusal(entry.status, entry.headers, reader.store.body(entry))
        assert said == "Jira answered 302 and leads to files.example.net, which was not asked"

    assert ends(tmp_path, ANSWERS["somewhere else"], ask).status == 0
