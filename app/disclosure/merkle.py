"""The Merkle tree over the rows of a seal, and what the seal signs (pure).

The tree is that of https://www.rfc-editor.org/rfc/rfc6962#section-2.1: a lone node moves up unchanged.
"""

import hashlib
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import orjson

SEAL_TYPE: Final = "samplan-seal"
"""The `typ` of a signed seal."""

LEAF_BYTES: Final = 40
"""Bytes of a leaf: eight of the row's sequence number, 32 of the hash of its content."""


class Leaf(NamedTuple):
    """A row of the trail in a tree: its sequence number, and the SHA-256 of its content without the number."""

    seq: int
    digest: bytes


class Seal(NamedTuple):
    """What a seal signs: the rows from `first_seq` to `last_seq`, how many there are, and the root of their tree.

    `previous` is the root of the seal before, "" for the first one; `sealed` is the time in seconds since 1970.
    """

    number: int
    first_seq: int
    last_seq: int
    rows: int
    root: str
    previous: str
    sealed: int


class Tampering(StrEnum):
    """What the verification of a trail names."""

    EDIT = "edit"
    DELETION = "deletion"
    REORDERING = "reordering"
    TRUNCATION = "truncation"
    INSERTION = "back-dated insertion"
    FORGED_SEAL = "forged seal"


class Finding(NamedTuple):
    """A change of the trail that no request made, and the rows or seals that it touched, in English."""

    kind: Tampering
    where: str


def packed(leaves: Sequence[Leaf]) -> bytes:
    """The leaves as bytes."""
    return b"".join(leaf.seq.to_bytes(8) + leaf.digest for leaf in leaves)


def unpacked(text: bytes) -> Iterator[Leaf]:
    """The leaves in bytes that `packed` made; ValueError for others."""
    if len(text) % LEAF_BYTES:
        raise ValueError
    for start in range(0, len(text), LEAF_BYTES):
        yield Leaf(int.from_bytes(text[start : start + 8]), text[start + 8 : start + LEAF_BYTES])


def root_of(leaves: bytes) -> str:
    """The root of the tree over packed leaves, in hexadecimal."""
    nodes = [
        hashlib.sha256(b"\0" + leaves[start : start + LEAF_BYTES]).digest()
        for start in range(0, len(leaves), LEAF_BYTES)
    ] or [hashlib.sha256().digest()]
    while len(nodes) > 1:
        pairs = zip(nodes[::2], nodes[1::2], strict=False)
        joined = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
        nodes = joined + nodes[len(joined) * 2 :]
    return nodes[0].hex()


def signed_bytes(seal: Seal) -> bytes:
    """The bytes that a signature covers: JSON with its members in order."""
    return orjson.dumps(seal._asdict())


def read_seal(payload: bytes) -> Seal:
    """The seal in these bytes; ValueError if they are none."""
    try:
        return Seal(**orjson.loads(payload))
    except TypeError:
        raise ValueError from None
