"""YAML is read with the place of every value."""

from __future__ import annotations

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.params.yamlfile import read_yaml


def test_a_place_is_known_for_every_value():
    """Lines are those an editor shows, for nested values too."""
    document = read_yaml("a: 1\nb:\n  - x\n  - c: >\n      long\n      text\n    d: [1,\n      2]\n")
    lines = {path: place.line for path, place in document.places.items()}
    assert lines == {
        (): 1, ("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 1): 4, ("b", 1, "c"): 4, ("b", 1, "d"): 7, ("b", 1, "d", 0): 7,
        ("b", 1, "d", 1): 8,
    }  # fmt: skip


@settings(deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.dates() | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab: 1-#'", max_size=5), inner, max_size=3),
    max_leaves=12,
))  # fmt: skip
def test_values_are_those_of_safe_load(value):
    """Beside decimals, a plain value means what PyYAML's safe loader says."""
    text = yaml.safe_dump(value)
    document = read_yaml(text)
    if not document.flaws:
        assert document.value == yaml.safe_load(text)
