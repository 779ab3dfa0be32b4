"""Draw every figure of the tests as PNG, for a page and for a telephone, to be looked at: ``make gallery``."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from chart_cases import FIGURES

from auditlib.report.charts.drawing import png
from auditlib.report.charts.style import PAGE, PHONE


def main(folder: Path, *only: str) -> None:
    """Draw the figures, or those whose name holds one of some words, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FIGURES.items():
        if only and not any(word in name for word in only):
            continue
        chart = make()
        file = re.sub(r"\W+", "-", name)
        for where, width in (("page", PAGE), ("phone", PHONE)):
            svg = chart.draw(width).svg(chart.claim)
            (folder / f"{file}.{where}.png").write_bytes(png(svg))
        sys.stdout.write(f"{name}: {chart.claim}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/gallery"), *sys.argv[2:])
