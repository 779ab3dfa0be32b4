"""The margins of printed sheets: which package, which sheet of how many."""

from __future__ import annotations

import pytest

from auditlib.report.safe_html import network_requests
from auditlib.report.sheets import package_id, sheet_style


def test_every_sheet_has_its_number_the_package_and_the_page():
    """A sheet that fell out of its file finds back."""
    style = sheet_style("soc-2-20261002T083112Z", "cover")
    for said in ('"Package soc-2-20261002T083112Z"', '"cover"', 'counter(page) " / " counter(pages)'):
        assert said in style


@pytest.mark.parametrize(
    "text", ['"; } body { display: none', "a\\22 b", "</style><script>", "url(//evil.example)", "审计"]
)
def test_no_text_gets_out_of_its_quotes(text):
    """Whatever is no plain character is a low line."""
    style = sheet_style(text, text)
    assert style.count("{") == style.count("}") == 4
    assert network_requests(f"<style>{style}</style>") == []


def test_a_package_is_called_by_its_audit_and_the_last_answer():
    """In UTC; a moment that is none is left out."""
    assert package_id("soc-2", "2026-10-02T08:31:12+02:00") == "soc-2-20261002T063112Z"
    assert package_id("soc-2", "sometime") == "soc-2"
