"""The leaf is RFC 8785 JSON hashed as RFC 6962 says; an implementation nobody here wrote agrees."""

import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from survey_app.ledger.leaf import LEAF_FIELDS, comment_digest, leaf_bytes, leaf_hash

values = st.one_of(st.none(), st.integers(-(2**53) + 1, 2**53 - 1), st.text(st.characters(exclude_categories=["Cs"])))
leaves = st.fixed_dictionaries(dict.fromkeys(LEAF_FIELDS, values))


@given(leaves)
def test_canonical_json_agrees_with_an_independent_implementation(leaf: dict[str, str | int | None]) -> None:
    assert leaf_bytes(leaf) == rfc8785.dumps(leaf)


@given(leaves, st.sampled_from(LEAF_FIELDS), values)
def test_any_change_changes_the_hash(leaf: dict[str, str | int | None], name: str, value: str | int | None) -> None:
    changed = {**leaf, name: value}
    assert (leaf_hash(leaf_bytes(changed)) == leaf_hash(leaf_bytes(leaf))) == (changed == leaf)


def test_the_leaf_prefix_is_that_of_rfc_6962() -> None:
    # RFC 6962 section 2.1: MTH({d(0)}) = SHA-256(0x00 || d(0)); the published vector for an empty entry.
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize("wrong", [{}, {"id": "1"}, dict.fromkeys([*LEAF_FIELDS, "extra"])])
def test_a_leaf_has_exactly_its_fields(wrong: dict[str, str | int | None]) -> None:
    with pytest.raises(ValueError, match="exactly the fields"):
        leaf_bytes(wrong)


def test_the_comment_s_digest_is_salted() -> None:
    assert comment_digest(b"salt", "Cảm ơn") == hashlib.sha256(b"salt" + "Cảm ơn".encode()).digest()
    assert comment_digest(b"salt", "Cảm ơn") != comment_digest(b"pepper", "Cảm ơn")
