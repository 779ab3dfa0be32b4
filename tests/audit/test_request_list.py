"""The auditor's request list is read with the line of each mistake; the state of each request follows from the package."""

from __future__ import annotations

import pytest

from auditlib.audit.scope.request_list import (
    ABSENT,
    NO_ROWS,
    OPEN,
    PROVIDED,
    STATES,
    Nameable,
    Request,
    parse_requests,
    request_findings,
    requests_in_words,
    requests_table,
)
from auditlib.errors import ParameterError

HEADER = "request,wanted,answered_by\n"
NAMEABLE = Nameable(
    tables={"gaps": "gaps.csv", "runs": "runs.csv", "population": "population.csv"},
    files=("audit.xlsx", "raw/", "dossiers.pdf", "tables/keys.txt"),
    of_record=("issue.html", "history.csv"),
    shown={"03_numbering": ("gaps", "runs")},
)
HELD = {"tables/gaps.csv": True, "tables/runs.csv": False, "audit.xlsx": True, "dossiers/PAY-1/": True}


def parsed(text, **options):
    return parse_requests(HEADER + text, "requests.csv", NAMEABLE, **options)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("gaps", "tables/gaps.csv"),
        ("gaps.csv", "tables/gaps.csv"),
        ("tables/gaps.csv", "tables/gaps.csv"),
        ("data/tables/gaps.csv", "tables/gaps.csv"),
        ("keys.txt", "tables/keys.txt"),
        ("audit.xlsx", "audit.xlsx"),
        ("raw", "raw/"),
        ("PAY-17", "dossiers/PAY-17/"),
        ("dossiers/PAY-17", "dossiers/PAY-17/"),
        ("dossiers/PAY-17/", "dossiers/PAY-17/"),
        ("dossiers/PAY-17/history.csv", "dossiers/PAY-17/history.csv"),
        ("dossiers/PAY-17/other.csv", None),
        ("../gaps.csv", None),
        ("notebooks/03_numbering.html", None),
    ],
)
def test_a_name_leads_to_one_path(name, path):
    """Tables, files and issues are named as people name them; what follows is one path below ``data/``."""
    assert NAMEABLE.path_of(name) == path


def test_names_are_apart_by_commas_semicolons_or_blanks():
    """However a cell is written, what it names is told once, in its order; rows without a word say nothing."""
    text = 'R-1,"Missing, and why","gaps.csv, runs;\nkeys.txt gaps"\n,,\nR-2,Policy,\n'
    assert parsed(text) == [
        Request("R-1", "Missing, and why", ("tables/gaps.csv", "tables/runs.csv", "tables/keys.txt")),
        Request("R-2", "Policy", ()),
    ]


def test_a_list_of_a_spreadsheet_with_semicolons_is_read():
    """A spreadsheet saves with semicolons in half of the world."""
    text = '\ufeffrequest;wanted;answered_by\r\nR-1;Missing;"gaps; runs"\r\n'
    (request,) = parse_requests(text, "requests.csv", NAMEABLE)
    assert request.paths == ("tables/gaps.csv", "tables/runs.csv")


def test_everything_that_is_wrong_is_told_at_once():
    """Each with its line, its value, and what is meant."""
    text = (
        "R-1,Missing,gapps\nR-1,Again,gaps\n,Nobody's,\nR-3,,03_numbering\nR-4,Picture,charts/numbering_missing.svg\n"
    )
    with pytest.raises(ParameterError) as caught:
        parsed(text)
    told = [(problem.line, problem.value) for problem in caught.value.problems]
    assert told == [
        *((2, "gapps"), (3, "R-1"), (4, "Nobody's"), (5, "R-3")),
        *((5, "03_numbering"), (6, "charts/numbering_missing.svg")),
    ]
    words = str(caught.value)
    assert "requests.csv:2: requests = gapps: did you mean gaps? no table, file or full record" in words
    assert "line 2 has this request already" in words
    assert "name the tables that it shows: gaps, runs" in words


def test_a_column_that_is_missing_is_named():
    """The header decides what is read."""
    with pytest.raises(ParameterError, match="missing column answered_by"):
        parse_requests("request,wanted\nR-1,Missing\n", "requests.csv", NAMEABLE)


@pytest.mark.parametrize(
    ("paths", "state"),
    [
        ((), OPEN),
        (("tables/gaps.csv", "audit.xlsx", "dossiers/PAY-1/"), PROVIDED),
        (("tables/gaps.csv", "tables/runs.csv"), NO_ROWS),
        (("tables/runs.csv", "dossiers/PAY-2/"), ABSENT),
    ],
)
def test_the_state_follows_from_what_the_package_holds(paths, state):
    """What is not here weighs more than a table without rows, and that more than what is here."""
    (row,) = requests_table([Request("R-1", "x", paths)], HELD.get).itertuples(index=False)
    assert tuple(row) == ("R-1", "x", "; ".join(paths), state)


def test_what_many_requests_name_is_looked_for_once():
    """A list of thirty thousand requests names a few tables; each look may read one."""
    asked: list[str] = []
    many = [Request(f"R-{number}", "x", ("tables/gaps.csv",)) for number in range(5)]
    assert len(requests_table(many, lambda path: bool(asked.append(path)) or True)) == 5
    assert asked == ["tables/gaps.csv"]


def test_open_requests_need_an_answer():
    """So do those that name what is not here; a table without rows is told, and what is provided is not."""
    rows = [
        ("R-1", ()),
        ("R-2", ("tables/gaps.csv",)),
        ("R-3", ("dossiers/PAY-2/",)),
        ("R-4", ("tables/runs.csv",)),
        ("R-5", ()),
    ]
    table = requests_table([Request(name, "x", paths) for name, paths in rows], HELD.get)
    found = {one.id: one for one in request_findings(table)}
    assert {name: (one.severity, one.count) for name, one in found.items()} == {
        "requests.open": ("exception", 2),
        "requests.absent": ("exception", 1),
        "requests.no-rows": ("note", 1),
    }
    assert found["requests.open"].statement == (
        "2 of 5 requests of the auditor are open, since nothing is named for them: R-1 and R-5."
    )
    assert "R-3 (dossiers/PAY-2/)" in found["requests.absent"].statement
    assert {one.cause for one in found.values()} == {"requests of the auditor"}
    assert request_findings(table[table["state"] == PROVIDED]) == []
    assert requests_in_words(table) == (
        "5 requests of the auditor: 1 provided, 1 provided with no rows, 1 not in this package, 2 open"
    )
    assert set(table["state"]) == set(STATES)
