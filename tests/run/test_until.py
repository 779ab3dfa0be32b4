"""A run that ends early has the stages that it does, so that its bar comes to its end."""

from __future__ import annotations

from auditlib.run.course import RUN
from auditlib.run.until import Until


def test_the_stages_of_a_run_that_ends_early_are_those_that_it_does():
    """Pulled: all that ask Jira and nothing else. With pages: all but the seal."""
    pulled, paged = Until.PULL.stages, Until.PAGES.stages
    assert all(stage.asks for stage in pulled)
    assert {stage.name for stage in RUN if stage.asks} == {stage.name for stage in pulled}
    assert {stage.name for stage in RUN} - {stage.name for stage in paged} == {"sealing"}
    assert Until.SEAL.stages == RUN
