"""The search for the former key of issues that nothing names: few questions tell it of many at once. Pure.

Jira answers with the issue and does not repeat the key that was asked for. But an issue that answers, answers to one of
the keys of the question: asked again for a part of them, and for the other parts, its key is in the part that it answers
to. The parts of many issues go into one question, which holds a hundred keys; so a hundred issues, each among a hundred
keys, cost a hundred questions together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def split_candidates(candidates: Mapping[int, Sequence[str]], size: int) -> list[list[str]]:
    """Search for the former keys of issues: return the keys to be asked next, question by question.

    Parameters
    ----------
    candidates : mapping of int to sequence of str
        By issue id, the keys among which its own is; equal sequences are asked once.
    size : int
        Keys that one question may hold.

    Returns
    -------
    list of list of str
        At most ``size`` each; none where all candidates are single. Every part of the candidates is asked for, none is
        concluded from silence: an issue may have gone meanwhile.
    """
    groups = sorted({tuple(keys) for keys in candidates.values() if len(keys) > 1})
    if not groups:
        return []
    wanted = max(2, -(-sum(map(len, groups)) // size))
    parts = min(wanted, max(map(len, groups)))
    buckets: list[list[str]] = [[] for _ in range(parts)]
    for place, keys in enumerate(groups):
        for position, key in enumerate(keys):
            # Rotated, so that what does not divide evenly does not all come to the first question.
            buckets[(place + position) % parts].append(key)
    return [bucket[start : start + size] for bucket in buckets for start in range(0, len(bucket), size)]


def common(asked: Iterable[Sequence[str]]) -> list[str]:
    """Return the keys common to all questions that an issue answered to; in the order of the first.

    One key is the issue's own. None means that it answers to several, and each must be asked for by itself.
    """
    first, *others = asked
    left = set(first).intersection(*others)
    return [key for key in first if key in left]
