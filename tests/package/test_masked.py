"""A package without names: nobody and nothing that people wrote stands in it, and with the key anyone makes it again."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import shutil
import zipfile
from html import unescape
from pathlib import Path

import pytest
from bags import INFO

from auditlib.audit.personal import LEFT_OUT
from auditlib.cli.rerunning import rerun
from auditlib.cli.verification import verify
from auditlib.errors import AuditError, DifferenceError, UsageError
from auditlib.evidence.differences import Kind
from auditlib.package.bag import seal
from auditlib.package.layout import TOP
from auditlib.package.mask_key import key_beside, key_or_new, read_key
from auditlib.package.masked import check_masked, make_masked
from auditlib.package.pack import pack
from auditlib.package.previous import open_previous
from auditlib.package.rows import Rows
from auditlib.package.target import MASKED_RECORD, is_masked
from auditlib.package.verify import check_bag

KEY = b"a key for tests, of 32 bytes....".ljust(32, b".")


@pytest.fixture(scope="module")
def masked(sealed, tmp_path_factory) -> Path:
    """The package without names of a sealed one. Not to be changed."""
    return make_masked(sealed.folder, KEY, tmp_path_factory.mktemp("masked") / "package-masked")


def rows(package: Path, table: str) -> list[dict[str, str]]:
    with (package / "data" / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as content:
        return list(csv.DictReader(content))


def objects(package: Path) -> list[dict]:
    """Return every object of every answer."""
    packed = (package / "data" / "raw").rglob("*.json.gz")
    found, waiting = [], [json.loads(gzip.decompress(path.read_bytes())) for path in packed]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found.append(one)
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


A_WORD = "auditor"
"""The user name of the account that reads on Data Center; our own sentences have the word."""


def people_of(package: Path) -> set[str]:
    """Return every name, address and account of a person that stands in Jira's answers, but for what is an ordinary word."""
    users = [one for one in objects(package) if "displayName" in one and ("accountId" in one or "active" in one)]
    names = ("displayName", "emailAddress", "accountId", "key", "name")
    found = {one[name] for one in users for name in names if isinstance(one.get(name), str) and one[name]}
    return (found | {one["authorAccountId"] for one in objects(package) if one.get("authorAccountId")}) - {A_WORD}


def texts_of(package: Path) -> set[str]:
    """Return what people wrote: titles, comments, texts of fields, names of attachments; long enough to be told from a word."""
    found = {row["summary"] for table in ("population", "sample", "closing") for row in rows(package, table)}
    found |= {row["body"] for row in rows(package, "sample_comments")}
    for path in (package / "data" / "dossiers").glob("*/details.csv"):
        with path.open(encoding="utf-8", newline="") as content:
            told = [row for row in csv.DictReader(content) if row["field_id"] in {"summary", "description"}]
        found |= {row["value"] for row in told}
    for path in (package / "data" / "dossiers").glob("*/attachments.csv"):
        with path.open(encoding="utf-8", newline="") as content:
            found |= {row["name"] for row in csv.DictReader(content)}
    return {one for one in found if len(one) > 11}


def all_text(package: Path) -> dict[str, str]:
    """Return all that can be read in a package, by file, with what is inside of the workbook."""
    found: dict[str, str] = {}
    for path in sorted(package.rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as book:
                found |= {f"{path.name}!{name}": book.read(name).decode() for name in book.namelist()}
        elif path.is_file() and path.suffix != ".png":
            found[path.relative_to(package).as_posix()] = path.read_text(encoding="utf-8")
    return {name: unescape(text) for name, text in found.items()}


def test_no_person_and_no_text_is_in_it(sealed, masked):
    """Every name, address, account and text that is known from the full one is looked for in all files."""
    people, texts = people_of(sealed.folder), texts_of(sealed.folder)
    assert len(people) > 50
    assert len(texts) > 20
    for name, text in all_text(masked).items():
        there = [one for one in people if one in text]
        assert [one for one in there if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)] == [], name
        assert [one for one in texts if one in text] == [], name


def test_keys_statuses_numbers_and_times_stay(sealed, masked):
    """And of people it can still be told who did how much."""
    plain = ("key", "number", "issue_type", "status", "resolution", "created", "resolved")
    full, ours = rows(sealed.folder, "population"), rows(masked, "population")
    assert [[row[name] for name in plain] for row in ours] == [[row[name] for name in plain] for row in full]
    assert {row["summary"] for row in ours} == {LEFT_OUT}
    pairs = {(one["reporter"], other["reporter"]) for one, other in zip(full, ours, strict=True)}
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})
    assert all(re.fullmatch(r"Person [A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}|", other) for _, other in pairs)


def test_history_keeps_statuses_and_hides_texts(masked):
    """Of a change of a person the pseudonym, of any other field that it changed."""
    for row in rows(masked, "sample_history"):
        if (row["field_id"] or row["field"]) not in {"status", "resolution", "issuetype", "priority", "Key"}:
            cells = {row[name] for name in ("from", "from_text", "to", "to_text")} - {""}
            assert all(cell == LEFT_OUT or cell.startswith("Person ") for cell in cells), row
    assert any(
        (row["field_id"] or row["field"]) == "status" and row["to_text"] == "Done"
        for row in rows(masked, "sample_history")
    )


def test_a_record_of_the_log_is_named_whole(masked):
    """Of Data Center it is named by its time, of which the year alone would name none."""
    said = {found for row in rows(masked, "gaps") for found in re.findall(r"\blog \S+", row["evidence"])}
    assert said & {f"log {row['id']}" for row in rows(masked, "activity")}


def test_rows_do_not_stand_in_the_order_of_names(sealed, masked):
    """The order of a list of people would tell something of their names."""
    names = [row["account_id"] for row in rows(masked, "group_members") if row["account_id"]]
    by_group = [row["group"] for row in rows(masked, "group_members") if row["account_id"]]
    for group in set(by_group):
        mine = [name for name, of in zip(names, by_group, strict=True) if of == group]
        assert mine == sorted(mine)


def test_the_digests_of_the_full_package_are_inside(sealed, masked):
    """Who holds the full one finds each file, and attachments without their names."""
    said = json.loads((masked / MASKED_RECORD).read_text(encoding="utf-8"))
    tags = masked / "data" / "full" / "tagmanifest-sha256.txt"
    assert tags.read_bytes() == (sealed.folder / "tagmanifest-sha256.txt").read_bytes()
    with (masked / "data" / "full" / "files.csv").open(newline="") as content:
        listed = list(csv.DictReader(content))
    manifest = [line.split("  ", 1) for line in (sealed.folder / "manifest-sha256.txt").read_text().splitlines()]
    assert sorted(row["sha256"] for row in listed) == sorted(digest for digest, _ in manifest)
    assert {row["path"] for row in listed} <= {path for _, path in manifest}
    assert said["columns"]["population"]["summary"] == "text"
    assert said["full"]["tagmanifest_sha256"] in (masked / "data" / "index.html").read_text()


def test_another_key_is_told_before_anything_is_made(sealed, masked):
    """It would give other pseudonyms, each of which would be named."""
    assert check_bag(masked) == []
    (other,) = check_masked(masked, sealed.folder, KEY[::-1])
    assert other.kind is Kind.OTHER_KEY


def test_verify_says_what_it_can(sealed, masked, tmp_path, capsys):
    """Digests alone, then the full package, then the key: made again, equal to the byte."""
    key = tmp_path / "mask.key"
    key.write_text(f"{KEY.hex()}\n")
    verify(masked)
    assert "can't be computed again without the full package and the key" in capsys.readouterr().out
    verify(masked, full=sealed.folder)
    assert "made of this full package" in capsys.readouterr().out
    verify(masked, full=sealed.folder, mask_key=key)
    assert "equal to the byte" in capsys.readouterr().out
    with pytest.raises(UsageError, match="goes with --full"):
        verify(masked, mask_key=key)
    with pytest.raises(UsageError, match="are for a package without names"):
        verify(sealed.folder, full=masked)


def test_what_does_not_belong_or_is_of_another_package_is_found(masked, tmp_path):
    """A file more, and another tag manifest, although all digests were redone."""
    forged = tmp_path / "forged"
    shutil.copytree(masked, forged)
    (forged / "data" / "tables" / "names.txt").write_text("Ana")
    (forged / "data" / "full" / "tagmanifest-sha256.txt").write_text("none\n")
    assert {(one.kind, one.path) for one in check_masked(forged)} == {
        (Kind.NOT_MASKED, "data/tables/names.txt"),
        (Kind.OTHER_FULL, "data/full/tagmanifest-sha256.txt"),
    }
    with pytest.raises(DifferenceError):
        verify(forged)
    (forged / MASKED_RECORD).write_text("[]")
    with pytest.raises(UsageError, match=r"masked\.json can't be read"):
        check_masked(forged)


def test_nothing_is_made_of_a_package_that_was_changed(sealed, tmp_path):
    """Nor over something, and nothing is left behind."""
    changed = tmp_path / "changed"
    shutil.copytree(sealed.folder, changed)
    (changed / "data" / "tables" / "keys.txt").write_text("PAY-1\n")
    with pytest.raises(UsageError, match=r"keys\.txt"):
        make_masked(changed, KEY, tmp_path / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    with pytest.raises(UsageError, match="not empty"):
        make_masked(sealed.folder, KEY, tmp_path / "full")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["changed", "full"]


def test_a_full_package_is_no_masked_one(sealed, masked):
    """By its record, and by having no answers."""
    assert is_masked(masked)
    assert not is_masked(sealed.folder)


def test_a_key_is_made_once_for_its_owner_alone(tmp_path):
    """The next run beside it takes the same; what is no key is refused and never replaced."""
    path = key_beside(tmp_path / "package")
    assert path == tmp_path / "mask.key"
    key = key_or_new(path)
    assert len(key) == 32
    assert key_or_new(path) == read_key(path) == key
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("no key")
    for read in (read_key, key_or_new):
        with pytest.raises(UsageError, match="is no key of pseudonyms"):
            read(path)
    assert path.read_text() == "no key"
    with pytest.raises(UsageError, match="can't be read"):
        read_key(tmp_path / "none.key")


def test_a_key_never_stands_in_a_package(sealed, masked):
    """It would tell every pseudonym."""
    assert not any(KEY.hex() in text for text in all_text(masked).values())
    with pytest.raises(AuditError):
        key_or_new(sealed.folder / "no" / "folder" / "mask.key")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes in folders")
def test_a_key_that_never_ends_is_refused(tmp_path):
    """A pipe into which nobody writes, and a device; one that was saved with other line ends is the same key."""
    os.mkfifo(tmp_path / "pipe")
    for path, why in ((tmp_path / "pipe", "nobody writes"), (Path(os.devnull), "a device")):
        with pytest.raises(UsageError, match=why):
            read_key(path)
    (tmp_path / "mask.key").write_bytes(f"{KEY.hex()}\r\n".encode())
    assert read_key(tmp_path / "mask.key") == KEY


def test_it_is_not_made_within_the_full_one_nor_over_what_was_broken_off(sealed, tmp_path):
    """The full one would be none any more; and nothing can be resumed, which the words for a run say."""
    with pytest.raises(UsageError, match="lies in the package"):
        make_masked(sealed.folder, KEY, sealed.folder / "data" / "masked")
    (tmp_path / "out.partial").mkdir()
    with pytest.raises(UsageError, match=r"out\.partial exists: .*remove the folder") as refused:
        make_masked(sealed.folder, KEY, tmp_path / "out")
    assert "--resume" not in str(refused.value)
    assert check_bag(sealed.folder) == []


def test_what_takes_answers_refuses_it_in_a_sentence(sealed, masked, tmp_path):
    """It holds none: nothing is masked, compared, executed or traced to a response of it."""
    for take in (
        lambda: make_masked(masked, KEY, tmp_path / "out"),
        lambda: open_previous(masked),
        lambda: check_masked(masked, masked),
        lambda: Rows(masked),
        lambda: rerun(masked),
    ):
        with pytest.raises(UsageError, match=r"is a package without names, so .*; give the full one"):
            take()
    assert list(tmp_path.iterdir()) == []


def test_it_is_packed_as_the_full_one_is(masked, tmp_path):
    """For the same portals; there are no records to be set on paper."""
    packed = pack(masked, tmp_path / "out", 10**9)
    assert (len(packed.parts), packed.records) == (1, 0)
    with zipfile.ZipFile(tmp_path / "out" / packed.parts[0].archive) as archive:
        archive.extractall(tmp_path / "all")
    assert check_bag(tmp_path / "all" / packed.name) == []
    assert is_masked(tmp_path / "all" / packed.name)


def test_a_package_that_names_no_first_answer_is_not_masked(sealed, tmp_path):
    """Its digests were all redone, so that it is whole, and it can't be computed."""
    forged = tmp_path / "forged"
    shutil.copytree(sealed.folder, forged)
    index = forged / "data" / "raw" / "index.jsonl"
    lines = index.read_text(encoding="utf-8").splitlines(keepends=True)
    index.write_text("".join(line for line in lines if '"server/' not in line), encoding="utf-8")
    for tag in TOP - {"data"}:
        (forged / tag).unlink(missing_ok=True)
    seal(forged, INFO)
    with pytest.raises(UsageError, match="auditlib verify tells all"):
        make_masked(forged, bytes(32), tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["forged"]
