"""How far a run goes."""

from __future__ import annotations

from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auditlib.run.course import Stage


class Until(StrEnum):
    """How far a run goes; what it has not done yet, ``--resume`` does."""

    PULL = "pull"
    """Until everything is pulled."""
    PAGES = "pages"
    """Until notebooks and pages are made, to be looked at before they are sealed."""
    SEAL = "seal"

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages of a run that goes so far."""
        from auditlib.run.course import RUN  # noqa: PLC0415 - who reads the options of a command has no use for it

        if self is Until.PULL:
            return tuple(takewhile(lambda stage: stage.asks, RUN))
        return tuple(stage for stage in RUN if self is Until.SEAL or stage.name != "sealing")
