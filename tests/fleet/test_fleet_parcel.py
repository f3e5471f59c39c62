"""A parcel opens for its owner, and for what it is about; for nobody else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from agent.fleet.parcel import MARK, ParcelTrouble, owner_key, packed_for, unpacked_by

ABOUT = "hyla-bundle desk-01 c-1"
PLAIN = b"what happened at the till"


def test_only_the_owner_opens_it() -> None:
    key, other = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    parcel = packed_for(owner_key(key), PLAIN, ABOUT)
    assert PLAIN not in parcel
    assert unpacked_by(key, parcel, ABOUT) == PLAIN
    with pytest.raises(ParcelTrouble, match="another key"):
        unpacked_by(other, parcel, ABOUT)


def test_another_terminals_parcel_does_not_pass_for_this_ones() -> None:
    key = X25519PrivateKey.generate()
    parcel = packed_for(owner_key(key), PLAIN, ABOUT)
    with pytest.raises(ParcelTrouble):
        unpacked_by(key, parcel, "hyla-bundle desk-02 c-1")


@pytest.mark.parametrize("at", [0, len(MARK), -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    key = X25519PrivateKey.generate()
    parcel = bytearray(packed_for(owner_key(key), PLAIN, ABOUT))
    parcel[at] ^= 1
    with pytest.raises(ParcelTrouble):
        unpacked_by(key, bytes(parcel), ABOUT)


@pytest.mark.parametrize("word", ["", "short", "A" * 44, "ü" * 43, "=" * 43])
def test_what_is_no_key_packs_nothing(word: str) -> None:
    with pytest.raises(ParcelTrouble, match="expected X25519"):
        packed_for(word, PLAIN, ABOUT)


def test_a_short_parcel_is_none() -> None:
    with pytest.raises(ParcelTrouble):
        unpacked_by(X25519PrivateKey.generate(), MARK + b"abc", ABOUT)
