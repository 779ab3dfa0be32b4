"""The statement on the information (IPE) prints first, on two sheets of A4 or Letter, of the cover and of the first notebook."""

from __future__ import annotations

import pytest
from chromium import browser, found
from reading import printed

from auditlib.audit.scope.ipe import ROLES, TITLE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(found() is None, reason="no Chromium is installed"),
    pytest.mark.xdist_group("pages of demo"),
]


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.mark.parametrize("paper", ["A4", "letter"])
@pytest.mark.parametrize("page", ["index.html", "notebooks/01_scope.html"])
def test_it_takes_the_first_two_sheets(tab, demo_package, tmp_path, page, paper):
    """Its heading is on the first one, the signatures on the second; what follows begins on the third."""
    text = (demo_package / "data" / page).read_text("utf-8")
    assert "size: A4;" in text
    copy = tmp_path / "page.html"
    copy.write_text(text.replace("size: A4;", f"size: {paper};"), "utf-8")
    tab.call("Emulation.setEmulatedMedia", media="print")
    tab.open(copy, hover=0)
    first, second, third, *_ = printed(tab)
    assert TITLE in first
    assert "Reliable enough? (ISA 500.9)" in first
    assert all(role in second for role in ROLES)
    assert not any(role in third for role in ROLES)


def test_it_is_folded_on_a_screen_and_opens_with_one_click(tab, demo_package):
    """The first screen of the cover stays what it is; the statement's link stands on it."""
    tab.call("Emulation.setDeviceMetricsOverride", width=1440, height=900, deviceScaleFactor=1, mobile=False)
    tab.call("Emulation.setEmulatedMedia", media="screen")
    tab.open(demo_package / "data" / "index.html", hover=0)
    place = "document.querySelector('#statement > summary').getBoundingClientRect().bottom"
    seen = "document.querySelector('#statement .ipe').checkVisibility()"
    assert 0 < tab.evaluate(place) < 200
    assert tab.evaluate(seen) is False
    tab.evaluate("document.querySelector('#statement > summary').click()")
    assert tab.evaluate(seen) is True
