"""What differs between two versions of a workflow, in words, and which safeguards went. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from auditlib.records.workflow_rules import gates
from auditlib.records.workflows import GLOBAL, INITIAL, Transition, Workflow


def transition_in_words(transition: Transition) -> str:
    """Return a transition with where it leads: ``Approve: In Review → Approved``."""
    return f"{transition.name or 'without a name'}: {_way(transition)}"


def _way(transition: Transition) -> str:
    begins = {INITIAL: "new", GLOBAL: "any status"}.get(transition.kind) or ", ".join(transition.origins) or "nowhere"
    return f"{begins} → {transition.target or 'the same status'}"


def changes_in_words(before: Workflow, after: Workflow) -> list[str]:
    """Return what differs from one version to the next, a sentence's part each; empty if nothing that is read does."""
    told = []
    if before.name != after.name:
        told.append(f"renamed from {before.name}")
    told += _gone_and_new("status", [one.name for one in before.statuses], [one.name for one in after.statuses])
    told += _gone_and_new("approval", before.approvals, after.approvals)
    then, now = _by_name(before), _by_name(after)
    told += [f"transition {transition_in_words(then[name])} removed" for name in then if name not in now]
    told += [f"transition {transition_in_words(now[name])} added" for name in now if name not in then]
    for name in now:
        if name in then:
            told += _altered(then[name], now[name])
    return told


def _by_name(workflow: Workflow) -> dict[tuple[str, int], Transition]:
    """Return the transitions by name; of those of one name, by how many stand before."""
    seen: Counter[str] = Counter()
    named = {}
    for one in workflow.transitions:
        named[one.name, seen[one.name]] = one
        seen[one.name] += 1
    return named


def _altered(before: Transition, after: Transition) -> list[str]:
    name = after.name or "without a name"
    told = [] if _way(before) == _way(after) else [f"{name} leads {_way(after)} instead of {_way(before)}"]
    told += _gone_and_new(f"{name}:", map(str, before.rules), map(str, after.rules))
    return told


def _gone_and_new(what: str, before: Iterable[str], after: Iterable[str]) -> list[str]:
    then, now = Counter(before), Counter(after)
    gone, new = then - now, now - then
    return [*(f"{what} {one} removed" for one in gone.elements()), *(f"{what} {one} added" for one in new.elements())]


def safeguards_gone(before: Workflow, after: Workflow) -> list[str]:
    """Return which conditions, validators and approvals of one version the next has no longer, each with its transition.

    What was reworded counts as gone: whether the new rule asks as much, a reader has to judge.
    """
    then, now = _by_name(before), _by_name(after)
    gone = [f"approval: {one}" for one in (Counter(before.approvals) - Counter(after.approvals)).elements()]
    for name, transition in then.items():
        if name in now:
            lost = Counter(gates(transition.rules)) - Counter(gates(now[name].rules))
            gone += [f"{transition.name}: {one}" for one in lost.elements()]
    return gone
