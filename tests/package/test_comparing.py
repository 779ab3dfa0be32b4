"""Where a file differs from what it should be is told in the words of its kind, whatever stands in it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from auditlib.evidence.differences import Kind, sentence
from auditlib.package.comparing import compare_file


def workbook(**cells: str) -> bytes:
    """Return a workbook of one sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"created": __import__("datetime").datetime(2026, 10, 2)})
        sheet = book.add_worksheet("Gaps & runs")
        for place, text in cells.items():
            sheet.write_string(place, text)
    return content.getvalue()


def archive(*members: tuple[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in members:
            made.writestr(name, body)
    return content.getvalue()


def told(folder: Path, name: str, found: bytes, expected: bytes) -> list[str]:
    """Return what is said of a file."""
    (folder / name).write_bytes(found)
    return [sentence(one) for one in compare_file(folder, name, expected)]


@pytest.mark.parametrize(
    ("name", "found", "expected", "said"),
    [
        ("a.csv", b"x\ny\n", b"x\nz\n", "line 2 is 'y', computed 'z'"),
        ("a.csv", b"x\n", b"x\ny\n", "its end is after 1 lines, computed after 2"),
        ("a.json", b'{"a": {"b": [1, 2]}}', b'{"a": {"b": [1, 3]}}', "a.b[1] is '2', computed '3'"),
        ("a.json", b'{"a": 1, "b": 2}', b'{"a": 1}', "b is 2, computed not there"),
        ("a.json", b"[" * 100_000, b"{}", "line 1 is '[[["),
        ("a.json", b"{}", b"{}\n", "its end is after 1 lines, computed after 1"),
        (
            "a.ipynb",
            json.dumps({"cells": [{"source": ["a\n", "b"]}]}).encode(),
            json.dumps({"cells": [{"source": ["a\n", "c"]}]}).encode(),
            "cell [0].source is 'a",
        ),
        ("a.png", b"\x89PNG\x00", b"\x89PNG\x01", "byte 5 of 5 is 00, computed 01"),
        (
            "a.xlsx",
            workbook(A1="x", B2="1"),
            workbook(A1="x", B2="2"),
            "sheet 'Gaps & runs', cell B2 is '1', computed '2'",
        ),
        ("a.xlsx", b"no zip", workbook(A1="x"), "the file is no workbook"),
        ("a.xlsx", workbook(A1="x") + b"\0", workbook(A1="x"), "byte "),
    ],
)
def test_the_place_is_named(tmp_path, name, found, expected, said):
    """Line, member, cell of a notebook, cell of a sheet, byte."""
    assert said in "\n".join(told(tmp_path, name, found, expected))


def test_what_is_equal_missing_too_much_or_far_too_long_is_told_without_reading_more(tmp_path):
    """And line ends are a kind of their own."""
    (tmp_path / "a.txt").write_bytes(b"x\r\n")
    assert [one.kind for one in compare_file(tmp_path, "a.txt", b"x\n")] == [Kind.LINE_ENDS]
    assert list(compare_file(tmp_path, "a.txt", b"x\r\n")) == []
    assert [one.kind for one in compare_file(tmp_path, "a.txt", None)] == [Kind.NOT_GIVEN]
    assert [one.kind for one in compare_file(tmp_path, "b.txt", b"x")] == [Kind.NOT_THERE]
    with (tmp_path / "c.txt").open("wb") as stream:
        stream.truncate(1 << 29)
    (long,) = compare_file(tmp_path, "c.txt", b"x")
    assert "it has 536,870,912 bytes, computed 1" in sentence(long)


def test_many_places_are_counted_after_twenty(tmp_path):
    """A file of which everything differs is not a screen of lines."""
    found, expected = (json.dumps(dict.fromkeys(map(str, range(100)), value)).encode() for value in (1, 2))
    assert len(told(tmp_path, "a.json", found, expected)) == 21


@pytest.mark.parametrize(
    "hostile",
    [
        archive(("xl/worksheets/sheet1.xml", b"\0" * (1 << 26))),
        archive(*((f"{number}", b"") for number in range(1000))),
        archive(("xl/worksheets/sheet1.xml", b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>")),
        archive(("xl/worksheets/sheet1.xml", b"<x>")),
        archive(("xl/worksheets/sheet1.xml", b"")),
    ],
    ids=["bomb", "members", "entities", "broken", "empty"],
)
def test_a_workbook_that_wants_harm_is_a_difference(tmp_path, hostile):
    """In bounded time and memory."""
    assert told(tmp_path, "a.xlsx", hostile, workbook(A1="x"))
