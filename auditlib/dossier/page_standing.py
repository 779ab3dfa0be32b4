"""The page of an issue among others: outcomes with links to the entries that show them, comments in their order. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from auditlib.dossier.known import KnownChange
from auditlib.dossier.page_values import rich
from auditlib.dossier.parts import Comment
from auditlib.dossier.record import Dossier
from auditlib.dossier.standing import Mark, Standing, entries_named
from auditlib.text import visible_text


@dataclass(frozen=True)
class Said:
    """A comment of the page, or one that only the archive knows.

    Attributes
    ----------
    comment : Comment or None
        None for one that is gone.
    body : Markup
        Its text, made harmless.
    known : tuple of KnownChange
        What the archive knows of it, in the order of time; of one that is gone, that.
    """

    comment: Comment | None
    body: Markup
    known: tuple[KnownChange, ...]


def conversation(dossier: Dossier, *, in_place: bool) -> list[Said]:
    """Return the comments of an issue, and those that are gone.

    Parameters
    ----------
    dossier : Dossier
    in_place : bool
        Whether the comments that are gone stand where they were written; else behind the others.
    """
    archived = dossier.archived
    there = [Said(one, rich(one, dossier), tuple(archived.of(one.id) if archived else ())) for one in dossier.comments]
    gone = [Said(None, Markup(), (one,)) for one in (archived.gone if archived else ())]
    for lost in gone if in_place else ():
        there.insert(_place_of(lost.known[0], there), lost)
    return there if in_place else [*there, *gone]


def _place_of(lost: KnownChange, told: list[Said]) -> int:
    """Return before which comment one that is gone stands: the first that was written later; the end if none is known to be."""
    if not isinstance(lost.created, datetime):
        return len(told)
    for place, one in enumerate(told):
        written = one.comment.created if one.comment else one.known[0].created
        number = one.comment.id if one.comment else one.known[0].comment_id
        if isinstance(written, datetime) and (written, number or 0) > (lost.created, lost.comment_id):
            return place
    return len(told)


@dataclass(frozen=True)
class OutcomeRow:
    """An outcome on the page: the mark, its entry if the page has it, and the evidence with its links."""

    mark: Mark
    href: str
    entry: str
    evidence: Markup


def outcome_rows(dossier: Dossier, standing: Standing) -> list[OutcomeRow]:
    """Return the outcomes of an issue, each entry that is on its page linked."""
    here = set(_anchors(dossier))
    return [
        OutcomeRow(
            one,
            f"#{one.anchor}" if one.anchor in here else "",
            one.anchor.replace("-", " "),
            Markup("").join(_piece(text, anchor, here) for text, anchor in entries_named(one.evidence)),
        )
        for one in standing.marks
    ]


def _anchors(dossier: Dossier) -> Iterator[str]:
    """Yield the anchors of the page's entries."""
    yield from (f"history-{one.history_id}" for one in dossier.changes if one.history_id is not None)
    yield from (f"comment-{one.id}" for one in dossier.comments if one.id is not None)


def _piece(text: str, anchor: str, here: set[str]) -> Markup:
    shown = visible_text(text)
    return Markup('<a href="#{}">{}</a>').format(anchor, shown) if anchor in here else Markup("{}").format(shown)
