"""The sealed package: what is refused, what is sealed, and that other tools agree."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess

import bagit
import pytest
from bags import INFO, check_bag, refusal, write

from auditlib.package.bag import seal
from auditlib.package.layout import name_problem
from auditlib.package.target import is_sealed
from auditlib.package.verify import read_info


def test_a_sealed_package_is_whole(bag):
    """No difference in a package that nobody touched."""
    assert check_bag(bag) == []
    assert is_sealed(bag)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
@pytest.mark.parametrize("manifest", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_verifies_it(bag, manifest):
    """A reviewer needs no program of ours."""
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", manifest], cwd=bag, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_bagit_library_verifies_it(bag):
    """Any bag tool reads the package."""
    assert bagit.Bag(str(bag)).validate()


def test_manifests_are_canonical(bag):
    """Lower-case hex, two spaces, LF, sorted by the bytes of the path: equal packages have equal manifests."""
    files = sorted((path for path in (bag / "data").rglob("*") if path.is_file()), key=os.fsencode)
    lines = [
        hashlib.sha256(path.read_bytes()).hexdigest().encode()
        + b"  "
        + path.relative_to(bag).as_posix().encode()
        + b"\n"
        for path in files
    ]
    assert (bag / "manifest-sha256.txt").read_bytes() == b"".join(lines)
    assert lines[0].endswith(b"data/Index.html\n")


def test_the_digest_returned_is_the_tag_manifests(payload):
    """One number stands for the whole package, and sealing again gives the same."""
    digest = seal(payload, INFO)
    assert digest == hashlib.sha256((payload / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert seal(payload, INFO) == digest


def test_bag_info_holds_what_was_given_and_the_oxum(bag):
    """Bytes and files of the payload are counted; the rest is as given, each on one line."""
    files = [path for path in (bag / "data").rglob("*") if path.is_file()]
    assert read_info(bag) | INFO == read_info(bag)
    assert read_info(bag)["Payload-Oxum"] == f"{sum(path.stat().st_size for path in files)}.{len(files)}"
    assert read_info(bag)["Bag-Software-Agent"].startswith("auditlib ")


def test_a_title_cannot_forge_a_line_of_bag_info(payload):
    """A line feed in a title would start a label of its own."""
    seal(payload, {"External-Description": "SOC 2\nPayload-Oxum: 0.0\u202e"})
    assert read_info(payload)["External-Description"] == "SOC 2 Payload-Oxum: 0.0[U+202E]"
    assert check_bag(payload) == []


def test_sealing_changes_no_folder_of_the_process(payload, monkeypatch):
    """The current folder belongs to the caller (the bagit library changes it)."""
    monkeypatch.setattr(os, "chdir", lambda _: pytest.fail("chdir"))
    seal(payload, INFO)
    assert check_bag(payload) == []


def test_sealing_anew_drops_the_old_signature(bag):
    """A signature of other content must not stand beside the new one."""
    write(bag, {"tagmanifest-sha256.txt.sig": b"old", "tagmanifest-sha256.txt.tsr": b"old", "data/new.txt": b"new"})
    seal(bag, INFO)
    assert not (bag / "tagmanifest-sha256.txt.sig").exists()
    assert not (bag / "tagmanifest-sha256.txt.tsr").exists()
    assert check_bag(bag) == []


@pytest.mark.parametrize(
    "name",
    [
        "con",
        "NUL.txt",
        "aux.tar.gz",
        "com1.csv",
        "LPT¹",
        "dot.",
        "space ",
        " space",
        "a:b",
        "a<b",
        "a\\b",
        'a"b',
        "a|b",
        "a?",
        "a*",
        "line\nfeed",
        "return\rhere",
        "per%cent",
        "bell\x07",
        "turn\u202e.txt",
        "hard\u00a0space",
        "conout$.log",
        "con .txt",
    ],
)
def test_a_name_that_cannot_travel_is_refused(payload, name):
    """No file name that Windows forbids, or that two tools read in two ways."""
    write(payload, {f"data/dossiers/{name}": b"x"})
    assert "can't be sealed: data/dossiers/" in refusal(payload)


@pytest.mark.parametrize(
    "name", ["console", "common.csv", "com10", ".hidden", "a..b", "Ärger & Söhne (1).pdf", "ab-1", "日本"]
)
def test_an_ordinary_name_is_not_refused(name):
    """Only what is forbidden is refused."""
    assert name_problem(f"data/{name}") is None


def test_a_folder_name_is_checked_like_a_file_name(payload):
    """Windows forbids it for folders too."""
    write(payload, {"data/aux/x.txt": b"x"})
    assert "reserved by Windows (aux)" in refusal(payload)


def test_a_path_over_200_characters_is_refused(payload):
    """Windows allows 260 characters, and the package stands somewhere."""
    write(payload, {f"data/{'a' * 100}/{'b' * 95}": b"x"})
    assert "its path has 201 characters" in refusal(payload)
    assert name_problem(f"data/{'a' * 100}/{'b' * 94}") is None


def test_names_equal_but_for_case_are_refused(payload):
    """On Windows and macOS one of the two would be lost."""
    write(payload, {"data/INDEX.HTML": b"x"})
    assert "has the same name as data/INDEX.HTML" in refusal(payload)


def test_names_equal_but_for_composition_are_refused(payload):
    """On macOS, ü as one character and as two are one name."""
    write(payload, {"data/zu\u0308rich-東京.txt": b"x"})
    assert "has the same name as" in refusal(payload)


@pytest.mark.parametrize("target", ["tables/gaps.csv", "tables", "/etc", "nowhere"])
def test_a_link_is_refused(payload, target):
    """A link holds nothing, and may lead out."""
    (payload / "data" / "link").symlink_to(target)
    assert "data/link: is a link" in refusal(payload)


def test_a_pipe_is_refused(payload):
    """Neither file nor folder; reading it would wait for ever."""
    os.mkfifo(payload / "data" / "pipe")
    assert "data/pipe: is neither file nor folder" in refusal(payload)


def test_a_name_that_is_not_unicode_is_refused(payload):
    """A manifest is UTF-8."""
    (payload / "data" / os.fsdecode(b"caf\xe9")).write_bytes(b"x")
    assert "data/caf[U+DCE9]" in refusal(payload)


def test_anything_beside_the_payload_is_refused(payload):
    """What no manifest lists, nobody could verify."""
    write(payload, {"state.json": b"{}"})
    assert "state.json: stands beside 'data'" in refusal(payload)


def test_an_empty_payload_is_refused(tmp_path):
    """A package of nothing proves nothing."""
    (tmp_path / "data").mkdir()
    assert "is empty" in refusal(tmp_path)


def test_many_problems_are_told_in_a_few_lines(payload):
    """Three of them and the number of the others."""
    write(payload, {f"data/a{number}?": b"" for number in range(10)})
    assert refusal(payload).splitlines()[3:] == ["and 7 more"]
