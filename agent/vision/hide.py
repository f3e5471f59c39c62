"""Embedding → the same embedding as this store keeps it: turned by the store's key.

In: unit vectors of any one size. Out: unit vectors of that size. The turn is a rotation (or reflection)
drawn from the key, so every cosine between two vectors of one store stays what it was, and between two
stores it says nothing. It is renewable (another key, another turn, nobody has to come back) and keeps
stores apart for whoever lacks the keys. It is not irreversible: whoever has the key turns it back, which
is why templates are sealed as well (storage.templates).
"""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

from agent.ports import Embedding

Matrix = npt.NDArray[np.float64]


class StoreTransform:
    """The turn of one store key. Calls may come from any thread."""

    def __init__(self, store_key: bytes) -> None:
        self._key = store_key
        self._turns: dict[int, Matrix] = {}

    def __repr__(self) -> str:
        return "StoreTransform(•••)"

    def hidden(self, embedding: Embedding) -> Embedding:
        """One embedding, or one a row."""
        return _turned(embedding, self._turn(embedding.shape[-1]))

    def moved_to(self, other: StoreTransform, hidden: Embedding) -> Embedding:
        """What this store hid, as the other would have hidden it; in memory, in one multiplication."""
        size = hidden.shape[-1]
        return _turned(hidden, other._turn(size) @ self._turn(size).T)

    def _turn(self, size: int) -> Matrix:
        if size not in self._turns:
            self._turns[size] = _rotation(self._key, size)
        return self._turns[size]


def _turned(vectors: Embedding, turn: Matrix) -> Embedding:
    """In double precision, and back to length one: a hundred renewals do not wear a template out."""
    turned = vectors.astype(np.float64) @ turn.T
    lengths = np.linalg.norm(turned, axis=-1, keepdims=True)
    return np.asarray(turned / np.maximum(lengths, 1e-12), np.float32)


def _rotation(key: bytes, size: int) -> Matrix:
    """Any turn as likely as any other: one reflection a dimension, each from normal numbers (Stewart
    1980). The numbers are made here from the key's own stream, and einsum keeps to one thread: neither a
    library's generator nor its linear algebra may change what members were enrolled under."""
    turn, normal = np.eye(size), _normal_numbers(key, size)
    for at in range(size):
        mirror = normal[at, at:].copy()
        sign = 1.0 if mirror[0] >= 0 else -1.0
        mirror[0] += sign * np.sqrt(np.sum(mirror**2))
        mirror /= np.sqrt(np.sum(mirror**2))
        turn[:, at:] -= 2 * np.outer(np.einsum("ij,j->i", turn[:, at:], mirror), mirror)
        turn[:, at] *= -sign
    return turn


def _normal_numbers(key: bytes, size: int) -> Matrix:
    """size × size of them, by Box and Muller."""
    stream = hashlib.shake_256(b"hyla store transform 1" + key).digest(16 * size * size)
    integers = np.frombuffer(stream, "<u8").reshape(2, size, size)
    radius, angle = (integers.astype(np.float64) + 0.5) / 2.0**64
    return np.asarray(np.sqrt(-2 * np.log(radius)) * np.cos(2 * np.pi * angle), np.float64)
