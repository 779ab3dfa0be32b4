"""Takes the pictures of the documents from the demo: its package in a headless Chromium, as small PNG files.

Run by ``make pictures``, which makes the demo first; with the path of a demo package as argument it takes that one. Elements are
found by their id, so that a page may change around them; every picture has the size that stands here, each time.
"""
# ruff: noqa: INP001, T201 - a script beside the documents, no package; it prints what it wrote

from __future__ import annotations

import base64
import io
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chromium import Browser, browser, found  # of tests/browser, which make puts on the path
from PIL import Image

FOLDER: Final = Path(__file__).parent / "pictures"
SHARP: Final = 2
"""Pixels of the file for one of the page: a picture is sharp on the screens of today."""
MARGIN: Final = 16
"""Pixels of the page above the element."""
COLOURS: Final = 128
"""Colours of a file: pages are flat, and letters need few shades."""


@dataclass(frozen=True)
class Picture:
    """One picture: a page of the package, and what of it is shown.

    Attributes
    ----------
    name : str
        Name of the file, without its ending.
    page : str
        Path of the page below the package.
    element : str
        CSS selector of the element with which the picture begins; what stands beside it is in the picture.
    width, height : int
        Of the picture, in the pixels of the page.
    """

    name: str
    page: str
    element: str
    width: int
    height: int


PICTURES: Final = (
    Picture("numbers", "data/index.html", "#numbers", 1200, 400),
    Picture("cover", "data/index.html", "body", 1200, 570),
    Picture("dossier", "data/dossiers/OPS-560/issue.html", "body", 1200, 600),
)


def top_of(tab: Browser, picture: Picture) -> float:
    """Return where the element of a picture begins on its page; say which ids there are if it is not there."""
    top = tab.evaluate(
        f"(() => {{ const e = document.querySelector({picture.element!r});"
        " return e && e.getBoundingClientRect().y + window.scrollY })()"
    )
    if top is None:
        ids = tab.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id).join(' ')")
        sys.exit(f"{picture.page} has no {picture.element}; its ids: {ids}")
    return max(0.0, float(top) - MARGIN)


def taken(tab: Browser, package: Path, picture: Picture) -> Image.Image:
    """Open the page at the picture's width and return what stands there, cut to the picture's size."""
    tab.call(
        "Emulation.setDeviceMetricsOverride",
        width=picture.width,
        height=picture.height,
        deviceScaleFactor=SHARP,
        mobile=False,
    )
    tab.call("Emulation.setScrollbarsHidden", hidden=True)
    tab.open(package / picture.page, hover=0)
    clip = {"x": 0, "y": top_of(tab, picture), "width": picture.width, "height": picture.height, "scale": 1}
    answer = tab.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
    seen = Image.open(io.BytesIO(base64.b64decode(answer["data"]))).convert("RGB")
    whole = Image.new("RGB", (picture.width * SHARP, picture.height * SHARP), "white")
    whole.paste(seen, (0, 0))  # a page that ends before the picture does is white below
    return whole


def save(image: Image.Image, file: Path) -> None:
    """Write an image with few colours, without dithering, which would make flat areas large."""
    image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, optimize=True)


def take(package: Path, folder: Path = FOLDER) -> list[Path]:
    """Take all pictures of a demo package into a folder, and return the files."""
    folder.mkdir(exist_ok=True)
    files = [folder / f"{picture.name}.png" for picture in PICTURES]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, browser(Path(profile)) as tab:
        for picture, file in zip(PICTURES, files, strict=True):
            save(taken(tab, package, picture), file)
    return files


def main() -> None:
    """Take the pictures of the package that is named, else of a demo made for them."""
    if found() is None:
        sys.exit("Chromium is needed, and is not on the path")
    with tempfile.TemporaryDirectory() as scratch:
        package = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(scratch) / "demo"
        if len(sys.argv) == 1:
            subprocess.run([sys.executable, "-m", "auditlib", "demo", "--out", package], check=True)  # noqa: S603 - ours
        for file in take(package):
            print(f"{file.stat().st_size:8,} {file}")


if __name__ == "__main__":
    main()
