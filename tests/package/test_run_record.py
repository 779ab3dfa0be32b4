"""``run.json`` and ``bag-info.txt`` say what the responses and the parameters say, whoever wrote the digests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tampering import Tampered, changed, copy_of

from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.opened import open_records
from auditlib.package.recompute import guarded
from auditlib.package.run_record import check_record


@pytest.fixture(scope="module")
def copied(sealed, tmp_path_factory) -> Tampered:
    return copy_of(sealed.folder, tmp_path_factory.mktemp("record") / "package")


@pytest.fixture
def package(copied) -> Iterator[Tampered]:
    with changed(copied):
        yield copied


def found_in(package: Tampered) -> list[Difference]:
    return guarded(package.folder, lambda: check_record(open_records(package.folder)))


RECORD: dict[str, Callable[[dict[str, Any]], object]] = {
    "account.name": lambda record: record["account"].update(name="Somebody Else"),
    "account.id": lambda record: record["account"].update(id="1"),
    "account.powers.PAY": lambda record: record["account"]["powers"].update(PAY=["ADMINISTER"]),
    "account.powers.XX": lambda record: record["account"]["powers"].update(XX=[]),
    "jira.url": lambda record: record["jira"].update(url="https://example.com"),
    "counts.responses": lambda record: record["counts"].update(responses=1),
    "counts.bytes": lambda record: record["counts"].update(bytes=1),
    "pulled.to": lambda record: record["pulled"].update({"to": "2026-01-01T00:00:00Z"}),
    "period.ends": lambda record: record["period"].update(ends="2027-01-01T00:00:00Z"),
    "jql.shared_filter": lambda record: record["jql"].update(shared_filter="project = X"),
    "finished": lambda record: record.update(finished=record["started"].replace("20", "19", 1)),
    "started": lambda record: record.update(started="yesterday"),
    "from": lambda record: record.update({"from": {"package": "x", "tagmanifest_sha256": "0"}}),
}


@pytest.mark.parametrize("member", RECORD)
def test_a_changed_member_is_named(package, member):
    """Account, powers, Jira, times, counts, queries: each by its name in the file."""
    package.edit_json("data/run.json", RECORD[member])
    found = [one for one in found_in(package) if one.path == "data/run.json"]
    assert [one.found.split(" is ")[0] for one in found] == [member]


@pytest.mark.parametrize(
    "label", ["Source-Organization", "External-Description", "External-Identifier", "Bagging-Date"]
)
def test_a_changed_line_of_the_description_is_named(package, label):
    """Whose data it is, of which period, from which day: by the responses and the record, whatever the digests say."""
    package.edit("bag-info.txt", lambda text: text.replace(f"{label}: ".encode(), f"{label}: x".encode()))
    package.redo()
    (found,) = found_in(package)
    assert (found.kind, found.path) == (Kind.INFO_LINE, "bag-info.txt")
    assert found.found.startswith(f"{label}: x")


def test_a_line_more_is_named(package):
    """A line that no run writes into the description of the bag is told."""
    package.edit("bag-info.txt", lambda text: b"Contact-Name: Somebody\n" + text)
    package.redo()
    assert [one.found for one in found_in(package)] == ["Contact-Name: Somebody"]


def test_nothing_is_found_in_a_package_as_it_was_sealed(package):
    """In either dialect."""
    assert found_in(package) == []
