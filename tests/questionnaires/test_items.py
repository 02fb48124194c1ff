"""The content hash names the words for good: the same for the same content, another for any other."""

import json
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from survey_app.questionnaires.definition import (
    content_hash,
    default_questionnaire,
    from_canonical_json,
    to_canonical_json,
)
from survey_app.questionnaires.items import canonical

QUESTIONNAIRE = default_questionnaire()
PLAIN = json.loads(to_canonical_json(QUESTIONNAIRE))


def leaves(plain: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all strings and numbers."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            yield from leaves(value, (*path, key))
    elif isinstance(plain, list):
        for index, value in enumerate(plain):
            yield from leaves(value, (*path, index))
    else:
        yield path


LEAVES = list(leaves(PLAIN))
TEXT_LEAVES = [path for path in LEAVES if path[-1] in ("vi", "en")]


def changed(path: tuple[str | int, ...], change: Callable[[Any], Any]) -> Any:
    """The default questionnaire with one leaf changed."""
    plain = json.loads(to_canonical_json(QUESTIONNAIRE))
    place = plain
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = change(place[path[-1]])
    return plain


def test_the_hash_of_the_first_version_stays_for_good() -> None:
    assert content_hash(QUESTIONNAIRE) == "a848e54cd88976a21ed71f7d8ade00f38e52cb1e548fc71c882a6bd6dec075e4"


def test_canonical_json_comes_back_as_the_same_questionnaire() -> None:
    text = to_canonical_json(QUESTIONNAIRE)
    assert from_canonical_json(text) == QUESTIONNAIRE
    assert from_canonical_json(text).content_hash == QUESTIONNAIRE.content_hash


def test_canonical_json_is_what_rfc_8785_says() -> None:
    assert to_canonical_json(QUESTIONNAIRE).encode() == rfc8785.dumps(PLAIN)


@given(
    st.recursive(
        st.integers(-(2**31), 2**31) | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abz_09", max_size=4), inner, max_size=3),
        max_leaves=12,
    )
)
def test_canonical_writes_what_an_independent_implementation_writes(plain: Any) -> None:
    assert canonical(plain).encode() == rfc8785.dumps(plain)


def shuffled(plain: Any, order: Callable[[list[str]], list[str]]) -> Any:
    """The same JSON with the keys of its objects in another order."""
    if isinstance(plain, dict):
        return {key: shuffled(plain[key], order) for key in order(list(plain))}
    if isinstance(plain, list):
        return [shuffled(value, order) for value in plain]
    return plain


@given(st.randoms(use_true_random=False))
def test_the_hash_does_not_depend_on_the_order_of_keys(random: Any) -> None:
    other = shuffled(PLAIN, lambda keys: random.sample(keys, len(keys)))
    assert from_canonical_json(canonical(other)).content_hash == QUESTIONNAIRE.content_hash


@given(st.sampled_from(TEXT_LEAVES), st.text(min_size=1, max_size=3))
def test_any_change_of_any_text_changes_the_hash(path: tuple[str | int, ...], added: str) -> None:
    other = from_canonical_json(canonical(changed(path, lambda text: text + added)))
    assert other.content_hash != QUESTIONNAIRE.content_hash


@pytest.mark.parametrize("path", LEAVES, ids=lambda path: ".".join(str(part) for part in path))
def test_each_leaf_counts(path: tuple[str | int, ...]) -> None:
    other = changed(path, lambda value: value + 1 if isinstance(value, int) else f"{value}x")
    assert from_canonical_json(canonical(other)).content_hash != QUESTIONNAIRE.content_hash


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", to_canonical_json(QUESTIONNAIRE) + " ", canonical({**PLAIN, "more": 1}), '{"key":"a"}'],
    ids=["empty", "null", "list", "object", "blank", "unknown key", "half"],
)
def test_what_was_not_written_canonically_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"canonical|Expecting"):
        from_canonical_json(text)


def test_a_questionnaire_cannot_be_changed() -> None:
    item = QUESTIONNAIRE.item("overall")
    with pytest.raises(FrozenInstanceError):
        item.slot = "r2"  # type: ignore[misc]
    with pytest.raises(TypeError):
        item.text["vi"] = ""  # type: ignore[index]


def test_items_are_found_by_name_slot_and_option() -> None:
    trouble = QUESTIONNAIRE.item("trouble")
    assert QUESTIONNAIRE.item_in("c1") is trouble
    assert QUESTIONNAIRE.item_in("c2") is None
    money = trouble.option_coded(3)
    assert money is not None
    assert trouble.option_of("money") is money
    assert trouble.option_of("gold") is None
    assert trouble.option_coded(9) is None
    with pytest.raises(KeyError):
        QUESTIONNAIRE.item("colour")
