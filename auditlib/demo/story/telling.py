"""The story of the made-up company: a chapter for each planted case, and ordinary traffic around them."""

from __future__ import annotations

from collections.abc import Callable

from auditlib.demo.story.chapters import changes, content, deletions, moves, numbers, states
from auditlib.demo.story.planting import Story
from auditlib.demo.story.traffic import traffic

CHAPTERS: tuple[Callable[[Story], None], ...] = (
    numbers.edge_issues,
    numbers.concurrent_issues,
    numbers.hidden_issues,
    moves.moves_in_sight,
    moves.moves_out_of_sight,
    moves.moves_then_deletions,
    moves.moves_in,
    deletions.single_deletions,
    deletions.deletions_at_the_edges,
    deletions.deletion_runs,
    deletions.deletions_with_family,
    numbers.numbers_never_given,
    numbers.imports,
    states.closings,
    states.reopenings,
    states.after_the_period,
    states.holes,
    content.comments,
    content.hostile_texts,
    content.attachments,
    changes.changes,
    content.company_of_issues,
)
"""In the order in which they are queued; another order would draw another company."""


def tell(story: Story, scale: float) -> None:
    """Queue everything, then let it happen."""
    for chapter in CHAPTERS:
        chapter(story)
    # last, because it keeps out of the stretches of time that the chapters have reserved
    traffic(story, scale)
    story.sim.run()
