"""Roots and proofs are those of RFC 6962; two implementations that nobody here wrote agree."""

from collections.abc import Sequence

import pymerkle  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofError,
    Tree,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from survey_app.ledger.verifier import trees
from tests.ledger.go_note import GoNote, base64_of

# The tree that the reference implementation of Certificate Transparency publishes with RFC 6962.
INPUTS = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
PUBLISHED = Tree(leaf_hash(one) for one in INPUTS)
entries = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def hexes(hashes: Sequence[bytes]) -> list[str]:
    return [one.hex() for one in hashes]


@pytest.mark.oracle
@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert PUBLISHED.root(size).hex() == ROOTS[size]
    assert Frontier.over(leaf_hash(one) for one in INPUTS[:size]).root().hex() == ROOTS[size]
    assert trees.root_of(trees.hash_leaf(one) for one in INPUTS[:size]).hex() == ROOTS[size]


@pytest.mark.oracle
@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int, path: list[str]) -> None:
    assert hexes(PUBLISHED.inclusion_proof(index, size)) == path


@pytest.mark.oracle
@pytest.mark.parametrize(("first", "second", "path"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(first: int, second: int, path: list[str]) -> None:
    assert hexes(PUBLISHED.consistency_proof(first, second)) == path


@pytest.mark.oracle
@given(entries, st.data())
def test_pymerkle_makes_the_same_roots_and_inclusion_proofs(data: list[bytes], draw: st.DataObject) -> None:
    """Its paths begin with the leaf, which the RFC leaves out, and it counts leaves from one."""
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    theirs.append_entries(data)
    ours = Tree(leaf_hash(one) for one in data)
    size = draw.draw(st.integers(1, len(data)))
    index = draw.draw(st.integers(0, size - 1))
    assert ours.root(size) == theirs.get_root(size)
    proof = theirs.prove_inclusion(index + 1, size)
    assert proof.path == [leaf_hash(data[index]), *ours.inclusion_proof(index, size)]
    pymerkle.verify_inclusion(leaf_hash(data[index]), ours.root(size), proof, index=index + 1, size=size)


@pytest.mark.oracle
@given(entries, st.data())
def test_pymerkle_proves_that_our_trees_grow_out_of_each_other(data: list[bytes], draw: st.DataObject) -> None:
    """It writes consistency proofs in its own way, not in the RFC's; what they prove is the same."""
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    theirs.append_entries(data)
    ours = Tree(leaf_hash(one) for one in data)
    second = draw.draw(st.integers(1, len(data)))
    first = draw.draw(st.integers(1, second))
    proof = theirs.prove_consistency(first, second)
    pymerkle.verify_consistency(ours.root(first), ours.root(second), proof, prior_size=first, later_size=second)


@pytest.mark.oracle
def test_go_s_checksum_database_accepts_our_inclusion_proofs(go_note: GoNote) -> None:
    tree = Tree(leaf_hash(bytes([number])) for number in range(13))
    for size, index in [(1, 0), (2, 1), (7, 3), (8, 7), (13, 12), (13, 5)]:
        claim = {"Size": size, "Index": index, "Proof": base64_of(tree.inclusion_proof(index, size))}
        root, leaf, other = base64_of([tree.root(size), leaf_hash(bytes([index])), EMPTY_ROOT])
        assert go_note.accepts("inclusion", Root=root, Leaf=leaf, **claim)
        assert not go_note.accepts("inclusion", Root=root, Leaf=other, **claim)


@pytest.mark.oracle
def test_go_s_checksum_database_accepts_our_consistency_proofs(go_note: GoNote) -> None:
    tree = Tree(leaf_hash(bytes([number])) for number in range(70))
    pairs = [(first, second) for second in range(1, 10) for first in range(1, second + 1)]
    for first, second in [*pairs, (31, 64), (64, 70), (65, 70), (69, 70)]:
        claim = {"Index": first, "Size": second, "Proof": base64_of(tree.consistency_proof(first, second))}
        older, newer, other = base64_of([tree.root(first), tree.root(second), EMPTY_ROOT])
        assert go_note.accepts("consistency", Leaf=older, Root=newer, **claim)
        assert not go_note.accepts("consistency", Leaf=other, Root=newer, **claim)


@given(st.integers(0, 300))
def test_appending_needs_only_the_frontier(size: int) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size + 1)]
    stored = Frontier.over(leaves[:size]).to_bytes()
    grown = Frontier.from_bytes(stored).append(leaves[size])
    assert (grown.size, grown.root()) == (size + 1, root_of(leaves))
    assert len(grown.hashes) <= size.bit_length() + 1


def test_a_century_of_days_is_appended_to_in_the_same_few_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    frontier = Frontier.over(leaf_hash(str(number).encode()) for number in range(36_500))
    hashed: list[bytes] = []

    def counted(left: bytes, right: bytes) -> bytes:
        hashed.append(left)
        return node_hash(left, right)

    monkeypatch.setattr("survey_app.ledger.merkle.node_hash", counted)
    frontier.append(EMPTY_ROOT)
    assert len(hashed) <= 16


@pytest.mark.parametrize(
    "stored",
    [b"", bytes(7), bytes(8) + bytes(32), (3).to_bytes(8, "big") + bytes(32), (1).to_bytes(8, "big") + bytes(31)],
)
def test_what_is_no_frontier_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier.from_bytes(stored)


@pytest.mark.parametrize(("size", "hashes"), [(-1, ()), (1, ()), (2, (bytes(32), bytes(32))), (1, (b"short",))])
def test_a_frontier_has_one_hash_for_each_bit_of_its_size(size: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(ValueError, match="subtree"):
        Frontier(size, hashes)


@given(entries, st.data())
def test_verification_accepts_what_is_so_and_nothing_else(data: list[bytes], draw: st.DataObject) -> None:
    tree = Tree(leaf_hash(one) for one in data)
    size = draw.draw(st.integers(1, len(data)))
    index = draw.draw(st.integers(0, size - 1))
    proof = tree.inclusion_proof(index, size)
    leaf, root = leaf_hash(data[index]), tree.root(size)
    verify_inclusion(leaf, index, size, proof, root)
    assert trees.included(leaf, index, size, proof, root)
    for wrong in spoiled(draw, leaf, index, size, proof, root):
        with pytest.raises(ProofError):
            verify_inclusion(*wrong)
        assert not trees.included(*wrong)


def spoiled(
    draw: st.DataObject, leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes
) -> list[tuple[bytes, int, int, list[bytes], bytes]]:
    """The same claim with one thing changed."""
    other = draw.draw(st.binary(min_size=32, max_size=32).filter(lambda one: one not in {leaf, root, *proof}))
    wrong = [
        (other, index, size, proof, root),
        (leaf, index, size, proof, other),
        (leaf, size, size, proof, root),
        (leaf, -1, size, proof, root),
        (leaf, index, size, [*proof, other], root),
        (leaf, index, size, [other, *proof], root),
    ]
    if proof:
        place = draw.draw(st.integers(0, len(proof) - 1))
        wrong.append((leaf, index, size, [*proof[:place], other, *proof[place + 1 :]], root))
        wrong.append((leaf, index, size, [*proof[:place], *proof[place + 1 :]], root))
    return wrong


@given(entries, st.data())
def test_consistency_accepts_what_is_so_and_nothing_else(data: list[bytes], draw: st.DataObject) -> None:
    tree = Tree(leaf_hash(one) for one in data)
    second = draw.draw(st.integers(0, len(data)))
    first = draw.draw(st.integers(0, second))
    proof = tree.consistency_proof(first, second)
    older, newer = tree.root(first), tree.root(second)
    verify_consistency(first, older, second, newer, proof)
    assert trees.extends(first, older, second, newer, proof)
    other = draw.draw(st.binary(min_size=32, max_size=32).filter(lambda one: one not in {older, newer, *proof}))
    wrong = [(first, other, second, newer, proof), (first, older, second, newer, [*proof, other])]
    if first:
        wrong += [(first, older, second, other, proof), (second + 1, older, second, newer, proof)]
    if proof:
        place = draw.draw(st.integers(0, len(proof) - 1))
        wrong.append((first, older, second, newer, [*proof[:place], other, *proof[place + 1 :]]))
        wrong.append((first, older, second, newer, [*proof[:place], *proof[place + 1 :]]))
    for one in wrong:
        with pytest.raises(ProofError):
            verify_consistency(*one)
        assert not trees.extends(*one)


def test_a_tree_answers_only_for_leaves_and_sizes_it_had() -> None:
    for ask in (
        lambda: PUBLISHED.root(9),
        lambda: PUBLISHED.inclusion_proof(8),
        lambda: PUBLISHED.inclusion_proof(3, 3),
        lambda: PUBLISHED.consistency_proof(5, 4),
        lambda: Tree([b"short"]),
    ):
        with pytest.raises(ValueError, match=r"leave|leaf"):
            ask()


def test_an_inner_node_cannot_pass_for_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
    assert root_of([leaf_hash(b"")]) != EMPTY_ROOT
