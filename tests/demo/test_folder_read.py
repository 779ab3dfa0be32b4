"""What is no issue, no JSON or no whole file is named with its place and reason, and the rest is read."""

from __future__ import annotations

import json

import pytest
from issue_files import issue, write

from auditlib.demo.folder.load import load_folder


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"key": "AB-9", "fields": {"created": "2024-03-01T10:00:00.000+0000"}}, "no id"),
        ({"id": "9", "fields": {"created": "2024-03-01T10:00:00.000+0000"}}, "no key"),
        ({"id": "9", "key": "AB-9", "fields": {}}, "no fields.created"),
        ({"id": "9", "key": "AB-9", "fields": {"created": None}}, "no fields.created"),
        ({"id": "9", "key": "AB-9", "fields": []}, "no fields.created"),
        ({"id": "9", "key": "AB-9"}, "no fields.created"),
        (issue("ab-9", 9), "not a Jira key"),
        (issue("AB-0", 9), "not a Jira key"),
        (issue("AB-9/../..", 9), "not a Jira key"),
        (issue("AB-9\n", 9), "not a Jira key"),
        (issue("AB-9", "nine"), "'nine' is not a number"),
        (issue("AB-9", "-9"), "'-9' is not a number"),
        (issue("AB-9", 9, "2024-03-01"), "not a time with an offset"),
        (issue("AB-9", 9, "yesterday"), "not a time with an offset"),
        (issue("AB-9", 9, 1709283600), "not a time with an offset"),
        (issue("AB-9", 9, updated="then"), "not a time with an offset"),
        ("a text", "not an object"),
        (None, "not an object"),
        ({"issues": []}, "an empty list"),
        ([], "an empty list"),
    ],
)
def test_what_is_no_issue_is_named_with_file_line_and_reason(tmp_path, record, reason):
    """Nothing disappears without a word."""
    write(tmp_path / "sub" / "lines.jsonl", issue("AB-1", 1), record, issue("AB-2", 2))
    folder = load_folder(tmp_path)
    assert set(folder.world.issues) == {1, 2}
    (line,) = folder.ignored
    assert line.startswith("sub/lines.jsonl:2")
    assert reason in line
    write(tmp_path / "sub" / "lines.jsonl", issue("AB-1", 1))
    write(tmp_path / "sub" / "whole.json", record)
    (line,) = load_folder(tmp_path).ignored
    assert line.startswith("sub/whole.json")
    assert reason in line


@pytest.mark.parametrize(
    "broken", [b'{"id": "9", "key"', b"\xff\xfe\x00", b"[NaN]", b"[1e999]", b"[" * 100_000, b'{"a": 1} {"b": 2}']
)
def test_a_line_that_is_not_json_is_named_and_the_rest_is_read(tmp_path, broken):
    """Cut off, not UTF-8, not a number, too deep, two on a line."""
    first, second = (json.dumps(issue(f"AB-{number}", number)).encode() for number in (1, 2))
    (tmp_path / "lines.jsonl").write_bytes(b"\n".join((first, b"", broken, second)))
    (tmp_path / "whole.json").write_bytes(broken)
    folder = load_folder(tmp_path)
    assert set(folder.world.issues) == {1, 2}
    assert [line.partition(" (")[0] for line in folder.ignored] == ["lines.jsonl:3: not JSON", "whole.json: not JSON"]


def test_a_compressed_file_that_ends_early_gives_what_it_still_holds(tmp_path):
    """And says after which line it broke off."""
    records = [
        issue(f"AB-{number}", number, noise=[number * 7919 % 1009 for _ in range(50)]) for number in range(1, 2000)
    ]
    file = write(tmp_path / "cut.jsonl.gz", *records)
    file.write_bytes(file.read_bytes()[:-4000])
    folder = load_folder(tmp_path)
    assert 0 < len(folder.world.issues) < 1999
    assert any("can't be unpacked after line" in line for line in folder.ignored)


def test_a_file_that_only_says_it_is_compressed_is_named(tmp_path):
    """Its name is not enough."""
    write(tmp_path / "good.json", issue("AB-1", 1))
    (tmp_path / "bad.jsonl.gz").write_bytes(b"not compressed\n")
    assert [line.partition(" (")[0] for line in load_folder(tmp_path).ignored] == [
        "bad.jsonl.gz: can't be unpacked after line 0"
    ]


def test_other_files_are_named(tmp_path):
    """A reader of the run sees what was in the folder and not used."""
    write(tmp_path / "one.json", issue("AB-1", 1))
    (tmp_path / "notes.txt").write_text("notes")
    assert load_folder(tmp_path).ignored == ("notes.txt: neither .json nor .jsonl nor .jsonl.gz",)


def test_neighbours_with_the_same_reason_share_a_line(tmp_path):
    """A list of 500 other things does not bury the rest."""
    write(tmp_path / "lines.jsonl", issue("AB-1", 1), *[{"id": "9"}] * 3, issue("AB-2", 2), {"id": "9"}, {"key": "X"})
    assert load_folder(tmp_path).ignored == (
        "lines.jsonl:2-4: not an issue (no key, no fields.created)",
        "lines.jsonl:6: not an issue (no key, no fields.created)",
        "lines.jsonl:7: not an issue (no id, no fields.created)",
    )
