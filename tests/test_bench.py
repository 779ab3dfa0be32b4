"""The bench still runs, on tiny numbers, and what it says is what it measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from places import ROOT

BENCH = ROOT / "bench"
sys.path.insert(0, str(BENCH))

import commands  # noqa: E402 - a folder of scripts, not a package
import run  # noqa: E402 - same
import worlds  # noqa: E402 - same


def test_a_world_has_what_it_promises():
    """Shares of missing and moved numbers are those asked for, and a moved issue answers to its old key."""
    world = worlds.big_world(2000, 7, missing_share=0.1, moved_share=0.02)
    projects = Counter(issue.project for issue in world.issues.values())
    highest = {key: max(i.number for i in world.issues.values() if i.project == key) for key in worlds.PROJECTS}
    missing = sum(highest.values()) - sum(projects[key] for key in worlds.PROJECTS)
    assert 0.09 < missing / sum(highest.values()) < 0.11
    assert 0.015 < len(world.moved_keys) / sum(highest.values()) < 0.025
    assert all(world.issues[issue].key != key for key, issue in world.moved_keys.items())
    assert len({issue.key for issue in world.issues.values()}) == len(world.issues)


def test_equal_seeds_make_equal_worlds():
    """What is measured today can be measured again."""
    one, same, other = (worlds.big_world(300, seed) for seed in (1, 1, 2))
    assert one.issues == same.issues
    assert one.moved_keys == same.moved_keys
    assert one.issues != other.issues


def test_the_used_share_is_counted_from_the_first_refusal():
    """Requests before the first refusal say nothing about the limit, and refused ones are not used."""
    before = [(0.01 * n, 200) for n in range(10)]
    after = [(0.5 + 0.1 * n, 429 if n % 10 == 0 else 200) for n in range(100)]
    share = run.used_share(before + after, 10.0, count=50)
    assert share["looked"] == 50
    assert share["refused"] == pytest.approx(5 / 50)
    assert share["used"] == pytest.approx(45 / (50 * 0.1) / 10)
    assert run.used_share(before, 10.0)["used"] is None


def test_the_measured_part_is_replaced_and_nothing_else(tmp_path):
    """Words written by hand stay; a file without a place for the numbers is refused."""
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n", encoding="utf-8")
    run.write_readme("| new \\1 |", readme)
    expected = "before\n<!-- measured: begin -->\n| new \\1 |\n<!-- measured: end -->\nafter\n"
    assert readme.read_text(encoding="utf-8") == expected
    readme.write_text("nothing", encoding="utf-8")
    with pytest.raises(ValueError, match="no place"):
        run.write_readme("new", readme)


def test_the_tables_in_the_readme_are_those_of_the_results():
    """No number in README.md is typed by hand."""
    results = BENCH / "results.json"
    if not results.exists():
        pytest.skip("nothing was measured in this checkout")
    text = run.report(json.loads(results.read_text(encoding="utf-8")))
    assert f"<!-- measured: begin -->\n{text}\n<!-- measured: end -->" in (BENCH / "README.md").read_text(
        encoding="utf-8"
    )


def test_what_is_measured_by_itself_says_on_which_machine():
    """Other parts stay as they were found before, and are not said to be of the machine of today."""
    before = {"machine": {"day": "1"}, "plan": {"repeats": 2}, "draw": "old", "large": "old"}
    about = {"day": "2", "processor": "P", "cores": 2, "system": "S", "load": 0.5}
    found = run.beside_earlier(before, {"machine": about, "plan": {"repeats": 3}, "large": "new"})
    assert found == before | {"large": "new", "by_itself": {"large": about}}
    again = run.beside_earlier(found, {"commands": "new"})
    assert again == found | {"commands": "new"}


def test_the_phases_of_a_run_are_all_of_its_time(tmp_path):
    """Each second is counted once: in the phase whose answers or files came last before its end; none is left out."""
    begun = 1_764_000_000.0
    answers = {
        "server": 2.0,
        "account": 2.5,
        "key_walk/PAY": 4.0,
        "first_pass/PAY/1": 6.0,
        "second_pass/PAY": 5.0,
        "log": 7.0,
    }
    (tmp_path / "raw").mkdir()
    lines = [
        json.dumps({"topic": topic, "at": datetime.fromtimestamp(begun + at, UTC).isoformat()})
        for topic, at in answers.items()
    ]
    (tmp_path / "raw" / "index.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for name, at in {
        "tables/gaps.csv": 9.0,
        "notebooks/01_scope.html": 12.0,
        "audit.xlsx": 11.0,
        "dossiers.pdf": 13.0,
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (begun + at, begun + at))
    found = commands.phases(tmp_path, begun, begun + 15.0)
    assert sum(found.values()) == pytest.approx(15.0)
    assert found["until the first question"] == pytest.approx(2.0)
    assert found["issues, and their ids once more"] == pytest.approx(2.0)
    assert found["histories"] == 0.0
    assert found["tables"] == pytest.approx(2.0)
    assert found["notebooks, pages, PDF, Excel"] == pytest.approx(4.0)
    assert found[commands.SEAL] == pytest.approx(2.0)


def test_all_of_it_runs_on_tiny_numbers(tmp_path):
    """Every client can be asked, and finds the same issues."""
    found = run.measure_all(replace(run.QUICK, sizes=(100,), keys=3000), tmp_path)
    peers = [row for row in found["peers"] if row["client"] in {"our_pass", *run.PEERS}]
    assert len({row["issues"] for row in peers}) == 1
    assert "our_pass" in {row["client"] for row in peers}
    text = run.report(found)
    assert "auditlib, pass with fields" in text
    assert "3,000" in text


def test_the_command_explains_itself():
    """``--help`` works without measuring anything."""
    command = [sys.executable, str(BENCH / "run.py"), "--help"]
    environment = {**os.environ, "PYTHONPATH": str(BENCH.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert "--quick" in done.stdout
