"""Keys of issues that no history names are found with few questions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditlib.audit.numbering.key_search import common, split_candidates


def asked_until_told(owners: dict[str, int], batches: list[list[str]], size: int) -> tuple[dict[int, list[str]], int]:
    """Play Jira: ask batches, then narrower questions, until each issue's key is told; return keys and questions."""
    answered: dict[int, list[list[str]]] = {}
    count = 0

    def ask(keys: list[str]) -> None:
        nonlocal count
        count += 1
        assert len(keys) <= size
        for issue in {owners[key] for key in keys if key in owners}:
            answered.setdefault(issue, []).append(keys)

    for batch in batches:
        ask(batch)
    first = count
    while True:
        shared = {issue: common(asked) for issue, asked in answered.items()}
        questions = split_candidates({issue: keys for issue, keys in shared.items() if keys}, size)
        if not questions:
            return shared, count - first
        for question in questions:
            ask(question)


@given(st.integers(1, 400), st.integers(2, 100), st.sets(st.integers(0, 399), max_size=60))
def test_each_key_is_found(total, size, moved):
    """Whatever the numbers, every issue's own key is told, and it alone."""
    keys = [f"AB-{number}" for number in range(total)]
    owners = {keys[place]: 1000 + place for place in moved if place < total}
    found, _ = asked_until_told(owners, [keys[start : start + size] for start in range(0, total, size)], size)
    assert found == {issue: [key] for key, issue in owners.items()}


@given(st.integers(1, 300), st.randoms(use_true_random=False))
def test_it_costs_one_question_an_issue_and_twenty_more(issues, random):
    """The budget: one question for each issue that no history names, and 20 for all of them."""
    keys = [f"AB-{number}" for number in range(20_000)]
    owners = {key: place for place, key in enumerate(random.sample(keys, issues))}
    _, questions = asked_until_told(owners, [keys[start : start + 100] for start in range(0, len(keys), 100)], 100)
    assert questions <= issues + 20


def test_an_issue_that_answers_to_two_keys_has_none_in_common():
    """Then each key must be asked for by itself: a key in common would be a wrong one."""
    assert common([["AB-1", "AB-2"], ["AB-3"]]) == []
    assert common([["AB-1", "AB-2", "AB-3"], ["AB-3", "AB-2"]]) == ["AB-2", "AB-3"]
    assert split_candidates({}, 100) == []
    assert split_candidates({7: ["AB-1"]}, 100) == []
