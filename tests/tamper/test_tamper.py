"""A sealed package changed at random, hundreds of times: every change is noticed, and what is named is what was changed.

Three hundred here, five thousand by ``make tamper``; each is made again by its seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest
from tamper.forged import FORGED, forge_all, forge_one
from tamper.forged import judged as judged_forged
from tamper.plain import OF_A_FILE, OF_THE_BAG, change_one
from tamper.plain import judged as judged_plain
from tampering import Tampered, changed, copy_of

from auditlib.evidence.opened import open_records
from auditlib.package.recompute import recompute
from auditlib.package.verify import check_bag
from auditlib.run.reperform import reperform

PLAIN = 120
"""Changes of each dialect's package without new digests; with the forged ones, and what is forged at once, more than 300."""


@pytest.fixture(scope="module")
def copied(sealed, tmp_path_factory) -> Tampered:
    return copy_of(sealed.folder, tmp_path_factory.mktemp("tampered") / "package")


@pytest.fixture
def package(copied) -> Iterator[Tampered]:
    with changed(copied):
        yield copied


def test_every_change_is_noticed_and_named(package):
    """Files, manifests, tags: flipped, cut, moved, replaced, doubled; nothing but what was touched is named."""
    kinds, wrong = set(), []
    for number in range(PLAIN):
        with changed(package):
            change = change_one(package, f"plain {number}")
            kinds.add(change.kind)
            wrong += filter(None, [judged_plain(package, change)])
    assert wrong == []
    assert len(kinds) > (len(OF_A_FILE) + len(OF_THE_BAG)) * 2 // 3
    assert check_bag(package.folder) == []


@pytest.mark.parametrize("kind", FORGED)
def test_what_is_forged_with_all_digests_is_noticed(package, kind):
    """Index, answers, record, parameters, files too many and too few: the bag is whole, and the change is found."""
    change = forge_one(package, f"forged {kind}", kind)
    assert check_bag(package.folder) == []
    assert judged_forged(package, change) == ""


def test_whatever_is_made_of_the_answers_is_named_file_by_file(package, sealed):
    """A row, a class, a page's sentence, a chart, the paper, a cell, a figure: each with new digests, all at once, each named."""
    if sealed.dialect != "cloud":
        pytest.skip("what is made of the answers is made by the same code in either dialect")
    done = forge_all(package, "all")
    assert len(done) > 60
    assert check_bag(package.folder) == []
    opened = lru_cache(maxsize=1)(open_records)
    found = {one.path for one in (*recompute(package.folder, opened), *reperform(package.folder, opened))}
    assert found == done.keys()
