"""What a page looks like to a reader: measured in a real Chromium at the widths of a desk, a phone and a sheet of paper.

``python tests/browser/reading.py PACKAGE [PART OF A NAME]`` tells what is wrong with the pages of a package that is there.
"""

from __future__ import annotations

import base64
import csv
import importlib.util
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import pypdfium2
from chromium import Browser, browser

SCREEN: Final = 900
"""Height of a laptop's window, in CSS pixels."""

COVER: Final = 6
"""How many such windows the cover of the demo may take."""

MEDIA: Final = {"desk": (1440, "screen"), "phone": (390, "screen"), "paper": (673, "print")}
"""Width and medium; a sheet of A4 is 210 mm less two margins of 16 mm wide, at 96 pixels an inch."""

SHRUNK: Final = 0.1
"""How much wider than the sheet a page may be: Chromium prints all of it smaller then, and from a certain width on cuts it."""

SEVERE: Final = ("serious", "critical")
"""What axe-core calls the weight of a violation that keeps people from reading
(https://github.com/dequelabs/axe-core/blob/develop/doc/issue_impact.md)."""

MEASURE: Final = r"""(() => {
  const root = document.documentElement, width = root.clientWidth, held = [], walker =
    document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.height && box.bottom + scrollY <= SCREEN) held.push(node.data);
  }
  const within = (e) => { for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
    if (getComputedStyle(p).overflowX !== 'visible') return true; return false; };
  const named = (e) => e.tagName.toLowerCase() + [...e.classList].map(c => '.' + c).join('');
  const all = [...document.body.querySelectorAll('*')].filter(e => !e.closest('svg') || e.tagName === 'svg');
  const wide = all.filter(e => e.getBoundingClientRect().right > width + 1 && !within(e));
  const clips = (e) => getComputedStyle(e).overflowX !== 'visible' && e.clientWidth > 1;
  const cut = all.filter(e => clips(e) && e.scrollWidth > e.clientWidth + 1);
  return JSON.stringify({
    height: root.scrollHeight, width, over: root.scrollWidth - width,
    wide: wide.slice(0, 4).map(e => named(e) + ' ends at ' + Math.round(e.getBoundingClientRect().right)),
    cut: cut.slice(0, 4).map(e => named(e) + ' holds ' + e.scrollWidth + ' px in ' + e.clientWidth),
    titles: [...document.querySelectorAll('h1')].map(e => e.innerText.replace(/\s+/g, ' ').trim()),
    first: held.join(' ').replace(/\s+/g, ' '),
  });
})()""".replace("SCREEN", str(SCREEN))

OPEN_ALL: Final = "document.querySelectorAll('details').forEach(e => { e.open = true })"
FEW_ROWS: Final = "document.querySelectorAll('tbody').forEach(e => [...e.rows].slice(12).forEach(row => row.remove()))"
"""A long table is judged whole at one width; a dozen of its rows show what another width makes of it."""

RUN_AXE: Final = """axe.run(document, {resultTypes: ['violations'], preload: false, rules: RULES}).then(found => JSON.stringify(
  found.violations.map(v => ({id: v.id, impact: v.impact, help: v.help, count: v.nodes.length,
    where: v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' | ' + n.html.slice(0, 120) + ' | '
      + [...n.any, ...n.all, ...n.none].slice(0, 1).map(c => c.message).join())}))))"""


@dataclass(frozen=True)
class Reading:
    """One page at one medium."""

    page: str
    medium: str
    requests: tuple[str, ...]
    messages: tuple[str, ...]
    measures: dict[str, Any]
    violations: tuple[dict[str, Any], ...]
    sheets: tuple[str, ...] = ()

    @property
    def severe(self) -> list[str]:
        """The violations that count, a line each with the first places."""
        return [
            f"{one['impact']}: {one['id']} ({one['help']}), {one['count']} places: {'; '.join(one['where'])}"
            for one in self.violations
            if one["impact"] in SEVERE
        ]


@cache
def axe() -> str:
    """Return the source of axe-core, from its wheel, without importing what else lies there."""
    found = importlib.util.find_spec("axe_core_python")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).with_name("axe.min.js").read_text("utf-8")


def read_page(tab: Browser, package: Path, page: Path, medium: str) -> Reading:
    """Open a page at a width and a medium, measure it as it opens, then unfold all of it and let axe-core judge.

    Parameters
    ----------
    tab : Browser
        Where it is opened.
    package : Path
        The folder of the package: its own files may be asked for.
    page : Path
        The page.
    medium : str
        A key of ``MEDIA``.
    """
    width, media = MEDIA[medium]
    tab.call("Emulation.setDeviceMetricsOverride", width=width, height=SCREEN, deviceScaleFactor=1, mobile=False)
    tab.call("Emulation.setEmulatedMedia", media=media)
    seen = tab.open(page, hover=0)
    measures = json.loads(tab.evaluate(MEASURE))
    sheets = printed(tab) if medium == "paper" else ()
    tab.evaluate(OPEN_ALL)
    if medium != "desk":
        tab.evaluate(FEW_ROWS)
    violations = tuple(json.loads(judged(tab, ink=medium == "paper")))
    beside = (package / "data").resolve().as_uri() + "/"
    return Reading(
        page.relative_to(package / "data").as_posix(),
        medium,
        tuple(one for one in seen.requests if not one.startswith(beside)),
        tuple(seen.messages),
        measures,
        violations,
        sheets,
    )


def printed(tab: Browser) -> tuple[str, ...]:
    """Print the page that is open as a reader would from the browser, and return what can be seen on each sheet."""
    given = tab.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
    document = pypdfium2.PdfDocument(base64.b64decode(given["data"]))
    try:
        texts = (sheet.get_textpage().get_text_bounded() for sheet in document)
        # PDFium writes a hyphen behind which a line breaks as the character 2, and the line goes on without a blank
        return tuple(" ".join(text.replace("\x02", "-").split()) for text in texts)
    finally:
        document.close()


def judged(tab: Browser, *, ink: bool = False) -> str:
    """Run axe-core in a world of its own: neither the page's policy nor its scripts meet it.

    With ``ink`` the contrast of colours is not judged, which a printer makes.
    """
    frame = tab.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = tab.call("Page.createIsolatedWorld", frameId=frame, worldName="axe")["executionContextId"]
    tab.call("Runtime.evaluate", expression=axe(), contextId=world)
    rules = "{'color-contrast': {enabled: false}}" if ink else "{}"
    told = tab.call(
        "Runtime.evaluate",
        expression=RUN_AXE.replace("RULES", rules),
        contextId=world,
        awaitPromise=True,
        returnByValue=True,
    )
    assert "exceptionDetails" not in told, told
    return str(told["result"]["value"])


def pages_to_read(package: Path, dossiers: int = 3) -> list[Path]:
    """Return the cover, every notebook's page, and some dossiers: the first, the last and those between."""
    data = package / "data"
    found = sorted(data.glob("dossiers/*/issue.html"))
    step = max(1, (len(found) - 1) // max(1, dossiers - 1))
    return [data / "index.html", *sorted(data.glob("notebooks/*.html")), *found[::step][:dossiers]]


def first_sentence(text: str) -> str:
    """Return a text up to its first full stop that ends a sentence."""
    return text[: text.find(". ") + 1] or text


def answers_of(package: Path) -> dict[str, list[str]]:
    """Return what each page is opened for, by the page's path: what has to stand on its first screen.

    The cover: how many issues the population has, how many numbers nothing explains. A notebook: the first sentence of its
    conclusion. A dossier: which of the sample it is, and the attributes that it deviates from.
    """
    data = package / "data"
    summary = json.loads((data / "summary.json").read_text("utf-8"))
    figures = summary["figures"]
    found = {f"notebooks/{one['notebook']}.html": [first_sentence(one["conclusion"])] for one in summary["conclusions"]}
    found["index.html"] = [f"{figures[name]:,}" for name in ("population", "unexplained") if name in figures]
    sample = rows(data / "tables" / "sample.csv")
    outcomes = rows(data / "tables" / "attributes.csv")
    for place, row in enumerate(sample, 1):
        deviates = [one["attribute"] for one in outcomes if one["key"] == row["key"] and one["outcome"] == "exception"]
        found[f"dossiers/{row['key']}/issue.html"] = [f"{place:,} of {len(sample):,}", *deviates]
    return found


def rows(table: Path) -> list[dict[str, str]]:
    """Return the rows of a table of the package, none if it is not there."""
    if not table.exists():
        return []
    with table.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def faults(reading: Reading, answer: list[str]) -> Iterator[str]:
    """Yield what is wrong with a page, a line each."""
    measures = reading.measures
    yield from (f"asks for {one}" for one in reading.requests)
    yield from (f"says {one}" for one in reading.messages)
    if measures["over"] > (SHRUNK * measures["width"] if reading.medium == "paper" else 0):
        yield f"is {measures['over']} px wider than the {reading.medium}: {'; '.join(measures['wide'])}"
    if reading.medium == "paper":
        yield from (f"is cut at the edge: {one}" for one in measures["cut"])
        yield from faults_of_sheets(reading.sheets, answer)
    if reading.medium == "desk":
        yield from (f"{one!r} is not on the first screen" for one in answer if one not in measures["first"])
        if reading.page == "index.html" and measures["height"] > COVER * SCREEN:
            yield f"is {measures['height'] / SCREEN:.1f} screens long, not {COVER}"
    yield from reading.severe


def faults_of_sheets(sheets: Sequence[str], answer: list[str]) -> Iterator[str]:
    """Yield what is wrong with a page on paper: a sheet may fall out of its folder, and the first one may be all that is read."""
    lost = [number for number, text in enumerate(sheets, 1) if f"{number} / {len(sheets)}" not in text]
    if lost:
        yield f"{len(lost)} of {len(sheets)} sheets bear no number like 1 / {len(sheets)}: {lost[:9]}"
    yield from (f"{one!r} is not on the first sheet" for one in answer if one not in sheets[0])


def main(package: Path, part: str = "") -> int:
    """Print what is wrong with the pages of a package whose names hold a part."""
    answers, count = answers_of(package), 0
    with tempfile.TemporaryDirectory() as profile, browser(Path(profile)) as tab:
        for page in pages_to_read(package):
            name = page.relative_to(package / "data").as_posix()
            for medium in MEDIA if part in name else ():
                reading = read_page(tab, package, page, medium)
                if medium == "desk":
                    print(f"{name}: {reading.measures['height'] / SCREEN:.1f} screens; {reading.measures['titles']}")  # noqa: T201
                for fault in faults(reading, answers.get(name, [])):
                    print(f"  {medium}: {fault}")  # noqa: T201
                    count += 1
    return count


if __name__ == "__main__":
    sys.exit(bool(main(Path(sys.argv[1]), *sys.argv[2:3])))
