"""The page says what is wrong in one line, takes no text for markup, and shows no credential."""

from __future__ import annotations

import errno

from auditlib.errors import SourceError
from auditlib.start.words import HOW_TO_BEGIN, credentials_line, in_one_line, lines_of, printed


def test_no_text_is_markup():
    """A name of a project, or an error of a Jira, is shown and not obeyed; hidden characters are seen."""
    hostile = "<script>alert(1)</script>\u202e"
    for shown in (lines_of([hostile], "wrong"), printed([hostile])):
        assert "<script>" not in shown
        assert "[U+202E]" in shown


def test_every_error_is_one_line():
    """Of our own kinds, of the machine, and of those that nobody foresaw."""
    assert in_one_line(SourceError("Jira\n  says no")) == "Jira says no"
    assert "\n" not in in_one_line(OSError(errno.ENOSPC, "No space left on device"))
    assert in_one_line(ValueError("a\nb")) == "ValueError: a b"


def test_the_line_of_the_credentials_tells_what_lacks_and_how_to_begin():
    """Without them, for another Jira than the embedded one; with them, which kind, and never what they are."""
    assert credentials_line("demo", {})[1] == "good"
    said, kind = credentials_line("https://x.example", {})
    assert (kind, said.endswith(HOW_TO_BEGIN), said.startswith("JIRA_TOKEN is not set")) == ("wrong", True, True)
    said, kind = credentials_line("https://x.example", {"JIRA_USER": "ann", "JIRA_TOKEN": "hidden"})
    assert kind == "good"
    assert "hidden" not in said
    assert "ann" not in said
