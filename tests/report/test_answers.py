"""The cover says beside each cause how far it is answered, and counts the answers."""

from __future__ import annotations

from pathlib import Path

from auditlib.report.cover.answers import answered_in_words, answers_counted, by_finding
from auditlib.report.cover.contents import Contents

HEAD = "finding,case,cause,response,by,on,severity,state,told_in,nature\n"
ROWS = """a,,by a rule,Mended.,Ada Quill,2026-10-30,exception,answered,answers,
b,,,,,,exception,answered case by case,,
b,X-1,,Set right.,Ada Quill,2026-10-30,exception,answered,answers,
c,,,,,,exception,open,,
c,X-1,,Set right.,Ada Quill,2026-10-30,exception,answered,answers,
c,X-2,,,,,exception,open,,
d,,,,,,limit,open,,
"""


def contents(folder: Path, rows: str) -> Contents:
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "answers.csv").write_text(HEAD + rows, "utf-8")
    return Contents(folder)


def test_of_one_finding_it_says_who_answers_what(tmp_path):
    """Or how many of its cases are answered."""
    found = by_finding(contents(tmp_path, ROWS))
    assert {name: answered_in_words([rows]) for name, rows in found.items()} == {
        "a": "Answered by Ada Quill, 30 October 2026: Mended. Cause: by a rule",
        "b": "Answered case by case, its one case.",
        "c": "Open; 1 of 2 cases is answered.",
        "d": "Open.",
    }


def test_of_several_findings_it_says_how_many_are_answered(tmp_path):
    """They are one cause, and each has its own answer."""
    found = by_finding(contents(tmp_path, ROWS))
    assert answered_in_words([found["a"], found["b"], found["c"]]) == "2 of 3 findings answered."
    assert answered_in_words([found["c"], found["d"]]) == "Open."
    assert answered_in_words([]) == ""


def test_a_long_answer_and_one_that_a_terminal_obeys_are_shown_short_and_visible(tmp_path):
    """All of it stands in the table."""
    (rows,) = by_finding(contents(tmp_path, f"a,,,{'x' * 1000}\x1b[2J,Ada,soon,exception,answered,answers,\n")).values()
    said = answered_in_words([rows])
    assert said.startswith("Answered by Ada, soon: xxx")
    assert len(said) < 450
    assert "\x1b" not in said


def test_answered_and_open_are_counted_by_finding(tmp_path):
    """Of a package that has no such table, nothing is said; of one without answers, no row says that it is open."""
    assert (
        answers_counted(contents(tmp_path / "here", ROWS)) == "2 of 4 exceptions and limits are answered, 2 are open."
    )
    (tmp_path / "none").mkdir()
    assert answers_counted(Contents(tmp_path / "none")) == ""
    assert by_finding(contents(tmp_path / "open", "d,,,,,,limit,open,,\n")) == {}
