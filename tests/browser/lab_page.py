"""JupyterLab in a browser, as a person uses it: opens notebooks, runs them, clicks, types, waits for what is to be seen."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.request import urlopen

from chromium import Browser

PATIENCE = 240.0
"""Seconds until something that is to be seen is given up; a busy machine takes its time."""

_OF_TEXT = "[...document.querySelectorAll({css})].filter(e => e.offsetParent && e.textContent.trim() === {text})[0]"


class LabPage:
    """A tab of the browser in which JupyterLab runs."""

    def __init__(self, tab: Browser, address: str) -> None:
        self.tab = tab
        self.address = address

    def open(self, notebook: str) -> None:
        """Open a notebook, by its path from the root, alone; wait until its kernel is there."""
        self.see("window.left = true")
        self.tab.call("Page.navigate", url=f"{self.address}lab/tree/{notebook}?reset")
        self.wait("!window.left && document.querySelectorAll('.jp-Notebook .jp-Cell').length")
        self._wait_for_kernel(notebook)

    def _wait_for_kernel(self, notebook: str) -> None:
        """Wait until the page is connected with a kernel that waits for work: before that, JupyterLab asks which it is to be.

        The server counts the connections of a page that was just left, too, so the page itself must name its kernel.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with urlopen(f"{self.address}api/sessions", timeout=30) as answer:
                kernels = [one["kernel"] for one in json.load(answer) if one["path"] == notebook]
            if any(one["connections"] and one["execution_state"] == "idle" for one in kernels):
                named = "document.querySelector('.jp-KernelName')?.innerText.trim()"
                self.wait(f"{named} && {named} !== 'No Kernel'")
                return self._wait_idle()
            time.sleep(0.2)
        raise AssertionError(f"no kernel of {notebook} began")

    def run_all(self) -> None:
        """Run all cells, by the menu; wait until the kernel has done them."""
        self.click(_OF_TEXT.format(css="'.lm-MenuBar-item'", text="'Run'"))
        entry = _OF_TEXT.format(css="'.lm-Menu-itemLabel'", text="'Run All Cells'")
        self.wait(entry)
        self.click(entry)
        prompts = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt, .jp-CodeCell .jp-OutputPrompt')]"
        self.wait(
            f"{prompts}.some(e => /\\d/.test(e.textContent)) && !{prompts}.some(e => e.textContent.includes('*'))"
        )
        self._wait_idle()

    def _wait_idle(self) -> None:
        self.wait("document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status === 'idle'")

    def see(self, expression: str) -> Any:
        """Return what an expression is in the page."""
        return self.tab.evaluate(expression)

    def wait(self, expression: str) -> Any:
        """Wait until an expression is true, and return what it is."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = self.see(f"(() => {{ const found = {expression}; return found instanceof Node ? true : found }})()")
            if found:
                return found
            time.sleep(0.2)
        seen = self.see("document.body.innerText")
        raise AssertionError(f"not seen: {expression}\n{str(seen)[-3000:]}")

    def wait_for(self, css: str, text: str) -> None:
        """Wait until what a selector finds holds a text."""
        self.wait(
            f"[...document.querySelectorAll({json.dumps(css)})].some(e => e.innerText.includes({json.dumps(text)}))"
        )

    def text_of(self, css: str) -> str:
        """Return the text of what a selector finds, empty if it finds nothing that is shown."""
        return str(self.see(f"document.querySelector({json.dumps(css)})?.innerText ?? ''"))

    def value_of(self, css: str) -> str:
        """Return what stands in a field."""
        return str(self.see(f"document.querySelector({json.dumps(css)})?.value ?? ''"))

    def click(self, element: str) -> None:
        """Click with the mouse on what an expression finds."""
        box = self.see(
            f"(() => {{ const e = {element}; e.scrollIntoView({{block: 'center'}}); const b = e.getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2] })()"
        )
        assert box, element
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.tab.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def press(self, css: str) -> None:
        """Click on a button, once it can be clicked."""
        found = f"document.querySelector({json.dumps(css)})"
        self.wait(f"{found} && !{found}.disabled")
        self.click(found)

    def type_into(self, css: str, text: str) -> None:
        """Put a text in place of what stands in a field, as by selecting all of it and typing."""
        self.click(f"document.querySelector({json.dumps(css)})")
        self.see(f"document.querySelector({json.dumps(css)}).select()")
        self.tab.call("Input.insertText", text=text)

    def save(self) -> None:
        """Save the notebook that is open, as people do who press Ctrl-S."""
        key = {"key": "s", "code": "KeyS", "windowsVirtualKeyCode": 83, "modifiers": 2}
        for kind in ("rawKeyDown", "keyUp"):
            self.tab.call("Input.dispatchKeyEvent", type=kind, **key)

    def statuses_of(self, addresses: list[str]) -> dict[str, int]:
        """Return with which status the server answers each address."""
        script = f"Promise.all({json.dumps(addresses)}.map(a => fetch(a).then(r => [a, r.status])))"
        answer = self.tab.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return dict(answer["result"]["value"])
