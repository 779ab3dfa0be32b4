"""Which file goes into which part: nothing is cut, nothing is left out, nothing is too large."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import UsageError
from auditlib.package.parts import (
    AROUND_ARCHIVE,
    AROUND_ENTRY,
    Part,
    Piece,
    parse_size,
    part_named,
    read_listing,
    split,
)

TAGS = (Piece("bagit.txt", 55, "a" * 64), Piece("manifest-sha256.txt", 900, "b" * 64))
NAME = "audit-0123456789ab"


@pytest.mark.parametrize(
    ("text", "size"),
    [("1GB", 10**9), ("500 MB", 5 * 10**8), ("2GiB", 2 << 30), ("1.5kb", 1500), ("123456", 123456), ("10B", 10)],
)
def test_a_size_is_read_as_portals_write_it(text, size):
    """The decimal units are the smaller ones, and fit whatever a portal means."""
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "GB", "-1GB", "1 PB", "0", "0.1B", "1GB2", "a" * 500, "9" * 400, "9" * 400 + "GB"]
)
def test_what_is_no_size_is_refused_in_a_sentence(text):
    """The form that is meant is named."""
    with pytest.raises(UsageError, match="a size is a number with KB, MB or GB") as error:
        parse_size(text)
    assert len(str(error.value)) < 200


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=40), st.integers(0, 20_000))
def test_every_file_is_in_one_part_and_no_part_is_too_large(sizes, more):
    """In the order of the manifest; each part has the tag files; what fits is never refused."""
    pieces = [Piece(f"data/{place:04}-ü", size, f"{place:064x}") for place, size in enumerate(sizes)]
    with pytest.raises(UsageError) as error:
        split(pieces, TAGS, NAME, 1)
    least = int(str(error.value).rpartition("--max-size ")[2].split()[0])
    assert str(max(sizes)) in str(error.value).replace(",", "")
    parts = split(pieces, TAGS, NAME, least + more)
    assert [one for part in parts for one in part.pieces if one not in TAGS] == pieces
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    for part in parts:
        assert part.pieces[: len(TAGS)] == TAGS
        assert len(part.pieces) > len(TAGS)
        around = AROUND_ARCHIVE + AROUND_ENTRY + len(part.listing)
        assert around + sum(one.size + AROUND_ENTRY for one in part.pieces) <= least + more
    with pytest.raises(UsageError):
        split(pieces, TAGS, NAME, least - 1)


def test_the_list_of_a_part_says_which_part_it_is_and_is_read_back():
    """By its name alone, with as many digits as the count has; other files are none."""
    part = Part("soc.part-2", 3, 12, (*TAGS, Piece("data/a  b.csv", 1, "c" * 64)))
    assert part.list_name == "soc.part-2.part-03-of-12.sha256.txt"
    assert part_named(part.list_name) == ("soc.part-2", 3, 12)
    assert part_named(part.archive) is None
    assert part_named(f"soc.part-1-of-{'9' * 5000}.sha256.txt") is None
    assert read_listing(part.listing) == {one.path: one.digest for one in part.pieces}
    assert read_listing(b"\xff\xfe\n" + part.listing + b"nothing") == read_listing(part.listing)
