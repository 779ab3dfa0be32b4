"""Digests of the statement: anyone can redo them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess

import pytest

from auditlib.audit.scope.digests import digests, index_digest

LINES = [
    '{"file": "a.json.gz", "query": [["jql", "text ~ \\"é\\""]], "sha256": "00", "size": 5}\n',
    '{"file": "b.json.gz", "body": null, "sha256": "11", "size": 0, "feeds": {"gaps": ["AB-1"]}}\n',
]


def test_the_digest_of_the_responses_is_the_same_before_and_after_the_tables():
    """What a response feeds is added to the index at the end; any other change, and the order, count."""
    record = json.loads(LINES[1])
    del record["feeds"]
    before = [LINES[0], json.dumps(record) + "\n"]
    assert index_digest(LINES) == index_digest(before)
    assert index_digest(LINES) != index_digest(before[::-1])
    assert index_digest(LINES) != index_digest([LINES[0], LINES[1].replace("11", "12")])


def test_the_commands_beside_the_digests_give_them(tmp_path):
    """An auditor redoes each with a shell."""
    if not all(shutil.which(tool) for tool in ("sh", "jq", "sha256sum")):
        pytest.skip("no sh, jq or sha256sum here")
    tables, raw = tmp_path / "data" / "tables", tmp_path / "data" / "raw"
    tables.mkdir(parents=True)
    raw.mkdir()
    (tables / "keys.txt").write_bytes(b"AB-1\n")
    (tables / "population.csv").write_bytes(b"key\nAB-1\n")
    (raw / "index.jsonl").write_text("".join(LINES), encoding="utf-8")
    found = digests(b"AB-1\n", b"key\nAB-1\n", LINES)
    for row in found.itertuples():
        said = subprocess.run(
            ["sh", "-c", row.command], cwd=tmp_path, capture_output=True, text=True, check=True
        ).stdout
        assert said.split()[0] == row.sha256
    assert found["sha256"].iloc[0] == hashlib.sha256(b"AB-1\n").hexdigest()
