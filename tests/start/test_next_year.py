"""Next year's parameter file: last year's package is found, nothing is written over, and what is to be looked at is told."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from auditlib.errors import ParameterError, UsageError
from auditlib.package.bag import seal
from auditlib.params.reading import load_parameters
from auditlib.params.writing import dump_parameters
from auditlib.start.next_year import write_next_year

OLD = """\
audit: "SOC 2 2026" # title
jira_url: "https://jira.example.com"
projects: ["AB"]
period_start: "2026-01-01"
period_end: "2026-12-31"
timezone: "UTC"
sample_seed: "12345"
leavers: "leavers.csv"
"""


@pytest.fixture
def old(tmp_path) -> Path:
    path = tmp_path / "2026.yaml"
    path.write_text(OLD)
    return path


def package(root: Path, name: str, pulled: str, *, of: Path, sealed: bool = True, **more: str) -> Path:
    """Make a package of an audit, as small as one can be."""
    data = root / "evidence" / name / "data"
    (data / "tables").mkdir(parents=True)
    params = load_parameters(of, [f"{key}={value}" for key, value in more.items()])
    (data / "params.yaml").write_text(dump_parameters(params))
    (data / "run.json").write_text(json.dumps({"pulled": {"to": pulled}}))
    (data / "tables" / "population.csv").write_text("key\n")
    if sealed:
        seal(data.parent, {"Bagging-Date": "2027-01-10"})
    return data.parent


def test_the_newest_sealed_package_of_the_audit_and_period_is_the_previous_one(old, tmp_path):
    """Not one that was pulled alone, of another title or period, or that nobody can read."""
    package(tmp_path, "a", "2027-01-10T00:00:00Z", of=old)
    package(tmp_path, "b", "2027-01-09T00:00:00Z", of=old)
    package(tmp_path, "unsealed", "2027-02-10T00:00:00Z", of=old, sealed=False)
    package(tmp_path, "other", "2027-02-10T00:00:00Z", of=old, audit="ISO")
    package(tmp_path, "interim", "2027-02-10T00:00:00Z", of=old, period_end="2026-06-30")
    (package(tmp_path, "broken", "2027-02-10T00:00:00Z", of=old) / "data" / "params.yaml").write_text("[")
    made = write_next_year(tmp_path / "2027.yaml", old, tmp_path)
    assert load_parameters(tmp_path / "2027.yaml").previous == "evidence/a"
    assert '+previous: "evidence/a"' in made.difference
    assert old.read_text() == OLD


def test_what_a_person_has_to_look_at_is_told(old, tmp_path):
    """No package, what was left out, and lists that are last year's."""
    made = write_next_year(tmp_path / "2027.yaml", old, tmp_path)
    assert [line.partition(":")[0] for line in made.told] == [
        "previous",
        "left out, since they are of one year",
        "still last year's lists",
    ]
    assert "-sample_seed" in made.difference


def test_nothing_is_written_over_and_nothing_is_left_of_a_failure(old, tmp_path):
    """A file that is there, a folder that is not, a file with an error."""
    (tmp_path / "there.yaml").write_text("x")
    with pytest.raises(UsageError, match="exists, and is not written over"):
        write_next_year(tmp_path / "there.yaml", old, tmp_path)
    with pytest.raises(UsageError, match="can't be written"):
        write_next_year(tmp_path / "nowhere" / "2027.yaml", old, tmp_path)
    old.write_text(OLD.replace("UTC", "Nowhere"))
    with pytest.raises(ParameterError):
        write_next_year(tmp_path / "2027.yaml", old, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026.yaml", "there.yaml"]


@pytest.mark.skipif(not hasattr(os, "symlink") or not Path("/dev/full").exists(), reason="needs /dev/full")
def test_nothing_is_left_where_the_disk_is_full(old, tmp_path, monkeypatch):
    """An empty file in its place would be in the way of the next try."""
    real = Path.open

    def full(path: Path, mode: str = "r", *rest, **more):
        real(path, mode, *rest, **more).close() if mode == "x" else None
        return real(Path("/dev/full"), "w", *rest, **more) if mode == "x" else real(path, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(UsageError, match="No space left"):
        write_next_year(tmp_path / "2027.yaml", old, tmp_path)
    assert not (tmp_path / "2027.yaml").exists()


def test_a_link_to_nowhere_is_not_followed(old, tmp_path):
    """What it points to is nobody's new file."""
    (tmp_path / "2027.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="exists"):
        write_next_year(tmp_path / "2027.yaml", old, tmp_path)
    assert not (tmp_path / "elsewhere").exists()
