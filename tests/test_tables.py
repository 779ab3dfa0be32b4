"""Frames become the bytes of CSV files and come back."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_reading import from_csv

from auditlib.numbering import parse_explanations
from auditlib.sampling import parse_keys
from auditlib.tables import COLUMNS, column_names, sort_table, take_long_cells, to_csv, writable_text

ZONE = ZoneInfo("America/New_York")
SHARED = Path(__file__).parents[1].parent / "shared"
GUARDED = "=+-@\t\r"

# Any character at all, and often those that CSV, spreadsheets and encodings stumble over.
TEXTS = st.text(
    st.one_of(st.sampled_from("=+-@'\",\r\n\t\x00\x0b\x1c\x85\u2028\ufeff\ud800\udfff"), st.characters(codec=None)),
    max_size=12,
)
INSTANTS = st.integers(0, 10**8 * 31_000).map(lambda ms: datetime(1996, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms))


def gaps(**columns) -> pd.DataFrame:
    """Make a table of gaps in which the columns not given are empty."""
    length = len(next(iter(columns.values())))
    return pd.DataFrame({name: columns.get(name, [None] * length) for name in column_names("gaps")})


def findings(statements: list, **columns) -> pd.DataFrame:
    """Make a table of findings with these statements."""
    frame = pd.DataFrame({name: [None] * len(statements) for name in column_names("findings")})
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
    assert COLUMNS.keys() - promised.keys() == added  # a form to fill in, and what the contract does not ask for
    for name in COLUMNS.keys() & promised.keys():
        if name.startswith("sample_"):
            assert COLUMNS[name] == COLUMNS[name.removeprefix("sample_")], name
            continue
        if name == "sample":
            expected = ["order", "key", "ticket", "stratum"] + [it for it in column_names("population") if it != "key"]
        else:
            # What stands in brackets explains; the words outside of them are the columns.
            outside = promised[name].split("(")[0].strip()
            expected = [word.strip() for word in outside.split(",")]
        assert column_names(name)[: len(expected)] == expected, name
        assert name in {"closing", "details", "findings", "reconciliation"} or column_names(name) == expected, name


def test_every_column_says_what_it_means_in_one_sentence():
    """The data dictionary is made of these."""
    for columns in COLUMNS.values():
        assert all(column.meaning.endswith(".") and "\n" not in column.meaning for column in columns)
        assert len({column.name for column in columns}) == len(columns)


def test_the_bytes_are_pinned():
    """One row of every kind: quoting, guard, missing values, both forms of time, in the contract's order."""
    at = pd.Series(pd.DatetimeIndex([datetime(2026, 4, 1, 13, 15, tzinfo=UTC), None], dtype="datetime64[us, UTC]"))
    frame = gaps(
        project=["AB", "AB"],
        number=pd.Series([7, 8], dtype="Int64"),
        key=["AB-7", "AB-8"],
        actor=["=1+1", 'says "no", often'],
        at=at.dt.tz_convert(ZONE),
        evidence=["two\nlines", ""],
    ).assign(extra_utc=at, seen=[True, False], rate=[0.5, None])
    assert to_csv("gaps", frame[frame.columns[::-1]]) == (
        b"project,number,key,classification,now_key,actor,at,evidence,created_after,created_before,in_period,url,"
        b"explanation,explained_by,explained_on,rate,seen,extra_utc\n"
        b'AB,7,AB-7,,,\'=1+1,2026-04-01T09:15:00.000-04:00,"two\nlines",,,,,,,,0.5,true,2026-04-01T13:15:00.000Z\n'
        b'AB,8,AB-8,,,"says ""no"", often",,,,,,,,,,,false,\n'
    )


@settings(deadline=None)
@given(st.lists(st.none() | TEXTS, max_size=6))
def test_any_text_comes_back(statements):
    """Text survives writing and reading; only what no file can hold, or the guard itself, is shown differently."""
    content = to_csv("findings", findings(statements))
    content.decode("utf-8")
    for text, found in zip(statements, from_csv("findings", content)["statement"].tolist(), strict=True):
        expected = writable_text(text or "")
        if len(expected) > 1 and expected[0] == "'" and expected[1] in GUARDED:
            expected = expected[1:]
        assert (found if isinstance(found, str) else "") == expected


@settings(deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_other_programs_read_the_same_cells(statements):
    """An oracle: Python's csv reader finds the rows and the guarded cells; no cell starts like a formula."""
    text = to_csv("findings", findings(statements)).decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    for statement, row in zip(statements, rows, strict=True):
        plain = writable_text(statement)
        assert row["statement"] == ("'" + plain if plain[:1] and plain[0] in GUARDED else plain)
        assert row["statement"][:1] not in {*GUARDED}


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_writing_what_was_read_gives_the_same_bytes(statements):
    """Reading loses nothing that writing shows, but an apostrophe that looks like a guard."""
    kept = [text for text in statements if not (text[:1] == "'" and text[1:2] in {*GUARDED})]
    content = to_csv("findings", findings(kept))
    assert to_csv("findings", from_csv("findings", content)) == content


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
    content = to_csv("gaps", frame)
    found = from_csv("gaps", content, zone=ZONE)
    assert found["number"].tolist() == frame["number"].tolist()
    assert found["at"].equals(at)
    assert to_csv("gaps", found) == content
    assert from_csv("gaps", content)["at"].tolist() == at.tolist()


@settings(deadline=None)
@given(st.floats(0, 1) | st.floats(-1e6, 1e6))
def test_a_fraction_has_at_most_six_decimals_and_no_exponent(value):
    """The text is the nearest one with six decimals; only 0 and 1 themselves read as 0 and 1."""
    frame = pd.DataFrame({name: [1] for name in column_names("numbering")}).assign(project="AB", continuity=[value])
    text = to_csv("numbering", frame).decode().strip().rpartition(",")[2]
    assert "e" not in text.lower()
    assert len(text.partition(".")[2]) <= 6
    assert text not in {"-0", ""}
    assert float(text) == pytest.approx(value, abs=1.000001e-6)
    if text in {"0", "1"} and 0 <= value <= 1:
        assert value == float(text)


def test_a_missing_column_is_named():
    """A table without one of the contract's columns is never written, nor read."""
    frame = findings(["a"])
    with pytest.raises(ValueError, match="table findings: no column severity, count"):
        to_csv("findings", frame.drop(columns=["severity", "count"]))
    with pytest.raises(ValueError, match="table findings: no column id, notebook"):
        from_csv("findings", b"severity,statement,count,table\n")


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
        to_csv("findings", findings([None]).assign(**{column: pd.Series(values, dtype=object)}))


def test_a_time_without_a_zone_is_refused():
    """A column of naive times can't be evidence."""
    with pytest.raises(ValueError, match=r"table gaps, column at: .*time zone"):
        to_csv("gaps", gaps(project=["AB"], at=[pd.Timestamp("2026-01-01")]))


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
        from_csv("findings", content)


def test_a_cell_of_any_length_is_read():
    """A text longer than the csv module's own limit comes back."""
    text = "x" * 300_000
    assert from_csv("findings", to_csv("findings", findings([text])))["statement"].tolist() == [text]


def test_a_table_without_rows_is_its_header():
    """No row is a table too, and comes back with its kinds."""
    content = to_csv("gaps", gaps(project=[]))
    assert content.count(b"\n") == 1
    found = from_csv("gaps", content, zone=ZONE)
    assert found.empty
    assert str(found["at"].dtype) == "datetime64[us, America/New_York]"
    assert str(found["number"].dtype) == "Int64"


def test_rows_are_sorted_by_number_not_by_text():
    """AB-9 comes before AB-10, projects by code point, a missing value first."""
    frame = gaps(project=["B", "AB", "AB", "A_"], number=[1, 10, 9, 3])
    assert sort_table("gaps", frame)[["project", "number"]].to_numpy().tolist() == [
        ["AB", 9],
        ["AB", 10],
        ["A_", 3],
        ["B", 1],
    ]
    empty_first = pd.DataFrame({name: ["x", "x"] for name in column_names("status")}).assign(resolution=["Done", None])
    assert sort_table("status", empty_first)["resolution"].isna().tolist() == [True, False]


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
