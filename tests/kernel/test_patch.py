from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.kernel.errors import InvalidInput, TooLarge
from charter.kernel.patch import MAX_DEPTH, UNSET, Unset, changed, merge, metadata

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=10,
)


@dataclass(frozen=True)
class Patch:
    name: str | Unset = UNSET
    nickname: str | Unset | None = UNSET
    notes: Any = UNSET


def nested(depth):
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merging_follows_the_examples_of_rfc_7396(target, patch, result):
    assert merge(target, patch) == result


@given(target=JSON, patch=JSON)
def test_merging_twice_is_merging_once_and_changes_neither(target, patch):
    before = repr((target, patch))
    once = merge(target, patch)
    assert merge(once, patch) == once
    assert repr((target, patch)) == before


def test_a_patch_nested_too_deeply_is_refused():
    merge({}, nested(MAX_DEPTH + 1))
    with pytest.raises(InvalidInput) as refused:
        merge({}, nested(MAX_DEPTH + 2), parameter="public_metadata")
    assert refused.value.parameter == "public_metadata"


def test_what_was_not_sent_is_not_changed_and_null_is():
    assert changed(Patch()) == {}
    assert changed(Patch(nickname=None)) == {"nickname": None}
    assert changed(Patch(name="ann", notes={})) == {"name": "ann", "notes": {}}


def test_unset_is_false_and_says_its_name():
    assert not UNSET
    assert repr(Patch()) == "Patch(name=UNSET, nickname=UNSET, notes=UNSET)"


def test_metadata_is_measured_in_bytes_of_json():
    assert metadata({"a": "x" * 8}, limit_bytes=16) == {"a": "x" * 8}
    for excessive in ({"a": "x" * 9}, {"a": "é" * 5}):
        with pytest.raises(TooLarge) as refused:
            metadata(excessive, parameter="public_metadata", limit_bytes=16)
        assert refused.value.parameter == "public_metadata"
        assert refused.value.meta["limit"] == 16


@pytest.mark.parametrize(
    "value",
    [
        {"a": "x\0"},
        {"x\0": 1},
        {"a": [{"b": "\0"}]},
        {"a": "\ud800"},
        {"a": float("inf")},
        {"a": float("nan")},
        nested(MAX_DEPTH + 2),
    ],
)
def test_metadata_that_cannot_be_stored_is_refused(value):
    with pytest.raises(InvalidInput):
        metadata(value)


@given(value=st.dictionaries(st.text(max_size=3), JSON, max_size=3))
def test_metadata_comes_back_as_it_was_or_is_refused(value):
    try:
        kept = metadata(value)
    except InvalidInput:
        kept = None
    assert kept == value or "\0" in str(value).replace("\\x00", "\0")
