"""JSON of any depth is read and written the same on every machine; what lies too deeply is kept as its text."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib import deep_json
from auditlib.deep_json import DEEPEST, DeepText, as_text, cut, deep_parts, is_deep, loads, written
from auditlib.dossier import numbers

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
DEEP = '{"a":[' * 5_000 + '1.50,"é"' + "]}" * 5_000


@given(VALUES, st.sampled_from([None, 1]))
def test_it_reads_and_writes_as_python_does(value, indent):
    """An oracle: Python's own reader and writer, for what they bear."""
    text = json.dumps(value, indent=indent)
    assert deep_json._read(text, json.JSONDecoder()) == json.loads(text)
    assert written(value) == json.dumps(value, ensure_ascii=False)
    assert written(value, sort_keys=True) == json.dumps(value, ensure_ascii=False, sort_keys=True)


@pytest.mark.parametrize(
    "text", ["[1,]", '{"a"}', "[1 2]", "{1:2}", "[", '{"a":1', "[1]x", '{"a":1,}', "", "[}", '{"a":}']
)
def test_what_is_no_json_is_refused(text):
    """By the deep reader too."""
    with pytest.raises(ValueError, match="line 1"):
        deep_json._read(text, json.JSONDecoder())


def test_depth_beyond_all_measure_is_read():
    """Ten thousand levels end nothing: what lies below the stated depth is the text of its JSON, and nothing is lost."""
    value = loads(DEEP.encode())
    assert deep_parts(value) == 1
    assert not is_deep(value)
    kept = numbers.loads(DEEP)
    whole = deep_json._read(numbers.dumps(kept), json.JSONDecoder(parse_float=numbers.Number))
    assert written(whole) == written(deep_json._read(DEEP, json.JSONDecoder(parse_float=numbers.Number)))
    assert "1.50" in numbers.dumps(kept)
    assert len(numbers.dumps(kept, indent=1)) < 3 * len(DEEP) + DEEPEST**2
    assert numbers.dumps(kept, ensure_ascii=True).isascii()


def test_the_depth_is_the_same_whatever_python_bears():
    """One level less is read whole, one more is cut, with any stack."""
    assert numbers.loads("[" * DEEPEST + "]" * DEEPEST) == json.loads("[" * DEEPEST + "]" * DEEPEST)
    deeper = numbers.loads("[" * DEEPEST + "[5]" + "]" * DEEPEST)
    while isinstance(deeper, list):
        (deeper,) = deeper
    assert isinstance(deeper, DeepText)
    assert deeper == "[5]"
    assert cut([1, {"a": [2]}], 2) == [1, {"a": "[2]"}]


def test_a_number_of_many_digits_ends_nothing():
    """Python refuses whole numbers of more than some four thousand digits; they are their digits."""
    digits = "9" * 5_000
    assert loads(f"[1, {digits}]") == [1, digits]
    assert numbers.dumps(numbers.loads(f"[{digits}]")) == f"[{digits}]"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("", ""), ("a", "a"), (7, "7"), (1.5, "1.5"), ([], "[]"), ({"a": [None, "ü"]}, '{"a": [null, "ü"]}')],
)
def test_what_stands_where_a_text_belongs_is_shown_as_json(value, text):
    """Nobody reads what Python writes of its own lists."""
    assert as_text(value) == text
    assert as_text([[value]]) == written([[value]])
