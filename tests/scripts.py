"""The scripts of the repository, loaded as they stand."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from places import ROOT


def generate() -> ModuleType:
    """Load ``docs/generate.py``, which is a script beside the documents."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
