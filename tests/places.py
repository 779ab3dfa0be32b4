"""Where things are, seen from any test."""

from __future__ import annotations

from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parent
ROOT: Final = TESTS.parent
SHARED: Final = ROOT.parent / "shared"
"""Real responses and descriptions beside the checkout; tests that need them are skipped where it is absent."""
