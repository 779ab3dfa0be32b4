"""Slips in the rules of the controls that change nothing that anybody could see, each with the reason."""

from __future__ import annotations

from typing import Final

EQUAL: Final[dict[str, str]] = {}
"""Reason by the slip's name."""
