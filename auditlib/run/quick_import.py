"""Modules imported without what none of them asks for, which takes longer than all the rest."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any, Final

_UNUSED: Final = ("rfc3987_syntax",)
"""Compiles a grammar of addresses when jsonschema is imported; notebooks name none."""


def quick_import(module: str) -> Any:
    """Import a module by its name, without what it has no use for."""
    unused: dict[str, Any] = {name: None for name in _UNUSED if name not in sys.modules}
    sys.modules.update(unused)  # so that it passes for what is not installed
    try:
        return import_module(module)
    finally:
        for name in unused:
            del sys.modules[name]
