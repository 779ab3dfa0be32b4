"""A check by name: what it reads like for people, and what it says to programs."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from auditlib.cli import app
from auditlib.evidence.differences import Difference, Kind
from auditlib.package.checks import Check, Outcome, go_through, report

FOUND = Difference(Kind.CHANGED, "data/x.csv", "a" * 64, "b" * 64)
FORM = Difference(Kind.FORM, "data/zürich.txt")


def check(*differences: Difference, good: str = "") -> Check:
    return Check("bag", "Bag", "intact", ("difference", "differences"), lambda _: Outcome(differences, good))


@pytest.mark.parametrize(
    ("made", "heading"),
    [
        (check(), "Bag: intact"),
        (check(good="as it was sealed"), "Bag: as it was sealed"),
        (check(FOUND), "Bag: 1 difference"),
        (check(FOUND, FOUND), "Bag: 2 differences"),
        (check(FORM), "Bag: intact"),
    ],
)
def test_a_check_reads_by_what_it_found(made, heading, tmp_path):
    """Its own word if nothing differs, what the outcome knows better, or how many; a remark counts as none."""
    (result,) = go_through([made], tmp_path)
    assert result.heading() == heading


def test_a_remark_is_told_and_fails_nothing(tmp_path):
    """A name in another form of Unicode is told; the content is what was sealed."""
    (result,) = go_through([check(FORM)], tmp_path)
    assert not result.failed
    assert len(result.remarks()) == 1
    assert report(tmp_path, [result])["verified"] is True


def test_programs_get_every_member_of_a_difference(tmp_path):
    """Kind, path, expected, found, line and the sentence, each by its name."""
    (result,) = go_through([check(FOUND)], tmp_path)
    told = report(tmp_path, [result])
    assert told["verified"] is False
    (one,) = told["checks"]
    assert (one["name"], one["result"]) == ("bag", "failed")
    assert one["differences"] == [
        {
            "kind": "changed",
            "path": "data/x.csv",
            "expected": "a" * 64,
            "found": "b" * 64,
            "line": 0,
            "sentence": f"data/x.csv: changed: its SHA-256 is {'b' * 64}, manifest-sha256.txt says {'a' * 64}",
        }
    ]


def test_verify_for_programs_prints_json_alone(bag):
    """Standard output is one JSON document, whatever was found; the status stays 4."""
    (bag / "data" / "Index.html").write_bytes(b"<p>other")
    answer = CliRunner().invoke(app, ["verify", str(bag), "--json"])
    told = json.loads(answer.stdout)
    assert told["verified"] is False
    assert [(one["kind"], one["path"]) for one in told["checks"][0]["differences"]] == [("changed", "data/Index.html")]
    assert answer.exit_code != 0
