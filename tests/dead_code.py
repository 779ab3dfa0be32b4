"""Dead code: what neither the package, its scripts nor the notebooks use, by vulture. What only tests use is dead too.

Run by ``make check``. What it can't see being used (by name, by a library) stands in ``pyproject.toml`` with the reason.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Let vulture read the package, the scripts and the notebooks' cells; its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        cells = Path(folder) / "cells.py"
        with cells.open("w", encoding="utf-8") as stream:
            for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
                for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                    if cell["cell_type"] == "code":
                        stream.write("".join(cell["source"]) + "\n")
        return subprocess.run(
            [sys.executable, "-m", "vulture", "auditlib", "bench", "docs", cells], cwd=ROOT, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
