"""The commands over the years: what they print, and the status that they end with."""

from __future__ import annotations

import json

from places import ROOT
from two_years import sealed_year

from auditlib.params.reading import load_parameters


def test_two_packages_are_compared_for_people_and_for_programs(here, tmp_path):
    """Of the same days it is shown that all issues are in both, although nothing differs there."""
    one, other = sealed_year(tmp_path / "a", 2026, "AB-2"), sealed_year(tmp_path / "b", 2026, "AB-2", jql="updated > 1")
    status, shown, _ = here("compare", one, other)
    assert status == 0
    assert "issues: in both" in shown
    status, printed, _ = here("compare", one, other, "--json")
    record = json.loads(printed)
    assert status == 0
    assert (record["last_year"]["package"], record["this_year"]["package"]) == (str(one), str(other))
    assert "yearly.query" in [finding["id"] for finding in record["findings"]]


def test_a_package_is_not_compared_with_itself(here, sealed):
    """Status 2, and nothing on stdout."""
    status, shown, said = here("compare", sealed.folder, sealed.folder)
    assert (status, shown) == (2, "")
    assert "are one package" in " ".join(said.split())


def test_what_is_no_package_can_not_be_compared(here, sealed, tmp_path):
    """Status 2, with the folder."""
    status, shown, said = here("compare", sealed.folder, tmp_path)
    assert (status, shown) == (2, "")
    assert f"{tmp_path} is not a sealed package, so there is nothing to compare with" in " ".join(said.split())


def test_next_years_file_is_written_and_shown(here, tmp_path, monkeypatch):
    """The difference and the path on stdout, what is to be looked at on stderr; a second time it is there."""
    monkeypatch.chdir(tmp_path)
    status, shown, said = here("new", "2027.yaml", "--from", ROOT / "params" / "demo.yaml")
    assert status == 0
    assert '+period_start: "2027-04-01"' in shown
    assert shown.endswith("2027.yaml\n")
    assert "previous: no sealed package" in said
    assert load_parameters(tmp_path / "2027.yaml").period_end.year == 2027
    status, _, said = here("new", "2027.yaml", "--from", ROOT / "params" / "demo.yaml")
    assert status == 2
    assert "2027.yaml exists, and is not written over" in said


def test_a_file_with_an_error_is_not_rolled_forward(here, tmp_path):
    """Its line and key are told, as by every command."""
    (tmp_path / "old.yaml").write_text("audit: x\n")
    status, _, said = here("new", tmp_path / "new.yaml", "--from", tmp_path / "old.yaml")
    assert status == 2
    assert "jira_url" in said
    assert not (tmp_path / "new.yaml").exists()
