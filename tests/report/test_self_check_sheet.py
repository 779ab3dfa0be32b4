"""The sheet of a self-check can be filed: all is on it, nothing is loaded, and what is not found can't be overlooked."""

from __future__ import annotations

import shutil
import subprocess

import pypdfium2
import pytest

from auditlib.report.self_check_sheet import Line, self_check_page, verdict_of
from auditlib.run.self_check.faults import FAULTS

FACTS = {"auditlib": "0.1.0", "Commit": "0a1b2c", "Tests of this code": "9 passed <at commit 0a1b2c>"}


def lines(*, lost="", alarm="", untried=""):
    """Return a line for each fault, one of them not found and one reported where it was not planted."""
    return [
        Line(
            one.name, one.planted, one.expected, "PAY-17", "NOT FOUND" if one.name == lost else "found",
            "" if one.name == lost else "gaps.csv: PAY-17 " + "and some more words " * 8,
            "there as well" if one.name == alarm else "", "no program" if one.name == untried else "",
            one.name not in {lost, alarm},
        )
        for one in FAULTS
    ]  # fmt: skip


def test_the_verdict_counts_what_was_found_and_names_what_was_not():
    """Every number in the sentence is that of the lines."""
    count = len(FAULTS)
    assert verdict_of(lines()) == (
        f"{count} of {count} planted faults were found. None was reported where it was not planted."
    )
    assert verdict_of(lines(lost="drift")).startswith(f"{count - 1} of {count} planted faults were found; not drift.")
    assert verdict_of(lines(untried="drift")).startswith(
        f"{count - 1} of {count - 1} planted faults were found; drift was not tried, since no program."
    )
    assert verdict_of(lines(alarm="hidden")).endswith("hidden was reported where nothing was planted.")


def test_all_that_was_planted_and_found_and_by_what_stands_on_the_sheet():
    """Escaped, with lines to sign on."""
    page = self_check_page(lines(lost="drift"), FACTS)
    for one in FAULTS:
        assert one.planted.replace("'", "&#39;") in page
        assert one.expected.replace("'", "&#39;") in page
    assert "9 passed &lt;at commit 0a1b2c&gt;" in page
    assert page.count("NOT FOUND") == 1
    assert 'class="verdict bad"' in page
    assert 'class="verdict good"' in self_check_page(lines(), FACTS)
    assert "Performed by" in page
    assert "Reviewed by" in page


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs a browser that prints")
def test_it_prints_on_two_sheets(tmp_path):
    """A sheet that is filed is short, however long the sentences are."""
    (tmp_path / "sheet.html").write_text(self_check_page(lines(), FACTS), encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += [f"--print-to-pdf={tmp_path / 'sheet.pdf'}", (tmp_path / "sheet.html").as_uri()]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    assert len(pypdfium2.PdfDocument(tmp_path / "sheet.pdf")) <= 2
