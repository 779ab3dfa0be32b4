"""The last screen of a run: whole sentences, what needs an answer by weight, the page to open; all of it on 80 by 24."""

from __future__ import annotations

import unicodedata

import pytest

from auditlib.run.closing import closing_lines

SENTENCES = [
    (
        "complete",
        "good",
        "The list of 364 issues is complete as far as Jira shows it to this account: two passes agree.",
    ),
    ("numbers", "answer", "118 of 528 issue numbers are unexplained, 50 of them in one run (PAY-640 to 689)."),
    ("controls", "answer", "4 of 4 controls tested show deviations: “owner named” 5 of 15, “in time” 65 of 332."),
    ("limits", "doubt", "7 limits of what it proves are this package's own; 14 limits hold for every such package."),
]
ADDRESS = "file:///srv/audits/evidence/demo-20261129T150000Z/data/index.html"


def summary(causes: int, name: str = "numbers that nothing explains, of kind {}", **more: object) -> dict[str, object]:
    return {
        "audit": "SOC 2 Type II 2026",
        "period": {"start": "2026-04-01", "end": "2026-09-30", "timezone": "America/New_York"},
        "interim": False,
        "verdict": [{"about": about, "state": state, "sentence": said} for about, state, said in SENTENCES],
        "causes": [
            {"name": name.format(n), "severity": "exception", "count": 1000 - n, "of": 1000 if n % 2 else None}
            for n in range(causes)
        ]
        + [{"name": "a limit", "severity": "limit", "count": 3, "of": None}],
        **more,
    }


def rows(lines: list[str], width: int) -> int:
    return sum(max(1, -(-len(line) // width)) for line in lines)


@pytest.mark.parametrize("causes", [0, 1, 3, 4, 5, 40])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 30), (132, 50)])
def test_it_fits_the_screen(causes, width, height):
    """With the command line above and the prompt below; no line but the address is wider than the screen."""
    lines = closing_lines(summary(causes), "evidence/demo", ADDRESS, width=width, height=height)
    assert rows(lines, width) <= height - 2
    assert [line for line in lines if len(line) > width and ADDRESS not in line] == []


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_sentence_is_cut(width):
    """Whatever the width, each sentence of the verdict is there to its full stop."""
    told = " ".join(" ".join(closing_lines(summary(9), "p", ADDRESS, width=width)).split())
    for _, _, sentence in SENTENCES:
        kept = told
        for word in sentence.split():
            assert word in kept
            kept = kept[kept.index(word) + len(word) :]


def test_the_last_line_is_the_path_alone():
    """Scripts take it with ``tail -n 1``; above it stands the page to open."""
    lines = closing_lines(summary(2), "evidence/demo", ADDRESS)
    assert lines[-1] == "evidence/demo"
    assert lines[-2].split() == ["Open", ADDRESS]


@pytest.mark.parametrize(("causes", "shown"), [(1, 1), (40, 3)])
def test_the_causes_that_are_not_shown_are_counted(causes, shown):
    """Shown and more are all of them; limits are none of these."""
    lines = closing_lines(summary(causes), "p", ADDRESS)
    assert any(line.startswith(f"{causes} cause") for line in lines)
    assert sum("of kind" in line for line in lines) >= shown
    more = [int(line.split()[1]) for line in lines if line.strip().startswith("and ")]
    assert sum("of kind" in line for line in lines) + sum(more) == causes
    assert not any("a limit" in line for line in lines)


def test_without_a_cause_nothing_is_asked_for():
    """No heading stands over nothing."""
    assert not any("cause" in line for line in closing_lines(summary(0), "p", ADDRESS))


def test_a_package_of_dossiers_has_no_period():
    """Its heading is the title alone."""
    lines = closing_lines(summary(1, period=None), "p", ADDRESS)
    assert lines[0].split(maxsplit=1) == ["Sealed", "SOC 2 Type II 2026"]


def test_names_are_shown_and_never_obeyed():
    """An attribute's name, or a title, may hold what a terminal would obey; each stays on its line."""
    hostile = "\x1b[2J\n\u202eend " + "x" * 300
    lines = closing_lines(summary(1, name=hostile, audit=hostile[:20]), "p", ADDRESS)
    assert all(unicodedata.category(one) not in {"Cc", "Cf"} for line in lines for one in line)
    assert max(map(len, lines)) <= 80
