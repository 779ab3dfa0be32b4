"""Requests of the auditor in a package: what they name is there, or not, by what the package holds."""

from __future__ import annotations

import re
import shutil
from functools import partial
from pathlib import Path

import pytest

from auditlib.audit.chapters import SUMMARY
from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import ParameterError, UsageError
from auditlib.evidence.chapters import OF_POPULATION
from auditlib.evidence.opened import Evidence, open_evidence
from auditlib.evidence.request_list import held, nameable
from auditlib.pull.collect import begin, collect

LIST = "request,wanted,answered_by\n"


@pytest.fixture(scope="module")
def pulled(small_company, parameters, tmp_path_factory) -> Path:
    """A working folder in which everything was pulled, with a list that names all that can be named."""
    folder = tmp_path_factory.mktemp("requests")
    known = nameable(OF_POPULATION)
    rows = [f"{name},x,{name}\n" for name in (*known.tables, *known.files)]
    (folder / "list.csv").write_text(f"{LIST}{''.join(rows)}none,x,PAY-99999\nopen,x,\n", "utf-8-sig")
    params = parameters(projects="[PAY]", sample_size=3, requests="list.csv")
    collect(params, folder, {}, lambda *_: None, base=folder, embedded=partial(EmbeddedJira, small_company.world))
    return folder


@pytest.fixture(scope="module")
def evidence(pulled) -> Evidence:
    """The same, opened."""
    return open_evidence(pulled)


def test_each_state_is_that_of_the_rows_of_its_table(evidence):
    """A table with rows is provided, one without is said to have none; those over all others are not looked into."""
    states = dict(zip(evidence.requests["request"], evidence.requests["state"], strict=True))
    over_all = {table.name for one in OF_POPULATION if one.chapter is SUMMARY for table in one.frames} | {"requests"}
    for table in evidence.tables:
        full = table.name in over_all or len(evidence.table(table.name)) > 0
        assert states[table.name] == ("provided" if full else "provided, no rows"), table.name
    assert states["none"] == "not in this package"
    assert states["open"] == "open"
    assert {"provided, no rows", "provided"} <= set(states.values())
    assert states["leavers.csv"] == "not in this package", "the parameters name no such list"
    assert states["access_review.xlsx"] == "provided"


def test_what_every_package_holds_is_there(sealed):
    """Each file that counts as provided without a look stands in a sealed package; so does each table and what is beside it."""
    evidence = open_evidence(sealed.folder)
    known = nameable(OF_POPULATION)
    for path in (*known.files, *(f"tables/{file}" for file in known.tables.values())):
        there = (sealed.folder / "data" / path.rstrip("/")).exists()
        assert (held(evidence, path) is not None) == there, path


def test_a_full_record_is_there_if_it_came(evidence):
    """Sampled issues have one, others have none, and neither has the whole folder where nothing was sampled."""
    key = evidence.sampled.keys[0]
    assert held(evidence, f"dossiers/{key}/") is True
    assert held(evidence, f"dossiers/{key}/history.csv") is True
    assert held(evidence, "dossiers/PAY-99999/") is None
    assert held(evidence, "dossiers/") is True


def test_the_copy_in_the_package_is_what_was_given(pulled):
    """As the list of explanations is copied: byte for byte, and read from there."""
    assert (pulled / "data" / "requests.csv").read_bytes() == (pulled / "list.csv").read_bytes()


def test_without_a_list_the_table_is_empty_and_nothing_is_found(sealed):
    """Who has no list is not told of one."""
    evidence = open_evidence(sealed.folder)
    assert len(evidence.table("requests")) == 0
    assert not evidence.findings["id"].str.startswith("requests.").any()


def test_an_older_population_has_no_such_table_and_says_so(pulled, tmp_path):
    """A package of before stays as it is; a list given with it is named as not acted on."""
    folder = tmp_path / "older"
    shutil.copytree(pulled, folder)
    run = folder / "data" / "run.json"
    run.write_text(re.sub(r'"tables": \d+', '"tables": 5', run.read_text("utf-8")), "utf-8")
    older = open_evidence(folder)
    assert "requests" not in {table.name for table in older.tables}
    assert "requests" in older.provenance.unused_parameters


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"PK\x03\x04" + bytes(40), UsageError, "requests: list.csv is a workbook of a spreadsheet"),
        (b"\xd0\xcf\x11\xe0" + bytes(40), UsageError, "requests: list.csv is a workbook of a spreadsheet"),
        (
            "request,wanted".encode("utf-16"),
            UsageError,
            "list.csv is UTF-16, as Excel saves Unicode Text; save it as CSV",
        ),
        ("request,wanted".encode("utf-16-be"), UsageError, "list.csv is UTF-16"),
        (
            "request,wanted,answered_by\nR-1,gr\xf6\xdfer,\n".encode("latin-1"),
            UsageError,
            "requests: list.csv is not UTF-8",
        ),
        (b"request,wanted\n", ParameterError, "missing column answered_by"),
        (b"request,wanted,answered_by\nR-1,x,popullation\n", ParameterError, "did you mean population"),
    ],
)
def test_a_wrong_list_is_refused_before_anything_is_asked(parameters, tmp_path, content, error, message):
    """Nothing of Jira is spent on a list that can't be used."""
    (tmp_path / "list.csv").write_bytes(content)
    with pytest.raises(error, match=message):
        begin(parameters(requests="list.csv"), tmp_path / "package", tmp_path)


def test_of_the_auditors_own_selection_nothing_is_drawn_again(pulled, evidence):
    """The script of the draw is not in such a package; the keys of the population are."""
    chosen = {"sample_keys": (evidence.sampled.keys[0],), "sample_seed": None}
    selected = Evidence(pulled, evidence.params.model_copy(update=chosen))
    assert held(selected, "tables/redraw.sh") is None
    assert "redraw.sh" not in selected.companion_files()
    assert held(selected, "tables/keys.txt") is True
