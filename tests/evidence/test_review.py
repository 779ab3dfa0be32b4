"""The access review of whole pulls: planted leavers are found, and last quarter's decisions are held against today."""

from __future__ import annotations

from functools import partial

import pytest
from access_cases import list_of_leavers

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import ParameterError, UsageError
from auditlib.evidence.opened import Evidence
from auditlib.pull.collect import begin, collect
from auditlib.tables import to_csv

DIALECTS = ("cloud", "data-center")


def pulled(company, folder, params) -> Evidence:
    make = partial(EmbeddedJira, company.world)
    return collect(params, folder / "work", {}, lambda *_: None, base=folder, embedded=make)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_planted_leavers_are_found_sure_or_by_name_only(small_company, parameters, tmp_path, dialect):
    """By address, by account, and by a name written the other way round; a deactivated account is no exception."""
    people = small_company.truth.departures
    (tmp_path / "left.csv").write_text(list_of_leavers(people), encoding="utf-8", newline="")
    evidence = pulled(
        small_company, tmp_path, parameters(deployment=dialect, leavers="left.csv", projects="[PAY, OPS]")
    )
    sheet = evidence.review.sheet
    by_address, by_name, by_account, deactivated, nobody = people
    key = {
        one.account_id: one.account_id if dialect == "cloud" else one.key for one in small_company.world.users.values()
    }
    said = dict(
        zip(sheet["account_id"], sheet["leaver"].astype(object).where(sheet["leaver"].notna(), None), strict=True)
    )
    assert said[key[by_address.account_id]] == "2026-08-14"
    assert said[key[by_name.account_id]] == "2026-09-02 (name only)"
    assert said[key[deactivated.account_id]] == "2026-03-31"
    if dialect == "cloud":  # the list has the account's id of Cloud
        assert said[key[by_account.account_id]] == "2026-05-29"
    assert sum(one is not None for one in said.values()) == 4
    found = {one.id: one for one in evidence.review.findings}
    assert (found["access.leavers"].count, found["access.leavers-doubtful"].count) == (1, 1)
    assert found["access.leavers-unmatched"].count == 1
    assert nobody.name not in set(sheet["display_name"])


def test_a_package_reads_its_own_copy_of_the_lists(small_company, parameters, tmp_path):
    """Years later the file of the people department is gone; the package shows the same."""
    (tmp_path / "left.csv").write_text(list_of_leavers(small_company.truth.departures), encoding="utf-8", newline="")
    evidence = pulled(small_company, tmp_path, parameters(deployment="cloud", leavers="left.csv", projects="[PAY]"))
    (tmp_path / "left.csv").unlink()
    again = Evidence(evidence.folder, evidence.params)
    assert again.table_files()["access_review.csv"] == evidence.table_files()["access_review.csv"]
    assert b"2026-08-14" in again.table_files()["access_review.csv"]


def test_last_quarters_removals_are_held_against_today(small_company, parameters, tmp_path):
    """The sheet of one package, with decisions, is the review of the next: what still holds is an exception."""
    first = pulled(small_company, tmp_path, parameters(deployment="cloud", projects="[PAY]"))
    sheet = first.review.sheet.head(3).assign(
        decision=["remove", "keep", "changed"], reviewer="Eve", reviewed_on="2026-10-01"
    )
    gone = sheet.head(1).assign(account_id="712020:gone")
    table = next(one for one in first.tables if one.name == "access_review")
    content = to_csv(table, sheet) + to_csv(table, gone).partition(b"\n")[2]
    (tmp_path / "last.csv").write_bytes(content)
    second = pulled(
        small_company, tmp_path / "next", parameters(deployment="cloud", projects="[PAY]", review="../last.csv")
    )
    rows = second.review.sheet.set_index("account_id")
    assert rows.loc[sheet["account_id"], "decision"].tolist() == ["remove", "keep", "changed"]
    assert rows.loc[sheet["account_id"].iloc[0], "still_held"] == sheet["permissions"].iloc[0]
    found = {one.id: one for one in second.review.findings}
    assert (found["access.not-removed"].severity, found["access.not-removed"].count) == ("exception", 1)
    assert "1 is done" in found["access.removed"].statement


@pytest.mark.parametrize(
    ("key", "content", "error", "message"),
    [
        ("leavers", b"name,left_on\nAda,01.05.2026\n", ParameterError, "left_on must be a day"),
        ("leavers", "name;left_on\nJos\xe9;2026-05-01\n".encode("cp1252"), UsageError, "is not UTF-8"),
        ("leavers", "name\tleft_on\n".encode("utf-16"), UsageError, "is UTF-16"),
        ("leavers", b"name,left_on\n\0", UsageError, "no such list"),
        (
            "review",
            b"account_id,project,permissions,decision,reviewer,reviewed_on\n1,PAY,X,drop,,\n",
            ParameterError,
            "decision",
        ),
        ("review", b"PK\x03\x04 a workbook", UsageError, "save its first sheet as CSV UTF-8"),
        ("leavers", None, UsageError, "can't be read"),
    ],
)
def test_a_list_that_cannot_be_read_ends_before_anything_is_asked(parameters, tmp_path, key, content, error, message):  # noqa: PLR0917
    """With status 2, the cause and the remedy."""
    if content is not None:
        (tmp_path / "list.csv").write_bytes(content)
    with pytest.raises(error, match=message) as caught:
        begin(parameters(**{key: "list.csv"}), tmp_path / "work", tmp_path)
    assert caught.value.status == 2


def test_since_is_what_the_log_tells(small_company, parameters, tmp_path):
    """A time stands there only if the log dates each way in; what it dates at all stands beside."""
    evidence = pulled(small_company, tmp_path, parameters(deployment="cloud", projects="[PAY, OPS]"))
    sheet, recorded = evidence.review.sheet, evidence.access_changes.since
    dated = sheet[sheet["added"].notna()]
    assert len(dated)
    assert set(dated["account_id"]) <= set(recorded["account_id"])
    for row in dated.itertuples():
        assert len(row.added.split("; ")) <= len(row.via.split("; "))
        assert (not isinstance(row.since, str)) or len(row.added.split("; ")) == len(row.via.split("; "))
