"""Frames become the bytes of CSV files and come back."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SHARED
from table_reading import from_csv

from auditlib.audit.finding import FINDINGS
from auditlib.audit.numbering.explanations import GAP_EXPLANATIONS, parse_explanations
from auditlib.audit.numbering.gaps import GAPS, NUMBERING
from auditlib.audit.population.cut import POPULATION
from auditlib.audit.sampling.draw import parse_keys
from auditlib.csv_cells import read_cell, writable_text
from auditlib.dossier.files import TABLES as DOSSIER_FILES
from auditlib.evidence.chapters import TABLES
from auditlib.tables import Column, Table, take_long_cells, to_csv

ZONE = ZoneInfo("America/New_York")
GUARDED = "=+-@\t\r"

EVERY = (*TABLES, GAP_EXPLANATIONS, *DOSSIER_FILES)

ONE_OF_EACH = Table(
    "one_of_each",
    "One column of each kind, and some more texts.",
    (
        Column("project", "text", "A text."),
        Column("number", "integer", "A number."),
        Column("actor", "text", "A text."),
        Column("at", "instant", "A time."),
        Column("at_utc", "instant_utc", "A time in UTC."),
        Column("rate", "fraction", "A fraction."),
        Column("seen", "flag", "Yes or no."),
    ),
    further=(Column("remark", "text", "A text."), Column("entry", "integer", "A number, or none.", optional=True)),
)

# Any character at all, and often those that CSV, spreadsheets and encodings stumble over. Characters are drawn one by one:
# of `st.text` over both, hypothesis makes one alphabet, in which the few are as rare as any.
TEXTS = st.lists(
    st.sampled_from("=+-@'\",\r\n\t\x00\x0b\x1c\x85\u2028\ufeff\ud800\udfff") | st.characters(codec=None), max_size=12
).map("".join)
INSTANTS = st.integers(0, 10**8 * 31_000).map(lambda ms: datetime(1996, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))


def gaps(**columns) -> pd.DataFrame:
    """Make a table of gaps in which the columns not given are empty."""
    length = len(next(iter(columns.values())))
    return pd.DataFrame({name: columns.get(name, [None] * length) for name in GAPS.names})


def findings(statements: list, **columns) -> pd.DataFrame:
    """Make a table of findings with these statements."""
    frame = pd.DataFrame({name: [None] * len(statements) for name in FINDINGS.names})
    return frame.assign(statement=pd.Series(statements, dtype=object), **columns)


def test_the_columns_are_the_contracts():
    """Names and order of the columns are fixed by the contract, where it is at hand; more columns may follow them."""
    contract = SHARED / "CONTRACT.md"
    if not contract.exists():
        pytest.skip("the contract is not at hand")
    rows = [line.split("|") for line in contract.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    promised = {row[1].strip(" `").removesuffix(".csv"): row[3] for row in rows if ".csv`" in row[1]}
    dossier = (
        contract.read_text(encoding="utf-8").partition("Dossier files:")[2].partition("\n\n")[0].replace("\n", " ")
    )
    promised |= {"sample_history": "", "sample_comments": ""}
    for part in dossier.split("·"):
        name, _, columns = part.strip().rstrip(".").partition(".csv` ")
        promised[name.strip(" `")] = columns
    added = {"gap_explanations", "sample_changes", "attribute_rates", "attribute_deviations"}
    added |= {"access_review_import", "control_sample"}
    added |= {"memberships", "permission_counts", "permission_schemes", "project_roles", "group_members"}
    known = {table.name: table for table in EVERY}
    assert known.keys() - promised.keys() == added  # a form to fill in, and what the contract does not ask for
    for name in known.keys() & promised.keys():
        if name.startswith("sample_"):
            assert known[name].columns == known[name.removeprefix("sample_")].columns, name
            continue
        if name == "sample":
            expected = ["order", "key", "ticket", "stratum"] + [it for it in POPULATION.contract_names if it != "key"]
        else:
            # What stands in brackets explains; the words outside of them are the columns.
            outside = re.sub(r"\s*\([^()]*\)", "", promised[name]).strip()
            expected = [word.strip() for word in outside.split(",")]
        assert known[name].contract_names == expected, name


def test_every_column_says_what_it_means_in_one_sentence():
    """The data dictionary is made of these."""
    for table in EVERY:
        assert all(column.meaning.endswith(".") and "\n" not in column.meaning for column in table.columns)
        assert len(set(table.names)) == len(table.columns)
        assert set(table.sort_keys) <= set(table.names)
    assert len({table.name for table in EVERY}) == len(EVERY)


def test_the_bytes_are_pinned():
    """One row of every kind: quoting, guard, missing values, both forms of time, in the contract's order."""
    at = datetime(2026, 4, 1, 13, 15, tzinfo=UTC)
    rows = [
        ("AB", 7, "=1+1", at, at, 0.5, True, "two\nlines", 12),
        (None, 8, 'says "no", often', None, None, None, False, "", None),
    ]
    frame = ONE_OF_EACH.make(rows, ZONE)
    assert to_csv(ONE_OF_EACH, frame[frame.columns[::-1]]) == (
        b"project,number,actor,at,at_utc,rate,seen,remark,entry\n"
        b'AB,7,\'=1+1,2026-04-01T09:15:00.000-04:00,2026-04-01T13:15:00.000Z,0.5,true,"two\nlines",12\n'
        b',8,"says ""no"", often",,,,false,,\n'
    )


def test_rows_become_a_frame_of_the_tables_kinds():
    """The maker gives cells; the kinds are the table's, whatever the rows hold, and without any."""
    row = ("AB", 7, None, datetime(2026, 4, 1, tzinfo=UTC), None, None, None, None)
    text, zoned = "str", "datetime64[us, America/New_York]"
    kinds = [text, "int64", text, zoned, "datetime64[us, UTC]", "float64", "boolean", text, "Int64"]
    for rows in ([(*row, None)], [(*row, 12)], []):
        frame = ONE_OF_EACH.check(ONE_OF_EACH.make(rows, ZONE))
        assert list(frame.columns) == ONE_OF_EACH.names
        assert [str(kind) for kind in frame.dtypes] == kinds


@pytest.mark.parametrize(
    ("place", "cell", "message"),
    [
        (0, 5, "table one_of_each, column project: integer is not text"),
        (1, "many", "table one_of_each, column number: "),
        (1, 1.5, "table one_of_each, column number: "),
        (1, None, "table one_of_each, column number: "),
        (8, 1.5, "table one_of_each, column entry: "),
        (3, "yesterday", "table one_of_each, column at: "),
        (5, "half", "table one_of_each, column rate: "),
        (6, "no", "table one_of_each, column seen: "),
    ],
)
def test_a_cell_of_another_kind_fails_where_the_table_is_made(place, cell, message):
    """Not later, where it is written, and not in silence; the message names the column."""
    cells: list = [None, 7, *[None] * 7]
    cells[place] = cell
    with pytest.raises(ValueError, match=message):
        ONE_OF_EACH.make([cells], ZONE)


def test_a_row_of_another_length_and_a_missing_zone_are_refused():
    """A cell too few would shift nothing, but hide a column; a time without the audit's zone would show another hour."""
    with pytest.raises(ValueError, match="9 columns passed"):
        ONE_OF_EACH.make([("AB", 7)], ZONE)
    with pytest.raises(ValueError, match=r"column at: times need the audit's zone"):
        ONE_OF_EACH.make([])


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda frame: frame.drop(columns="rate"), "no column rate"),
        (lambda frame: frame.assign(extra="x"), "no table of this name has extra"),
        (lambda frame: frame[frame.columns[::-1]], "in another order: entry, remark"),
        (lambda frame: pd.concat([frame, frame[["rate"]]], axis="columns"), "a column twice"),
        (lambda frame: frame.assign(number="7"), "column number: str where integer belongs"),
        (lambda frame: frame.assign(number=pd.array([None], dtype="Int64")), "column number: a number is missing"),
        (lambda frame: frame.assign(number=7.0), "column number: float64 where integer belongs"),
        (lambda frame: frame.assign(actor=pd.Series([3], dtype=object)), "column actor: object where text belongs"),
        (lambda frame: frame.assign(at=frame["at"].dt.tz_localize(None)), "column at: datetime64"),
        (lambda frame: frame.assign(at_utc=frame["at"]), r"column at_utc: .* where instant_utc belongs"),
        (lambda frame: frame.assign(rate=1), "column rate: int64 where fraction belongs"),
        (lambda frame: frame.assign(seen=1), "column seen: int64 where flag belongs"),
    ],
)
def test_a_frame_that_is_not_the_table_is_refused(spoil, message):
    """A wrong column or kind fails in the module that made the frame."""
    at = datetime(2026, 4, 1, tzinfo=UTC)
    frame = ONE_OF_EACH.make([("AB", 7, "me", at, at, 0.5, True, "", None)], ZONE)
    assert ONE_OF_EACH.check(frame) is frame
    with pytest.raises(ValueError, match=f"table one_of_each.*{message}"):
        ONE_OF_EACH.check(spoil(frame))


@settings(deadline=None)
@given(st.lists(st.none() | TEXTS, max_size=6))
def test_any_text_comes_back(statements):
    """Every text survives writing and reading, whatever it holds."""
    content = to_csv(FINDINGS, findings(statements))
    content.decode("utf-8")
    for text, found in zip(statements, from_csv(FINDINGS, content)["statement"].tolist(), strict=True):
        assert (found if isinstance(found, str) else "") == (text or "")


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_other_programs_read_the_same_cells(statements):
    """An oracle: Python's csv reader finds the rows and the guarded cells; no cell starts like a formula."""
    text = to_csv(FINDINGS, findings(statements)).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    for statement, row in zip(statements, rows, strict=True):
        assert read_cell(row["statement"]) == statement
        assert row["statement"].strip()[:1] not in {*"=+-@\uff1d\uff0b\uff0d\uff20"}


@pytest.mark.parametrize("first", GUARDED, ids=ascii)
def test_no_cell_begins_like_a_formula(first):
    """Each character that makes a spreadsheet calculate, or begins a cell unseen, has an apostrophe before it."""
    text = to_csv(FINDINGS, findings([f"{first}SUM(A1)"])).decode("utf-8")
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert row["statement"] == ("'\\u000dSUM(A1)" if first == "\r" else f"'{first}SUM(A1)")


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_writing_what_was_read_gives_the_same_bytes(statements):
    """Reading loses nothing that was written."""
    content = to_csv(FINDINGS, findings(statements))
    assert to_csv(FINDINGS, from_csv(FINDINGS, content)) == content


@settings(deadline=None)
@given(st.text(st.characters(codec=None), max_size=20))
def test_what_no_file_can_hold_is_shown(text):
    r"""NUL and lone surrogates become ``\uXXXX``; everything else stays; a second time changes nothing."""
    shown = writable_text(text)
    shown.encode("utf-8")
    assert "\x00" not in shown
    assert writable_text(shown) == shown
    assert shown.encode("utf-8", "surrogatepass") == "".join(
        f"\\u{ord(it):04x}" if it == "\x00" or "\ud800" <= it <= "\udfff" else it for it in text
    ).encode("utf-8")


@settings(deadline=None)
@given(st.lists(st.tuples(st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | INSTANTS), max_size=6))
def test_numbers_and_times_come_back(rows):
    """Whole numbers to the last digit, instants to the millisecond, missing ones as missing."""
    at = pd.Series(pd.DatetimeIndex([at for _, at in rows], dtype="datetime64[us, UTC]")).dt.tz_convert(ZONE)
    frame = gaps(project=["AB"] * len(rows), number=pd.Series([n for n, _ in rows], dtype="Int64"), at=at)
    content = to_csv(GAPS, frame)
    found = from_csv(GAPS, content, zone=ZONE)
    assert found["number"].tolist() == frame["number"].tolist()
    assert found["at"].equals(at)
    assert to_csv(GAPS, found) == content
    assert from_csv(GAPS, content)["at"].tolist() == at.tolist()


@settings(deadline=None)
@given(st.floats(0, 1) | st.floats(-1e6, 1e6))
def test_a_fraction_has_at_most_six_decimals_and_no_exponent(value):
    """The text is the nearest one with six decimals; only 0 and 1 themselves read as 0 and 1."""
    frame = pd.DataFrame({name: [1] for name in NUMBERING.names}).assign(project="AB", continuity=[value])
    text = to_csv(NUMBERING, frame).decode().strip().rpartition(",")[2]
    assert "e" not in text.lower()
    assert len(text.partition(".")[2]) <= 6
    assert text not in {"-0", ""}
    assert float(text) == pytest.approx(value, abs=1.000001e-6)
    if text in {"0", "1"} and 0 <= value <= 1:
        assert value == float(text)


def test_a_missing_column_is_named():
    """A table without one of the contract's columns is never written, nor read; nor is one with a column more written."""
    frame = findings(["a"])
    with pytest.raises(ValueError, match="table findings: no column severity, count"):
        to_csv(FINDINGS, frame.drop(columns=["severity", "count"]))
    with pytest.raises(ValueError, match="table findings: no column id, notebook"):
        from_csv(FINDINGS, b"severity,statement,count,table\n")
    with pytest.raises(ValueError, match="table findings: no table of this name has severty"):
        to_csv(FINDINGS, frame.assign(severty="limit"))


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("statement", [3]),
        ("count", [1.5]),
        ("count", [True]),
        ("count", ["many"]),
    ],
)
def test_a_value_of_another_kind_is_refused(column, values):
    """A cell says what its column promises, or the table is not written."""
    with pytest.raises(ValueError, match=f"table findings, column {column}"):
        to_csv(FINDINGS, findings([None]).assign(**{column: pd.Series(values, dtype=object)}))


def test_a_time_without_a_zone_is_refused():
    """A column of naive times can't be evidence."""
    with pytest.raises(ValueError, match=r"table gaps, column at: .*time zone"):
        to_csv(GAPS, gaps(project=["AB"], at=[pd.Timestamp("2026-01-01")]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no header row"),
        (b"id,notebook,severity,statement,count,table,cause\na,b\n", "row 1: 2 cells, expected 7"),
        (b'id,notebook,severity,statement,count,table,cause\na,b,c,"d,1,f,g\n', "table findings: "),
        (b"id,notebook,severity,statement,count,table,cause\na,b,c,d,many,f,g\n", "column count"),
    ],
)
def test_a_damaged_file_is_refused(content, message):
    """What is not such a table is not read as one."""
    with pytest.raises(ValueError, match=message):
        from_csv(FINDINGS, content)


def test_a_cell_of_any_length_is_read():
    """A text longer than the csv module's own limit comes back."""
    text = "x" * 300_000
    assert from_csv(FINDINGS, to_csv(FINDINGS, findings([text])))["statement"].tolist() == [text]


def test_a_table_without_rows_is_its_header():
    """No row is a table too, and comes back with its kinds."""
    content = to_csv(GAPS, gaps(project=[]))
    assert content.count(b"\n") == 1
    found = from_csv(GAPS, content, zone=ZONE)
    assert found.empty
    assert str(found["at"].dtype) == "datetime64[us, America/New_York]"
    assert str(found["number"].dtype) == "Int64"


def test_rows_are_sorted_by_number_not_by_text():
    """AB-9 comes before AB-10, projects by code point, a missing value first."""
    frame = gaps(project=["B", "AB", "AB", "A_"], number=[1, 10, 9, 3])
    assert GAPS.sort(frame)[["project", "number"]].to_numpy().tolist() == [
        ["AB", 9],
        ["AB", 10],
        ["A_", 3],
        ["B", 1],
    ]


@pytest.fixture
def usual_limit():
    """Python's own limit of a cell, as in a process of which no part raised it yet."""
    before = csv.field_size_limit(131_072)
    yield 131_072
    csv.field_size_limit(max(before, csv.field_size_limit()))


def listed_key(text: str) -> str:
    return parse_keys(f"PAY-1\n# none\n{text}\n")[1]


def given_explanation(text: str) -> str:
    lines = f"project,number,explanation,explained_by,explained_on\nPAY,1,{text},A,2026-01-02\n"
    return str(parse_explanations(lines, "gaps.csv")["explanation"][0])


@pytest.mark.parametrize("read", [listed_key, given_explanation])
def test_a_long_cell_is_read_in_whatever_process(usual_limit, read):
    """What the command took, its kernels and a later ``verify`` take too: nobody relies on a limit raised elsewhere."""
    assert read("x" * (usual_limit + 1)) == "x" * (usual_limit + 1)
    assert csv.field_size_limit() > usual_limit


def test_a_limit_of_cells_is_never_lowered(usual_limit):
    """A thread beside may be in the midst of a longer text."""
    take_long_cells(usual_limit + 5)
    take_long_cells(10)
    assert csv.field_size_limit() == usual_limit + 5
