"""The messages that bring a support bundle, as types; `schema` lists them with the others."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

BUNDLE_BYTES_MAX = 2 * 1024 * 1024
PIECE_BYTES_MAX = 8_192
"""Behind one piece waits whoever pays: this much of a slow line, and no more."""

Bundle = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{8,64}$", description="Id of the command that asked.")]
Size = Annotated[int, Meta(ge=1, le=BUNDLE_BYTES_MAX)]
Place = Annotated[int, Meta(ge=0, le=BUNDLE_BYTES_MAX)]


class PieceData(Struct, frozen=True):
    """Some bytes of a bundle, from `at` on; each says what the whole is. Without bytes it only asks how far
    the cloud is."""

    bundle: Bundle
    size: Size
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="Of the whole, as it travels.")]
    at: Place = 0
    body: Annotated[bytes, Meta(max_length=PIECE_BYTES_MAX)] = b""


class PiecesTakenData(Struct, frozen=True):
    """The cloud has committed the first `have` bytes; `whole`: all of them, and their checksum fits."""

    bundle: Bundle
    have: Place
    whole: bool = False


class BundleRefusedData(Struct, frozen=True):
    """Nobody asked for it, or it is not what was announced: throw it away."""

    bundle: Bundle
    word: Annotated[str, Meta(max_length=64)]


PIECE = "hyla.bundle.piece"
TAKEN = "hyla.bundle.taken"
REFUSED = "hyla.bundle.refused"

DATA_TYPES: dict[str, type[Struct]] = {
    PIECE: PieceData,
    TAKEN: PiecesTakenData,
    REFUSED: BundleRefusedData,
}
