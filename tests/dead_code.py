"""Dead code: what neither the package, its scripts nor the notebooks use, by vulture. What only tests use is dead too.

Run by ``make check``. What it can't see being used (by name, by a library) stands in ``pyproject.toml`` with the reason.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]


def declared(path: Path) -> list[str]:
    """Return the members that the forms of answers declare: the library that checks answers reads them."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [node.target.id for node in nodes if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)]


def shown(path: Path) -> set[str]:
    """Return the attributes that a template of pages shows."""
    marked = re.findall(r"{[{%](.*?)[%}]}", path.read_text(encoding="utf-8"), re.DOTALL)
    return {name for part in marked for name in re.findall(r"\.([a-z_]+)", part)}


def main() -> int:
    """Let vulture read the package, its templates, the scripts and the notebooks' cells; its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        cells = Path(folder) / "cells.py"
        with cells.open("w", encoding="utf-8") as stream:
            for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
                for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                    if cell["cell_type"] == "code":
                        stream.write("".join(cell["source"]) + "\n")
            for path in sorted((ROOT / "auditlib" / "responses" / "forms").glob("*.py")):
                stream.writelines(f"_.{name}\n" for name in declared(path))
            for path in sorted((ROOT / "auditlib" / "report" / "templates").rglob("*.j2")):
                stream.writelines(f"_.{name}\n" for name in sorted(shown(path)))
        return subprocess.run(
            [sys.executable, "-m", "vulture", "auditlib", "bench", "docs", cells], cwd=ROOT, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
