"""Verification: one small defective package for each way to fail."""

from __future__ import annotations

import hashlib
import os

import bagit
import pytest
from bags import change, check_bag, seal_tags, write

from auditlib.errors import UsageError
from auditlib.package import verify
from auditlib.package.disk import open_bytes
from auditlib.package.target import is_sealed


def test_a_flipped_byte_is_found(bag):
    """Changed content is named, with both digests, and nothing else is."""
    path = bag / "data/tables/gaps.csv"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    change(path, b"AB,9", b"AB,8")
    after = hashlib.sha256(path.read_bytes()).hexdigest()
    assert check_bag(bag) == [
        f"data/tables/gaps.csv: changed: its SHA-256 is {after}, manifest-sha256.txt says {before}"
    ]


def test_missing_and_unexpected_files_are_named_one_by_one(bag):
    """A renamed file is one difference, which says its new name; any other file has a line of its own."""
    (bag / "data/tables/gaps.csv").rename(bag / "data/tables/gaps2.csv")
    (bag / "data/tables/more.csv").write_bytes(b"more")
    (bag / "data/Index.html").unlink()
    assert check_bag(bag) == [
        "data/Index.html: missing: manifest-sha256.txt lists it",
        "data/tables/gaps.csv: renamed: what manifest-sha256.txt lists under this name stands under data/tables/gaps2.csv",
        "data/tables/more.csv: unexpected: manifest-sha256.txt does not list it",
    ]


@pytest.mark.parametrize("name", ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_a_missing_tag_file_is_found(bag, name):
    """All four belong to a package."""
    (bag / name).unlink()
    assert not is_sealed(bag)
    assert f"{name}: missing" in check_bag(bag)


@pytest.mark.parametrize("name", ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"])
def test_a_changed_tag_file_is_found(bag, name):
    """The tag manifest guards the other tag files."""
    with (bag / name).open("ab") as stream:
        stream.write(b"\n")
    assert any(line.startswith(f"{name}: changed: ") for line in check_bag(bag))


@pytest.mark.parametrize("name", ["fetch.txt", "manifest-md5.txt", "extra/x"])
def test_anything_else_beside_the_payload_is_found(bag, name):
    """A fetch.txt would send a bag tool to the network; nothing unlisted is overlooked."""
    write(bag, {name: b""})
    assert check_bag(bag) == [f"{name.split('/')[0]}: unexpected: no package holds this beside 'data'"]


def test_a_signature_and_a_time_stamp_may_stand_beside_it(bag):
    """They are made after sealing and verified by other means."""
    write(bag, {"tagmanifest-sha256.txt.sig": b"-", "tagmanifest-sha256.txt.tsr": b"-"})
    assert check_bag(bag) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (b"  data/Index.html\n", b"\n", "malformed line"),
        (b"  data/Index.html\n", b" data/Index.html\n", "malformed line"),
        (b"  data/Index.html\n", b" *data/Index.html\n", "malformed line"),
        (b"  data/Index.html\n", b"  data/Index.html\r\n", "malformed line"),
        (b"  data/Index.html\n", b"  data/Index.html\n\n", "malformed line"),
        (b"  data/Index.html\n", b"  data/Index.html\n# a comment\n", "malformed line"),
        (b"  data/Index.html\n", b"  data/Index.html\nzz  data/Index.html\n", "malformed line"),
        (b"  data/Index.html\n", b"  data/../../../outside.txt\n", "its path has a part that is no name"),
        (b"  data/Index.html\n", b"  /outside.txt\n", "it is outside 'data'"),
        (b"  data/Index.html\n", b"  ../outside.txt\n", "it is outside 'data'"),
        (b"  data/Index.html\n", b"  outside.txt\n", "it is outside 'data'"),
        (b"  data/Index.html\n", b"  data/..\\outside.txt\n", "its name holds one of"),
        (b"  data/Index.html\n", b"  data/a%0Ab\n", "its name holds a control"),
        (b"  data/Index.html\n", b"  data/a%25b\n", "its name holds one of"),
        (b"  data/Index.html\n", b"  data/\xff\n", "[U+DCFF]: its name holds a control"),
    ],
)
def test_a_malformed_line_of_the_manifest_is_a_difference(bag, old, new, says):
    """Whether a bag tool would forgive it or not: a line that nobody reads protects nothing."""
    write(bag.parent, {"outside.txt": b"<p>"})
    change(bag / "manifest-sha256.txt", old, new)
    seal_tags(bag)
    assert any(line.startswith("manifest-sha256.txt:") and says in line for line in check_bag(bag))


def test_upper_case_hex_is_a_difference(bag):
    """Manifests are canonical; the file itself is not called changed for it."""
    manifest = bag / "manifest-sha256.txt"
    first, rest = manifest.read_text("utf-8").split("\n", 1)
    manifest.write_text(f"{first[:64].upper()}{first[64:]}\n{rest}", "utf-8")
    seal_tags(bag)
    assert bagit.Bag(str(bag)).validate()
    (difference,) = check_bag(bag)
    assert difference.startswith("manifest-sha256.txt:1: malformed line")


def test_lines_in_another_order_or_twice_are_a_difference(bag):
    """There is one manifest for one content."""
    manifest = bag / "manifest-sha256.txt"
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join(reversed(lines)))
    seal_tags(bag)
    assert check_bag(bag) == ["manifest-sha256.txt: malformed: its lines are not in byte order of the paths"]
    manifest.write_bytes(b"".join([lines[0], *lines]))
    seal_tags(bag)
    assert check_bag(bag) == ["manifest-sha256.txt:2: malformed line: data/Index.html is listed twice"]


def test_a_manifest_without_a_last_line_feed_is_a_difference(bag):
    """A cut manifest must not pass."""
    manifest = bag / "manifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes()[:-1])
    seal_tags(bag)
    assert "malformed line" in check_bag(bag)[0]


def test_a_path_that_climbs_out_is_never_read(bag, monkeypatch):
    """A hostile package can't make the verifier read other files of this machine."""
    outside = bag.parent / "outside.txt"
    outside.write_bytes(b"secret")
    change(bag / "manifest-sha256.txt", b"  data/Index.html", b"  data/../../outside.txt")
    seal_tags(bag)
    opened = []
    plain_open = open_bytes
    monkeypatch.setattr(verify, "open_bytes", lambda path: opened.append(path) or plain_open(path))
    assert check_bag(bag)
    assert all(path.resolve().is_relative_to(bag) and ".." not in path.parts for path in opened)


@pytest.mark.parametrize("target", ["/etc/hostname", "../outside.txt", "tables/gaps.csv"])
def test_a_link_is_named_and_never_followed(bag, target, monkeypatch):
    """A link in place of a listed file is a difference, even if what it leads to has the right digest."""
    outside = bag.parent / "outside.txt"
    (bag / "data/Index.html").rename(outside)
    (bag / "data/Index.html").symlink_to(target)
    (bag / "data/linked").symlink_to(bag.parent)
    plain_open = os.open
    monkeypatch.setattr(
        os,
        "open",
        lambda path, *more, **named: (
            pytest.fail("followed") if "Index" in str(path) else plain_open(path, *more, **named)
        ),
    )
    assert check_bag(bag) == [
        "data/Index.html: unexpected: a link",
        "data/linked: unexpected: a link",
        "data/Index.html: missing: manifest-sha256.txt lists it",
    ]


def test_a_payload_folder_that_is_a_link_is_a_difference(bag):
    """The payload is in the package or nowhere."""
    (bag / "data").rename(bag.parent / "elsewhere")
    (bag / "data").symlink_to(bag.parent / "elsewhere")
    assert "data: missing: the package has no payload" in check_bag(bag)


def test_a_tag_manifest_that_lists_other_files_is_a_difference(bag):
    """It lists the three tag files, no less and no more."""
    line = f"{hashlib.sha256(b'').hexdigest()}  data/zürich-東京.txt\n"
    with (bag / "tagmanifest-sha256.txt").open("a", encoding="utf-8") as stream:
        stream.write(line)
    assert any("is no tag file" in difference for difference in check_bag(bag))
    (bag / "tagmanifest-sha256.txt").write_bytes(b"")
    assert "tagmanifest-sha256.txt: does not list bagit.txt" in check_bag(bag)


def test_a_wrong_oxum_is_a_difference(bag):
    """Size and number of files are checked against what bag-info.txt says."""
    change(bag / "bag-info.txt", b"Payload-Oxum: ", b"Payload-Oxum: 1")
    seal_tags(bag)
    (difference,) = check_bag(bag)
    assert difference.startswith("bag-info.txt: Payload-Oxum is ")


def test_the_bagit_library_is_asked_too(bag, monkeypatch):
    """What only the library objects to is a difference."""

    def refuse(_: bagit.Bag) -> None:
        raise bagit.BagValidationError("not to my taste")

    monkeypatch.setattr(bagit.Bag, "validate", refuse)
    assert check_bag(bag) == ["bagit: not to my taste"]


def test_a_difference_shows_unseen_characters(bag):
    """A file name can't forge a second line, or turn the direction of this one."""
    write(bag, {"data/x\nfine\u202e": b""})
    (line,) = check_bag(bag)
    assert line.startswith("data/x⏎fine[U+202E]: unexpected")


def test_what_is_no_folder_is_a_usage_error(tmp_path):
    """There is nothing to compare."""
    with pytest.raises(UsageError):
        check_bag(tmp_path / "none")
    assert len(check_bag(tmp_path)) == 5  # four tag files and the payload
