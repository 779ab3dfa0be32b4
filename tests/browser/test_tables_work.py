"""Tables of our pages sort, search and filter in a real browser, from a disk and over HTTP, and are whole without a script."""

from __future__ import annotations

import functools
import json
import threading
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from chromium import browser, found

from auditlib.report.tables_in_pages import SCRIPT, nonce_of, policy, script_element, style, write_script

pytestmark = pytest.mark.skipif(found() is None, reason="no Chromium is installed")

CLASSES = ("moved", "deleted", "existed", "unexplained")
ROWS = 60
HOSTILE = "&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;alert(2)&lt;/script&gt;"


def page_of(rows: int, injected: str = "") -> str:
    """Return a page with one table, its rows not in their order; and what somebody got past every sanitiser."""
    nonce = nonce_of(str(rows))
    body = "".join(
        f'<tr id="gaps-PAY-{number}"><td class="key">PAY-{number}</td><td>{CLASSES[number % 4]}</td>'
        f'<td class="number">{number * 37 % 101 * 100:,}</td><td>{HOSTILE} {number}</td></tr>'
        for number in sorted(range(1, rows + 1), key=lambda number: number * 7 % 61)
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(nonce)}"><title>x</title><style>{style()}</style>'
        f'{script_element(nonce, up="../")}</head><body><main><div class="table"><table class="rows sortable">'
        f'<caption>{rows} missing numbers</caption><thead><tr><th scope="col">key</th><th class="choice" scope="col">class</th>'
        f'<th class="number" scope="col">amount</th><th scope="col">text</th></tr></thead><tbody>{body}</tbody></table></div>'
        f"{injected}</main></body></html>"
    )


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile"), reaches="127.0.0.1") as running:
        yield running


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("package") / "data"
    (folder / "notebooks").mkdir(parents=True)
    write_script(folder)
    (folder / "notebooks" / "other.js").write_text("document.title = 'ran'", "utf-8")
    for rows in (3, ROWS):
        (folder / "notebooks" / f"{rows}.html").write_text(page_of(rows), "utf-8")
    return folder


@contextmanager
def served(folder: Path):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def go(tab, address: str) -> None:
    tab.call("Page.setBypassCSP", enabled=False)
    tab.events.clear()
    tab.call("Page.navigate", url="about:blank")
    tab.settle(until="Page.loadEventFired")
    tab.events.clear()
    tab.call("Page.navigate", url=address)
    tab.settle(until="Page.loadEventFired")


def asked(tab) -> set[str]:
    """Return the files that the page asked for since it was opened, by their last name."""
    return {
        event["params"]["request"]["url"].partition("#")[0].rpartition("/")[2]
        for event in tab.events
        if event["method"] == "Network.requestWillBeSent"
    }


def column(tab, place: int) -> list[str]:
    cells = f"[...document.querySelectorAll('tbody tr')].map(row => row.cells[{place}].textContent)"
    return json.loads(tab.evaluate(f"JSON.stringify({cells})"))


def press(tab, place: int) -> None:
    tab.evaluate(f"document.querySelectorAll('thead th')[{place}].click()")


def enter(tab, field: str, value: str, event: str) -> None:
    tab.evaluate(
        f"(() => {{ const e = document.querySelector('{field}'); e.value = '{value}'; e.dispatchEvent(new Event('{event}')) }})()"
    )


@pytest.mark.parametrize("how", ["disk", "http"])
def test_a_table_sorts_searches_and_filters(tab, data, how):
    """From a disk as over HTTP: keys by their numbers, amounts by what they are worth, rows by a word or by one choice."""
    with served(data) as address:
        go(tab, f"{address if how == 'http' else data.as_uri()}/notebooks/{ROWS}.html")
        assert len(column(tab, 0)) == 20
        press(tab, 0)
        assert column(tab, 0)[:3] == ["PAY-1", "PAY-2", "PAY-3"]
        assert column(tab, 0)[9] == "PAY-10"
        press(tab, 2)
        amounts = [int(text.replace(",", "")) for text in column(tab, 2)]
        assert amounts == sorted(amounts)
        assert amounts[-1] > 999
        enter(tab, ".choices select", "1", "change")
        assert set(column(tab, 1)) == {"deleted"}
        enter(tab, "input[type=search]", "PAY-13", "input")
        assert column(tab, 0) == ["PAY-13"]
        assert asked(tab) == {f"{ROWS}.html", SCRIPT.rpartition("/")[2]}
        assert not [
            one
            for one in tab.events
            if one["method"] in ("Page.javascriptDialogOpening", "Runtime.exceptionThrown", "Log.entryAdded")
        ]


def test_whoever_follows_a_link_to_a_row_sees_it(tab, data):
    """A row on a later page of its table is found, and told apart."""
    for number in (1, 30, 60):
        go(tab, f"{data.as_uri()}/notebooks/{ROWS}.html#gaps-PAY-{number}")
        assert f"PAY-{number}" in column(tab, 0)
        assert tab.evaluate("document.querySelector('tr.meant').id") == f"gaps-PAY-{number}"


def test_paper_shows_every_row(tab, data):
    """What a browser prints is not the page of a table that happens to be open."""
    go(tab, f"{data.as_uri()}/notebooks/{ROWS}.html")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(column(tab, 0)) == ROWS
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert len(column(tab, 0)) == 20


def test_without_a_script_the_table_is_whole(tab, data):
    """Nothing that is shown depends on the script."""
    tab.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        go(tab, f"{data.as_uri()}/notebooks/{ROWS}.html")
        assert tab.evaluate("document.querySelectorAll('tbody tr').length") == ROWS
        assert tab.evaluate("document.querySelectorAll('.dt-container, input').length") == 0
    finally:
        tab.call("Emulation.setScriptExecutionDisabled", value=False)


def test_a_short_table_is_left_alone(tab, data):
    """Three rows need no search."""
    go(tab, f"{data.as_uri()}/notebooks/3.html")
    assert tab.evaluate("document.querySelectorAll('.dt-container, input, button').length") == 0


@pytest.mark.parametrize(
    "injected",
    [
        "<script>document.title = 'ran'</script>",
        '<script src="other.js"></script>',
        '<script src="../page/tables.js" nonce="guessed"></script><script nonce="guessed">document.title = "ran"</script>',
        "<img src=x onerror=\"document.title = 'ran'\">",
        '<a href="javascript:document.title = \'ran\'" id="a">x</a>',
    ],
)
def test_the_policy_admits_no_other_script(tab, data, injected):
    """Were the sanitiser to fail, the nonce of the page is still not to be known: nothing else runs, from a disk either."""
    (data / "notebooks" / "hostile.html").write_text(page_of(ROWS, injected), "utf-8")
    go(tab, f"{data.as_uri()}/notebooks/hostile.html")
    tab.evaluate("document.querySelector('#a')?.click()")
    tab.settle()
    assert tab.evaluate("document.title") == "x"
    assert tab.evaluate("document.querySelectorAll('.dt-container').length") == 1
