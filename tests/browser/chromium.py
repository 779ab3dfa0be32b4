"""A headless Chromium, driven over the DevTools protocol: opens a page and says all that the page did."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SETTLED = 0.1
"""Seconds without an event after which a page has done what it does."""

LOOK = """(() => {
  const all = [...document.querySelectorAll('*')];
  return JSON.stringify({
    scripts: document.scripts.length,
    handlers: all.flatMap(e => [...e.attributes].filter(a => a.name.startsWith('on')).map(a => e.tagName + ' ' + a.name)),
    loading: all.filter(e => e.matches('iframe, object, embed, link, base, form, video, audio, input, svg, math, frame, portal'))
                .map(e => e.tagName),
    pictures: all.filter(e => e.matches('img, source, image'))
                 .map(e => String(e.currentSrc || e.src || e.srcset || e.href).slice(0, 90)),
    links: all.filter(e => e.matches('a[href]')).map(e => e.getAttribute('href')),
    elements: all.length,
    text: document.body.innerText.length,
  });
})()"""


def found() -> str | None:
    """Return the path of a Chromium, None if there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@dataclass
class Seen:
    """What a page did while it was open."""

    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    page: dict[str, Any] = field(default_factory=dict)

    @property
    def acts(self) -> list[str]:
        """All that a page of evidence must not do."""
        return [
            *(f"asked for {one}" for one in self.requests),
            *(f"opened a dialog: {one}" for one in self.dialogs),
            *(f"ran a script: {one}" for one in self.scripts),
            *(f"said {one}" for one in self.messages),
            *(f"went to {one}" for one in self.places),
            *(f"holds {one}" for one in self.page["handlers"] + self.page["loading"]),
            *(["holds scripts"] if self.page["scripts"] else []),
        ]


class Browser:
    """A running Chromium with one tab."""

    def __init__(self, connection: websocket.WebSocket) -> None:
        self.connection = connection
        self.numbers = itertools.count(1)
        self.events: list[dict[str, Any]] = []
        for domain in ("Page", "Network", "Debugger", "Log", "Runtime", "Audits"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol; events that come meanwhile are kept."""
        number = next(self.numbers)
        self.connection.settimeout(60)
        self.connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.connection.recv())
            if answer.get("id") == number:
                assert "error" not in answer, (method, answer)
                return answer["result"]
            self._keep(answer)

    def open(self, file: Path, *, bypass_policy: bool = False, hover: int = 6) -> Seen:
        """Open a file, let it settle, move the mouse over its first links, and return what it did.

        With ``bypass_policy`` the page's own content-security policy is switched off: it must not be needed.
        """
        address = file.resolve().as_uri()
        self.call("Page.setBypassCSP", enabled=bypass_policy)
        self.events.clear()
        self.call("Page.navigate", url=address)
        self.settle(until="Page.loadEventFired")
        page = json.loads(self._looked())
        for place in range(min(hover, len(page["links"]))):
            self.hover(place)
        self.settle()
        return self._judge(address, page)

    def evaluate(self, expression: str) -> Any:
        """Look into the page; what runs here is ours and is not counted."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def hover(self, place: int) -> None:
        """Move the mouse over a link: pages may fetch what it leads to."""
        box = self.evaluate(
            f"(() => {{ const e = document.querySelectorAll('a[href]')[{place}]; e.scrollIntoView({{block: 'center'}});"
            " const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2] })()"
        )
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0], y=box[1])

    def _looked(self) -> str:
        """Look at the page; one that is just leaving for another answers nothing, and is looked at once it is there."""
        for _ in range(20):
            seen = self.evaluate(LOOK)
            if seen is not None:
                return str(seen)
            time.sleep(0.25)
        raise AssertionError("the page never stood still")

    def settle(self, until: str = "") -> None:
        """Take events until the page is loaded and nothing comes any more."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.connection.settimeout(SETTLED)
            try:
                self._keep(json.loads(self.connection.recv()))
            except websocket.WebSocketTimeoutException:
                if not until or any(event["method"] == until for event in self.events):
                    return

    def _keep(self, event: dict[str, Any]) -> None:
        if "method" not in event:  # the answer to a call that was not waited for
            return
        self.events.append(event)
        if event["method"] == "Page.javascriptDialogOpening":
            number = next(self.numbers)  # an open dialog would hold up everything; the answer is not waited for
            leaves = event["params"]["type"] == "beforeunload"  # a page with unsaved changes, which the test leaves
            message = {"id": number, "method": "Page.handleJavaScriptDialog", "params": {"accept": leaves}}
            self.connection.send(json.dumps(message))

    def _judge(self, address: str, page: dict[str, Any]) -> Seen:
        seen = Seen(page=page)
        for event in self.events:
            kind, told = TOLD.get(event["method"], ("", None))
            text = told(event["params"]) if told else ""
            if text and text != address and not text.startswith("data:image/"):
                getattr(seen, kind).append(text[:300])
        return seen


def _policy_issue(params: dict[str, Any]) -> str:
    details = params["issue"]["details"].get("contentSecurityPolicyIssueDetails")
    return str(details) if details else ""


TOLD: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
    "Network.requestWillBeSent": ("requests", lambda params: params["request"]["url"]),
    "Page.javascriptDialogOpening": ("dialogs", lambda params: params["message"]),
    # what we run to look at the page has no address
    "Debugger.scriptParsed": ("scripts", lambda params: params.get("url", "")),
    "Log.entryAdded": ("messages", lambda params: params["entry"]["text"]),
    "Runtime.consoleAPICalled": ("messages", str),
    "Runtime.exceptionThrown": ("messages", str),
    "Audits.issueAdded": ("messages", _policy_issue),
    "Page.frameNavigated": ("places", lambda params: params["frame"]["url"]),
}
"""Events of the protocol that tell what a page does, and what of them is kept."""


@contextmanager
def browser(profile: Path, *, reaches: str = "") -> Iterator[Browser]:
    """Run a Chromium with a profile of its own; no name but that which it may reach is resolved: nothing leaves this machine."""
    program = found()
    assert program is not None
    command = [
        *(program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions"),
        *(
            "--disable-background-networking",
            "--disable-component-update",
            f"--host-resolver-rules=MAP * ~NOTFOUND{f', EXCLUDE {reaches}' if reaches else ''}",
        ),
        *("--remote-debugging-port=0", "--remote-allow-origins=*", f"--user-data-dir={profile}", "about:blank"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        connection = websocket.create_connection(_tab(process, profile), timeout=60)
        try:
            yield Browser(connection)
        finally:
            connection.close()
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
            process.wait()


def _tab(process: subprocess.Popen[bytes], profile: Path) -> str:
    """Return the address of the tab, once Chromium has written its port."""
    deadline, written = time.monotonic() + 60, profile / "DevToolsActivePort"
    while time.monotonic() < deadline and process.poll() is None:
        if written.is_file() and written.read_text().count("\n"):
            port = written.read_text().split("\n")[0]
            with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as answer:
                tabs = [tab for tab in json.load(answer) if tab["type"] == "page"]
            if tabs:
                return tabs[0]["webSocketDebuggerUrl"]
        time.sleep(0.05)
    raise AssertionError("Chromium did not start")
