"""A package says in which form its tables and its index are, so that old ones stay readable and newer ones are told."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

import pytest

from auditlib import __version__, cli
from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import UsageError
from auditlib.evidence.differences import Kind, sentences
from auditlib.evidence.opened import open_evidence, open_records
from auditlib.evidence.schema import SCHEMA, newer_schema
from auditlib.package.bag import seal
from auditlib.package.recompute import recompute
from auditlib.package.verify import check_bag
from auditlib.pull.collect import collect
from auditlib.run.order import Run
from auditlib.run.workbook import run

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody
KNOWN = f"tables 6 and index 1 (auditlib {__version__})"


def told_of(folder: Path, content: str) -> str:
    """Return what is said of a package with this ``run.json``."""
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "run.json").write_text(content, encoding="utf-8")
    newer = newer_schema(folder)
    return "" if newer is None else newer.found


@pytest.mark.parametrize(
    "content",
    [
        *("{}", "[]", "{", "7", "[" * 100_000),
        *('{"schema": null}', '{"schema": {}}', '{"schema": {"tables": 1}}'),
        '{"schema": {"tables": 1, "index": 1, "new": 9}}',
    ],
)
def test_what_says_no_version_or_a_known_one_can_be_read(tmp_path, content):
    """Packages of before there were versions, things that were added, and a file that cannot be read at all."""
    assert told_of(tmp_path, content) == ""


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ('{"tables": 7, "index": 1}', "tables 7 and index 1"),
        ('{"index": 12}', "tables 1 and index 12"),
        ('{"tables": 0}', "tables 0 and index 1"),
        ('{"tables": "1"}', "tables '1' and index 1"),
        ('{"tables": true}', "tables True and index 1"),
        ('{"tables": [[]], "index": 1.5}', "tables of no known form and index 1.5"),
        ("3", "tables 3 and index 3"),
        (f'"{"x" * 99}"', f"tables '{'x' * 18}… and index '{'x' * 18}…"),
    ],
)
def test_a_version_that_is_not_known_is_named_beside_the_known_one(tmp_path, schema, found):
    """A newer one, and whatever is no version."""
    assert told_of(tmp_path, f'{{"schema": {schema}}}') == found
    newer = newer_schema(tmp_path)
    assert newer is not None
    assert (newer.kind, newer.path, newer.expected) == (Kind.NEWER_SCHEMA, "data/run.json", KNOWN)


def test_a_pulled_folder_says_its_versions(small_company, parameters, tmp_path):
    """From the moment on in which there is something to open."""
    collect(parameters(), tmp_path, {}, QUIET, base=tmp_path, embedded=partial(EmbeddedJira, small_company.world))
    assert json.loads((tmp_path / "data" / "run.json").read_text("utf-8"))["schema"] == SCHEMA


def as_of_then(package: Path) -> None:
    """Leave the tables that a package of its version had, with what they said."""
    tables = package / "data" / "tables"
    shutil.rmtree(tables)
    tables.mkdir()
    for name, content in open_evidence(package).table_files().items():
        (tables / name).write_bytes(content)
    for name, content in open_evidence(package).dossier_files().items():
        (package / "data" / name).write_bytes(content)


def saying(package: Path, target: Path, schema: object) -> Path:
    """Copy a package, and let it be sealed with these versions; with None as one of before there were any."""
    shutil.copytree(package, target)
    path = target / "data" / "run.json"
    record = json.loads(path.read_text("utf-8"))
    assert record.pop("schema") == SCHEMA
    path.write_text(json.dumps(record if schema is None else record | {"schema": schema}), encoding="utf-8")
    if schema is None:
        as_of_then(target)
    seal(target, {"Bagging-Date": "2026-10-02"})
    return target


@pytest.mark.slow
@pytest.mark.xdist_group("cloud")
@pytest.mark.parametrize("sealed", ["cloud"], indirect=True)
def test_a_package_without_a_version_verifies(sealed, tmp_path):
    """Those made before there were versions."""
    older = saying(sealed.folder, tmp_path / "older", None)
    assert check_bag(older) == []
    assert recompute(older) == []


@pytest.mark.slow
@pytest.mark.xdist_group("cloud")
@pytest.mark.parametrize("sealed", ["cloud"], indirect=True)
def test_a_newer_package_is_told_with_both_versions(sealed, tmp_path, monkeypatch, capsys):
    """By ``verify`` as a difference, for nothing was computed; by whatever opens it as something it can't work with."""
    newer = saying(sealed.folder, tmp_path / "newer", {"tables": 7, "index": 1})
    (newer / "data" / "params.yaml").write_text("of a key that nobody knows yet: 1\n", encoding="utf-8")
    seal(newer, {"Bagging-Date": "2026-10-02"})
    (line,) = sentences(recompute(newer))
    monkeypatch.setattr("sys.argv", ["auditlib", "verify", str(newer)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    shown = capsys.readouterr()
    assert ended.value.code == 4
    assert "Bag and digests: intact" in shown.out
    assert line in shown.err
    assert "tables 7 and index 1" in line
    assert KNOWN in line
    for opening in (
        open_evidence,
        open_records,
        lambda it: run(Run(sealed.params, tmp_path / "x", frozen=it), {}, QUIET),
    ):
        with pytest.raises(UsageError, match="tables 7 and index 1; known are tables 6 and index 1") as refused:
            opening(newer)
        assert refused.value.status == 2
