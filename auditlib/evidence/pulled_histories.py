"""The histories of the issues pulled: their changes of status, resolution and type, as far as each issue itself was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from auditlib.audit.controls.actors import SINCE as ACTORS_SINCE
from auditlib.evidence.control_fields import ControlFields
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.passes import Passes
from auditlib.evidence.pulled import Part, Pulled
from auditlib.memory import give_back
from auditlib.records.actor_counts import ActorCounts
from auditlib.records.names import Called, called_by, names_in_columns, names_in_transitions
from auditlib.records.transitions import NAMED_FIELDS, Transitions, instant_or_none, read_transitions


class PulledHistories(Part):
    """What the histories of the issues pulled hold."""

    def __init__(self, pulled: Pulled, passes: Passes, control_fields: ControlFields) -> None:
        super().__init__(pulled)
        self._passes = passes
        self._counts: ActorCounts | None = None
        self._control_fields = control_fields

    @cached_property
    def steps(self) -> Transitions:
        """Every change of a status, resolution or type in the histories pulled; let go when all is made of it."""
        steps = read_transitions(self._counted(), NAMED_FIELDS)  # first of all, so that each answer is read once
        give_back()
        return steps.until(self._passes.edited_read_at)

    def _counted(self) -> Iterator[tuple[int, Sequence[Mapping[str, Any]]]]:
        """Yield the histories, and count by the way who made their entries, where the package tells it."""
        histories = self.answers.histories()
        if self.pulled.schema["tables"] < ACTORS_SINCE:
            return histories
        self._counts = ActorCounts()
        return self._counts.watching(histories)

    def taken_counts(self) -> ActorCounts:
        """Return who made how many entries of each issue, and hold it no longer."""
        if self._counts is None:
            for _ in self._counted():
                pass  # they were not read in this process, or somebody took the counts
        counts, self._counts = self._counts, None
        return ActorCounts() if counts is None else counts

    def taken(self) -> Transitions:
        """Return the steps and hold them no longer: some hundred bytes an issue."""
        steps = self.steps
        del self.steps
        return steps

    @kernel_cached
    def called(self) -> Called:
        """What statuses, resolutions and types are and were called, by issues and histories; and fields, by their list."""
        steps = self.steps  # before the issues: while they are read, they take twice what remains of them
        seen = called_by((*names_in_columns(self._passes.issues), *names_in_transitions(steps)))
        return seen.also(self._control_fields.called)

    def as_read(self) -> Iterator[tuple[int, Sequence[Mapping[str, Any]]]]:
        """Yield the histories up to the moment at which the issue itself was read."""
        read_at = self._passes.edited_read_at
        for issue, entries in self.answers.histories():
            if issue in read_at:
                times = [(one, instant_or_none(one.get("created"))) for one in entries]
                yield issue, [one for one, at in times if at is None or at <= read_at[issue]]
            else:
                yield issue, entries
