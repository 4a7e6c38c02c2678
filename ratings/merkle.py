"""Does this list of records still have the hash that was published? The tree hash and proofs of RFC 6962.

Read next: ledger.py (the records that are hashed) and signed_note.py (how a tree hash is signed and published).
All functions take leaf hashes (32 bytes, from `leaf_hash`), never raw records, so that a store of 32-byte
rows is enough to prove anything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from ratings.errors import RatingsError

HASH_BYTES = 32
LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"
SIZE_BYTES = 8
MAX_SIZE = 2**63 - 1  # what a signed 64-bit column can hold; a proof or frontier never passes 64 hashes


class ProofError(RatingsError, ValueError):
    """A proof or a frontier was asked for a position that the tree does not have."""


def leaf_hash(record: bytes) -> bytes:
    """SHA-256(0x00 | record).

    record : bytes of any length.
    Returns 32 bytes. Cost: one pass. Source: RFC 6962, section 2.1.
    """
    return sha256(LEAF_PREFIX + record).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 | left | right).

    left, right : 32 bytes each.
    Returns 32 bytes. Source: RFC 6962, section 2.1.
    """
    return sha256(NODE_PREFIX + left + right).digest()


def empty_root() -> bytes:
    """SHA-256 of nothing: the hash of a tree without leaves. Returns 32 bytes. Source: RFC 6962, section 2.1."""
    return sha256(b"").digest()


def merkle_root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Hash of the tree over the leaves: node(root of the largest power of two below n, root of the rest).

    leaf_hashes : (n,) of 32 bytes, in ledger order.
    Returns 32 bytes. Cost: n - 1 hashes, level by level (an odd last node moves up unchanged, which is the same tree).
    Source: RFC 6962, section 2.1.
    """
    level = list(leaf_hashes)
    if not level:
        return empty_root()
    while len(level) > 1:
        above = [node_hash(level[k], level[k + 1]) for k in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


@dataclass(frozen=True)
class Frontier:
    """The roots of the perfect subtrees of a tree of `size` leaves: all that is needed to append to it.

    size  : number of leaves, 0 .. 2^63 - 1.
    nodes : one 32-byte hash per binary one of `size`, largest subtree first.
    Raises ProofError where nodes and size do not fit. Cost: 32 bytes x number of ones in `size`.
    Source: "compact range" of the Certificate Transparency tools; the hash is that of RFC 6962.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE:
            raise ProofError(f"a tree cannot have {self.size} leaves")
        if len(self.nodes) != self.size.bit_count() or any(len(node) != HASH_BYTES for node in self.nodes):
            raise ProofError(f"a tree of {self.size} leaves needs {self.size.bit_count()} hashes of {HASH_BYTES} bytes")

    def append(self, leaf: bytes) -> "Frontier":
        """The frontier with one more leaf; this one is left as it is.

        leaf : 32 bytes, a leaf hash.
        Returns a new Frontier. Raises ProofError if leaf is not 32 bytes. Cost: O(log size), amortised one hash.
        """
        nodes = list(self.nodes)
        node = leaf
        carry = self.size
        while carry & 1:
            node = node_hash(nodes.pop(), node)
            carry >>= 1
        return Frontier(self.size + 1, (*nodes, node))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """The frontier with all leaves appended in order. leaves : 32 bytes each. Raises ProofError as append."""
        frontier = self
        for leaf in leaves:
            frontier = frontier.append(leaf)
        return frontier

    def root(self) -> bytes:
        """The RFC 6962 tree hash of all leaves appended so far. Returns 32 bytes. Cost: O(log size) hashes."""
        if not self.nodes:
            return empty_root()
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root

    def to_bytes(self) -> bytes:
        """u64be size | nodes. Returns 8 to 8 + 64 * 32 bytes."""
        return self.size.to_bytes(SIZE_BYTES, "big") + b"".join(self.nodes)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Frontier":
        """The inverse of to_bytes. Raises ProofError where the bytes are no frontier."""
        size, rest = int.from_bytes(data[:SIZE_BYTES], "big"), data[SIZE_BYTES:]
        if len(data) < SIZE_BYTES or len(rest) % HASH_BYTES:
            raise ProofError(f"{len(data)} bytes are no frontier")
        return cls(size, tuple(rest[k : k + HASH_BYTES] for k in range(0, len(rest), HASH_BYTES)))


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """PATH(index, leaves): the sibling hashes from leaf `index` up to the root.

    leaf_hashes : (n,) of 32 bytes.   index : 0 .. n - 1.
    Returns at most ceil(log2 n) hashes, lowest first. Raises ProofError if index is outside. Cost: n hashes.
    Source: RFC 6962, section 2.1.1.
    """
    if not 0 <= index < len(leaf_hashes):
        raise ProofError(f"no leaf {index} in a tree of {len(leaf_hashes)}")
    if len(leaf_hashes) == 1:
        return ()
    split = _largest_power_below(len(leaf_hashes))
    left, right = leaf_hashes[:split], leaf_hashes[split:]
    if index < split:
        return (*inclusion_proof(left, index), merkle_root(right))
    return (*inclusion_proof(right, index - split), merkle_root(left))


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `leaf` is number `index` of the `size` leaves behind `root`.

    leaf, root : 32 bytes.   proof : from inclusion_proof.
    Returns bool; anything malformed is False, never an exception. Cost: O(log size). Source: RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size or not _are_hashes((leaf, root, *proof)):
        return False
    position, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def consistency_proof(leaf_hashes: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """PROOF(old_size, leaves): that the first `old_size` leaves are a prefix of all of them.

    leaf_hashes : (n,) of 32 bytes.   old_size : 0 .. n; 0 and n need no hashes.
    Returns at most ceil(log2 n) + 1 hashes. Raises ProofError if old_size is outside. Cost: n hashes.
    Source: RFC 6962, section 2.1.2.
    """
    if not 0 <= old_size <= len(leaf_hashes):
        raise ProofError(f"no prefix of {old_size} in a tree of {len(leaf_hashes)}")
    return _subproof(leaf_hashes, old_size, True) if old_size else ()


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree behind `new_root` begins with the tree behind `old_root`: nothing old was changed.

    old_root, new_root : 32 bytes.   proof : from consistency_proof.
    Returns bool; anything malformed is False, never an exception. Cost: O(log new_size). Source: RFC 9162, 2.1.4.2.
    """
    if not 0 <= old_size <= new_size or not _are_hashes((old_root, new_root, *proof)):
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == empty_root()
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    return bool(path) and _fold_consistency(path, old_size - 1, new_size - 1) == (old_root, new_root)


def _fold_consistency(path: Sequence[bytes], position: int, last: int) -> tuple[bytes, bytes] | None:
    """The old and the new root that a consistency path leads to, or None if it is too short or too long."""
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return (old, new) if last == 0 else None


def _subproof(leaf_hashes: Sequence[bytes], old_size: int, is_whole: bool) -> tuple[bytes, ...]:
    """SUBPROOF of RFC 6962: `is_whole` says that the verifier knows the root of these leaves already."""
    size = len(leaf_hashes)
    if old_size == size:
        return () if is_whole else (merkle_root(leaf_hashes),)
    split = _largest_power_below(size)
    left, right = leaf_hashes[:split], leaf_hashes[split:]
    if old_size <= split:
        return (*_subproof(left, old_size, is_whole), merkle_root(right))
    return (*_subproof(right, old_size - split, False), merkle_root(left))


def _largest_power_below(size: int) -> int:
    """The largest power of two below size (size >= 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _are_hashes(values: Iterable[bytes]) -> bool:
    return all(isinstance(value, bytes) and len(value) == HASH_BYTES for value in values)
