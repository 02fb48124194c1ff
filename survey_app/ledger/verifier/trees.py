"""Hashes and trees, from RFC 6962, RFC 9162 and RFC 8785; written apart from those that seal, and compared in tests."""

import hashlib
import json
from collections.abc import Iterable, Sequence

ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_leaf(data: bytes) -> bytes:
    """SHA-256 of 0x00 and the data."""
    return hashlib.sha256(b"\x00" + data).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and both children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def canonical(value: object) -> bytes:
    """RFC 8785 for objects with ASCII keys, lists, text, integers and null."""
    return ENCODER.encode(value).encode(errors="surrogatepass")


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in their order."""
    subtrees: list[bytes] = []
    for index, node in enumerate(leaf_hashes):
        while index & 1:
            node, index = hash_node(subtrees.pop(), node), index >> 1
        subtrees.append(node)
    if not subtrees:
        return hashlib.sha256(b"").digest()
    root = subtrees.pop()
    while subtrees:
        root = hash_node(subtrees.pop(), root)
    return root


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the leaf hash stands at the index of the tree (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, reached = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            reached = hash_node(sibling, reached)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            reached = hash_node(reached, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and reached == root


def extends(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the second tree begins with the first (RFC 9162, 2.1.4.2), each said by size and root."""
    if first in {0, second}:
        return not path and first_root == (second_root if first == second else root_of(()))
    path = [first_root, *path] if first & (first - 1) == 0 else path
    if first > second or not path:
        return False
    node, last = first - 1, second - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    reached_first = reached_second = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            reached_first, reached_second = hash_node(one, reached_first), hash_node(one, reached_second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            reached_second = hash_node(reached_second, one)
        node, last = node >> 1, last >> 1
    return last == 0 and (reached_first, reached_second) == (first_root, second_root)
