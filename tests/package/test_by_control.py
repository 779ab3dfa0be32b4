"""The sampled records on paper, by the control that tested them."""

from __future__ import annotations

import csv
import hashlib

import pypdfium2
import pytest

from auditlib.evidence.opened import open_records
from auditlib.package.by_control import UNTESTED, folder_names, outcomes_by_test, write_by_control
from auditlib.package.layout import name_problem
from auditlib.package.pack import BY_CONTROL, pack


@pytest.mark.xdist_group("pages of demo")
def test_each_test_has_the_records_that_it_was_tested_on_with_what_they_came_to(demo_package, tmp_path):
    """As the package's own tables say it; equal records are equal files, and each names the package and its issue."""
    done = pack(demo_package, tmp_path / "out", 10**9)
    folder = tmp_path / "out" / BY_CONTROL
    with (folder / "outcomes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    told = {(row["test"], row["key"]): row["outcome"] for row in rows}
    assert told == _tables(demo_package)
    for row in rows:
        content = (folder / row["document"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == row["sha256"]
        assert row["document"].endswith(f"/{row['key']}.pdf")
    assert {row["document"] for row in rows} == {p.relative_to(folder).as_posix() for p in folder.rglob("*.pdf")}
    assert len(rows) == done.records
    first = pypdfium2.PdfDocument(folder / rows[0]["document"])[0].get_textpage().get_text_bounded()
    digest = hashlib.sha256((demo_package / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert done.name in first
    assert digest in "".join(first.split())
    assert rows[0]["key"] in first


def _tables(package):
    """Return what the tables of a package say of its sampled issues, by test and key; the gravest outcome of several."""
    tables = package / "data" / "tables"
    sampled = {path.name for path in (package / "data" / "dossiers").iterdir()}
    gravest, told = ("exception", "no evidence", "pass"), {}
    for name, column in (("controls.csv", "control"), ("attributes.csv", "attribute")):
        with (tables / name).open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                if row["key"] in sampled and row["outcome"] in gravest:
                    known = told.get((row[column], row["key"]), gravest[-1])
                    told[row[column], row["key"]] = min(known, row["outcome"], key=gravest.index)
    untested = sampled - {key for _, key in told}
    return told | {(UNTESTED, key): UNTESTED for key in untested}


def test_what_nothing_tests_stands_in_a_folder_of_its_own(sealed, tmp_path):
    """No control, no attribute: all records that were collected, once each."""
    records = open_records(sealed.folder)
    told = outcomes_by_test(records)
    assert {(one.test, one.outcome) for one in told} == {(UNTESTED, UNTESTED)}
    assert [one.key for one in told] == [one.asked for one in records.collected.dossiers]


def test_a_package_without_records_has_no_folder(sealed, tmp_path, monkeypatch):
    """Nothing is written where nothing was collected."""
    records = open_records(sealed.folder)
    monkeypatch.setattr(type(records.collected), "dossiers", [])
    assert write_by_control(records, tmp_path / "controls", "package", lambda _: None) == {}
    assert not (tmp_path / "controls").exists()


def test_folders_are_called_by_their_tests_as_every_system_takes_it():
    """Whatever an attribute is called, and no two alike where upper and lower case are one."""
    tests = ["CT-01 (portal)", "a/b", "A\\B", "..", "con", "x" * 200, "x" * 199, "tab\there", "four eyes?"]
    names = folder_names(dict.fromkeys(tests))
    assert names["CT-01 (portal)"] == "CT-01 (portal)"
    assert all(name_problem(name) is None for name in names.values()), names
    assert len({name.casefold() for name in names.values()}) == len(tests)
