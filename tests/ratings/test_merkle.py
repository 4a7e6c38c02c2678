"""The tree hash against the reference vectors of the Certificate Transparency project, and its properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratings.merkle import (
    Frontier,
    ProofError,
    consistency_proof,
    empty_root,
    inclusion_proof,
    leaf_hash,
    merkle_root,
    node_hash,
    verify_consistency,
    verify_inclusion,
)

# Inputs, roots and proofs: certificate-transparency, merkletree tests (the 8-leaf tree used by all CT logs).
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
LEAVES = [leaf_hash(data) for data in INPUTS]
MANY = [leaf_hash(k.to_bytes(2, "big")) for k in range(130)]
sizes = st.integers(min_value=1, max_value=len(MANY))


def flipped(value: bytes, bit: int) -> bytes:
    """The value with one bit changed."""
    data = bytearray(value)
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(data)


def test_roots_are_those_of_the_reference_tree():
    roots = [merkle_root(LEAVES[:size]).hex() for size in range(1, 9)]

    assert roots == ROOTS


def test_empty_tree_has_the_hash_of_nothing():
    expected = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert [merkle_root([]).hex(), Frontier().root().hex(), empty_root().hex()] == [expected] * 3


def test_proofs_are_those_of_the_reference_tree():
    inclusion = {key: [node.hex() for node in inclusion_proof(LEAVES[: key[1]], key[0])] for key in INCLUSION}
    consistency = {key: [node.hex() for node in consistency_proof(LEAVES[: key[1]], key[0])] for key in CONSISTENCY}

    assert (inclusion, consistency) == (INCLUSION, CONSISTENCY)


def test_frontier_has_the_root_of_the_full_tree_at_every_size():
    frontier = Frontier()

    for size, leaf in enumerate(MANY, start=1):
        frontier = frontier.append(leaf)

        assert (frontier.size, frontier.root()) == (size, merkle_root(MANY[:size]))
        assert Frontier.from_bytes(frontier.to_bytes()) == frontier


def test_appending_leaves_the_old_frontier_as_it_was():
    old = Frontier().extend(LEAVES[:3])

    old.append(LEAVES[3])

    assert old == Frontier().extend(LEAVES[:3])


def test_frontier_needs_little_room():
    frontier = Frontier().extend(MANY)

    assert len(frontier.to_bytes()) == 8 + 32 * (130).bit_count()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 7,
        b"\x00" * 8 + LEAVES[0],
        (1).to_bytes(8, "big"),
        (1).to_bytes(8, "big") + LEAVES[0][:31],
        (2**63).to_bytes(8, "big") + LEAVES[0],
    ],
)
def test_frontier_refuses_bytes_that_are_none(data):
    with pytest.raises(ProofError):
        Frontier.from_bytes(data)


def test_frontier_refuses_a_leaf_that_is_no_hash():
    with pytest.raises(ProofError):
        Frontier().append(b"record")


@given(size=sizes, data=st.data())
def test_inclusion_proofs_verify_and_any_change_fails(size, data):
    index = data.draw(st.integers(0, size - 1))
    leaves, root = MANY[:size], merkle_root(MANY[:size])
    proof = inclusion_proof(leaves, index)
    bit = data.draw(st.integers(0, 255))

    assert verify_inclusion(leaves[index], index, size, proof, root)
    assert not verify_inclusion(flipped(leaves[index], bit), index, size, proof, root)
    assert not verify_inclusion(leaves[index], index, size, proof, flipped(root, bit))
    assert not verify_inclusion(leaves[index], index, size, (*proof, root), root)
    for k in range(len(proof)):
        assert not verify_inclusion(
            leaves[index], index, size, (*proof[:k], flipped(proof[k], bit), *proof[k + 1 :]), root
        )
        assert not verify_inclusion(leaves[index], index, size, (*proof[:k], *proof[k + 1 :]), root)
    if size > 1:
        assert not verify_inclusion(leaves[index], (index + 1) % size, size, proof, root)


@given(new=sizes, data=st.data())
def test_consistency_proofs_verify_and_any_change_fails(new, data):
    old = data.draw(st.integers(0, new))
    old_root, new_root = merkle_root(MANY[:old]), merkle_root(MANY[:new])
    proof = consistency_proof(MANY[:new], old)
    bit = data.draw(st.integers(0, 255))

    assert verify_consistency(old, new, old_root, new_root, proof)
    assert not verify_consistency(old, new, flipped(old_root, bit), new_root, proof)
    assert not verify_consistency(old, new, old_root, new_root, (*proof, new_root))
    if old:
        assert not verify_consistency(old, new, old_root, flipped(new_root, bit), proof)
    for k in range(len(proof)):
        assert not verify_consistency(
            old, new, old_root, new_root, (*proof[:k], flipped(proof[k], bit), *proof[k + 1 :])
        )
        assert not verify_consistency(old, new, old_root, new_root, (*proof[:k], *proof[k + 1 :]))


@given(size=st.integers(2, len(MANY)), data=st.data())
def test_a_rewritten_record_has_no_consistency_proof(size, data):
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*MANY[:changed], leaf_hash(b"another vote"), *MANY[changed + 1 : size]]

    proof = consistency_proof(rewritten, old)

    assert not verify_consistency(old, size, merkle_root(MANY[:old]), merkle_root(rewritten), proof)


def test_verifying_what_cannot_be_is_false():
    root = merkle_root(LEAVES)

    answers = [
        verify_inclusion(LEAVES[0], 8, 8, (), root),
        verify_inclusion(LEAVES[0], -1, 8, (), root),
        verify_inclusion(b"", 0, 1, (), root),
        verify_inclusion(LEAVES[0], 0, 8, (b"short",), root),
        verify_consistency(9, 8, root, root, ()),
        verify_consistency(-1, 8, root, root, ()),
        verify_consistency(3, 8, root, root, ()),
        verify_consistency(4, 8, merkle_root(LEAVES[:4]), merkle_root(LEAVES[:4]), ()),
    ]

    assert answers == [False] * 8


def test_proofs_of_positions_outside_are_refused():
    for build, position in (
        (inclusion_proof, 8),
        (inclusion_proof, -1),
        (consistency_proof, 9),
        (consistency_proof, -1),
    ):
        with pytest.raises(ProofError):
            build(LEAVES, position)


def test_leaves_and_nodes_are_told_apart():
    left, right = LEAVES[:2]

    assert leaf_hash(left + right) != node_hash(left, right)
