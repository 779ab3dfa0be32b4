"""One script beside the pages, which a page admits by its nonce and nothing else."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError

import pytest

from auditlib.errors import AuditError
from auditlib.report import tables_in_pages
from auditlib.report.safe_html import network_requests
from auditlib.report.tables_in_pages import SCRIPT, nonce_of, policy, script, script_element, style, write_script


@pytest.fixture
def another_wheel(monkeypatch, tmp_path):
    """Put another text in the place of the bundle that itables brings."""
    script.cache_clear()

    class Wheel:
        version = "0"

        def __init__(self, bundle: str) -> None:
            (tmp_path / "dt_bundle.js").write_text(bundle, "utf-8")

        def locate_file(self, name: str) -> object:
            return tmp_path / name.rpartition("/")[2]

    yield lambda bundle: monkeypatch.setattr(tables_in_pages, "distribution", lambda _: Wheel(bundle))
    monkeypatch.undo()
    script.cache_clear()


def test_the_script_is_no_module_and_names_its_licence(tmp_path):
    """A browser loads no module from a disk; whoever reads the file learns whose work it is."""
    write_script(tmp_path)
    written = (tmp_path / SCRIPT).read_text("utf-8")
    assert written.startswith("/* DataTables (https://datatables.net), MIT")
    assert not re.search(r"^\s*(import|export)\b|\bexport\s*\{", written, re.MULTILINE)
    assert "return {DataTable: " in written
    assert "Bundled license information" in written


def test_the_script_is_the_same_each_time(tmp_path):
    """Two packages of one installation hold the same script, so that its digest is known."""
    for place in ("a", "b"):
        write_script(tmp_path / place)
    assert (tmp_path / "a" / SCRIPT).read_bytes() == (tmp_path / "b" / SCRIPT).read_bytes()


@pytest.mark.parametrize("bundle", ["", "var a=1;", "export{a as b};", "export{a as default};export{b as default};"])
def test_another_form_of_the_bundle_is_told(another_wheel, bundle):
    """A wheel that brings something else ends in a sentence, not in pages whose tables are dead."""
    another_wheel(bundle)
    with pytest.raises(AuditError, match="another form"):
        script()


def test_a_wheel_that_is_not_there_is_told(monkeypatch):
    """Who installed by hand and left itables out is told so."""

    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    script.cache_clear()
    monkeypatch.setattr(tables_in_pages, "distribution", missing)
    with pytest.raises(AuditError, match="itables"):
        script()
    script.cache_clear()


def test_a_nonce_is_that_of_its_page():
    """Another page, or the same text divided in another way, has another nonce."""
    assert nonce_of("ab", "c") != nonce_of("a", "bc")
    assert nonce_of(b"ab") == nonce_of("ab")
    assert re.fullmatch(r"[\w-]{32}", nonce_of("\ud800"))


def page(head: str = "", body: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>x</title>{head}</head><body>{body}</body></html>"


def test_a_page_may_have_the_one_script():
    """The element as we write it, in the head, once."""
    element = script_element(nonce_of("x"), up="../")
    assert network_requests(page(element), script_beside=f"../{SCRIPT}") == []
    assert network_requests(page(element)) != []


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", script_element("x", up="../")),
        (script_element("x", up="../") * 2, ""),
        (script_element("x", up="../../"), ""),
        ("<script>alert(1)</script>", ""),
        ('<script src="https://evil.example/page/tables.js" nonce="x" defer></script>', ""),
        (f'<script src="../{SCRIPT}" nonce="x" defer onload="alert(1)"></script>', ""),
        (f'<script src="../{SCRIPT}" nonce="x" defer>alert(1)</script>', ""),
    ],
)
def test_no_other_script_passes(head, body):
    """One that stands elsewhere, twice, with another address, with more in it: each is a doubt."""
    assert network_requests(page(head, body), script_beside=f"../{SCRIPT}") != []


def test_the_policy_names_the_nonce_and_nothing_that_loads_else():
    """No address, no ``'self'``, no ``unsafe-eval``: a script without the nonce does not run."""
    said = policy("abc")
    assert "script-src 'nonce-abc'" in said
    assert said.startswith("default-src 'none';")
    assert not re.search(r"'self'|https?:|unsafe-eval|file:|\*", said)


def test_the_style_names_no_address():
    """A style sheet with an address would ask for it."""
    assert network_requests(page(f"<style>{style()}</style>")) == []
