"""How far a run goes."""

from __future__ import annotations

from enum import StrEnum


class Until(StrEnum):
    """How far a run goes; what it has not done yet, ``--resume`` does."""

    PULL = "pull"
    """Until everything is pulled."""
    PAGES = "pages"
    """Until notebooks and pages are made, to be looked at before they are sealed."""
    SEAL = "seal"
