"""A sealed package as something to start from: what was changed after sealing is never used, whenever it was changed."""

from __future__ import annotations

import hashlib

import pytest
from bags import seal_tags

from auditlib.errors import UsageError
from auditlib.package.frozen import open_sealed

GAPS = "data/tables/gaps.csv"


def test_a_whole_package_gives_its_files_and_its_digest(bag, tmp_path):
    """The digest is that of the tag manifest, which stands for all of it; files come as they were sealed."""
    files = open_sealed(bag)
    assert files.digest == hashlib.sha256((bag / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert files.read(GAPS) == b"project,number\nAB,9\n"
    assert files.paths("data/tables") == ["data/tables/a b.csv", GAPS]
    assert GAPS in files
    assert "data/other" not in files
    files.copy(GAPS, tmp_path / "new" / "gaps.csv")
    assert (tmp_path / "new" / "gaps.csv").read_bytes() == (bag / GAPS).read_bytes()


def test_what_a_file_manager_left_there_is_no_matter(bag):
    """It is in no manifest, and nothing reads it."""
    (bag / "data" / ".DS_Store").write_bytes(b"x")
    open_sealed(bag)


@pytest.mark.parametrize(
    "change",
    [
        lambda bag: (bag / GAPS).write_bytes(b"project,number\nAB,8\n"),
        lambda bag: (bag / GAPS).unlink(),
        lambda bag: (bag / "data" / "more.csv").write_bytes(b""),
        lambda bag: (bag / "manifest-sha256.txt").write_bytes((bag / "manifest-sha256.txt").read_bytes()[:-1]),
    ],
)
def test_a_package_that_was_changed_is_refused_with_the_file(bag, change):
    """Status 2, and a sentence that names what is not as it was sealed."""
    change(bag)
    with pytest.raises(UsageError, match=r"is not what was sealed, so nothing is taken from it: (data/|manifest)"):
        open_sealed(bag)


def test_a_package_whose_manifest_was_made_to_fit_is_refused(bag):
    """The manifest agrees with the changed file, the tag manifest does not agree with the manifest."""
    changed = b"project,number\nAB,8\n"
    old, new = (hashlib.sha256(one).hexdigest() for one in ((bag / GAPS).read_bytes(), changed))
    (bag / GAPS).write_bytes(changed)
    manifest = bag / "manifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes().replace(old.encode(), new.encode()))
    with pytest.raises(UsageError, match=r"manifest-sha256\.txt"):
        open_sealed(bag)


def test_a_change_between_the_check_and_the_reading_is_noticed(bag, tmp_path):
    """What is read is compared with the manifest of the check, even where all of the package was made to fit meanwhile."""
    files = open_sealed(bag)
    changed = b"project,number\nAB,8\n"
    old, new = (hashlib.sha256(one).hexdigest() for one in ((bag / GAPS).read_bytes(), changed))
    (bag / GAPS).write_bytes(changed)
    manifest = bag / "manifest-sha256.txt"
    manifest.write_bytes(manifest.read_bytes().replace(old.encode(), new.encode()))
    seal_tags(bag)
    open_sealed(bag)  # it is another package now
    with pytest.raises(UsageError, match=f"{GAPS} is not what was sealed"):
        files.copy(GAPS, tmp_path / "gaps.csv")
    assert not (tmp_path / "gaps.csv").exists()


def test_a_link_in_the_place_of_a_file_is_not_followed(bag):
    """Not even to a file of equal content."""
    files = open_sealed(bag)
    (bag / GAPS).rename(bag.parent / "elsewhere.csv")
    (bag / GAPS).symlink_to(bag.parent / "elsewhere.csv")
    with pytest.raises(UsageError, match="can't be read"):
        files.read(GAPS)


def test_a_folder_that_is_not_sealed_is_refused(payload):
    """What may still change is nothing to start from."""
    with pytest.raises(UsageError, match="is not a sealed package"):
        open_sealed(payload)


def test_a_file_that_no_manifest_lists_is_not_read(bag):
    """As where an index of the package names it."""
    with pytest.raises(UsageError, match="data/nowhere is not what was sealed"):
        open_sealed(bag).read("data/nowhere")
