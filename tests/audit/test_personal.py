"""Somebody thought of what each column of each table holds of people; what nobody thought of is left out."""

from __future__ import annotations

import pytest

from auditlib.audit.personal import BESIDE, BY_NAME, IN_TABLE, Holds, holds
from auditlib.evidence.chapters import TABLES
from auditlib.evidence.dossier_package import Records
from auditlib.tables import Column

ALL = {one.name: one for one in (*TABLES, *(table for shown in Records.known_chapters for table in shown.frames))}


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_column_of_text_is_classified(name):
    """A new column is a line in `audit.personal`, or its cells are left out of packages without names and this test fails."""
    texts = [column.name for column in ALL[name].columns if column.kind == "text"]
    assert [one for one in texts if one not in BY_NAME and (name, one) not in IN_TABLE] == []


def test_a_column_that_nobody_classified_is_left_out():
    """What is no text can't hold a name."""
    assert holds("population", Column("something_new", "text", "")) is Holds.TEXT
    assert holds("population", Column("something_new", "integer", "")) is Holds.PLAIN


def test_no_name_is_classified_twice():
    """One meaning for each name; what a table means otherwise names a table and a column that are there."""
    assert len(BY_NAME) == sum(1 for _ in BY_NAME)
    known = {(table.name, column) for table in ALL.values() for column in table.names}
    later = {"answers", "requests", "yearly"}
    assert {pair for pair in IN_TABLE if pair[0] not in later} <= known


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_name_is_told_by_the_account_beside_it(name):
    """Where a table has a person's name and account, the name is told from the same name of somebody else."""
    columns = {column.name: holds(name, column) for column in ALL[name].columns}
    assert all(
        columns[BESIDE[one]] is Holds.PERSON
        for one in columns
        if BESIDE.get(one) in columns and columns[one] is Holds.PERSON
    )
