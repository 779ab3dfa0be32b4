"""What it means in words that issues deviate from a control attribute: the predicate of a sentence whose subject they are."""

from __future__ import annotations

from collections.abc import Sequence

from auditlib.params.attributes import Attribute, Event, Has, ToStatus, Within
from auditlib.phrases import Claim, agreeing, counted, listed


def claims(attributes: Sequence[Attribute], *, by_rounds: bool) -> dict[str, Claim]:
    """Return the predicates (claims) on issues that deviate, by the attribute's name; ``by_rounds`` as in `test_subject`."""
    return {
        one.name: Claim(
            (contradicts(one, 1, by_rounds=by_rounds), contradicts(one, 2, by_rounds=by_rounds)),
            (shows_nothing(one, 1), shows_nothing(one, 2)),
        )
        for one in attributes
    }


def contradicts(attribute: Attribute, count: int, *, by_rounds: bool) -> str:
    """Return what issues do of which a record contradicts the attribute: ``were not resolved within 30 days of …``.

    Parameters
    ----------
    attribute : Attribute
        As in the parameter file.
    count : int
        How many issues are the subject of the sentence.
    by_rounds : bool
        As in `test_subject`.
    """
    test, were = attribute.test, agreeing(count, "was", "were")
    if test.order is not None and by_rounds:
        first = _happened(test.order.first)
        return f"{were} {_happened(test.order.then)} without being {first} before, or went back in between"
    if test.order is not None:
        before = f"before {agreeing(count, 'it was', 'they were')} {_happened(test.order.first)}"
        return f"{were} {_happened(test.order.then)} {before}"
    if test.within is not None:
        return f"{were} not {_in_time(test.within, count)}"
    if test.filled_before is not None:
        it_was = agreeing(count, "it was", "they were")
        return f"had an empty {test.filled_before.field} when {it_was} {_happened(test.filled_before.event)}"
    if test.has is not None:
        return f"{agreeing(count, 'has', 'have')} no {_thing(test.has)}"
    return f"{agreeing(count, 'names', 'name')} the same person for {_roles(attribute)}"


def shows_nothing(attribute: Attribute, count: int) -> str:
    """Return what issues do of which no record shows what the attribute asks; parameters as `contradicts`."""
    test, have = attribute.test, agreeing(count, "has", "have")
    they_were = agreeing(count, "it was", "they were")
    if test.order is not None:
        return f"{have} no record that {they_were} {_happened(test.order.first)} before {they_were} {_happened(test.order.then)}"
    if test.within is not None:
        return f"{have} no record that {they_were} {_in_time(test.within, count)}"
    if test.filled_before is not None:
        event = _happened(test.filled_before.event)
        return f"{have} no record of the {test.filled_before.field} before {they_were} {event}"
    if test.has is not None:
        return f"{have} no record of {'an' if test.has.attachment else 'a'} {_thing(test.has)}"
    return f"{have} no record of different people for {_roles(attribute)}"


def _happened(event: Event) -> str:
    return f"set to “{event.to_status}”" if isinstance(event, ToStatus) else str(event)


def _in_time(test: Within, count: int) -> str:
    its = agreeing(count, "its", "their")
    since = {"created": f"{its} creation", "resolved": f"{its} resolution"}.get(str(test.from_event), "")
    if isinstance(test.from_event, ToStatus):
        since = f"being set to “{test.from_event.to_status}”"
    return f"{_happened(test.to_event)} within {counted(test.days, 'day')} of {since}"


def _thing(test: Has) -> str:
    if test.link is not None:
        return "link" if test.link is True else f"link “{test.link}”"
    if test.attachment is not None:
        return "attachment" if test.attachment is True else f"attachment “{test.attachment}”"
    return f"comment by {test.comment_by} that this account sees"


def _roles(attribute: Attribute) -> str:
    nouns = {"created": "the creation", "resolved": "the resolution"}
    roles = attribute.test.different_people or ()
    return listed([f"“{one.to_status}”" if isinstance(one, ToStatus) else nouns.get(one, one) for one in roles])
