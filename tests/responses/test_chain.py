"""The chain of an archive: a line is read back as it was written, and nothing else is one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.errors import AnswerError
from auditlib.responses.chain import APPEND, FIRST, Added, digest_line, link_line, read_chain

AT = datetime(2026, 5, 1, 3, 15, tzinfo=UTC)
SHA = "ab" * 32


def test_a_line_is_read_back_as_it_was_written():
    """Also a detail with blanks and characters outside ASCII, which the line holds as escapes."""
    added = Added(APPEND, "log/2026-05.jsonl.gz", 10, 20, SHA, {"why": "é and a blank\n", "n": 1})
    first = link_line(FIRST, AT, added)
    second = link_line(digest_line(first), AT, Added("hole", detail={}))
    assert first.isascii()
    assert first.count("\n") == 1
    one, two = read_chain([first, second])
    assert (one.number, one.at, one.added) == (1, AT, added)
    assert two.before == one.digest == digest_line(first)
    assert [one.added.is_event, two.added.is_event] == [False, True]
    assert one.added.ends == 30


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "a b", "log/../../x", "log//x", ".work/plan", "a\n", "-"])
def test_no_path_leads_out_of_the_folder(path):
    """Neither is one written, nor read: a chain may come from anybody."""
    if path != "-":
        with pytest.raises(ValueError, match="can't stand in a chain"):
            link_line(FIRST, AT, Added(APPEND, path, 0, 1, SHA))
    line = f"{FIRST} 2026-05-01T03:15:00Z append {path} 0 1 {SHA} {{}}\n"
    if path == "-":
        assert len(list(read_chain([line]))) == 1
    else:
        with pytest.raises(AnswerError, match=r"chain.txt, line 1"):
            list(read_chain([line]))


LINE = f"{FIRST} 2026-05-01T03:15:00Z hole - 0 0 - {{}}"


@pytest.mark.parametrize(
    "line",
    [
        *("", "\n", "text\n", f"{LINE.replace('-05-', '-13-')}\n", f"{LINE.replace('{}', '{x}')}\n", LINE),
        *(LINE.replace("{}", detail) + "\n" for detail in ('{"of":[]}', '{"hole":{}}', '{"site":[1]}')),
    ],
    ids=["nothing", "empty", "text", "no time", "no detail", "torn", "list of", "object hole", "list site"],
)
def test_what_is_no_line_is_named(line):
    """With its number."""
    with pytest.raises(AnswerError, match=r"^chain.txt, line 1"):
        list(read_chain([line]))
