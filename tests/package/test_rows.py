"""Every row of every table leads to what it came from: responses with their requests, or files that were given."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from pathlib import Path

import pytest

from auditlib.errors import UsageError
from auditlib.evidence.chapters import TABLES
from auditlib.evidence.ways import WAYS
from auditlib.package import rows as rows_of_package
from auditlib.package.rows import Rows, file_of, ways_for_programs, ways_in_words
from auditlib.responses.topics import TOPICS


@pytest.fixture(scope="module")
def rows(sealed) -> Rows:
    return Rows(sealed.folder)


def lost(rows: Rows) -> list[tuple[str, list[str]]]:
    """Return the rows that lead nowhere."""
    origins = (rows.origin(row) for name in rows.names for row in rows.table(name))
    return [(one.row.table, one.row.names) for one in origins if not one.responses and not one.files]


def test_every_row_of_every_table_leads_to_a_response(rows):
    """Or, where no Jira told it, to the file that was given; computed of several, to all of them."""
    assert set(rows.names) >= {"population", "gaps", "closing", "actors", "attributes", "permissions", "findings"}
    assert lost(rows) == []


@pytest.mark.xdist_group("pages of demo")
def test_so_does_every_row_of_the_demo(demo_package):
    """With its controls, its second source, its review and its archive."""
    rows = Rows(demo_package)
    assert all(rows.table(name) for name in ("controls", "control_rates", "second_source", "memberships", "deletions"))
    assert lost(rows) == []


def test_every_table_is_fed_or_says_through_what():
    """A new table can't be forgotten."""
    fed = {name for topic in TOPICS for name in topic.feeds}
    assert {table.name for table in TABLES} <= fed | WAYS.keys()


def test_the_digest_that_is_shown_is_that_of_the_response(rows, sealed):
    """An auditor follows the way with ``zcat`` and ``sha256sum``."""
    issue = rows.table("population")[0]
    origin = rows.origin(issue)
    assert issue.names[0] in " ".join(ways_in_words(rows, issue.names[0]))
    for entry in origin.responses:
        body = gzip.decompress((sealed.folder / file_of(entry)).read_bytes())
        assert hashlib.sha256(body).hexdigest() == entry.sha256
    assert any(
        issue.cells["id"].encode() in gzip.decompress((sealed.folder / file_of(one)).read_bytes())
        for one in origin.responses
    )


def test_what_is_told_of_a_response_is_what_the_index_says(rows, sealed):
    """File, request, time, status, digest, account: for people and for programs alike."""
    gap = rows.table("gaps")[0]
    (told, *_) = (one for one in ways_for_programs(rows, gap.cells["key"]) if one["table"] == "gaps")
    index = [
        json.loads(line) for line in (sealed.folder / "data" / "raw" / "index.jsonl").read_text("utf-8").splitlines()
    ]
    known = {f"data/raw/{one['file']}": one for one in index}
    words = "\n".join(ways_in_words(rows, gap.cells["key"]))
    assert told["responses"]
    for one in told["responses"]:
        assert {name: one[name] for name in ("method", "path", "query", "body", "status", "sha256", "at")} == {
            name: known[one["file"]][name] for name in ("method", "path", "query", "body", "status", "sha256", "at")
        }
    assert f"zcat {told['responses'][0]['file']} | sha256sum   {told['responses'][0]['sha256']}" in words


def test_of_many_responses_the_first_are_shown_and_the_others_counted(rows, monkeypatch):
    """A count is computed of a whole project: its way fits a screen or two."""
    monkeypatch.setattr(rows_of_package, "_MOST_RESPONSES", 1)
    count = len(rows.origin(rows.table("numbering")[0]).responses)
    assert f"  and {count - 1:,} more of {count:,} responses" in list(
        ways_in_words(rows, rows.table("numbering")[0].names[0])
    )


def test_a_project_leads_to_the_tables_that_have_a_row_for_each(rows):
    """Not to each of its issues."""
    tables = {row.table for row in rows.called("PAY")}
    assert {"numbering", "reconciliation", "status"} <= tables
    assert "population" not in tables


@pytest.mark.parametrize(
    ("key", "like"),
    [
        ("PAY-1x", "much alike are PAY-[0-9]+"),
        ("pay", "much alike are PAY\\."),
        ("\x1b[31mno such thing", "no row of any table"),
    ],
)
def test_a_key_of_no_row_is_refused_with_what_is_alike(rows, key, like):
    """One plain line, and nothing that a terminal would obey."""
    with pytest.raises(UsageError, match=like) as refused:
        rows.called(key)
    assert "\x1b" not in str(refused.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_nothing_is_read_of_a_folder_with_a_pipe(tmp_path):
    """It would never end."""
    (tmp_path / "data" / "raw").mkdir(parents=True)
    os.mkfifo(tmp_path / "data" / "raw" / "index.jsonl")
    with pytest.raises(UsageError, match="neither file nor folder"):
        Rows(tmp_path)


@pytest.mark.parametrize("line", [b"{}\n", b"no json\n", b'{"feeds": 3}\n'])
def test_an_index_that_is_none_is_refused(tmp_path, line):
    """It may come from anybody."""
    raw: Path = tmp_path / "data" / "raw"
    raw.mkdir(parents=True)
    (raw / "index.jsonl").write_bytes(line)
    with pytest.raises(UsageError, match="can't be read"):
        Rows(tmp_path)
